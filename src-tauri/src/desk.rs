//! What the desktop says of itself: it goes to sleep, it wakes up, its screen is locked.

use keyfob_engine::Engine;

/// Listens as long as the program runs. Without a bus there is nothing to hear.
pub(crate) fn listen(engine: &Engine) {
    #[cfg(target_os = "linux")]
    linux::listen(engine);
    #[cfg(not(target_os = "linux"))]
    let _ = engine;
}

#[cfg(target_os = "linux")]
mod linux {
    use futures_util::{
        StreamExt,
        stream::{select, select_all},
    };
    use keyfob_engine::Engine;
    use zbus::{
        Connection, MatchRule, MessageStream, Proxy, message::Type, zvariant::OwnedFd,
        zvariant::OwnedObjectPath,
    };

    /// Who may lock the screen; each desktop has one of them.
    const SCREEN_SAVERS: [&str; 5] = [
        "org.freedesktop.ScreenSaver",
        "org.gnome.ScreenSaver",
        "org.cinnamon.ScreenSaver",
        "org.mate.ScreenSaver",
        "org.xfce.ScreenSaver",
    ];
    const NETWORK: &str = "org.freedesktop.NetworkManager";
    /// `NM_STATE_CONNECTED_SITE`: from here on there is a network beyond this link. Whether a provider is
    /// within its reach is found out by asking it.
    const CONNECTED_SITE: u32 = 60;
    const LOGIN: &str = "org.freedesktop.login1";
    const MANAGER: &str = "org.freedesktop.login1.Manager";
    const SESSION: &str = "org.freedesktop.login1.Session";

    pub(super) fn listen(engine: &Engine) {
        let (sleeper, session, screen_saver) = (engine.clone(), engine.clone(), engine.clone());
        tauri::async_runtime::spawn(async move {
            if let Err(error) = sleep(sleeper).await {
                tracing::info!(%error, "sleep is noticed only afterwards");
            }
        });
        let online = engine.clone();
        tauri::async_runtime::spawn(async move {
            if let Err(error) = network(online).await {
                tracing::info!(%error, "the network's return is noticed by trying");
            }
        });
        tauri::async_runtime::spawn(async move {
            if let Err(error) = session_lock(session).await {
                tracing::info!(%error, "a locked session is not noticed");
            }
        });
        tauri::async_runtime::spawn(async move {
            if let Err(error) = screen(screen_saver).await {
                tracing::info!(%error, "a locked screen is not noticed");
            }
        });
    }

    /// NetworkManager says when the machine is online again. Without it, sessions that wait try by
    /// themselves, with growing pauses.
    async fn network(engine: Engine) -> zbus::Result<()> {
        let bus = Connection::system().await?;
        let manager = Proxy::new(&bus, NETWORK, "/org/freedesktop/NetworkManager", NETWORK).await?;
        let mut signals = manager.receive_signal("StateChanged").await?;
        while let Some(signal) = signals.next().await {
            // What can't be read is not worth an end.
            if signal.body().deserialize::<u32>().unwrap_or(0) >= CONNECTED_SITE {
                engine.network_back().await;
            }
        }
        Ok(())
    }

    async fn manager(bus: &Connection) -> zbus::Result<Proxy<'static>> {
        Proxy::new(bus, LOGIN, "/org/freedesktop/login1", MANAGER).await
    }

    async fn sleep(engine: Engine) -> zbus::Result<()> {
        let bus = Connection::system().await?;
        let manager = manager(&bus).await?;
        let sleep = manager.receive_signal("PrepareForSleep").await?;
        // A shutdown may take the network away before it ends the programs.
        let shutdown = manager.receive_signal("PrepareForShutdown").await?;
        let mut signals = select(sleep, shutdown);
        let mut held = hold(&manager).await;
        while let Some(signal) = signals.next().await {
            // True before, false after.
            if signal.body().deserialize::<bool>()? {
                engine.before_sleep().await;
                // Letting go of the lock lets the machine go on.
                held = None;
            } else {
                held = hold(&manager).await;
                engine.woke_up().await;
            }
        }
        drop(held);
        Ok(())
    }

    /// Asks that sleep and shutdown wait, a few seconds at most, until held revocations are out.
    async fn hold(manager: &Proxy<'_>) -> Option<OwnedFd> {
        let asked = (
            "sleep:shutdown",
            "Keyfob",
            "Sends held revocations",
            "delay",
        );
        match manager.call("Inhibit", &asked).await {
            Ok(lock) => Some(lock),
            Err(error) => {
                tracing::info!(%error, "sleep will not wait for held revocations");
                None
            }
        }
    }

    /// `loginctl lock-session`, and desktops that lock by it.
    async fn session_lock(engine: Engine) -> zbus::Result<()> {
        let bus = Connection::system().await?;
        let manager = manager(&bus).await?;
        // "auto": our session, or that of the user's display where we run outside of one.
        let path: OwnedObjectPath = manager.call("GetSession", &("auto",)).await?;
        let session = Proxy::new(&bus, LOGIN, path, SESSION).await?;
        let mut signals = session.receive_signal("Lock").await?;
        while signals.next().await.is_some() {
            engine.lock_if_wanted().await;
        }
        Ok(())
    }

    async fn screen(engine: Engine) -> zbus::Result<()> {
        let bus = Connection::session().await?;
        let mut savers = Vec::new();
        for saver in SCREEN_SAVERS {
            let rule = MatchRule::builder()
                .msg_type(Type::Signal)
                .interface(saver)?
                .member("ActiveChanged")?
                .build();
            savers.push(MessageStream::for_match_rule(rule, &bus, None).await?);
        }
        let mut signals = select_all(savers);
        while let Some(signal) = signals.next().await {
            // Anybody may send this: what can't be read is not worth an end.
            if signal?.body().deserialize::<bool>().unwrap_or(false) {
                engine.lock_if_wanted().await;
            }
        }
        Ok(())
    }
}
