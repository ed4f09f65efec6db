//! Measures opening and unsealing against the floor under it: the same rows read by SQLite and the
//! same bytes put through AES-256-GCM, in the same run. Prints one JSON object.
//!
//! `cargo run --release -p keyfob-vault --example measure -- [SESSIONS]`
#![expect(clippy::print_stdout, reason = "the figures are what it is for")]

use std::{
    error::Error,
    hint::black_box,
    path::Path,
    time::{Duration, Instant},
};

use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit, Nonce, aead::consts::U12};
use keyfob_secret::{AccessToken, IdToken, Key32, RefreshToken};
use keyfob_token::{
    Account, BootTime, ClientAuth, IssuerLimits, Origin, Phase, Renewal, Session, SessionId, Stamp,
    TokenFacts, TokenFormat, TokenKind, UnixMillis, Verification,
};
use keyfob_vault::{Secrets, Vault, VaultFiles};
use rusqlite::{Connection, OpenFlags};
use uuid::Uuid;

const ROUNDS: usize = 7;
const NOW: UnixMillis = UnixMillis(1_790_000_000_000);

fn main() -> Result<(), Box<dyn Error>> {
    let count: u128 = std::env::args()
        .nth(1)
        .map_or(Ok(100_000), |text| text.parse())?;
    let dir = tempfile::tempdir()?;
    let files = VaultFiles::new(dir.path().join("keyfob"));
    let key = Key32::new([7; 32]);
    fill(&files, &key, count)?;

    let database = files.database();
    let floor = fastest(|| scan_and_encrypt(&database))?;
    let open = fastest(|| {
        black_box(Vault::open(&files, &key)?);
        Ok(())
    })?;
    let all = fastest(|| {
        let vault = Vault::open(&files, &key)?;
        assert_eq!(black_box(vault.sessions()?).len() as u128, count);
        Ok(())
    })?;
    let vault = Vault::open(&files, &key)?;
    let ledger = fastest(|| {
        assert!(vault.rows_match_ledger()?);
        Ok(())
    })?;
    let one = fastest(|| {
        for number in (0..count).step_by(usize::try_from(count / 1000)?.max(1)) {
            black_box(
                vault
                    .secrets(SessionId(Uuid::from_u128(number)))?
                    .ok_or("no tokens")?,
            );
        }
        Ok(())
    })?;
    let write = fastest(|| {
        for _ in 0..20 {
            vault.write(|change| {
                let mut session = change.session(SessionId(Uuid::from_u128(1)))?;
                session.generation += 1;
                change.put_session(&session)
            })?;
        }
        Ok(())
    })?;
    let reads = count.min(1000);
    println!(
        "{}",
        serde_json::json!({
            "sessions": count,
            "floor_ms": millis(floor),
            "open_ms": millis(open),
            "open_and_unseal_ms": millis(all),
            "ratio": all.as_secs_f64() / floor.as_secs_f64(),
            "ledger_ms": millis(ledger),
            "one_token_us": one.as_secs_f64() * 1e6 / reads as f64,
            "one_write_ms": millis(write) / 20.0,
        })
    );
    Ok(())
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn fastest(
    mut run: impl FnMut() -> Result<(), Box<dyn Error>>,
) -> Result<Duration, Box<dyn Error>> {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        run()?;
        best = best.min(start.elapsed());
    }
    Ok(best)
}

fn scan_and_encrypt(database: &Path) -> Result<(), Box<dyn Error>> {
    let conn = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let cipher = Aes256Gcm::new_from_slice(&[9; 32])?;
    let mut select = conn.prepare("SELECT id, kind, version, sealed FROM session ORDER BY seq")?;
    let mut rows = select.query([])?;
    let mut buffer = Vec::new();
    while let Some(row) = rows.next()? {
        buffer.clear();
        buffer.extend_from_slice(row.get_ref(3)?.as_blob()?);
        let nonce = Nonce::<U12>::from([3; 12]);
        let tag = cipher.encrypt_inout_detached(&nonce, b"", buffer.as_mut_slice().into());
        black_box(tag.map_err(|_| "AES failed")?);
    }
    Ok(())
}

fn fill(files: &VaultFiles, key: &Key32, count: u128) -> Result<(), Box<dyn Error>> {
    let vault = Vault::create(files, Uuid::from_u128(1), key, NOW)?;
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
        access: Some(facts(TokenKind::Access)),
        refresh: Some(facts(TokenKind::Refresh)),
        id_token: Some(facts(TokenKind::Id)),
        generation: 1,
        lineage: Vec::new(),
        phase: Phase::Live,
        renewal: Renewal::default(),
        limits: IssuerLimits::default(),
    }
}

fn secrets() -> Secrets {
    Secrets {
        access: Some(AccessToken::new("a".repeat(900))),
        refresh: Some(RefreshToken::new("r".repeat(100))),
        id_token: Some(IdToken::new("i".repeat(900))),
    }
}
