//! Whether this desktop shows tray icons. Without a host an icon would be shown nowhere, and a
//! hidden window could not come back. A host may come later than Keyfob, as after a login.

use futures_util::StreamExt;
use tauri::AppHandle;
use zbus::{Connection, fdo::DBusProxy, names::BusName};

use super::{has_bus, shown};

/// The one who keeps the list of tray icons (StatusNotifierItem).
const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// Follows whether there is a host, where an icon can be shown at all.
pub(super) fn watch(app: &AppHandle, can_show: bool) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(error) = follow(&app, can_show).await {
            tracing::info!(%error, "no tray: there is no session bus");
        }
    });
}

async fn follow(app: &AppHandle, can_show: bool) -> zbus::Result<()> {
    let bus = Connection::session().await?;
    has_bus(app);
    if !can_show {
        return Ok(());
    }
    let names = DBusProxy::new(&bus).await?;
    let mut changes = names
        .receive_name_owner_changed_with_args(&[(0, WATCHER)])
        .await?;
    let is_there = names.name_has_owner(BusName::try_from(WATCHER)?).await?;
    if !is_there {
        tracing::info!("no tray: this desktop has no place for tray icons");
    }
    tell(app, is_there);
    while let Some(change) = changes.next().await {
        tell(app, change.args()?.new_owner().is_some());
    }
    Ok(())
}

fn tell(app: &AppHandle, is_there: bool) {
    let handle = app.clone();
    // Icons belong to the thread of the windows.
    if app
        .run_on_main_thread(move || shown(&handle, is_there))
        .is_err()
    {
        tracing::warn!("the tray could not be built");
    }
}
