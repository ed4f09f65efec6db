//! Journeys in the real window: the built program under WebDriver, the certified provider, and a
//! real keyring. Run by `./dev test window`, inside a private desktop.

mod window {
    use std::{process::Child, sync::Mutex};

    use anyhow::Result;
    use keyfob_journeys::{
        host::put,
        wait,
        window::{Profile, Window, peers::Desktop},
    };

    mod audit;
    mod axe;
    mod first_start;
    mod hostile;
    mod keyboard;
    mod layout;
    mod leave;
    mod lock;
    mod main_job;
    mod network;
    mod no_secret;
    mod notices;
    mod reader;
    mod report;
    mod revoke;
    mod sleep;
    mod state;
    mod stores_nothing;
    mod timeline;
    mod tray;
    mod ways_in;

    /// Waits for a program to end by itself, and ends it when it doesn't.
    async fn ends_well(program: Child) -> Result<bool> {
        let program = Mutex::new(program);
        let look = || async { put(&program, |it| it.try_wait()).ok().flatten() };
        let ended = wait::until("a program to end", look).await;
        if ended.is_err() {
            put(&program, |it| it.kill())?;
        }
        Ok(ended?.success())
    }

    /// A window on a desktop of its own.
    async fn on(desktop: &Desktop, profile: &Profile, arguments: &[&str]) -> Result<Window> {
        Window::open_with(profile, arguments, &desktop.environment()).await
    }
}
