//! A panel that shows tray icons: it keeps their list (StatusNotifierWatcher) and opens their
//! menus (com.canonical.dbusmenu).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use anyhow::{Context, Result, bail};
use zbus::{
    Connection, Proxy, interface,
    message::Header,
    zvariant::{OwnedObjectPath, OwnedValue, Value},
};

use crate::{host::put, wait};

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";

/// Where an icon is: its owner on the bus, and its path there.
type Icon = (String, String);
/// An entry of a menu as it travels: id, properties, children.
type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

/// The panel on a bus.
pub struct Panel {
    bus: Connection,
    icons: Arc<Mutex<Vec<Icon>>>,
}

/// An entry of a menu; a line between two has no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuEntry {
    id: i32,
    /// What it says.
    pub text: String,
    /// Whether it can be chosen.
    pub enabled: bool,
}

struct Watcher {
    icons: Arc<Mutex<Vec<Icon>>>,
}

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    /// Some name themselves, some only the path of their icon.
    fn register_status_notifier_item(&self, service: String, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(|it| it.to_string()).unwrap_or_default();
        let icon = if service.starts_with('/') {
            (sender, service)
        } else {
            (service, "/StatusNotifierItem".to_owned())
        };
        put(&self.icons, |all| all.push(icon));
    }

    fn register_status_notifier_host(&self, _service: String) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        put(&self.icons, |all| {
            all.iter()
                .map(|(owner, path)| format!("{owner}{path}"))
                .collect()
        })
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

impl Panel {
    pub(super) async fn start(bus: Connection) -> Result<Self> {
        let icons = Arc::<Mutex<Vec<Icon>>>::default();
        let watcher = Watcher {
            icons: icons.clone(),
        };
        bus.object_server()
            .at("/StatusNotifierWatcher", watcher)
            .await?;
        bus.request_name(WATCHER).await?;
        Ok(Self { bus, icons })
    }

    /// The panel ends, and its list of icons with it.
    pub async fn end(self) -> Result<()> {
        self.bus.release_name(WATCHER).await?;
        Ok(())
    }

    /// Waits for the menu to have an entry with this text that can be chosen, and chooses it.
    pub async fn choose(&self, text: &str) -> Result<()> {
        let look = || async {
            let entries = self.menu().await.ok()?;
            entries
                .into_iter()
                .find(|entry| entry.text == text && entry.enabled)
        };
        let Ok(entry) = wait::until(&format!("the entry {text:?}"), look).await else {
            bail!("no entry {text:?} to choose in {:?}", self.menu().await?);
        };
        let menu = self.menu_of(&self.icon().await?).await?;
        let event = (entry.id, "clicked", Value::from(0), 0_u32);
        menu.call_method("Event", &event).await?;
        Ok(())
    }

    /// Waits until the menu has an entry with this text.
    pub async fn says(&self, text: &str) -> Result<()> {
        let look = || async {
            let entries = self.menu().await.ok()?;
            entries.iter().any(|entry| entry.text == text).then_some(())
        };
        if wait::until(&format!("the entry {text:?}"), look)
            .await
            .is_err()
        {
            bail!("no entry {text:?} in {:?}", self.menu().await?);
        }
        Ok(())
    }

    /// The menu of the only icon, from top to bottom.
    pub async fn menu(&self) -> Result<Vec<MenuEntry>> {
        let menu = self.menu_of(&self.icon().await?).await?;
        let (_, root): (u32, Layout) = menu
            .call("GetLayout", &(0_i32, -1_i32, Vec::<String>::new()))
            .await?;
        root.2.into_iter().map(entry).collect()
    }

    /// Waits for the icon.
    pub async fn icon(&self) -> Result<Icon> {
        wait::until("a tray icon", || async {
            put(&self.icons, |all| all.last().cloned())
        })
        .await
    }

    /// The file that the icon is drawn from.
    pub async fn picture(&self) -> Result<String> {
        let (owner, path) = self.icon().await?;
        let item = Proxy::new(&self.bus, owner, path, ITEM).await?;
        Ok(item.get_property("IconName").await?)
    }

    /// Waits until the icon is another picture than this.
    pub async fn changes(&self, from: &str) -> Result<String> {
        let look = || async { self.picture().await.ok().filter(|now| now != from) };
        wait::until("another picture of the icon", look).await
    }

    async fn menu_of(&self, (owner, path): &Icon) -> Result<Proxy<'static>> {
        let item = Proxy::new(&self.bus, owner.clone(), path.clone(), ITEM).await?;
        let menu: OwnedObjectPath = item.get_property("Menu").await?;
        Ok(Proxy::new(&self.bus, owner.clone(), menu, MENU).await?)
    }
}

fn entry(value: OwnedValue) -> Result<MenuEntry> {
    let (id, mut properties, _): Layout = value.try_into().context("an entry of the menu")?;
    let mut property = |name: &str| properties.remove(name);
    let text = property("label").and_then(|it| String::try_from(it).ok());
    let enabled = property("enabled").and_then(|it| bool::try_from(it).ok());
    Ok(MenuEntry {
        id,
        // An underscore would mark a key.
        text: text.unwrap_or_default().replace('_', ""),
        enabled: enabled.unwrap_or(true),
    })
}
