//! A vault full of plausible sessions.

use anyhow::Result;
use keyfob_engine::{Clock, SystemClock};
use keyfob_journeys::window::Profile;
use keyfob_keychain::{Keychain, key_account};
use keyfob_secret::{AccessToken, IdToken, Key32, RefreshToken, SecretBytes};
use keyfob_token::{
    Account, ClientAuth, IssuerLimits, Marks, Origin, Phase, Renewal, Session, SessionId, Stamp,
    TokenFacts, TokenFormat, TokenKind, Verification,
};
use keyfob_vault::{Secrets, Vault, VaultFiles};
use uuid::Uuid;

/// Sessions are spread over so many issuers.
const ISSUERS: u128 = 12;
/// The tokens live for a month, longer than any run.
const LIFE_MS: i64 = 30 * 86_400_000;

/// A vault with its key in the keyring, where the programs look for it.
pub(crate) async fn prepare(profile: &Profile, count: u128) -> Result<()> {
    let id = Uuid::new_v4();
    let key = [7; 32];
    let bytes = SecretBytes::new(key.to_vec());
    profile.keychain().create(&key_account(id), &bytes).await?;
    fill(
        &VaultFiles::new(profile.vault()),
        id,
        &Key32::new(key),
        count,
    )
}

/// Fills a new vault.
pub(crate) fn fill(files: &VaultFiles, id: Uuid, key: &Key32, count: u128) -> Result<()> {
    let now = SystemClock::new().now().stamp();
    let vault = Vault::create(files, id, key, now.wall)?;
    for start in (0..count).step_by(10_000) {
        vault.write(|change| {
            for number in start..count.min(start + 10_000) {
                change.put_session(&session(&vault, number, &now))?;
                change.put_secrets(SessionId(Uuid::from_u128(number)), &secrets())?;
            }
            Ok(())
        })?;
    }
    vault.checkpoint_wal();
    Ok(())
}

fn session(vault: &Vault, number: u128, now: &Stamp) -> Session {
    let facts = |kind: TokenKind| TokenFacts {
        kind,
        format: TokenFormat::Jwt {
            alg: "RS256".into(),
        },
        fingerprint: vault.fingerprint(kind, &value(kind)),
        length: u32::try_from(value(kind).len()).unwrap_or(u32::MAX),
        received: now.clone(),
        life_ms: Some(LIFE_MS),
        expires_at: Some(now.wall + LIFE_MS),
        verification: Verification::Verified,
    };
    Session {
        id: SessionId(Uuid::from_u128(number)),
        name: format!("Session {number}"),
        labels: vec!["work".into()],
        issuer: format!("https://id{}.example.com/realms/main", number % ISSUERS),
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
        created_at: now.wall,
        signed_in_at: Some(now.wall),
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
        access: Some(AccessToken::new(value(TokenKind::Access))),
        refresh: Some(RefreshToken::new(value(TokenKind::Refresh))),
        id_token: Some(IdToken::new(value(TokenKind::Id))),
    }
}

fn value(kind: TokenKind) -> String {
    match kind {
        TokenKind::Access => "a".repeat(900),
        TokenKind::Refresh => "r".repeat(100),
        TokenKind::Id => "i".repeat(900),
    }
}
