//! Opening and unsealing, beside the floor under it: the same rows read by SQLite and the same
//! bytes put through AES-256-GCM.

use std::{
    hint::black_box,
    path::Path,
    time::{Duration, Instant},
};

use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit, Nonce, aead::consts::U12};
use anyhow::{Result, anyhow, ensure};
use keyfob_secret::Key32;
use keyfob_token::SessionId;
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
    let all = fastest(|| {
        let vault = Vault::open(&files, &key)?;
        ensure!(
            black_box(vault.sessions()?).len() as u128 == count,
            "a session is missing"
        );
        Ok(())
    })?;
    let vault = Vault::open(&files, &key)?;
    let reads = READS.min(count);
    let one = fastest(|| {
        for number in 0..reads {
            let id = SessionId(Uuid::from_u128(number * (count / reads)));
            black_box(vault.secrets(id)?.ok_or_else(|| anyhow!("no tokens"))?);
        }
        Ok(())
    })?;
    let mut figures = beside("unseal_all", "ms", millis(all), millis(floor));
    figures.insert("unseal_sessions".into(), json!(u64::try_from(count)?));
    let each = one.as_secs_f64() * 1e6 / u32::try_from(reads)? as f64;
    figures.insert("one_token_us".into(), json!(each));
    Ok(figures)
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn fastest(mut run: impl FnMut() -> Result<()>) -> Result<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        run()?;
        best = best.min(start.elapsed());
    }
    Ok(best)
}

fn scan_and_encrypt(database: &Path) -> Result<()> {
    let conn = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let cipher = Aes256Gcm::new_from_slice(&[9; 32]).map_err(|_| anyhow!("a key has 32 bytes"))?;
    let mut select = conn.prepare("SELECT id, kind, version, sealed FROM session ORDER BY seq")?;
    let mut rows = select.query([])?;
    let mut buffer = Vec::new();
    while let Some(row) = rows.next()? {
        buffer.clear();
        buffer.extend_from_slice(row.get_ref(3)?.as_blob()?);
        let nonce = Nonce::<U12>::from([3; 12]);
        let tag = cipher.encrypt_inout_detached(&nonce, b"", buffer.as_mut_slice().into());
        black_box(tag.map_err(|_| anyhow!("AES failed"))?);
    }
    Ok(())
}
