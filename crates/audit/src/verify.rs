//! Verification of an export, offline: by what the file itself says and a key's fingerprint.
//!
//! What it cannot find, because only something kept outside the file could: that the log went on
//! after this export, that the whole log was made anew by whoever holds the signing key, and, when
//! no fingerprint is given, that all of it was made by someone else.

mod report;
mod walk;

use std::io::BufRead;

pub use report::{Breach, BreachKind, Finding, Report, SignedBy, VerifyError};

use crate::{
    checkpoint::parse_key_fingerprint,
    file::{
        Row,
        reader::{Next, Rows},
    },
};
use walk::{Ending, Walk};

/// Reads an export to its end, in either format, and names the first thing that does not hold.
///
/// `expected_key` is the fingerprint as [`key_fingerprint`](crate::key_fingerprint) writes it;
/// case, spaces and hyphens do not matter. Never holds more than one row in memory.
pub fn verify(source: impl BufRead, expected_key: Option<&str>) -> Result<Report, VerifyError> {
    let expected = match expected_key {
        Some(text) => Some(parse_key_fingerprint(text).ok_or(VerifyError::NotAFingerprint)?),
        None => None,
    };
    let mut rows = Rows::open(source)?.ok_or(VerifyError::NotAnExport)?;
    let header = match rows.next()? {
        Next::Row(row, _) => match *row {
            Row::Header(header) => header,
            _ => return Err(VerifyError::NotAnExport),
        },
        Next::Newer(version) => return Err(VerifyError::Newer { version }),
        Next::Unreadable | Next::End => return Err(VerifyError::NotAnExport),
    };
    let mut walk = Walk::begin(header, expected);
    let finding = match steps(&mut walk, &mut rows)? {
        Ok(signed_by) => Finding::Intact(signed_by),
        Err(breach) => Finding::Broken(breach),
    };
    Ok(walk.report(finding))
}

/// Follows the rows to the end of the file or to the first breach.
fn steps<R: BufRead>(
    walk: &mut Walk,
    rows: &mut Rows<R>,
) -> std::io::Result<Result<SignedBy, Breach>> {
    loop {
        let outcome = match rows.next()? {
            Next::End => return Ok(walk.ended()),
            Next::Row(row, line) => walk.step(&row, &line),
            Next::Unreadable | Next::Newer(_) => {
                // A row that breaks off where the file ends was cut, not altered.
                let ending = match rows.next()? {
                    Next::End => Ending::HereAfter,
                    _ => Ending::Later,
                };
                return Ok(Err(walk.unreadable(ending)));
            }
        };
        match outcome {
            Ok(()) => {}
            Err(Breach {
                seq,
                kind: BreachKind::Gap,
            }) if later_has(rows, seq)? => {
                return Ok(Err(Breach {
                    seq,
                    kind: BreachKind::Reordered,
                }));
            }
            Err(breach) => return Ok(Err(breach)),
        }
    }
}

/// Whether a missing event comes later in the file: then it was moved, not removed.
fn later_has<R: BufRead>(rows: &mut Rows<R>, missing: u64) -> std::io::Result<bool> {
    loop {
        let seq = match rows.next()? {
            Next::End | Next::Unreadable | Next::Newer(_) => return Ok(false),
            Next::Row(row, _) => match &*row {
                Row::Event(event) => event.seq(),
                Row::Leaf { seq, .. } => Some(*seq),
                _ => None,
            },
        };
        if seq == Some(missing) {
            return Ok(true);
        }
    }
}
