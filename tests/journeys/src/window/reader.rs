//! What a screen reader is told of the window: its tree of names and roles, over AT-SPI.

use std::collections::HashMap;

use anyhow::{Context, Result};
use zbus::{
    Connection, Proxy,
    connection::Builder,
    zvariant::{ObjectPath, OwnedObjectPath},
};

use crate::wait;

const ROOT: (&str, &str) = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root");
/// Far more than any screen has; a tree that has more is wrong.
const MOST: usize = 3_000;

/// Roles by the numbers of AT-SPI.
pub mod role {
    #![expect(missing_docs, reason = "the names say it")]
    pub const CHECK_BOX: u32 = 7;
    pub const BUTTON: u32 = 43;
    pub const ROW_HEADER: u32 = 47;
    pub const CELL: u32 = 56;
    pub const TREE_TABLE: u32 = 66;
    pub const ROW: u32 = 90;
}

/// A connection to the bus of accessibility.
pub struct Reader {
    bus: Connection,
}

/// A thing that a reader can speak of.
#[derive(Clone, Debug)]
pub struct Thing {
    owner: String,
    path: OwnedObjectPath,
    /// Its name.
    pub name: String,
    /// Its role, one of [`role`] or another.
    pub role: u32,
}

impl Reader {
    /// Comes to the desktop, as a screen reader does: programs that start from now on tell it.
    pub async fn come() -> Result<Self> {
        let session = Connection::session().await?;
        let bus = Proxy::new(&session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus").await?;
        let address: String = bus.call("GetAddress", &()).await?;
        let status = Proxy::new(&session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Status");
        let status = status.await?;
        status.set_property("IsEnabled", true).await?;
        status.set_property("ScreenReaderEnabled", true).await?;
        let bus = Builder::address(address.as_str())?.build().await?;
        Ok(Self { bus })
    }

    /// The first thing of a role with this name, when it is there.
    pub async fn find(&self, role: u32, name: &str) -> Result<Thing> {
        let look = || async {
            let all = self.all().await.ok()?;
            all.into_iter()
                .find(|it| it.role == role && it.name == name)
        };
        wait::until(&format!("{name:?} of role {role} for a reader"), look).await
    }

    /// Everything that the desktop tells, from the outside in.
    pub async fn all(&self) -> Result<Vec<Thing>> {
        let root = self.thing(ROOT.0, ROOT.1.try_into()?).await?;
        self.below(root).await
    }

    /// Everything in a thing, itself first.
    pub async fn below(&self, thing: Thing) -> Result<Vec<Thing>> {
        let mut all = Vec::new();
        let mut open = vec![thing];
        while let Some(thing) = open.pop() {
            anyhow::ensure!(all.len() < MOST, "the tree has no end");
            // What goes away while it is asked has no children.
            let children = self.children(&thing).await.unwrap_or_default();
            all.push(thing);
            open.extend(children.into_iter().rev());
        }
        Ok(all)
    }

    /// The attributes of a thing, such as `rowcount`.
    pub async fn attributes(&self, thing: &Thing) -> Result<HashMap<String, String>> {
        let of = self.of(&thing.owner, &thing.path).await?;
        of.call("GetAttributes", &())
            .await
            .context("a thing has attributes")
    }

    async fn children(&self, thing: &Thing) -> Result<Vec<Thing>> {
        let of = self.of(&thing.owner, &thing.path).await?;
        let mut children: Vec<(String, OwnedObjectPath)> = of.call("GetChildren", &()).await?;
        // The place where the page of another process hangs names it by its number only.
        let count: i32 = of.get_property("ChildCount").await?;
        if children.is_empty() && count == 1 {
            children.push(of.call("GetChildAtIndex", &0i32).await?);
        }
        let mut all = Vec::new();
        for (owner, path) in children {
            // What goes away while it is asked is left out.
            if let Ok(thing) = self.thing(&owner, path).await {
                all.push(thing);
            }
        }
        Ok(all)
    }

    async fn thing(&self, owner: &str, path: OwnedObjectPath) -> Result<Thing> {
        let of = self.of(owner, &path).await?;
        let (name, role) = (
            of.get_property("Name").await.unwrap_or_default(),
            of.call("GetRole", &()).await?,
        );
        Ok(Thing {
            owner: owner.to_owned(),
            path,
            name,
            role,
        })
    }

    async fn of<'a>(&'a self, owner: &'a str, path: &'a ObjectPath<'a>) -> Result<Proxy<'a>> {
        let proxy = zbus::proxy::Builder::new(&self.bus)
            .destination(owner)?
            .path(path.as_ref())?
            .interface("org.a11y.atspi.Accessible")?
            .cache_properties(zbus::proxy::CacheProperties::No)
            .build()
            .await?;
        Ok(proxy)
    }
}
