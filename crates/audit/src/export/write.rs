//! Writes an export, row by row.

use std::{
    borrow::Borrow,
    io::{self, Write},
};

use keyfob_token::UnixMillis;

use super::{ExportError, ExportFormat, ExportOptions, ExportSummary, Log, Step, mask::Masker};
use crate::{
    canonical::public_fields,
    chain::{Head, verified_step},
    checkpoint::{Checkpoint, Signer},
    event::Event,
    file::{
        Content, EXPORT_VERSION, Header, Row, Shown, ShownEvent,
        csv_form::{self, COLUMNS},
        json_form, seal_message,
    },
};

/// How many events pass between two calls of the progress callback.
const PROGRESS_EVERY: u64 = 256;

/// Writes the whole log from its first event, in order, with what `options` shows; ends with a
/// checkpoint signed at `now` and a seal over the content of the file.
///
/// `progress` hears how many events are done, every 256 events and at the end.
pub fn export<E: Borrow<Event>>(
    log: Log<'_>,
    events: impl IntoIterator<Item = E>,
    signer: &Signer,
    now: UnixMillis,
    options: &ExportOptions,
    out: &mut impl Write,
    progress: &mut dyn FnMut(u64) -> Step,
) -> Result<ExportSummary, ExportError> {
    let masker = Masker::make(options)?;
    let mut file = File::begin(out, options.format)?;
    file.row(&Row::Header(Header {
        version: EXPORT_VERSION,
        log: log.id,
        exported_at: now,
        accounts: options.accounts,
        hosts: options.hosts,
    }))?;
    let mut checkpoints = log.checkpoints.iter().peekable();
    let (mut shown, mut hidden, mut masked) = (0, 0, 0);
    let mut head = Head::EMPTY;
    for event in events {
        let event = event.borrow();
        head = verified_step(log.id, &head, event)
            .map_err(|broken| ExportError::Broken { seq: broken.seq })?;
        if options.filter.shows(&event.draft) {
            let row = show(event, &head, &masker);
            masked += row
                .guarded
                .values()
                .filter(|field| is_masked(field))
                .count() as u64;
            shown += 1;
            file.row(&Row::Event(row))?;
        } else {
            hidden += 1;
            file.row(&Row::Leaf {
                seq: head.seq,
                leaf: event.leaf,
                chain: head.chain,
            })?;
        }
        while let Some(checkpoint) = checkpoints.next_if(|next| next.seq <= head.seq) {
            file.row(&Row::Checkpoint(checked(log, checkpoint, &head, signer)?))?;
        }
        if head.seq.is_multiple_of(PROGRESS_EVERY) && progress(head.seq) == Step::Cancel {
            return Err(ExportError::Cancelled);
        }
    }
    if head != log.head || checkpoints.next().is_some() {
        return Err(ExportError::Broken { seq: head.seq + 1 });
    }
    let checkpoint = signer.checkpoint(log.id, &head, now);
    file.row(&Row::Checkpoint(checkpoint.clone()))?;
    let bytes = file.end(log, &head, signer)?;
    if progress(head.seq) == Step::Cancel {
        return Err(ExportError::Cancelled);
    }
    Ok(ExportSummary {
        events: shown,
        hidden,
        masked,
        bytes,
        checkpoint,
    })
}

/// An event as it is shown at `head`, the head after it.
pub(super) fn show(event: &Event, head: &Head, masker: &Masker) -> ShownEvent {
    ShownEvent {
        fields: public_fields(event.seq, &event.draft),
        guarded: masker.shown(event),
        chain: head.chain,
    }
}

fn is_masked(shown: &Shown) -> bool {
    !matches!(shown, Shown::Kept { .. })
}

/// A stored checkpoint, if it is ours and covers exactly what leads to `head`.
fn checked(
    log: Log<'_>,
    checkpoint: &Checkpoint,
    head: &Head,
    signer: &Signer,
) -> Result<Checkpoint, ExportError> {
    let holds = checkpoint.seq == head.seq
        && checkpoint.chain == head.chain
        && checkpoint.public_key == signer.public_key()
        && checkpoint.is_signed(log.id);
    if holds {
        Ok(checkpoint.clone())
    } else {
        Err(ExportError::Broken {
            seq: checkpoint.seq,
        })
    }
}

/// An export being written.
struct File<W: Write> {
    format: Writer<W>,
    content: Content,
}

enum Writer<W: Write> {
    JsonLines(Counted<W>),
    Csv(Box<csv::Writer<Counted<W>>>),
}

impl<W: Write> File<W> {
    fn begin(out: W, format: ExportFormat) -> io::Result<Self> {
        let out = Counted { out, bytes: 0 };
        let format = match format {
            ExportFormat::JsonLines => Writer::JsonLines(out),
            ExportFormat::Csv => {
                let mut writer = csv::WriterBuilder::new()
                    .terminator(csv::Terminator::CRLF)
                    .from_writer(out);
                writer.write_record(COLUMNS).map_err(io_error)?;
                Writer::Csv(Box::new(writer))
            }
        };
        Ok(Self {
            format,
            content: Content::default(),
        })
    }

    fn row(&mut self, row: &Row) -> io::Result<()> {
        let line = json_form::to_line(row);
        self.content.add(&line);
        self.write(row, &line)
    }

    fn write(&mut self, row: &Row, line: &str) -> io::Result<()> {
        match &mut self.format {
            Writer::JsonLines(out) => {
                out.write_all(line.as_bytes())?;
                out.write_all(b"\n")
            }
            Writer::Csv(writer) => {
                let cells = csv_form::to_cells(row);
                writer
                    .write_record(csv_form::to_record(&cells))
                    .map_err(io_error)
            }
        }
    }

    /// Writes the last row and returns how many bytes there are.
    fn end(mut self, log: Log<'_>, head: &Head, signer: &Signer) -> io::Result<u64> {
        let content = std::mem::take(&mut self.content).digest();
        let signature = signer.sign(&seal_message(log.id, head, &content));
        let row = Row::End { content, signature };
        let line = json_form::to_line(&row);
        self.write(&row, &line)?;
        let mut out = match self.format {
            Writer::JsonLines(out) => out,
            Writer::Csv(mut writer) => {
                writer.flush()?;
                writer
                    .into_inner()
                    .map_err(|error| io::Error::from(error.error().kind()))?
            }
        };
        out.flush()?;
        Ok(out.bytes)
    }
}

fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => io::Error::other("the table could not be written"),
    }
}

/// Counts what passes through.
struct Counted<W> {
    out: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let count = self.out.write(buffer)?;
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
