//! Peers on a bus that can't run here, with the interfaces that they really have: logind, a screen
//! saver, NetworkManager, a notification daemon, and a panel with tray icons.

mod login;
mod network;
mod notifications;
mod panel;

use anyhow::Result;
use zbus::Connection;

pub use login::Login;
pub use network::{Network, NetworkState};
pub use notifications::{Notifications, Shown};
pub use panel::{MenuEntry, Panel};

use super::Bus;
use crate::{host::put, wait};

/// A bus with what a desktop has on it, also in the place of the system bus.
pub struct Desktop {
    bus: Bus,
    /// logind.
    pub login: Login,
    /// The notification daemon.
    pub notifications: Notifications,
}

impl Desktop {
    /// With an unlocked keyring, logind and notifications; without a panel.
    pub async fn start() -> Result<Self> {
        let mut bus = Bus::start()?;
        bus.unlocked_keyring()?;
        Ok(Self {
            login: Login::start(&connect(&bus).await?).await?,
            notifications: Notifications::start(&connect(&bus).await?).await?,
            bus,
        })
    }

    /// A panel that shows tray icons, until it is dropped.
    pub async fn panel(&self) -> Result<Panel> {
        Panel::start(connect(&self.bus).await?).await
    }

    /// NetworkManager, until it is dropped.
    pub async fn network(&self) -> Result<Network> {
        Network::start(connect(&self.bus).await?).await
    }

    /// The screen is locked, as a screen saver tells it.
    pub async fn lock_screen(&self, saver: &str, path: &str) -> Result<()> {
        let bus = connect(&self.bus).await?;
        bus.request_name(saver).await?;
        let from = None::<&str>;
        bus.emit_signal(from, path, saver, "ActiveChanged", &true)
            .await?;
        Ok(())
    }

    /// What a program needs to find it.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let mut all = self.bus.environment().to_vec();
        all.push(("DBUS_SYSTEM_BUS_ADDRESS", self.bus.address().to_owned()));
        all
    }
}

async fn connect(bus: &Bus) -> Result<Connection> {
    Ok(zbus::connection::Builder::address(bus.address())?
        .build()
        .await?)
}

/// Waits until a list holds something that is wanted, and hands out the newest of it.
async fn newest<T: Clone>(
    what: &str,
    list: &std::sync::Mutex<Vec<T>>,
    wanted: impl Fn(&T) -> bool,
) -> Result<T> {
    let look = || async { put(list, |all| all.iter().rev().find(|it| wanted(it)).cloned()) };
    wait::until(what, look).await
}
