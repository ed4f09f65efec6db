//! A session against which no rule has a word, to be spoilt by each test.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use keyfob_secret::{FingerprintKey, Key32};
use keyfob_token::facts::facts;
use keyfob_token::findings::{Abilities, Checkup, Evidence, EvidenceValue, Facts, Finding, check};
use keyfob_token::jwt::inspect;
use keyfob_token::life::policy::PolicyEnd;
use keyfob_token::{
    Account, ClientAuth, IssuerLimits, Marks, Now, Origin, Phase, Renewal, Session, SessionId,
    TokenFacts, TokenKind, Verification, expires_in::ExpiresIn,
};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// When the sample's tokens arrived, in seconds.
pub(crate) const ARRIVED: i64 = 1_795_600_000;

pub(crate) fn now() -> Now {
    Now::at(ARRIVED * SECOND)
}

/// A session with everything that the checks look at.
pub(crate) struct Sample {
    pub(crate) session: Session,
    pub(crate) access: Option<String>,
    pub(crate) id_token: Option<String>,
    pub(crate) provider: Option<Abilities>,
    pub(crate) keys: Option<Value>,
    pub(crate) policy_end: Option<PolicyEnd>,
    pub(crate) now: Now,
}

pub(crate) fn claims() -> Value {
    json!({
        "iss": "https://sso.example.com", "aud": "https://api.example.com", "sub": "4f1c0d2e",
        "iat": ARRIVED, "exp": ARRIVED + 600, "jti": "j-1", "scope": "openid billing.read",
    })
}

pub(crate) fn header() -> Value {
    json!({"alg": "RS256", "kid": "k1", "typ": "at+jwt"})
}

pub(crate) fn jwt(header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signature = if header["alg"] == "none" {
        ""
    } else {
        "c2lnbmF0dXJl"
    };
    format!("{}.{}.{signature}", encode(header), encode(claims))
}

pub(crate) fn token(
    kind: TokenKind,
    raw: &str,
    at: &Now,
    verification: Verification,
) -> TokenFacts {
    let key = FingerprintKey::new(Key32::new([7; 32]));
    let fingerprint = key.fingerprint(kind.as_str(), raw);
    facts(
        kind,
        raw,
        ExpiresIn::ABSENT,
        at.stamp(),
        fingerprint,
        verification,
    )
}

pub(crate) fn good() -> Sample {
    Sample::with(&header(), &claims())
}

impl Sample {
    pub(crate) fn with(header: &Value, claims: &Value) -> Self {
        Self::holding(jwt(header, claims))
    }

    /// With an access token of this text, as it arrived.
    pub(crate) fn holding(raw: String) -> Self {
        let now = now();
        let access = token(TokenKind::Access, &raw, &now, Verification::Verified);
        let refresh = token(
            TokenKind::Refresh,
            "refresh-token-1",
            &now,
            Verification::NotApplicable,
        );
        let session = Session {
            id: SessionId(Uuid::from_u128(1)),
            name: "billing-cli".into(),
            labels: vec![],
            issuer: "https://sso.example.com".into(),
            provider: "oidc".into(),
            client_id: "billing-cli".into(),
            client_auth: ClientAuth::None,
            account: Account::default(),
            origin: Origin::Browser,
            scopes: vec!["openid".into(), "billing.read".into()],
            provider_session: None,
            created_at: now.wall,
            signed_in_at: Some(now.wall),
            last_used_at: Some(now.wall),
            access: Some(access),
            refresh: Some(refresh),
            id_token: None,
            generation: 1,
            lineage: vec![],
            phase: Phase::Live,
            renewal: Renewal::default(),
            marks: Marks::default(),
            limits: IssuerLimits {
                can_revoke: true,
                ..IssuerLimits::default()
            },
            dismissed: vec![],
        };
        let keys = json!({"keys": [rsa_key("k1", 2_048)]});
        Self {
            session,
            access: Some(raw),
            id_token: None,
            provider: Some(Abilities {
                revocation: true,
                ..Abilities::default()
            }),
            keys: Some(keys),
            policy_end: None,
            now,
        }
    }

    /// An opaque access token of this life, or of none that is known.
    pub(crate) fn opaque(life_ms: Option<i64>) -> Self {
        let mut sample = good();
        let mut access = token(
            TokenKind::Access,
            "opaque-token",
            &sample.now,
            Verification::NotApplicable,
        );
        access.life_ms = life_ms;
        access.expires_at = life_ms.map(|life| access.received.wall + life);
        sample.session.access = Some(access);
        sample.access = None;
        sample
    }

    pub(crate) fn access(&mut self) -> &mut TokenFacts {
        self.session
            .access
            .as_mut()
            .expect("the sample has an access token")
    }

    pub(crate) fn checkup(&self) -> Checkup {
        let access = self.access.as_deref().and_then(|raw| inspect(raw).ok());
        let id_token = self.id_token.as_deref().and_then(|raw| inspect(raw).ok());
        check(&Facts {
            session: &self.session,
            access: access.as_ref(),
            id_token: id_token.as_ref(),
            provider: self.provider,
            keys: self.keys.as_ref(),
            policy_end: self.policy_end,
            now: &self.now,
        })
    }

    pub(crate) fn found(&self) -> Vec<&'static str> {
        self.checkup()
            .findings
            .iter()
            .map(|it| it.rule.code)
            .collect()
    }

    /// The finding of a rule, which must be there.
    pub(crate) fn finding(&self, code: &str) -> Finding {
        let checkup = self.checkup();
        let found = checkup.findings.into_iter().find(|it| it.rule.code == code);
        found.unwrap_or_else(|| panic!("{code} found nothing"))
    }

    pub(crate) fn is_fine(&self, code: &str) -> bool {
        self.checkup().fine.iter().any(|rule| rule.code == code)
    }

    pub(crate) fn is_silent(&self, code: &str) -> bool {
        self.checkup().silent.iter().any(|rule| rule.code == code)
    }
}

pub(crate) fn value<'a>(finding: &'a Finding, name: &str) -> &'a EvidenceValue {
    let named = |it: &&Evidence| it.name == name;
    &finding
        .evidence
        .iter()
        .find(named)
        .expect("the evidence is there")
        .value
}

pub(crate) fn texts(finding: &Finding, name: &str) -> Vec<String> {
    match value(finding, name) {
        EvidenceValue::Texts(texts) => texts.clone(),
        other => panic!("{other:?} is no text"),
    }
}

/// A public key with a modulus of so many bits.
pub(crate) fn rsa_key(id: &str, bits: usize) -> Value {
    let mut modulus = vec![0xff; bits / 8];
    modulus.insert(0, 0);
    json!({"kty": "RSA", "kid": id, "n": URL_SAFE_NO_PAD.encode(modulus), "e": "AQAB"})
}

#[test]
fn a_good_session_has_no_findings_and_most_checks_could_look() {
    let checkup = good().checkup();
    let found: Vec<_> = checkup.findings.iter().map(|it| it.rule.code).collect();
    assert_eq!(found, [""; 0]);
    let silent: Vec<_> = checkup.silent.iter().map(|rule| rule.code).collect();
    // Nothing was renewed yet, there is no policy, and the provider binds nothing.
    assert_eq!(
        silent,
        ["not_rotated", "endless", "past_policy", "not_bound"]
    );
}

#[test]
fn of_a_revoked_session_nothing_is_left_to_check() {
    let mut sample = Sample::opaque(None);
    assert!(!sample.found().is_empty());
    sample.session.phase = Phase::Revoked(keyfob_token::Revoked {
        at: sample.now.wall,
        verdict: keyfob_token::Verdict::ConfirmedDead {
            offline_until: None,
        },
    });
    let checkup = sample.checkup();
    assert!(checkup.findings.is_empty() && checkup.fine.is_empty());
}

#[test]
fn the_gravest_comes_first() {
    let mut claims = claims();
    claims["email"] = json!("ana@example.com");
    claims["exp"] = json!(ARRIVED + 7_200);
    let mut header = header();
    header["alg"] = json!("none");
    let checkup = Sample::with(&header, &claims).checkup();
    let grades: Vec<_> = checkup.findings.iter().map(|it| it.severity).collect();
    assert!(grades.len() >= 3 && grades.is_sorted(), "{grades:?}");
}
