//! Vaults, sessions and files to test with.

use std::{fs, path::Path};

use keyfob_audit::{Draft, EventKind};
use keyfob_secret::{AccessToken, IdToken, Key32, RefreshToken};
use keyfob_token::{
    Account, BootTime, ClientAuth, IssuerLimits, Marks, Origin, Phase, Renewal, Session, SessionId,
    Stamp, TokenFacts, TokenFormat, TokenKind, UnixMillis, Verification,
};
use keyfob_vault::{IssuerRecord, Secrets, Vault, VaultFiles};
use rusqlite::Connection;
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) const NOW: UnixMillis = UnixMillis(1_790_000_000_000);

pub(crate) fn wrapping() -> Key32 {
    Key32::new([0x42; 32])
}

/// A folder of its own, removed with the value.
pub(crate) struct Home {
    pub(crate) dir: TempDir,
    pub(crate) files: VaultFiles,
}

impl Home {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let files = VaultFiles::new(dir.path().join("keyfob"));
        Self { dir, files }
    }

    pub(crate) fn create(&self) -> Vault {
        Vault::create(&self.files, Uuid::from_u128(0xF0B), &wrapping(), NOW).unwrap()
    }

    pub(crate) fn open(&self) -> Vault {
        Vault::open(&self.files, &wrapping()).unwrap()
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        fs::read(self.files.database()).unwrap()
    }

    /// Edits the database as somebody without any key would, with no vault open.
    pub(crate) fn tamper(&self, sql: &str) {
        let conn = Connection::open(self.files.database()).unwrap();
        conn.execute_batch(sql).unwrap();
        conn.close().unwrap();
    }
}

pub(crate) fn id(number: u128) -> SessionId {
    SessionId(Uuid::from_u128(number))
}

pub(crate) fn session(number: u128, generation: u64) -> Session {
    Session {
        id: id(number),
        name: format!("Session {number}"),
        labels: vec!["work".into()],
        issuer: "https://id.example".into(),
        provider: "oidc".into(),
        client_id: "keyfob".into(),
        client_auth: ClientAuth::None,
        account: Account {
            subject: Some(format!("sub-{number}")),
            name: None,
            username: None,
            email: Some(format!("ada{number}@example.com")),
        },
        origin: Origin::Browser,
        scopes: vec!["openid".into(), "offline_access".into()],
        provider_session: None,
        created_at: NOW,
        signed_in_at: Some(NOW),
        last_used_at: None,
        marks: Marks::default(),
        access: None,
        refresh: None,
        id_token: None,
        generation,
        lineage: Vec::new(),
        phase: Phase::Live,
        renewal: Renewal::default(),
        limits: IssuerLimits::default(),
        dismissed: Vec::new(),
    }
}

/// A session with facts of all three tokens, as large as most are.
pub(crate) fn full_session(vault: &Vault, number: u128, generation: u64) -> Session {
    let facts = |kind: TokenKind| TokenFacts {
        kind,
        format: TokenFormat::Jwt {
            alg: "RS256".into(),
        },
        fingerprint: vault.fingerprint(kind, &format!("{number}")),
        length: 1_200,
        received: Stamp {
            wall: NOW,
            boot: BootTime {
                boot: Uuid::nil().to_string(),
                millis: 5,
            },
        },
        life_ms: Some(3_600_000),
        expires_at: Some(NOW + 3_600_000),
        verification: Verification::Verified,
    };
    Session {
        access: Some(facts(TokenKind::Access)),
        refresh: Some(facts(TokenKind::Refresh)),
        id_token: Some(facts(TokenKind::Id)),
        ..session(number, generation)
    }
}

pub(crate) fn secrets(number: u128) -> Secrets {
    Secrets {
        access: Some(AccessToken::new(format!(
            "access-token-of-{number}-{}",
            "a".repeat(800)
        ))),
        refresh: Some(RefreshToken::new(format!(
            "refresh-token-of-{number}-{}",
            "r".repeat(300)
        ))),
        id_token: Some(IdToken::new(format!(
            "id-token-of-{number}-{}",
            "i".repeat(900)
        ))),
    }
}

pub(crate) fn issuer(number: u128) -> IssuerRecord {
    IssuerRecord {
        id: Uuid::from_u128(number),
        issuer: "https://id.example".into(),
        label: "Example".into(),
        provider: "oidc".into(),
        client_id: "keyfob".into(),
        client_auth: ClientAuth::Basic,
        scopes: vec!["openid".into()],
        redirect_port: None,
        allow_private: false,
        metadata: serde_json::json!({"issuer": "https://id.example"}),
        jwks: serde_json::json!({"keys": []}),
        created_at: NOW,
        fetched_at: Some(NOW),
        last_used_at: None,
    }
}

pub(crate) fn signed_in(number: u128, generation: u64) -> Draft {
    Draft {
        session: Some(id(number)),
        generation: Some(generation),
        ..Draft::new(NOW, EventKind::SessionSignedIn)
    }
}

pub(crate) fn refreshed(number: u128, generation: u64) -> Draft {
    Draft {
        event: EventKind::RefreshSucceeded,
        ..signed_in(number, generation)
    }
}

/// Adds sessions 1 to `count` with their tokens and events.
pub(crate) fn sign_in(vault: &Vault, count: u128) {
    vault
        .write(|change| {
            for number in 1..=count {
                change.put_session(&full_session(vault, number, 1))?;
                change.put_secrets(id(number), &secrets(number))?;
                change.record(signed_in(number, 1))?;
            }
            Ok(())
        })
        .unwrap();
}

/// The permission bits of a file or folder.
pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}
