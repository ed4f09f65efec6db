//! Opening and unsealing, beside the floor under it: the same rows read by SQLite and the same
//! bytes put through AES-256-GCM.

use std::{
    hint::black_box,
    path::Path,
    time::{Duration, Instant},
};

use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit, Nonce, aead::consts::U12};
use anyhow::{Result, anyhow, ensure};
use keyfob_crypto::{Context, Purpose, VaultKey, envelope};
use keyfob_secret::Key32;
use keyfob_token::{Session, SessionId};
use keyfob_vault::{Vault, VaultFiles};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{beside, sample::fill};

const ROUNDS: usize = 5;
/// Tokens fetched one by one.
const READS: u128 = 1_000;

pub(crate) fn measure(count: u128) -> Result<Map<String, Value>> {
    let folder = tempfile::tempdir()?;
    let files = VaultFiles::new(folder.path().join("keyfob"));
    let key = Key32::new([7; 32]);
    fill(&files, Uuid::from_u128(1), &key, count)?;
    let database = files.database();
    let floor = fastest(|| scan_and_encrypt(&database))?;
    let scan = fastest(|| scan(&database, |_| Ok(())))?;
    let all = fastest(|| {
        let vault = Vault::open(&files, &key)?;
        let sessions = vault.sessions()?;
        ensure!(sessions.len() as u128 == count, "a session is missing");
        Ok((vault, sessions))
    })?;
    let open = fastest(|| Ok(Vault::open(&files, &key)?))?;
    let vault = Vault::open(&files, &key)?;
    let mut figures = beside("unseal_all", "ms", millis(all), millis(floor));
    figures.insert("unseal_sessions".into(), json!(u64::try_from(count)?));
    figures.insert("unseal_floor_scan_ms".into(), json!(millis(scan)));
    figures.insert("unseal_open_ms".into(), json!(millis(open)));
    let session = vault
        .session(SessionId(Uuid::from_u128(0)))?
        .ok_or_else(|| anyhow!("no session"))?;
    figures.extend(parts(&session, count)?);
    figures.extend(one_token(&vault, &database, count)?);
    Ok(figures)
}

/// What is done to each row, part by part and on one thread: its key derived and the row
/// decrypted; what comes out parsed.
fn parts(session: &Session, count: u128) -> Result<Map<String, Value>> {
    let plain = rmp_serde::to_vec_named(session)?;
    let key = VaultKey::from_key(Key32::new([7; 32]), 1);
    let place = Context {
        purpose: Purpose::Record,
        vault_id: Uuid::from_u128(1),
        table: 2,
        column: 0,
        row: session.id.0,
        version: 1,
    };
    let sealed = envelope::seal(&key, &place, &plain)?;
    let opened = fastest(|| {
        for _ in 0..count {
            black_box(envelope::open(&key, &place, black_box(&sealed))?);
        }
        Ok(())
    })?;
    let parsed = fastest(|| {
        for _ in 0..count {
            black_box(rmp_serde::from_slice::<Session>(black_box(&plain))?);
        }
        Ok(())
    })?;
    let mut figures = Map::new();
    figures.insert("unseal_row_bytes".into(), json!(sealed.len()));
    figures.insert("unseal_decrypt_ms".into(), json!(millis(opened)));
    figures.insert("unseal_parse_ms".into(), json!(millis(parsed)));
    Ok(figures)
}

/// The tokens of one session, beside the same row looked up by SQLite and put through AES.
fn one_token(vault: &Vault, database: &Path, count: u128) -> Result<Map<String, Value>> {
    let reads = READS.min(count);
    let ids = || (0..reads).map(|number| Uuid::from_u128(number * (count / reads)));
    let one = fastest(|| {
        for id in ids() {
            let secrets = vault.secrets(SessionId(id))?;
            black_box(secrets.ok_or_else(|| anyhow!("no tokens"))?);
        }
        Ok(())
    })?;
    let conn = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut select = conn.prepare("SELECT sealed FROM session_secret WHERE id = ?1")?;
    let floor = fastest(|| {
        let mut encrypt = encryption()?;
        for id in ids() {
            let mut rows = select.query([id.as_bytes()])?;
            let row = rows.next()?.ok_or_else(|| anyhow!("no tokens"))?;
            encrypt(row.get_ref(0)?.as_blob()?)?;
        }
        Ok(())
    })?;
    let each =
        |whole: Duration| Ok::<_, anyhow::Error>(micros(whole) / f64::from(u32::try_from(reads)?));
    Ok(beside("one_token", "us", each(one)?, each(floor)?))
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// The fastest of several runs; what a run gives is dropped outside of the measured time.
fn fastest<T>(mut run: impl FnMut() -> Result<T>) -> Result<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let result = black_box(run()?);
        best = best.min(start.elapsed());
        drop(result);
    }
    Ok(best)
}

fn scan_and_encrypt(database: &Path) -> Result<()> {
    scan(database, encryption()?)
}

fn scan(database: &Path, mut each: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let conn = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut select = conn.prepare("SELECT id, kind, version, sealed FROM session ORDER BY seq")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        each(black_box(row.get_ref(3)?.as_blob()?))?;
    }
    Ok(())
}

/// Puts bytes through AES-256-GCM under one key, in one buffer: nothing is cheaper.
fn encryption() -> Result<impl FnMut(&[u8]) -> Result<()>> {
    let cipher = Aes256Gcm::new_from_slice(&[9; 32]).map_err(|_| anyhow!("a key has 32 bytes"))?;
    let mut buffer = Vec::new();
    Ok(move |bytes: &[u8]| {
        buffer.clear();
        buffer.extend_from_slice(bytes);
        let nonce = Nonce::<U12>::from([3; 12]);
        let tag = cipher.encrypt_inout_detached(&nonce, b"", buffer.as_mut_slice().into());
        black_box(tag.map_err(|_| anyhow!("AES failed"))?);
        Ok(())
    })
}
