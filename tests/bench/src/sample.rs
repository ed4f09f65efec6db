//! A vault full of plausible sessions.

use anyhow::Result;
use keyfob_secret::{AccessToken, IdToken, Key32, RefreshToken};
use keyfob_token::{
    Account, BootTime, ClientAuth, IssuerLimits, Marks, Origin, Phase, Renewal, Session, SessionId,
    Stamp, TokenFacts, TokenFormat, TokenKind, UnixMillis, Verification,
};
use keyfob_vault::{Secrets, Vault, VaultFiles};
use uuid::Uuid;

const NOW: UnixMillis = UnixMillis(1_790_000_000_000);

/// Fills a new vault.
pub(crate) fn fill(files: &VaultFiles, id: Uuid, key: &Key32, count: u128) -> Result<()> {
    let vault = Vault::create(files, id, key, NOW)?;
    for start in (0..count).step_by(10_000) {
        vault.write(|change| {
            for number in start..count.min(start + 10_000) {
                change.put_session(&session(&vault, number))?;
                change.put_secrets(SessionId(Uuid::from_u128(number)), &secrets())?;
            }
            Ok(())
        })?;
    }
    vault.checkpoint_wal();
    Ok(())
}

fn session(vault: &Vault, number: u128) -> Session {
    let facts = |kind: TokenKind| TokenFacts {
        kind,
        format: TokenFormat::Jwt {
            alg: "RS256".into(),
        },
        fingerprint: vault.fingerprint(kind, &number.to_string()),
        length: 1_200,
        received: Stamp {
            wall: NOW,
            boot: BootTime {
                boot: "0f6a54b1-70a0-4c9f-a8b4-1f2e7a5d9c11".into(),
                millis: 12_345_678,
            },
        },
        life_ms: Some(3_600_000),
        expires_at: Some(NOW + 3_600_000),
        verification: Verification::Verified,
    };
    Session {
        id: SessionId(Uuid::from_u128(number)),
        name: format!("Session {number}"),
        labels: vec!["work".into()],
        issuer: "https://id.example.com/realms/main".into(),
        provider: "oidc".into(),
        client_id: "keyfob-desktop".into(),
        client_auth: ClientAuth::None,
        account: Account {
            subject: Some(format!("auth0|{number:024x}")),
            name: Some("Ada Lovelace".into()),
            username: None,
            email: Some(format!("ada{number}@example.com")),
        },
        origin: Origin::Browser,
        scopes: ["openid", "profile", "email", "offline_access"]
            .map(String::from)
            .to_vec(),
        provider_session: None,
        created_at: NOW,
        signed_in_at: Some(NOW),
        last_used_at: None,
        marks: Marks::default(),
        access: Some(facts(TokenKind::Access)),
        refresh: Some(facts(TokenKind::Refresh)),
        id_token: Some(facts(TokenKind::Id)),
        generation: 1,
        lineage: Vec::new(),
        phase: Phase::Live,
        renewal: Renewal::default(),
        limits: IssuerLimits::default(),
        dismissed: Vec::new(),
    }
}

fn secrets() -> Secrets {
    Secrets {
        access: Some(AccessToken::new("a".repeat(900))),
        refresh: Some(RefreshToken::new("r".repeat(100))),
        id_token: Some(IdToken::new("i".repeat(900))),
    }
}
