//! The checks of good practice on a session. A finding changes nothing; it is shown, and the user
//! may dismiss it.

use keyfob_audit::{Detail, DetailKey, EventKind};
use keyfob_oauth::Metadata;
use keyfob_token::{
    Session, TokenKind,
    findings::{self, Abilities, Checkup, Evidence, Facts, Finding, Rule},
    jwt::inspect,
};

use crate::{
    engine::{Core, Engine, about, blocking, parse_id},
    error::EngineError,
    view::{EvidenceValue, EvidenceView, FindingView, FindingsView, Remedy, Severity, SourceView},
};

impl Engine {
    /// Checks a session against good practice.
    ///
    /// # Errors
    /// There is no such session, or the vault can't be read.
    pub async fn session_findings(&self, id: &str) -> Result<FindingsView, EngineError> {
        let session = self.core.session(parse_id(id)?)?;
        self.core.findings(session).await
    }

    /// Puts a finding aside for this session, until it is restored. A rule that is not known
    /// changes nothing.
    ///
    /// # Errors
    /// There is no such session, or the vault can't be written.
    pub async fn dismiss_finding(&self, id: &str, code: &str) -> Result<FindingsView, EngineError> {
        self.core
            .mark_finding(id, code, EventKind::FindingDismissed)
            .await
    }

    /// Takes the dismissal of a finding back.
    ///
    /// # Errors
    /// As [`Engine::dismiss_finding`].
    pub async fn restore_finding(&self, id: &str, code: &str) -> Result<FindingsView, EngineError> {
        self.core
            .mark_finding(id, code, EventKind::FindingRestored)
            .await
    }
}

impl Core {
    async fn mark_finding(
        self: &std::sync::Arc<Self>,
        id: &str,
        code: &str,
        kind: EventKind,
    ) -> Result<FindingsView, EngineError> {
        let vault = self.vault()?;
        let mut session = self.session(parse_id(id)?)?;
        if let Some(rule) = findings::rule(code) {
            let draft = self.event(kind);
            session = self
                .change_session(vault, session.id, move |tx, mut session| {
                    if mark(&mut session, rule, kind) {
                        let mut event = about(draft, &session);
                        event
                            .details
                            .insert(DetailKey::Finding, Detail::code(rule.code));
                        tx.record(event)?;
                    }
                    Ok(session)
                })
                .await?;
        }
        self.findings(session).await
    }

    async fn findings(&self, session: Session) -> Result<FindingsView, EngineError> {
        let vault = self.vault()?;
        let registration = self
            .registration(
                vault.clone(),
                session.issuer.clone(),
                session.client_id.clone(),
            )
            .await?;
        let now = self.now();
        let policy_end = self.policy_end(&session, &now);
        blocking(move || {
            let secrets = vault.secrets(session.id)?.unwrap_or_default();
            // EXPOSE: the checks read the claims; what they found holds evidence, no token.
            let access = secrets.access.as_ref().map(|token| token.expose());
            // EXPOSE: as above.
            let id_token = secrets.id_token.as_ref().map(|token| token.expose());
            let access = access.and_then(|raw| inspect(raw).ok());
            let id_token = id_token.and_then(|raw| inspect(raw).ok());
            let checkup = findings::check(&Facts {
                session: &session,
                access: access.as_ref(),
                id_token: id_token.as_ref(),
                provider: registration.as_ref().map(|it| abilities(&it.metadata)),
                keys: registration.as_ref().map(|it| &it.record.jwks),
                policy_end,
                now: &now,
            });
            Ok(findings_view(&session, checkup))
        })
        .await
    }
}

/// Whether that changed anything.
fn mark(session: &mut Session, rule: &Rule, kind: EventKind) -> bool {
    let before = session.dismissed.len();
    session.dismissed.retain(|code| code != rule.code);
    if kind == EventKind::FindingDismissed {
        session.dismissed.push(rule.code.to_owned());
    }
    session.dismissed.len() != before
}

fn abilities(metadata: &Metadata) -> Abilities {
    Abilities {
        dpop: !metadata.dpop_signing_alg_values_supported.is_empty(),
        mtls: metadata.tls_client_certificate_bound_access_tokens,
        revocation: metadata.revocation_endpoint.is_some(),
    }
}

fn findings_view(session: &Session, checkup: Checkup) -> FindingsView {
    let codes = |rules: Vec<&Rule>| rules.iter().map(|rule| rule.code.to_owned()).collect();
    let dismissed = |it: &Finding| session.dismissed.iter().any(|code| code == it.rule.code);
    let (dismissed, open): (Vec<_>, Vec<_>) = checkup.findings.into_iter().partition(dismissed);
    let shown = |findings: Vec<Finding>| {
        let view = |finding| finding_view(session, finding);
        findings.into_iter().map(view).collect()
    };
    FindingsView {
        open: shown(open),
        dismissed: shown(dismissed),
        fine: codes(checkup.fine),
        silent: codes(checkup.silent),
    }
}

fn finding_view(session: &Session, finding: Finding) -> FindingView {
    let rule = finding.rule;
    let token = rule.token.and_then(|kind| match kind {
        TokenKind::Access => session.access.as_ref(),
        TokenKind::Refresh => session.refresh.as_ref(),
        TokenKind::Id => session.id_token.as_ref(),
    });
    FindingView {
        code: rule.code.to_owned(),
        summary: rule.summary.to_owned(),
        severity: match finding.severity {
            findings::Severity::Serious => Severity::Serious,
            findings::Severity::Warning => Severity::Warning,
            findings::Severity::Notice => Severity::Notice,
        },
        token: rule.token.map(|kind| kind.as_str().to_owned()),
        fingerprint: token.map(|facts| facts.fingerprint.short()),
        remedy: match rule.remedy {
            findings::Remedy::None => Remedy::None,
            findings::Remedy::Revoke => Remedy::Revoke,
            findings::Remedy::SignIn => Remedy::SignIn,
            findings::Remedy::FewerScopes => Remedy::FewerScopes,
        },
        sources: rule
            .sources
            .iter()
            .map(|source| SourceView {
                document: source.document.to_owned(),
                section: source.section.to_owned(),
            })
            .collect(),
        evidence: finding.evidence.into_iter().map(evidence_view).collect(),
    }
}

fn evidence_view(evidence: Evidence) -> EvidenceView {
    EvidenceView {
        name: evidence.name.to_owned(),
        value: match evidence.value {
            findings::EvidenceValue::Duration(ms) => EvidenceValue::Duration { ms },
            findings::EvidenceValue::At(at) => EvidenceValue::At { at: at.0 },
            findings::EvidenceValue::Count(count) => EvidenceValue::Count {
                count: u32::try_from(count).unwrap_or(u32::MAX),
            },
            findings::EvidenceValue::Texts(texts) => EvidenceValue::Texts { texts },
            findings::EvidenceValue::Never => EvidenceValue::Never,
        },
    }
}
