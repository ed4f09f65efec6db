//! Windows as the X server has them: where they stand, whether they are seen, and how a window
//! manager asks one to close.

use anyhow::{Context, Result};
use x11rb::{
    connection::Connection,
    protocol::xproto::{
        AtomEnum, ClientMessageEvent, ConfigureWindowAux, ConnectionExt, EventMask, MapState,
        Window as Id,
    },
    rust_connection::RustConnection,
};

use crate::wait;

/// The X server.
pub struct Screen {
    server: RustConnection,
    root: Id,
}

/// Where a window stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Place {
    pub x: i16,
    pub y: i16,
    pub width: u16,
    pub height: u16,
}

impl Screen {
    /// The display of this desktop.
    pub fn open() -> Result<Self> {
        let (server, screen) = x11rb::connect(None)?;
        let root = server.setup().roots[screen].root;
        Ok(Self { server, root })
    }

    /// Whether a program's window is seen.
    pub fn is_seen(&self, pid: u32) -> Result<bool> {
        let window = self.window_of(pid)?;
        let attributes = self.server.get_window_attributes(window)?.reply()?;
        Ok(attributes.map_state == MapState::VIEWABLE)
    }

    /// Waits until a program's window is seen, or is not.
    pub async fn becomes(&self, pid: u32, seen: bool) -> Result<()> {
        let what = format!("the window to be {}", if seen { "seen" } else { "hidden" });
        let look = || async { (self.is_seen(pid).ok()? == seen).then_some(()) };
        wait::until(&what, look).await
    }

    /// Where a program's window stands.
    pub fn place(&self, pid: u32) -> Result<Place> {
        let window = self.window_of(pid)?;
        let found = self.server.get_geometry(window)?.reply()?;
        Ok(Place {
            x: found.x,
            y: found.y,
            width: found.width,
            height: found.height,
        })
    }

    /// Puts a program's window somewhere, as its user does.
    pub fn put(&self, pid: u32, place: Place) -> Result<()> {
        let window = self.window_of(pid)?;
        let change = ConfigureWindowAux::new()
            .x(i32::from(place.x))
            .y(i32::from(place.y))
            .width(u32::from(place.width))
            .height(u32::from(place.height));
        self.server.configure_window(window, &change)?.check()?;
        Ok(())
    }

    /// Asks a program's window to close (ICCCM §4.2.8.1), as its close button does.
    pub fn close(&self, pid: u32) -> Result<()> {
        let window = self.window_of(pid)?;
        let data = [self.atom("WM_DELETE_WINDOW")?, x11rb::CURRENT_TIME, 0, 0, 0];
        let event = ClientMessageEvent::new(32, window, self.atom("WM_PROTOCOLS")?, data);
        self.server
            .send_event(false, window, EventMask::NO_EVENT, event)?
            .check()?;
        Ok(())
    }

    /// The main window of a program: the one that can be asked to close and is no helper.
    fn window_of(&self, pid: u32) -> Result<Id> {
        let named = self.atom("_NET_WM_PID")?;
        let protocols = self.atom("WM_PROTOCOLS")?;
        for window in self.server.query_tree(self.root)?.reply()?.children {
            let owner = self.property(window, named, AtomEnum::CARDINAL)?;
            let large = self.server.get_geometry(window)?.reply()?.width > 100;
            if owner.first() == Some(&pid)
                && large
                && !self.property(window, protocols, AtomEnum::ATOM)?.is_empty()
            {
                return Ok(window);
            }
        }
        None.context("the program has a window")
    }

    fn property(&self, window: Id, name: u32, kind: AtomEnum) -> Result<Vec<u32>> {
        let reply = self
            .server
            .get_property(false, window, name, kind, 0, 16)?
            .reply()?;
        Ok(reply.value32().map(Iterator::collect).unwrap_or_default())
    }

    fn atom(&self, name: &str) -> Result<u32> {
        Ok(self
            .server
            .intern_atom(false, name.as_bytes())?
            .reply()?
            .atom)
    }
}
