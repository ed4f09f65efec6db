//! The redacted export: previewed, written to a private file, and only then put in its place.

mod file;

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use keyfob_audit::{
    EventKind, ExportError, ExportFilter, ExportFormat, ExportOptions, Log, Mask as Masking, Step,
    export, preview,
};
use keyfob_token::UnixMillis;
use keyfob_vault::Vault;

use crate::{
    audit::broken,
    engine::{Core, Engine, blocking, locked, parse_id},
    error::EngineError,
    host::Changed,
    view::{
        ErrorCode, ExportPreview, ExportProgress, ExportRequest, ExportResult, Mask, PreviewLine,
        Span,
    },
};

/// Lines of a preview.
const PREVIEW_LINES: usize = 3;

/// The export that runs, its target, and the last file written.
#[derive(Default)]
pub(crate) struct ExportState {
    cancelled: AtomicBool,
    /// Events written, and events in all, of the export that runs.
    done: AtomicU64,
    total: AtomicU64,
    target: Mutex<Option<PathBuf>>,
    last: Mutex<Option<PathBuf>>,
}

impl Engine {
    /// What an export would hold; nothing is written.
    ///
    /// # Errors
    /// The vault is not open, or its log is broken.
    pub async fn export_preview(
        &self,
        request: ExportRequest,
    ) -> Result<ExportPreview, EngineError> {
        let core = self.core.clone();
        let vault = core.vault()?;
        let now = core.now().wall;
        blocking(move || {
            let options = options_of(&request)?;
            let events = vault.audit_events(1..=vault.audit_head()?.seq)?;
            let newest = events.iter().rev();
            let lines = preview(newest, &options, PREVIEW_LINES).map_err(failed)?;
            let checkpoints = vault.audit_checkpoints()?.len() + 1;
            // The whole file is written into nothing: only so are the counts those of the file.
            let summary = write_log(&vault, now, &options, &mut std::io::sink(), &mut |_| {
                Step::Continue
            })?;
            Ok(ExportPreview {
                lines: lines.iter().map(preview_line).collect(),
                events: small(summary.events),
                masked: small(summary.masked),
                bytes: small(summary.bytes),
                checkpoints: small(checkpoints as u64),
                target: core.export_target(&request).display().to_string(),
            })
        })
        .await
    }

    /// Where the next export goes; the shell lets the user choose.
    pub fn set_export_target(&self, path: PathBuf) {
        *locked(&self.core.export.target) = Some(path);
    }

    /// Where the next export would go.
    pub fn export_target(&self, request: &ExportRequest) -> PathBuf {
        self.core.export_target(request)
    }

    /// Writes the export: a private file beside the target, then renamed onto it. A link as target
    /// is refused.
    ///
    /// # Errors
    /// The log is broken, the file can't be written, or the user cancelled.
    pub async fn export_audit(&self, request: ExportRequest) -> Result<ExportResult, EngineError> {
        let core = self.core.clone();
        let vault = core.vault()?;
        let now = core.now().wall;
        let target = core.export_target(&request);
        core.export.cancelled.store(false, Ordering::Relaxed);
        core.export.done.store(0, Ordering::Relaxed);
        core.export.total.store(0, Ordering::Relaxed);
        let written = target.clone();
        let worker = core.clone();
        let result = blocking(move || {
            let options = options_of(&request)?;
            // The event comes first, so that the file tells of its own making.
            let event = worker.event(EventKind::LogExported);
            vault.write(|tx| tx.record(event).map(drop))?;
            let total = vault.audit_head()?.seq;
            worker.export.total.store(total, Ordering::Relaxed);
            let summary = file::write_privately(&written, |out| {
                write_log(&vault, now, &options, out, &mut |done| {
                    worker.export_step(done)
                })
            })?;
            // The checkpoint that ends the file stays here too: it is what the file is held against.
            vault.write(|tx| tx.put_checkpoint(&summary.checkpoint))?;
            Ok(ExportResult {
                path: written.display().to_string(),
                events: small(summary.events),
                masked: small(summary.masked),
                key: vault.audit_signer().fingerprint(),
            })
        })
        .await?;
        *locked(&core.export.last) = Some(target);
        core.keep_anchor().await;
        core.host.changed(Changed::Audit);
        Ok(result)
    }

    /// How far the running export is; all zero before the first.
    pub fn export_progress(&self) -> ExportProgress {
        let read = |count: &AtomicU64| small(count.load(Ordering::Relaxed));
        ExportProgress {
            done: read(&self.core.export.done),
            total: read(&self.core.export.total),
        }
    }

    /// Stops a running export; its file is thrown away.
    pub fn cancel_export(&self) {
        self.core.export.cancelled.store(true, Ordering::Relaxed);
    }

    /// Shows the last export in the file manager.
    ///
    /// # Errors
    /// Nothing was exported yet, or there is no file manager.
    pub fn show_export(&self) -> Result<(), EngineError> {
        let path = locked(&self.core.export.last)
            .clone()
            .ok_or(ErrorCode::ExportFailed)?;
        self.core.host.show_path(&path)
    }
}

impl Core {
    fn export_step(&self, done: u64) -> Step {
        self.export.done.store(done, Ordering::Relaxed);
        self.host.changed(Changed::Export);
        if self.export.cancelled.load(Ordering::Relaxed) {
            Step::Cancel
        } else {
            Step::Continue
        }
    }

    /// The chosen target, else a dated file in the user's documents.
    fn export_target(&self, request: &ExportRequest) -> PathBuf {
        if let Some(chosen) = locked(&self.export.target).clone() {
            return chosen;
        }
        let folder = directories::UserDirs::new()
            .map(|dirs| {
                let documents = dirs.document_dir().filter(|dir| dir.is_dir());
                documents.unwrap_or(dirs.home_dir()).to_owned()
            })
            .unwrap_or_else(|| PathBuf::from("."));
        let day = jiff::Timestamp::from_millisecond(self.now().wall.0)
            .map(|at| at.strftime("%Y-%m-%d").to_string())
            .unwrap_or_else(|_| "undated".to_owned());
        folder.join(format!("keyfob-audit-{day}.{}", request.format))
    }
}

fn write_log(
    vault: &Vault,
    now: UnixMillis,
    options: &ExportOptions,
    mut out: &mut impl std::io::Write,
    progress: &mut dyn FnMut(u64) -> Step,
) -> Result<keyfob_audit::ExportSummary, EngineError> {
    let head = vault.audit_head()?;
    let events = vault.audit_events(1..=head.seq)?;
    let checkpoints = vault.audit_checkpoints()?;
    let log = Log {
        id: vault.log_id(),
        head,
        checkpoints: &checkpoints,
    };
    export(
        log,
        &events,
        vault.audit_signer(),
        now,
        options,
        &mut out,
        progress,
    )
    .map_err(failed)
}

fn options_of(request: &ExportRequest) -> Result<ExportOptions, EngineError> {
    let filter = &request.filter;
    let events: BTreeSet<EventKind> = EventKind::ALL
        .iter()
        .copied()
        .filter(|kind| filter.events.iter().any(|name| name == kind.as_str()))
        .collect();
    let session = filter.session.as_deref().map(parse_id).transpose()?;
    Ok(ExportOptions {
        filter: ExportFilter {
            from: filter.from.map(UnixMillis),
            until: filter.to.map(|to| UnixMillis(to) + 1),
            events: (!filter.events.is_empty()).then_some(events),
            sessions: session.map(|id| BTreeSet::from([id])),
        },
        format: match request.format.as_str() {
            "csv" => ExportFormat::Csv,
            _ => ExportFormat::JsonLines,
        },
        accounts: masking(request.accounts),
        hosts: masking(request.hosts),
    })
}

fn masking(mask: Mask) -> Masking {
    match mask {
        Mask::Keep => Masking::Keep,
        Mask::Hash => Masking::Hash,
        Mask::Remove => Masking::Remove,
    }
}

fn failed(error: ExportError) -> EngineError {
    match error {
        ExportError::Broken { seq } => broken(seq),
        ExportError::Cancelled => ErrorCode::ExportCancelled.into(),
        ExportError::Write(error) => file::io_error(&error),
        _ => ErrorCode::Internal.into(),
    }
}

/// The parts of a line as one text with the spans that are masked, in UTF-16 units.
fn preview_line(line: &keyfob_audit::PreviewLine) -> PreviewLine {
    let mut text = String::new();
    let mut masked = Vec::new();
    let mut units = 0;
    for part in &line.parts {
        let length = small(part.text.encode_utf16().count() as u64);
        if part.masked {
            masked.push(Span {
                start: units,
                end: units + length,
            });
        }
        units += length;
        text.push_str(&part.text);
    }
    PreviewLine { text, masked }
}

fn small(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
