//! What the desktop says of itself: it goes to sleep, its screen is locked.

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
    use futures_util::StreamExt;
    use keyfob_engine::Engine;
    use zbus::{Connection, MatchRule, MessageStream, message::Type};

    /// Who may lock the screen; each desktop has one of them.
    const SCREEN_SAVERS: [&str; 2] = ["org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver"];

    pub(super) fn listen(engine: &Engine) {
        let sleeper = engine.clone();
        tauri::async_runtime::spawn(async move {
            if let Err(error) = sleep(sleeper).await {
                tracing::info!(%error, "sleep is noticed only afterwards");
            }
        });
        for saver in SCREEN_SAVERS {
            let engine = engine.clone();
            tauri::async_runtime::spawn(async move {
                if let Err(error) = screen(engine, saver).await {
                    tracing::info!(%error, "a locked screen is not noticed");
                }
            });
        }
    }

    async fn sleep(engine: Engine) -> zbus::Result<()> {
        let bus = Connection::system().await?;
        let rule = MatchRule::builder()
            .msg_type(Type::Signal)
            .sender("org.freedesktop.login1")?
            .interface("org.freedesktop.login1.Manager")?
            .member("PrepareForSleep")?
            .build();
        let mut signals = MessageStream::for_match_rule(rule, &bus, None).await?;
        while let Some(signal) = signals.next().await {
            // True before, false after.
            if signal?.body().deserialize::<bool>()? {
                engine.before_sleep().await;
            }
        }
        Ok(())
    }

    async fn screen(engine: Engine, saver: &'static str) -> zbus::Result<()> {
        let bus = Connection::session().await?;
        let rule = MatchRule::builder()
            .msg_type(Type::Signal)
            .interface(saver)?
            .member("ActiveChanged")?
            .build();
        let mut signals = MessageStream::for_match_rule(rule, &bus, None).await?;
        while let Some(signal) = signals.next().await {
            if signal?.body().deserialize::<bool>()? {
                engine.lock_if_wanted().await;
            }
        }
        Ok(())
    }
}
