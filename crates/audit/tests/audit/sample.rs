//! Logs to test with.

use std::collections::BTreeMap;

use keyfob_audit::{
    Actor, Checkpoint, Code, Detail, DetailKey, Draft, Event, EventKind, ExportFilter,
    ExportFormat, ExportOptions, ExportSummary, Guarded, Head, Log, Mask, Outcome, Report, Signer,
    Step, TokenRef, append, checkpoint_due, export, verify,
};
use keyfob_secret::{FingerprintKey, Key32, LengthClass};
use keyfob_token::{SessionId, TokenKind, UnixMillis};
use uuid::Uuid;

pub(crate) const LOG_ID: Uuid = Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0001);
pub(crate) const NOW: UnixMillis = UnixMillis(1_795_000_000_000);

pub(crate) fn signer() -> Signer {
    Signer::new(&Key32::new([7; 32]))
}

pub(crate) struct SampleLog {
    pub(crate) events: Vec<Event>,
    pub(crate) head: Head,
    pub(crate) checkpoints: Vec<Checkpoint>,
}

impl SampleLog {
    pub(crate) fn of(drafts: impl IntoIterator<Item = Draft>) -> Self {
        let mut log = Self {
            events: Vec::new(),
            head: Head::EMPTY,
            checkpoints: Vec::new(),
        };
        for draft in drafts {
            let (event, head) = append(LOG_ID, &log.head, draft).unwrap();
            log.events.push(event);
            log.head = head;
            if checkpoint_due(head.seq) {
                log.checkpoints
                    .push(signer().checkpoint(LOG_ID, &head, NOW));
            }
        }
        log
    }

    pub(crate) fn with(count: u64) -> Self {
        Self::of((1..=count).map(draft))
    }

    pub(crate) fn exported(&self, options: &ExportOptions) -> (Vec<u8>, ExportSummary) {
        self.exported_by(&signer(), options)
    }

    pub(crate) fn exported_by(
        &self,
        signer: &Signer,
        options: &ExportOptions,
    ) -> (Vec<u8>, ExportSummary) {
        let log = Log {
            id: LOG_ID,
            head: self.head,
            checkpoints: &self.checkpoints,
        };
        let mut out = Vec::new();
        let go_on = &mut |_| Step::Continue;
        let summary = export(log, &self.events, signer, NOW, options, &mut out, go_on).unwrap();
        (out, summary)
    }
}

pub(crate) fn draft(n: u64) -> Draft {
    let key = FingerprintKey::new(Key32::new([9; 32]));
    Draft {
        event: EventKind::ALL[n as usize % EventKind::ALL.len()],
        actor: [Actor::User, Actor::Keyfob, Actor::Cli][n as usize % 3],
        result: if n.is_multiple_of(4) {
            Outcome::Failed
        } else {
            Outcome::Ok
        },
        session: Some(SessionId(Uuid::from_u128(u128::from(n % 5)))),
        token: n.is_multiple_of(2).then(|| TokenRef {
            kind: TokenKind::Refresh,
            fingerprint: key.fingerprint("refresh", &n.to_string()),
            length: LengthClass::Medium,
        }),
        generation: Some(n),
        code: n.is_multiple_of(4).then(|| Code::known("invalid_grant")),
        details: BTreeMap::from([
            (DetailKey::Attempt, Detail::number(n)),
            (DetailKey::RetryAt, Detail::At(NOW + n as i64)),
            (DetailKey::Cause, Detail::code("due")),
        ]),
        guarded: Guarded {
            account: Some(format!("=account-{}@example.com", n % 3)),
            host: Some("id.example.com".into()),
            device: n.is_multiple_of(3).then(|| "Laptop \"blue\", 日本".into()),
            issuer: Some("https://id.example.com/realm".into()),
            label: Some("'work\r\nline".into()),
        },
        ..Draft::new(NOW + n as i64 * 1000, EventKind::RefreshSucceeded)
    }
}

pub(crate) const FORMATS: [ExportFormat; 2] = [ExportFormat::JsonLines, ExportFormat::Csv];

pub(crate) fn options(format: ExportFormat, accounts: Mask, hosts: Mask) -> ExportOptions {
    ExportOptions {
        filter: ExportFilter::default(),
        format,
        accounts,
        hosts,
    }
}

pub(crate) fn everything(format: ExportFormat) -> ExportOptions {
    options(format, Mask::Keep, Mask::Keep)
}

pub(crate) fn verified(file: &[u8]) -> Report {
    verify(file, Some(&signer().fingerprint())).unwrap()
}
