//! Everything about one session but its secrets.

use keyfob_providers::by_id;
use keyfob_secret::escape_untrusted;
use keyfob_token::{
    Freshness, Now, Phase, Session, TokenFacts, TokenFormat, TokenKind, UnixMillis, Verdict,
    claims::{ClaimKind, header_table, table},
    jwt::inspect,
    life,
};

use crate::{
    arrival::has_claims,
    audit::word,
    engine::{Engine, blocking, parse_id},
    error::EngineError,
    policies::end_view,
    roster::{account_ref, row_of},
    view::{ClaimRow, ClaimsView, Detail, ErrorCode, FrozenStep, GenerationView, Life, TokenView},
};

/// Longest raw claims that are shown, characters.
const MOST_RAW: usize = 64 * 1024;

impl Engine {
    /// The detail of a session.
    ///
    /// # Errors
    /// There is no such session, or the vault is not open.
    pub async fn session_detail(&self, id: &str) -> Result<Detail, EngineError> {
        let core = &self.core;
        let id = parse_id(id)?;
        let vault = core.vault()?;
        let session = core.session(id)?;
        let registration = core
            .registration(vault, session.issuer.clone(), session.client_id.clone())
            .await?;
        let provider = by_id(&session.provider);
        let around = core.around();
        let now = &around.now;
        let policy = core.policy_end(&session, now);
        let shown = around.shown(&session, policy);
        let revoke = core
            .reach_of(std::slice::from_ref(&session), now)
            .await?
            .pop();
        let can_sign_out = registration
            .as_ref()
            .is_some_and(|known| known.metadata.end_session_endpoint.is_some());
        Ok(Detail {
            row: row_of(&session, &shown, now),
            provider: provider.display_name().to_owned(),
            client_id: escape_untrusted(&session.client_id, 512),
            confidential_client: session.client_auth != keyfob_token::ClientAuth::None,
            account: account_ref(&session.account),
            origin: word(&session.origin),
            created_at: session.created_at.0,
            signed_in_at: session.signed_in_at.map(|at| at.0),
            refreshed_at: session.renewal.last_success.as_ref().map(|at| at.wall.0),
            used_at: session.last_used_at.map(|at| at.0),
            generation: generation(session.generation),
            tokens: tokens(&session, now),
            lineage: lineage(&session),
            reason: shown.reason.map(reason),
            frozen: frozen(&session),
            revoke: revoke.filter(|_| !matches!(session.phase, Phase::Revoked(_))),
            can_sign_out,
            policy: policy.as_ref().map(end_view),
            provider_limits: core.known_limits(&session),
        })
    }

    /// The claims of a session's access or ID token.
    ///
    /// # Errors
    /// There is no such token, or it has no claims to show.
    pub async fn session_claims(&self, id: &str, kind: &str) -> Result<ClaimsView, EngineError> {
        let core = &self.core;
        let id = parse_id(id)?;
        let vault = core.vault()?;
        let session = core.session(id)?;
        let access = kind != TokenKind::Id.as_str();
        let facts = if access {
            &session.access
        } else {
            &session.id_token
        };
        let verification = facts.as_ref().ok_or(ErrorCode::NoAccessToken)?.verification;
        let now = core.now().wall;
        blocking(move || {
            let secrets = vault.secrets(id)?.ok_or(ErrorCode::NoAccessToken)?;
            // EXPOSE: the claims are read off the raw token; only rows of text leave.
            let raw = if access {
                secrets.access.as_ref().map(|token| token.expose())
            } else {
                secrets.id_token.as_ref().map(|token| token.expose())
            };
            let raw = raw.ok_or(ErrorCode::NoAccessToken)?;
            let inspection = inspect(raw).map_err(|_| ErrorCode::NotAToken)?;
            // An unsigned token is its header and claims: its raw view would be the token.
            let shows_raw = !inspection.content_is_the_token();
            let text = inspection.claims_text().filter(|_| shows_raw);
            Ok(ClaimsView {
                kind: if access { "access" } else { "id" }.to_owned(),
                verification: word(&verification),
                claims: table(&inspection, verification, now)
                    .into_iter()
                    .map(claim_row)
                    .collect(),
                header: header_table(&inspection)
                    .into_iter()
                    .map(claim_row)
                    .collect(),
                raw: text.map(|text| multi_line(&text)),
                flags: inspection
                    .flags()
                    .iter()
                    .map(|flag| flag.code().to_owned())
                    .collect(),
            })
        })
        .await
    }
}

fn claim_row(row: keyfob_token::claims::ClaimRow) -> ClaimRow {
    ClaimRow {
        at: match row.kind {
            ClaimKind::Time { at } => Some(at.0),
            _ => None,
        },
        meaning: row.meaning.map(|meaning| meaning.sentence.to_owned()),
        verified: row.verified,
        problem: row.problem.map(|problem| problem.code().to_owned()),
        value: row.display,
        name: row.name,
    }
}

/// Escaped line by line: the breaks of the pretty form stay.
fn multi_line(text: &str) -> String {
    let bounded: String = text.chars().take(MOST_RAW).collect();
    bounded
        .lines()
        .map(|line| escape_untrusted(line, MOST_RAW))
        .collect::<Vec<_>>()
        .join("\n")
}

fn tokens(session: &Session, now: &Now) -> Vec<TokenView> {
    [&session.access, &session.refresh, &session.id_token]
        .into_iter()
        .flatten()
        .map(|facts| token_view(session, facts, now))
        .collect()
}

fn token_view(session: &Session, facts: &TokenFacts, now: &Now) -> TokenView {
    let (format, alg) = match &facts.format {
        TokenFormat::Jwt { alg } => ("JWT", Some(escape_untrusted(alg, 20))),
        TokenFormat::UnsignedJwt => ("JWT, unsigned", None),
        TokenFormat::Jwe => ("JWE", None),
        TokenFormat::Opaque => ("opaque", None),
    };
    TokenView {
        kind: facts.kind.as_str().to_owned(),
        format: format.to_owned(),
        alg,
        fingerprint: facts.fingerprint.short(),
        length: facts.length,
        life: if is_wiped(session) {
            WIPED
        } else {
            life_view(facts, now)
        },
        verification: word(&facts.verification),
        single_use: (facts.kind == TokenKind::Refresh)
            .then_some(session.limits.rotates)
            .flatten(),
        has_claims: has_claims(&facts.format) && !is_wiped(session),
    }
}

/// The life of a token that is no longer here: whatever is left of it, nobody has it from us.
const WIPED: Life = Life {
    at: None,
    life_ms: None,
    ended: true,
};

/// A revocation that reached its verdict wiped the tokens.
fn is_wiped(session: &Session) -> bool {
    matches!(session.phase, Phase::Revoked(_))
}

fn life_view(facts: &TokenFacts, now: &Now) -> Life {
    match life::remaining(facts, now) {
        Freshness::Left(left) => Life {
            at: Some((now.wall + left).0),
            life_ms: facts.life_ms,
            ended: left <= 0,
        },
        Freshness::Unknown => Life {
            at: None,
            life_ms: None,
            ended: false,
        },
    }
}

fn lineage(session: &Session) -> Vec<GenerationView> {
    let newest = session.refresh.as_ref().map(|facts| GenerationView {
        generation: generation(session.generation),
        fingerprint: facts.fingerprint.short(),
        replaced_at: None,
    });
    let older = session.lineage.iter().rev().map(|ancestor| GenerationView {
        generation: generation(ancestor.generation),
        fingerprint: ancestor.fingerprint.short(),
        replaced_at: Some(ancestor.replaced_at.0),
    });
    newest.into_iter().chain(older).collect()
}

fn frozen(session: &Session) -> Option<FrozenStep> {
    let Phase::Frozen {
        remains, verdict, ..
    } = &session.phase
    else {
        return None;
    };
    Some(match (remains, verdict) {
        (Some(_), _) => FrozenStep::Revoking,
        (None, None) => FrozenStep::Undecided,
        (None, Some(Verdict::ConfirmedDead { .. })) => FrozenStep::ConfirmedDead,
        (None, Some(Verdict::Accepted { .. })) => FrozenStep::Accepted,
        (None, Some(Verdict::ValidUntil { .. })) => FrozenStep::ValidUntil,
    })
}

fn reason(reason: life::Reason) -> String {
    match reason {
        life::Reason::SignIn(why) => word(&why),
        life::Reason::Failure(code) => word(&code),
        life::Reason::Theft(evidence) => word(&evidence),
        life::Reason::Restored => "restored".to_owned(),
    }
}

fn generation(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// When services that check the access token offline will refuse it at last.
pub(crate) fn offline_until(session: &Session, now: &Now) -> Option<UnixMillis> {
    let access = session.access.as_ref()?;
    if !has_claims(&access.format) {
        return None;
    }
    match life::remaining(access, now) {
        Freshness::Left(left) if left > 0 => Some(now.wall + left),
        _ => None,
    }
}
