//! Sessions to play with.

use keyfob_secret::{FingerprintKey, Key32};
use keyfob_token::life::{Decision, Event, NewTokens, OnTheft, RefreshOutcome, decide};
use keyfob_token::{
    Account, ClientAuth, FailureCode, IssuerLimits, Marks, Now, Origin, Phase, Renewal, Session,
    SessionId, SignInReason, Spender, TokenFacts, TokenFormat, TokenKind, UnixMillis, Verification,
};
use uuid::Uuid;

pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;
pub(crate) const YEAR: i64 = 365 * DAY;

/// The 25th of November 2026, ten hours after boot.
pub(crate) fn start() -> Now {
    let mut now = Now::at(10 * HOUR);
    now.wall = UnixMillis(1_795_600_000_000);
    now
}

pub(crate) fn token(kind: TokenKind, value: u64, now: &Now, life_ms: Option<i64>) -> TokenFacts {
    let key = FingerprintKey::new(Key32::new([7; 32]));
    TokenFacts {
        kind,
        format: TokenFormat::Opaque,
        fingerprint: key.fingerprint(kind.as_str(), &value.to_string()),
        length: 43,
        received: now.stamp(),
        life_ms,
        expires_at: life_ms.map(|life| now.wall + life),
        verification: Verification::NotApplicable,
    }
}

pub(crate) fn tokens(value: u64, now: &Now, access_life: i64) -> NewTokens {
    NewTokens {
        access: Some(token(TokenKind::Access, value, now, Some(access_life))),
        refresh: Some(token(TokenKind::Refresh, value, now, None)),
        id_token: None,
        scopes: None,
    }
}

/// A live session, signed in now, with an access token of this life and a refresh token without
/// a known end.
pub(crate) fn live(now: &Now, access_life: i64) -> Session {
    let new = tokens(1, now, access_life);
    Session {
        id: SessionId(Uuid::from_u128(1)),
        name: "grafana-prod".into(),
        labels: vec![],
        issuer: "https://sso.example.com".into(),
        provider: "oidc".into(),
        client_id: "keyfob".into(),
        client_auth: ClientAuth::None,
        account: Account::default(),
        origin: Origin::Browser,
        scopes: vec!["openid".into()],
        provider_session: None,
        created_at: now.wall,
        signed_in_at: Some(now.wall),
        last_used_at: None,
        marks: Marks {
            begun: Some(now.stamp()),
            ..Marks::default()
        },
        access: new.access,
        refresh: new.refresh,
        id_token: None,
        generation: 1,
        lineage: vec![],
        phase: Phase::Live,
        renewal: Renewal::default(),
        limits: IssuerLimits {
            rotates: Some(true),
            grace_ms: None,
            can_revoke: true,
            can_introspect: false,
        },
        dismissed: vec![],
    }
}

pub(crate) const ATTEMPT: Uuid = Uuid::from_u128(42);

/// With a refresh on its way.
pub(crate) fn sent(session: &Session, now: &Now, by: Spender) -> Session {
    let event = Event::RefreshSent {
        attempt: ATTEMPT,
        generation: session.generation,
        by,
    };
    let decision = decide(session, &event, now, 0.5);
    assert_eq!(decision.refused, None);
    decision.session
}

/// The answer to the refresh on its way.
pub(crate) fn answer(session: &Session, now: &Now, outcome: RefreshOutcome) -> Decision {
    answer_with(session, now, outcome, NewTokens::default())
}

pub(crate) fn answer_with(
    session: &Session,
    now: &Now,
    outcome: RefreshOutcome,
    tokens: NewTokens,
) -> Decision {
    let event = Event::RefreshAnswered {
        attempt: ATTEMPT,
        generation: session.generation,
        outcome,
        tokens,
        on_theft: OnTheft::Revoke,
    };
    decide(session, &event, now, 0.5)
}

pub(crate) const GRANTED: RefreshOutcome = RefreshOutcome::Granted {
    has_new_refresh: true,
    access_ok: true,
    other_subject: false,
};

pub(crate) const INVALID_GRANT: RefreshOutcome = RefreshOutcome::InvalidGrant {
    provider_reported_reuse: false,
    grant_still_alive: None,
    generation_advanced: false,
};

pub(crate) fn flying(now: &Now) -> Session {
    sent(&live(now, HOUR), now, Spender::Automation)
}

pub(crate) fn uncertain(now: &Now) -> Session {
    let session = flying(now);
    answer(
        &session,
        now,
        RefreshOutcome::Uncertain(FailureCode::Unreadable),
    )
    .session
}

pub(crate) fn reason(decision: &Decision) -> Option<SignInReason> {
    match decision.session.phase {
        Phase::SignInNeeded { reason, .. } => Some(reason),
        _ => None,
    }
}
