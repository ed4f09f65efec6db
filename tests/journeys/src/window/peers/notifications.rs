//! A notification daemon (Desktop Notifications Specification 1.2).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use anyhow::Result;
use zbus::{Connection, interface, object_server::SignalEmitter, zvariant::OwnedValue};

use super::newest;
use crate::host::put;

const PATH: &str = "/org/freedesktop/Notifications";

/// The daemon on a bus.
pub struct Notifications {
    bus: Connection,
    shown: Arc<Mutex<Vec<Shown>>>,
}

/// A notification that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its number.
    pub id: u32,
    /// The number of the one that it replaces; 0: none.
    pub replaces: u32,
    /// The title.
    pub title: String,
    /// The text.
    pub body: String,
    /// 0, 1 or 2.
    pub urgency: u8,
}

struct Daemon {
    shown: Arc<Mutex<Vec<Shown>>>,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Daemon {
    #[expect(
        clippy::too_many_arguments,
        reason = "the interface is as it is specified"
    )]
    fn notify(
        &self,
        _app_name: String,
        replaces_id: u32,
        _app_icon: String,
        summary: String,
        body: String,
        _actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        _expire_timeout: i32,
    ) -> u32 {
        let urgency = hints.get("urgency").and_then(|it| u8::try_from(it).ok());
        put(&self.shown, |all| {
            let id = match replaces_id {
                0 => u32::try_from(all.len()).unwrap_or(0) + 1,
                id => id,
            };
            all.push(Shown {
                id,
                replaces: replaces_id,
                title: summary,
                body,
                urgency: urgency.unwrap_or(1),
            });
            id
        })
    }

    fn close_notification(&self, _id: u32) {}

    fn get_capabilities(&self) -> Vec<String> {
        vec!["body".into(), "actions".into()]
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let [name, vendor, version, spec] = ["peers", "tests", "1", "1.2"].map(str::to_owned);
        (name, vendor, version, spec)
    }

    #[zbus(signal)]
    async fn action_invoked(
        emitter: &SignalEmitter<'_>,
        id: u32,
        action_key: &str,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn notification_closed(
        emitter: &SignalEmitter<'_>,
        id: u32,
        reason: u32,
    ) -> zbus::Result<()>;
}

impl Notifications {
    pub(super) async fn start(bus: &Connection) -> Result<Self> {
        let shown = Arc::<Mutex<Vec<Shown>>>::default();
        let daemon = Daemon {
            shown: shown.clone(),
        };
        bus.object_server().at(PATH, daemon).await?;
        bus.request_name("org.freedesktop.Notifications").await?;
        Ok(Self {
            bus: bus.clone(),
            shown,
        })
    }

    /// All so far, oldest first.
    pub fn all(&self) -> Vec<Shown> {
        put(&self.shown, |all| all.clone())
    }

    /// Waits for one whose text holds this.
    pub async fn says(&self, text: &str) -> Result<Shown> {
        let what = format!("a notification that says {text:?}");
        newest(&what, &self.shown, |it| it.body.contains(text)).await
    }

    /// The user clicks one.
    pub async fn click(&self, id: u32) -> Result<()> {
        let emitter = SignalEmitter::new(&self.bus, PATH)?;
        Ok(Daemon::action_invoked(&emitter, id, "default").await?)
    }

    /// The user dismisses one.
    pub async fn dismiss(&self, id: u32) -> Result<()> {
        let emitter = SignalEmitter::new(&self.bus, PATH)?;
        Ok(Daemon::notification_closed(&emitter, id, 2).await?)
    }
}
