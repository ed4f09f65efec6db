//! One pass over the rows of an export: chain, checkpoints, seal.

use super::report::{Breach, BreachKind, Finding, Report, SignedBy};
use crate::{
    chain::Head,
    checkpoint::{Checkpoint, is_signed_by, key_fingerprint},
    digest::Digest,
    file::{Content, Header, Row, ShownEvent, json_form::to_line, seal_message},
};

/// Whether something follows a row that can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Nothing follows.
    HereAfter,
    /// There is more.
    Later,
}

/// Where the pass has come to.
pub(super) struct Walk {
    header: Header,
    expected_key: Option<String>,
    head: Head,
    content: Content,
    events: u64,
    hidden: u64,
    checkpoints: u64,
    last_checkpoint: Option<Head>,
    public_key: Option<Digest>,
    sealed: bool,
}

impl Walk {
    /// After the first row.
    pub(super) fn begin(header: Header, expected_key: Option<String>) -> Self {
        let mut content = Content::default();
        content.add(&to_line(&Row::Header(header.clone())));
        Self {
            header,
            expected_key,
            head: Head::EMPTY,
            content,
            events: 0,
            hidden: 0,
            checkpoints: 0,
            last_checkpoint: None,
            public_key: None,
            sealed: false,
        }
    }

    /// Takes the next row, which is `line` in JSON Lines.
    pub(super) fn step(&mut self, row: &Row, line: &str) -> Result<(), Breach> {
        if self.sealed {
            return Err(Breach {
                seq: self.head.seq,
                kind: BreachKind::AfterSeal,
            });
        }
        match row {
            Row::Header(_) => return Err(self.breach(BreachKind::Unreadable)),
            Row::Event(event) => self.event(event)?,
            Row::Leaf { seq, leaf, chain } => {
                self.link(*seq, *leaf, *chain)?;
                self.hidden += 1;
            }
            Row::Checkpoint(checkpoint) => self.checkpoint(checkpoint)?,
            Row::End { content, signature } => return self.end(content, signature),
        }
        self.content.add(line);
        Ok(())
    }

    fn event(&mut self, event: &ShownEvent) -> Result<(), Breach> {
        let seq = event
            .seq()
            .ok_or_else(|| self.breach(BreachKind::Unreadable))?;
        self.link(seq, event.leaf(), event.chain)?;
        self.events += 1;
        Ok(())
    }

    fn link(&mut self, seq: u64, leaf: Digest, chain: Digest) -> Result<(), Breach> {
        let expected = self.head.seq + 1;
        if seq < expected {
            return Err(Breach {
                seq,
                kind: BreachKind::Reordered,
            });
        }
        if seq > expected {
            return Err(self.breach(BreachKind::Gap));
        }
        let next = self.head.after(self.header.log, leaf);
        if next.chain != chain {
            return Err(self.breach(BreachKind::Altered));
        }
        self.head = next;
        Ok(())
    }

    fn checkpoint(&mut self, checkpoint: &Checkpoint) -> Result<(), Breach> {
        let until = checkpoint.seq;
        if until > self.head.seq {
            return Err(self.breach(BreachKind::Gap));
        }
        if until < self.head.seq {
            return Err(Breach {
                seq: until,
                kind: BreachKind::Reordered,
            });
        }
        // What the last good checkpoint does not cover is in doubt.
        let seq = self
            .last_checkpoint
            .map_or(1, |last| last.seq + 1)
            .min(until);
        if checkpoint.chain != self.head.chain {
            return Err(Breach {
                seq,
                kind: BreachKind::Rewritten { until },
            });
        }
        if !checkpoint.is_signed(self.header.log) {
            return Err(Breach {
                seq,
                kind: BreachKind::BadSignature { until },
            });
        }
        let first_key = *self.public_key.get_or_insert(checkpoint.public_key);
        let fingerprint = key_fingerprint(&checkpoint.public_key);
        let unexpected = self
            .expected_key
            .as_ref()
            .is_some_and(|key| *key != fingerprint);
        if checkpoint.public_key != first_key || unexpected {
            return Err(Breach {
                seq,
                kind: BreachKind::Resigned { until },
            });
        }
        self.checkpoints += 1;
        self.last_checkpoint = Some(self.head);
        Ok(())
    }

    fn end(&mut self, content: &Digest, signature: &str) -> Result<(), Breach> {
        let Some(public_key) = self
            .public_key
            .filter(|_| self.last_checkpoint == Some(self.head))
        else {
            return Err(self.breach(BreachKind::CutTail));
        };
        let actual = std::mem::take(&mut self.content).digest();
        let message = seal_message(self.header.log, &self.head, &actual);
        if actual != *content || !is_signed_by(&public_key, &message, signature) {
            return Err(Breach {
                seq: self.head.seq,
                kind: BreachKind::Unsealed,
            });
        }
        self.sealed = true;
        Ok(())
    }

    /// The file ended.
    pub(super) fn ended(&self) -> Result<SignedBy, Breach> {
        match (self.sealed, &self.expected_key) {
            (false, _) => Err(self.breach(BreachKind::CutTail)),
            (true, Some(_)) => Ok(SignedBy::ExpectedKey),
            (true, None) => Ok(SignedBy::UncheckedKey),
        }
    }

    /// A row could not be read.
    pub(super) fn unreadable(&self, ending: Ending) -> Breach {
        match (self.sealed, ending) {
            (true, _) => Breach {
                seq: self.head.seq,
                kind: BreachKind::AfterSeal,
            },
            (false, Ending::HereAfter) => self.breach(BreachKind::CutTail),
            (false, Ending::Later) => self.breach(BreachKind::Unreadable),
        }
    }

    /// What was found so far, with the outcome.
    pub(super) fn report(self, finding: Finding) -> Report {
        Report {
            events: self.events,
            hidden: self.hidden,
            checkpoints: self.checkpoints,
            last: self.head.seq,
            log_id: self.header.log,
            exported_at: self.header.exported_at,
            fingerprint: self.public_key.as_ref().map(key_fingerprint),
            finding,
        }
    }

    fn breach(&self, kind: BreachKind) -> Breach {
        Breach {
            seq: self.head.seq + 1,
            kind,
        }
    }
}
