//! Notifications of the desktop: one per issuer, replaced and never stacked, without account names.

use keyfob_engine::{Notice, NoticeKind};
use tauri::AppHandle;

/// Shows notices, one after the other, away from whoever tells them.
pub(crate) struct Notices {
    #[cfg(target_os = "linux")]
    to_show: tokio::sync::mpsc::Sender<Notice>,
    #[cfg(not(target_os = "linux"))]
    app: AppHandle,
}

#[cfg(target_os = "linux")]
impl Notices {
    /// Notices that wait to be shown; more are dropped.
    const WAITING: usize = 64;

    pub(crate) fn new(app: &AppHandle) -> Self {
        let (to_show, waiting) = tokio::sync::mpsc::channel(Self::WAITING);
        tauri::async_runtime::spawn(linux::show_all(app.clone(), waiting));
        Self { to_show }
    }

    pub(crate) fn show(&self, notice: &Notice) {
        if self.to_show.try_send(notice.clone()).is_err() {
            tracing::warn!("a notification could not be shown");
        }
    }
}

#[cfg(not(target_os = "linux"))]
impl Notices {
    pub(crate) fn new(app: &AppHandle) -> Self {
        Self { app: app.clone() }
    }

    pub(crate) fn show(&self, notice: &Notice) {
        use tauri_plugin_notification::NotificationExt;
        let (title, body) = words(notice);
        let shown = self.app.notification().builder().title(title).body(body);
        if shown.show().is_err() {
            tracing::warn!("a notification could not be shown");
        }
    }
}

/// What a notice says. No account is named: it can show on a locked screen.
fn words(notice: &Notice) -> (&'static str, String) {
    let host = &notice.host;
    let sessions = match notice.count {
        1 => "A session".to_owned(),
        count => format!("{count} sessions"),
    };
    match notice.kind {
        NoticeKind::SignInNeeded => ("Sign in again", format!("{sessions} at {host} ended.")),
        NoticeKind::EndsSoon => (
            "Ends soon",
            format!("{sessions} at {host} will end within 10 minutes."),
        ),
        NoticeKind::RefreshFailing => (
            "Refresh failed",
            format!("{sessions} at {host} can't be refreshed, with little time left."),
        ),
        NoticeKind::PolicyEnds => (
            "Ends by your policy",
            format!("{sessions} at {host} will end soon, as you set it."),
        ),
        NoticeKind::NotSaved => (
            "Tokens can't be saved",
            format!(
                "New tokens came from {host}, and the vault can't be written. Keep Keyfob running and make room."
            ),
        ),
        NoticeKind::TheftUndecided => (
            "Possible theft",
            format!(
                "Someone else may be using a session at {host}. Nothing was revoked: open Keyfob to decide."
            ),
        ),
        NoticeKind::PossibleTheft => (
            "Possible theft",
            format!("Someone else may be using a session at {host}. Open Keyfob to see why."),
        ),
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::HashMap;

    use futures_util::StreamExt;
    use keyfob_engine::{Notice, NoticeKind};
    use tauri::AppHandle;
    use tokio::sync::mpsc::Receiver;
    use zbus::{Connection, Proxy, proxy::SignalStream, zvariant::Value};

    use super::words;
    use crate::window;

    const NAME: &str = "org.freedesktop.Notifications";
    const PATH: &str = "/org/freedesktop/Notifications";
    /// How urgent a notification is (Desktop Notifications Specification, "Urgency Levels").
    const NORMAL: u8 = 1;
    const CRITICAL: u8 = 2;

    /// The daemon, and which of its notifications is whose.
    struct Daemon {
        proxy: Proxy<'static>,
        clicked: SignalStream<'static>,
        closed: SignalStream<'static>,
        shown: HashMap<String, u32>,
    }

    /// Shows what comes, until the program ends. A daemon is looked for when there is something to
    /// show, and again when it is gone.
    pub(super) async fn show_all(app: AppHandle, mut waiting: Receiver<Notice>) {
        let mut daemon: Option<Daemon> = None;
        loop {
            let Some(found) = &mut daemon else {
                let Some(notice) = waiting.recv().await else {
                    return;
                };
                daemon = shown_by_new(&notice).await;
                continue;
            };
            tokio::select! {
                notice = waiting.recv() => {
                    let Some(notice) = notice else { return };
                    if found.show(&notice).await.is_err() {
                        daemon = shown_by_new(&notice).await;
                    }
                }
                Some(signal) = found.clicked.next() => {
                    let id = signal.body().deserialize::<(u32, String)>().map(|(id, _)| id);
                    if id.is_ok_and(|id| found.shown.values().any(|ours| *ours == id)) {
                        open(&app);
                    }
                }
                Some(signal) = found.closed.next() => {
                    if let Ok((id, _)) = signal.body().deserialize::<(u32, u32)>() {
                        found.shown.retain(|_, ours| *ours != id);
                    }
                }
            }
        }
    }

    async fn shown_by_new(notice: &Notice) -> Option<Daemon> {
        let shown = async {
            let mut daemon = Daemon::find().await?;
            daemon.show(notice).await?;
            Ok::<_, zbus::Error>(daemon)
        };
        match shown.await {
            Ok(daemon) => Some(daemon),
            Err(error) => {
                tracing::warn!(%error, "a notification could not be shown");
                None
            }
        }
    }

    impl Daemon {
        async fn find() -> zbus::Result<Self> {
            let bus = Connection::session().await?;
            let proxy = Proxy::new(&bus, NAME, PATH, NAME).await?;
            Ok(Self {
                clicked: proxy.receive_signal("ActionInvoked").await?,
                closed: proxy.receive_signal("NotificationClosed").await?,
                proxy,
                shown: HashMap::new(),
            })
        }

        async fn show(&mut self, notice: &Notice) -> zbus::Result<()> {
            let (title, body) = words(notice);
            let urgency = match notice.kind {
                NoticeKind::PossibleTheft | NoticeKind::TheftUndecided => CRITICAL,
                _ => NORMAL,
            };
            let hints = HashMap::from([
                ("urgency", Value::U8(urgency)),
                ("desktop-entry", Value::from("Keyfob")),
            ]);
            let replaced = self.shown.get(&notice.key).copied().unwrap_or(0);
            let (icon, actions, own_time) = ("keyfob-desktop", ["default", "Open Keyfob"], -1_i32);
            let asked = (
                "Keyfob",
                replaced,
                icon,
                title,
                body,
                &actions[..],
                hints,
                own_time,
            );
            let id: u32 = self.proxy.call("Notify", &asked).await?;
            self.shown.insert(notice.key.clone(), id);
            Ok(())
        }
    }

    fn open(app: &AppHandle) {
        let handle = app.clone();
        let opened = app.run_on_main_thread(move || {
            if window::show(&handle).is_err() {
                tracing::warn!("the window could not be shown");
            }
        });
        if opened.is_err() {
            tracing::warn!("the window could not be shown");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_names_the_host_and_how_many_and_nobody() {
        let notice = |kind, count| Notice {
            key: "https://sso.example.com".into(),
            kind,
            host: "sso.example.com".into(),
            count,
        };
        let (title, body) = words(&notice(NoticeKind::SignInNeeded, 1));
        assert_eq!(
            (title, body.as_str()),
            ("Sign in again", "A session at sso.example.com ended.")
        );
        let (_, body) = words(&notice(NoticeKind::SignInNeeded, 3));
        assert_eq!(body, "3 sessions at sso.example.com ended.");
    }
}
