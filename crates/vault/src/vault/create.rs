//! Making a vault.

use std::path::Path;

use keyfob_audit::{Draft, EventKind, Signer};
use keyfob_crypto::{
    VaultKey, make_key,
    slot::{self, SlotKind, SlotPlace},
};
use keyfob_secret::Key32;
use keyfob_token::UnixMillis;
use rusqlite::{Connection, params};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::Vault;
use crate::{
    change::Change,
    connection::{disk_is_full, open_writable},
    error::{CreateError, VaultError},
    files::{VaultFiles, private},
    keys::{FingerprintKeys, Keys, Sealing},
    lock::{LockError, UseLock},
    rows, schema,
    state::State,
    table::{Place, Table, kind},
};

/// The first epoch of a vault key.
const FIRST_EPOCH: u32 = 1;

impl Vault {
    /// Creates the vault and opens it. The wrapping key must be in the keyring, and read back from
    /// it, *before*: a vault whose key is lost is lost. Its audit log begins with `vault.created`.
    ///
    /// The file is made under another name and takes its place when it is whole.
    ///
    /// # Errors
    /// Refuses an existing file; nothing is left behind.
    pub fn create(
        files: &VaultFiles,
        vault_id: Uuid,
        wrapping: &Key32,
        now: UnixMillis,
    ) -> Result<Self, CreateError> {
        files.prepare()?;
        let files = files
            .resolved()
            .map_err(|error| CreateError::of_io(error.kind()))?;
        let lock = UseLock::try_exclusive(&files).map_err(of_lock)?;
        if files.database().symlink_metadata().is_ok() {
            return Err(CreateError::Exists);
        }
        // Whoever left an unfinished one behind is gone: we hold the lock alone.
        discard(&files.unfinished());
        let keys = build(&files, vault_id, wrapping, now)
            .and_then(|keys| publish(&files).map(|()| keys))
            .inspect_err(|_| discard(&files.unfinished()))?;
        // From here on the file is there; it holds nothing yet, and nobody else has the lock.
        let conn = open_published(&files).inspect_err(|_| discard(&files.database()))?;
        let lock = lock.share().map_err(of_lock)?;
        Ok(Self::of(files, keys, conn, lock))
    }
}

fn publish(files: &VaultFiles) -> Result<(), CreateError> {
    private::publish(&files.unfinished(), &files.database())
        .map_err(|error| CreateError::of_io(error.kind()))
}

fn open_published(files: &VaultFiles) -> Result<Connection, CreateError> {
    private::sync_dir(files.dir()).map_err(|error| CreateError::of_io(error.kind()))?;
    Ok(open_writable(&files.database())?)
}

fn of_lock(error: LockError) -> CreateError {
    match error {
        LockError::Held { .. } => CreateError::Exists,
        LockError::Io(kind) => CreateError::of_io(kind),
    }
}

fn discard(database: &Path) {
    for end in ["", "-wal", "-shm", "-journal"] {
        let mut path = database.as_os_str().to_owned();
        path.push(end);
        // Mostly there is nothing to remove; what can't be removed shows when the file is made.
        let _ = std::fs::remove_file(path);
    }
}

fn build(
    files: &VaultFiles,
    vault_id: Uuid,
    wrapping: &Key32,
    now: UnixMillis,
) -> Result<Keys, CreateError> {
    private::make_file(&files.unfinished()).map_err(|error| CreateError::of_io(error.kind()))?;
    let built = fill(files, vault_id, wrapping, now);
    built.map_err(|error| match error {
        CreateError::Io(_) if disk_is_full(files.dir()) => CreateError::DiskFull,
        other => other,
    })
}

fn fill(
    files: &VaultFiles,
    vault_id: Uuid,
    wrapping: &Key32,
    now: UnixMillis,
) -> Result<Keys, CreateError> {
    let mut conn = open_writable(&files.unfinished())?;
    schema::migrate(&mut conn, &schema::MIGRATIONS, None)?;
    let keys = seal_keys(&mut conn, vault_id, wrapping)?;
    let mut first = Change::new(conn.transaction()?, &keys, State::NEW);
    first.record(Draft::new(now, EventKind::VaultCreated))?;
    first.commit()?;
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    conn.close()
        .map_err(|(_, error)| CreateError::from(error))?;
    Ok(keys)
}

/// Makes the keys of a vault and seals them: the vault key under the wrapping key, the others
/// under the vault key, so that they stay when the vault key rotates.
fn seal_keys(conn: &mut Connection, vault_id: Uuid, wrapping: &Key32) -> Result<Keys, CreateError> {
    let vault = Sealing {
        vault_id,
        key: VaultKey::make(FIRST_EPOCH)?,
    };
    let (fingerprint_key, audit_seed) = (make_key()?, make_key()?);
    let (slot_id, log_id) = (Uuid::new_v4(), Uuid::new_v4());
    let place = SlotPlace {
        vault_id,
        slot: slot_id,
        kind: SlotKind::Keyring,
        version: 1,
        params: &[],
    };
    let wrapped = slot::wrap(wrapping, &place, &vault.key).map_err(VaultError::from)?;

    let tx = conn.transaction()?;
    tx.execute(
        "INSERT INTO header (one, vault_id, epoch) VALUES (1, ?1, ?2)",
        params![vault_id.as_bytes(), FIRST_EPOCH],
    )?;
    tx.execute(
        "INSERT INTO slot (id, kind, version, epoch, params, sealed) VALUES (?1, ?2, 1, ?3, x'', ?4)",
        params![slot_id.as_bytes(), SlotKind::Keyring as u8, FIRST_EPOCH, wrapped],
    )?;
    let inner = |kind| Place::of(Table::Inner, vault_id, kind);
    // EXPOSE: the two keys are what is sealed here.
    rows::write(
        &tx,
        &vault,
        inner(kind::FINGERPRINT_KEY),
        1,
        fingerprint_key.expose(),
    )?;
    let mut audit = Zeroizing::new([0; 48]);
    audit[..32].copy_from_slice(audit_seed.expose());
    audit[32..].copy_from_slice(log_id.as_bytes());
    rows::write(&tx, &vault, inner(kind::AUDIT_KEY), 1, audit.as_ref())?;
    State::NEW.write(&tx, &vault)?;
    tx.commit()?;

    Ok(Keys {
        vault,
        fingerprints: FingerprintKeys::new(fingerprint_key),
        signer: Signer::new(&audit_seed),
        log_id,
    })
}
