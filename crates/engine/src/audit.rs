//! The audit log as the user reads it: filtered, newest first, and checked as a chain.

use std::collections::BTreeSet;

use keyfob_audit::{Detail, Event, verify_chain};
use keyfob_secret::escape_untrusted;
use keyfob_vault::Vault;

use crate::{
    engine::{Engine, blocking, parse_id},
    error::EngineError,
    view::{AuditFilter, AuditPage, AuditRow, ChainView, ErrorCode, FactView, HistoryRow},
};

/// Most rows of one answer.
const MOST_ROWS: usize = 500;
/// Most events of one session's history.
const MOST_HISTORY: usize = 200;

impl Engine {
    /// A window of the log, newest first.
    ///
    /// # Errors
    /// The vault is not open or can't be read.
    pub async fn audit_page(&self, filter: AuditFilter) -> Result<AuditPage, EngineError> {
        let vault = self.core.vault()?;
        blocking(move || page(&vault, &filter)).await
    }

    /// Walks the whole chain and says whether it holds.
    ///
    /// # Errors
    /// The vault is not open or can't be read.
    pub async fn audit_chain(&self) -> Result<ChainView, EngineError> {
        let vault = self.core.vault()?;
        let now = self.core.now().wall;
        blocking(move || {
            let head = vault.audit_head()?;
            let events = vault.audit_events(1..=head.seq)?;
            let broken_at = match verify_chain(vault.log_id(), &events) {
                Ok(found) if found == head => None,
                // The events fit one another, but not the head that was stored with them.
                Ok(found) => Some(found.seq.min(head.seq) + 1),
                Err(broken) => Some(broken.seq),
            };
            let newest = vault.audit_checkpoints()?.pop();
            Ok(ChainView {
                events: count(events.len()),
                intact: broken_at.is_none(),
                broken_at: broken_at.map(number),
                checkpoint_seq: newest.as_ref().map(|checkpoint| number(checkpoint.seq)),
                checkpoint_at: newest.as_ref().map(|checkpoint| checkpoint.at.0),
                key: vault.audit_signer().fingerprint(),
                checked_at: now.0,
            })
        })
        .await
    }

    /// The events of one session, newest first.
    ///
    /// # Errors
    /// The vault is not open or can't be read.
    pub async fn session_history(&self, id: &str) -> Result<Vec<HistoryRow>, EngineError> {
        let vault = self.core.vault()?;
        let id = parse_id(id)?;
        blocking(move || {
            let head = vault.audit_head()?;
            let events = vault.audit_events(1..=head.seq)?;
            let rows = events
                .iter()
                .rev()
                .filter(|event| event.draft.session == Some(id));
            Ok(rows.take(MOST_HISTORY).map(history_row).collect())
        })
        .await
    }
}

fn page(vault: &Vault, filter: &AuditFilter) -> Result<AuditPage, EngineError> {
    let head = vault.audit_head()?;
    let events = vault.audit_events(1..=head.seq)?;
    let signed: BTreeSet<u64> = vault
        .audit_checkpoints()?
        .iter()
        .map(|checkpoint| checkpoint.seq)
        .collect();
    let words: Vec<String> = filter
        .text
        .split_whitespace()
        .take(16)
        .map(str::to_lowercase)
        .collect();
    let session = filter.session.as_deref().map(parse_id).transpose()?;
    let mut kinds = BTreeSet::new();
    let mut matched = 0;
    let mut rows = Vec::new();
    let (from, limit) = (
        filter.offset as usize,
        (filter.limit as usize).min(MOST_ROWS),
    );
    for event in events.iter().rev() {
        kinds.insert(event.draft.event);
        if session.is_some() && event.draft.session != session || !matches(event, filter, &words) {
            continue;
        }
        if matched >= from && rows.len() < limit {
            rows.push(audit_row(event, signed.contains(&event.seq)));
        }
        matched += 1;
    }
    Ok(AuditPage {
        rows,
        matched: count(matched),
        total: count(events.len()),
        events: kinds
            .into_iter()
            .map(|kind| kind.as_str().to_owned())
            .collect(),
    })
}

fn matches(event: &Event, filter: &AuditFilter, words: &[String]) -> bool {
    let draft = &event.draft;
    let among = |list: &[String], word: &str| list.is_empty() || list.iter().any(|it| it == word);
    among(&filter.events, draft.event.as_str())
        && among(&filter.actors, word(&draft.actor).as_str())
        && among(&filter.results, word(&draft.result).as_str())
        && filter.from.is_none_or(|from| draft.at.0 >= from)
        && filter.to.is_none_or(|to| draft.at.0 <= to)
        && words.iter().all(|word| holds(event, word))
}

fn holds(event: &Event, word: &str) -> bool {
    let draft = &event.draft;
    let guarded = &draft.guarded;
    let code = draft.code.as_ref().map(|code| code.as_str());
    [
        Some(draft.event.as_str()),
        code,
        guarded.account.as_deref(),
        guarded.host.as_deref(),
        guarded.issuer.as_deref(),
        guarded.label.as_deref(),
        guarded.device.as_deref(),
    ]
    .into_iter()
    .flatten()
    .any(|field| field.to_lowercase().contains(word))
}

fn audit_row(event: &Event, checkpoint: bool) -> AuditRow {
    let draft = &event.draft;
    let shown = |text: &Option<String>| text.as_ref().map(|text| escape_untrusted(text, 300));
    AuditRow {
        seq: number(event.seq),
        at: draft.at.0,
        actor: word(&draft.actor),
        event: draft.event.as_str().to_owned(),
        result: word(&draft.result),
        session: draft.session.map(|id| id.0.to_string()),
        label: shown(&draft.guarded.label),
        account: shown(&draft.guarded.account),
        host: shown(&draft.guarded.host),
        token: draft
            .token
            .map(|token| format!("{} {}", token.kind.as_str(), token.fingerprint.short())),
        code: draft.code.as_ref().map(|code| code.as_str().to_owned()),
        facts: draft
            .details
            .iter()
            .map(|(key, value)| FactView {
                name: word(key),
                value: detail(value),
            })
            .chain(draft.generation.map(|generation| FactView {
                name: "generation".to_owned(),
                value: generation.to_string(),
            }))
            .collect(),
        checkpoint,
        leaf: event.leaf.to_string(),
    }
}

fn history_row(event: &Event) -> HistoryRow {
    let draft = &event.draft;
    HistoryRow {
        seq: number(event.seq),
        at: draft.at.0,
        event: draft.event.as_str().to_owned(),
        actor: word(&draft.actor),
        result: word(&draft.result),
        code: draft.code.as_ref().map(|code| code.as_str().to_owned()),
    }
}

/// The word that a fieldless value has in the log's own format.
pub(crate) fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn detail(value: &Detail) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

/// Event numbers of a log that a person reads stay far below 2^32.
fn number(seq: u64) -> u32 {
    u32::try_from(seq).unwrap_or(u32::MAX)
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// A broken chain, for whoever can't go on with it.
pub(crate) fn broken(seq: u64) -> EngineError {
    EngineError::new(ErrorCode::LogBroken).with("seq", seq.to_string())
}
