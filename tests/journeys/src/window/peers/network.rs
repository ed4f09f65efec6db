//! NetworkManager: the state of the network as a whole.

use std::sync::{Arc, Mutex};

use anyhow::Result;
use zbus::{Connection, interface, object_server::SignalEmitter};

use crate::host::put;

const NAME: &str = "org.freedesktop.NetworkManager";
const PATH: &str = "/org/freedesktop/NetworkManager";

/// `NMState`, those of it that a laptop goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkState {
    /// `NM_STATE_DISCONNECTED`.
    Disconnected = 20,
    /// `NM_STATE_CONNECTING`.
    Connecting = 40,
    /// `NM_STATE_CONNECTED_LOCAL`: this link and no further.
    Local = 50,
    /// `NM_STATE_CONNECTED_SITE`: a network without the internet.
    Site = 60,
    /// `NM_STATE_CONNECTED_GLOBAL`.
    Global = 70,
}

/// NetworkManager on a bus, until it is dropped.
pub struct Network {
    bus: Connection,
    state: Arc<Mutex<u32>>,
}

struct Manager {
    state: Arc<Mutex<u32>>,
}

#[interface(name = "org.freedesktop.NetworkManager")]
impl Manager {
    #[zbus(property)]
    fn state(&self) -> u32 {
        put(&self.state, |state| *state)
    }

    #[zbus(signal, name = "StateChanged")]
    async fn told(emitter: &SignalEmitter<'_>, state: u32) -> zbus::Result<()>;
}

impl Network {
    pub(super) async fn start(bus: Connection) -> Result<Self> {
        let state = Arc::new(Mutex::new(NetworkState::Disconnected as u32));
        let manager = Manager {
            state: state.clone(),
        };
        bus.object_server().at(PATH, manager).await?;
        bus.request_name(NAME).await?;
        Ok(Self { bus, state })
    }

    /// The network comes or goes.
    pub async fn becomes(&self, state: NetworkState) -> Result<()> {
        put(&self.state, |now| *now = state as u32);
        let emitter = SignalEmitter::new(&self.bus, PATH)?;
        Ok(Manager::told(&emitter, state as u32).await?)
    }
}
