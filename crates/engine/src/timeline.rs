//! What ends when, across all sessions.

use crate::{
    engine::Engine,
    error::EngineError,
    view::{TimelinePage, TimelineQuery},
};

impl Engine {
    /// A window of the timeline. Reads memory only.
    ///
    /// # Errors
    /// The vault is not open.
    pub fn timeline_page(&self, query: &TimelineQuery) -> Result<TimelinePage, EngineError> {
        let core = &self.core;
        core.require_open()?;
        let around = core.around();
        Ok(core.roster(|roster| roster.timeline(query, &around)))
    }
}
