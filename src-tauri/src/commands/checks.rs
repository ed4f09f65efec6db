//! What is seen over sessions: findings of good practice, and what ends when.

use keyfob_engine::{
    Engine,
    view::{FindingsView, TimelinePage, TimelineQuery},
};
use tauri::{State, command};

use super::{Answer, seen};

#[command]
pub(crate) async fn session_findings(
    engine: State<'_, Engine>,
    id: String,
) -> Answer<FindingsView> {
    engine.session_findings(&id).await.map_err(seen)
}

#[command]
pub(crate) async fn dismiss_finding(
    engine: State<'_, Engine>,
    id: String,
    code: String,
) -> Answer<FindingsView> {
    engine.dismiss_finding(&id, &code).await.map_err(seen)
}

#[command]
pub(crate) async fn restore_finding(
    engine: State<'_, Engine>,
    id: String,
    code: String,
) -> Answer<FindingsView> {
    engine.restore_finding(&id, &code).await.map_err(seen)
}

#[command]
pub(crate) fn timeline_page(
    engine: State<'_, Engine>,
    query: TimelineQuery,
) -> Answer<TimelinePage> {
    engine.timeline_page(&query).map_err(seen)
}
