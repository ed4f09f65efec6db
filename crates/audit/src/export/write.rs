//! Writes the export.
use std::{borrow::Borrow, io::Write};

use keyfob_token::UnixMillis;

use super::{ExportError, ExportOptions, ExportSummary, Log, Step};
use crate::{checkpoint::Signer, event::Event};

/// Writes the whole log from its first event, in order, with what `options` shows; ends with a
/// checkpoint signed at `now` and a seal over the content of the file.
///
/// `progress` hears how many events are done, every 256 events.
pub fn export<E: Borrow<Event>>(
    log: Log<'_>,
    events: impl IntoIterator<Item = E>,
    signer: &Signer,
    now: UnixMillis,
    options: &ExportOptions,
    out: &mut impl Write,
    progress: &mut dyn FnMut(u64) -> Step,
) -> Result<ExportSummary, ExportError> {
    let _ = (
        log,
        events.into_iter().count(),
        signer,
        now,
        options,
        out,
        progress,
    );
    unimplemented!()
}
