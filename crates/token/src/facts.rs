//! What is known of a token once its text has gone into the vault.
//!
//! Owns the life of a token at arrival. How that life runs down is for `life`.

use keyfob_secret::Fingerprint;

use crate::expires_in::ExpiresIn;
use crate::jwt::{LEEWAY_MS, Times, inspect};
use crate::session::{TokenFacts, TokenFormat, TokenKind, Verification};
use crate::time::{Stamp, UnixMillis};

/// The facts of a token that has just come from its issuer, so that its life begins at `received`.
///
/// The life is `expires_in`; without it `exp - iat` of a JWT, both by the issuer's clock; else
/// nobody knows. `expires_in` of an answer is that of its access token alone: for the others pass
/// what they have of their own, or `ExpiresIn::ABSENT`.
pub fn facts(
    kind: TokenKind,
    raw: &str,
    expires_in: ExpiresIn,
    received: Stamp,
    fingerprint: Fingerprint,
    verification: Verification,
) -> TokenFacts {
    let (format, times) = read(raw, received.wall);
    let (life_ms, expires_at) = match expires_in.life_ms() {
        Some(life) => (Some(life), Some(received.wall + life)),
        None => (times.life(received.wall), times.exp),
    };
    let length = length_of(raw);
    TokenFacts {
        kind,
        format,
        fingerprint,
        length,
        received,
        life_ms,
        expires_at,
        verification,
    }
}

/// The facts of a token that was imported: its age is not known, so only `exp` of a JWT tells its
/// end, or what the file said of it.
pub fn facts_of_import(
    kind: TokenKind,
    raw: &str,
    said_end: Option<UnixMillis>,
    received: Stamp,
    fingerprint: Fingerprint,
    verification: Verification,
) -> TokenFacts {
    let (format, times) = read(raw, received.wall);
    // By a clock that is evidently behind, the rest of its life can't be more than all of it.
    let behind = times.iat.is_some_and(|iat| iat - received.wall > LEEWAY_MS);
    let life_ms = times.life(received.wall).filter(|_| behind);
    let expires_at = times.exp.or(said_end);
    let length = length_of(raw);
    TokenFacts {
        kind,
        format,
        fingerprint,
        length,
        received,
        life_ms,
        expires_at,
        verification,
    }
}

fn read(raw: &str, now: UnixMillis) -> (TokenFormat, Times) {
    match inspect(raw) {
        Ok(inspection) => (inspection.format().clone(), inspection.times(now)),
        Err(_) => (TokenFormat::Opaque, Times::default()),
    }
}

fn length_of(raw: &str) -> u32 {
    u32::try_from(raw.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expires_in::Life;
    use crate::jwt::sample::token;
    use crate::time::Now;
    use keyfob_secret::{FingerprintKey, Key32};
    use serde_json::json;

    const NOW: i64 = 1_700_000_000_000;

    fn fresh(raw: &str, expires_in: ExpiresIn) -> TokenFacts {
        let fingerprint = FingerprintKey::new(Key32::new([1; 32])).fingerprint("access", raw);
        let received = Now::at(NOW).stamp();
        facts(
            TokenKind::Access,
            raw,
            expires_in,
            received,
            fingerprint,
            Verification::KeysUnknown,
        )
    }

    fn imported(raw: &str, said_end: Option<UnixMillis>) -> TokenFacts {
        let base = fresh(raw, ExpiresIn::ABSENT);
        let (received, fingerprint) = (base.received, base.fingerprint);
        let verification = Verification::KeysUnknown;
        facts_of_import(
            TokenKind::Access,
            raw,
            said_end,
            received,
            fingerprint,
            verification,
        )
    }

    #[test]
    fn expires_in_comes_before_the_claims() {
        let raw = token(json!({"iat": 1_700_000_000, "exp": 1_700_009_999}));
        let known = fresh(
            &raw,
            ExpiresIn {
                life: Life::Known(60_000),
                flagged: false,
            },
        );
        assert_eq!(known.life_ms, Some(60_000));
        assert_eq!(known.expires_at, Some(UnixMillis(NOW + 60_000)));
        let ended = fresh(
            &raw,
            ExpiresIn {
                life: Life::ExpiredNow,
                flagged: true,
            },
        );
        assert_eq!(
            (ended.life_ms, ended.expires_at),
            (Some(0), Some(UnixMillis(NOW)))
        );
    }

    #[test]
    fn the_claims_tell_the_life_by_the_issuers_clock() {
        let skewed = fresh(
            &token(json!({"iat": 1_700_000_500, "exp": 1_700_000_800})),
            ExpiresIn::ABSENT,
        );
        assert_eq!(skewed.life_ms, Some(300_000));
        let no_iat = fresh(&token(json!({"exp": 1_700_000_800})), ExpiresIn::ABSENT);
        assert_eq!(no_iat.life_ms, Some(800_000));
    }

    #[test]
    fn an_end_that_nobody_believes_or_can_read_is_unknown() {
        for exp in [
            json!(1_700_000_000_000_i64),
            json!("1700000800"),
            json!(null),
        ] {
            let facts = fresh(
                &token(json!({"iat": 1_700_000_000, "exp": exp})),
                ExpiresIn::ABSENT,
            );
            assert_eq!((facts.life_ms, facts.expires_at), (None, None));
        }
        let opaque = fresh("opaque-token-value", ExpiresIn::ABSENT);
        assert_eq!(
            (opaque.format, opaque.life_ms, opaque.length),
            (TokenFormat::Opaque, None, 18)
        );
    }

    #[test]
    fn by_a_clock_that_stands_in_1970_a_life_is_known_all_the_same() {
        let raw = token(json!({"iat": 1_700_000_000, "exp": 1_700_000_800}));
        let print = FingerprintKey::new(Key32::new([1; 32])).fingerprint("access", &raw);
        let early = || Now::at(30_000).stamp();
        let unknown = Verification::KeysUnknown;
        let kind = TokenKind::Access;
        let fresh = facts(kind, &raw, ExpiresIn::ABSENT, early(), print, unknown);
        assert_eq!(fresh.life_ms, Some(800_000));
        let imported = facts_of_import(kind, &raw, None, early(), print, unknown);
        assert_eq!(imported.life_ms, Some(800_000), "at most");
        let millis = token(json!({"iat": 1_700_000_000_000_i64, "exp": 1_700_000_800_000_i64}));
        let facts = facts(kind, &millis, ExpiresIn::ABSENT, early(), print, unknown);
        assert_eq!((facts.life_ms, facts.expires_at), (None, None));
    }

    #[test]
    fn an_import_has_an_end_and_no_life() {
        let raw = token(json!({"iat": 1_699_999_000, "exp": 1_700_000_800}));
        let facts = imported(&raw, Some(UnixMillis(5)));
        assert_eq!(facts.life_ms, None);
        assert_eq!(facts.expires_at, Some(UnixMillis(1_700_000_800_000)));
        assert_eq!(
            imported("opaque", Some(UnixMillis(5))).expires_at,
            Some(UnixMillis(5))
        );
    }
}
