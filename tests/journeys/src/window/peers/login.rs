//! logind: sleep, its delay locks, and a session that is locked.

use std::{
    io::{ErrorKind, Read},
    os::{fd::OwnedFd as StdFd, unix::net::UnixStream},
    sync::{Arc, Mutex},
};

use anyhow::Result;
use zbus::{
    Connection, interface,
    object_server::SignalEmitter,
    zvariant::{OwnedFd, OwnedObjectPath},
};

use crate::{host::put, wait};

const MANAGER: &str = "/org/freedesktop/login1";
const SESSION: &str = "/org/freedesktop/login1/session/_32";

/// logind on a bus.
pub struct Login {
    bus: Connection,
    locks: Arc<Mutex<Vec<Lock>>>,
}

/// A delay lock that was handed out.
struct Lock {
    what: String,
    mode: String,
    ours: UnixStream,
}

impl Lock {
    /// Whoever holds it still has its end open.
    fn is_held(&mut self) -> bool {
        let read = self.ours.read(&mut [0]);
        read.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    }
}

struct Manager {
    locks: Arc<Mutex<Vec<Lock>>>,
}

#[interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    fn inhibit(
        &self,
        what: String,
        _who: String,
        _why: String,
        mode: String,
    ) -> zbus::fdo::Result<OwnedFd> {
        let failed = |error: std::io::Error| zbus::fdo::Error::Failed(error.to_string());
        let (ours, theirs) = UnixStream::pair().map_err(failed)?;
        ours.set_nonblocking(true).map_err(failed)?;
        put(&self.locks, |all| all.push(Lock { what, mode, ours }));
        Ok(StdFd::from(theirs).into())
    }

    #[zbus(out_args("object_path"))]
    fn get_session(&self, id: &str) -> zbus::fdo::Result<OwnedObjectPath> {
        match id {
            "auto" => OwnedObjectPath::try_from(SESSION)
                .map_err(|error| zbus::fdo::Error::Failed(error.to_string())),
            _ => Err(zbus::fdo::Error::Failed(format!("no session {id}"))),
        }
    }

    #[zbus(signal)]
    async fn prepare_for_sleep(emitter: &SignalEmitter<'_>, start: bool) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn prepare_for_shutdown(emitter: &SignalEmitter<'_>, start: bool) -> zbus::Result<()>;
}

struct Session;

#[interface(name = "org.freedesktop.login1.Session")]
impl Session {
    #[zbus(signal)]
    async fn lock(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;
}

impl Login {
    pub(super) async fn start(bus: &Connection) -> Result<Self> {
        let locks = Arc::<Mutex<Vec<Lock>>>::default();
        let manager = Manager {
            locks: locks.clone(),
        };
        bus.object_server().at(MANAGER, manager).await?;
        bus.object_server().at(SESSION, Session).await?;
        bus.request_name("org.freedesktop.login1").await?;
        Ok(Self {
            bus: bus.clone(),
            locks,
        })
    }

    /// The machine is about to sleep, or has woken up.
    pub async fn sleeps(&self, start: bool) -> Result<()> {
        let emitter = SignalEmitter::new(&self.bus, MANAGER)?;
        Ok(Manager::prepare_for_sleep(&emitter, start).await?)
    }

    /// The machine is about to shut down.
    pub async fn shuts_down(&self) -> Result<()> {
        let emitter = SignalEmitter::new(&self.bus, MANAGER)?;
        Ok(Manager::prepare_for_shutdown(&emitter, true).await?)
    }

    /// The session is locked, as by `loginctl lock-session`.
    pub async fn lock_session(&self) -> Result<()> {
        let emitter = SignalEmitter::new(&self.bus, SESSION)?;
        Ok(Session::lock(&emitter).await?)
    }

    /// Waits until so many delay locks on sleep are held.
    pub async fn held(&self, count: usize) -> Result<()> {
        let look = || async {
            let held = put(&self.locks, |all| {
                let is_ours =
                    |lock: &&mut Lock| lock.what == "sleep:shutdown" && lock.mode == "delay";
                all.iter_mut()
                    .filter(is_ours)
                    .filter_map(|lock| lock.is_held().then_some(()))
                    .count()
            });
            (held == count).then_some(())
        };
        wait::until(&format!("{count} held locks on sleep"), look).await
    }
}
