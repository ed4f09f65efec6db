//! Opening a vault.

use std::sync::Mutex;

use keyfob_audit::Signer;
use keyfob_crypto::{
    OpenError as EnvelopeError, VaultKey,
    slot::{self, SlotKind, SlotPlace},
};
use keyfob_secret::Key32;
use rusqlite::Connection;
use uuid::Uuid;

use super::Vault;
use crate::{
    connection::{Reading, open_damaged, open_writable},
    damage::DamageReport,
    error::{OpenError, VaultError},
    files::{VaultFiles, private},
    keys::{FingerprintKeys, Keys, Sealing},
    lock::UseLock,
    peek::{Header, is_cut_short, may_write, open_error, peek},
    rows, schema,
    table::{Place, Table, kind},
};

/// A vault whose file is open while its keys are still sealed: whoever asks a keyring for the
/// wrapping key can open the file meanwhile.
#[derive(Debug)]
pub struct SealedVault {
    files: VaultFiles,
    header: Header,
    /// Nothing where the file is damaged.
    sound: Option<(Connection, UseLock)>,
}

impl SealedVault {
    /// Opens the file.
    ///
    /// # Errors
    /// Says apart why it can't be opened.
    pub fn open(files: &VaultFiles) -> Result<Self, OpenError> {
        let header = peek(files)?;
        let files = files
            .resolved()
            .map_err(|error| OpenError::of_io(error.kind()))?;
        let sound = if header.damaged {
            None
        } else {
            open_sound(&files, &header)?
        };
        Ok(Self {
            files,
            header,
            sound,
        })
    }

    /// Opens what is in it with the key from the keyring. A damaged file is opened for reading
    /// only.
    ///
    /// # Errors
    /// Says apart why it can't be opened.
    pub fn unseal(self, wrapping: &Key32) -> Result<Vault, OpenError> {
        let Self {
            files,
            header,
            sound,
        } = self;
        let Some((mut conn, lock)) = sound else {
            return Vault::open_for_reading(files, &header, wrapping);
        };
        match unlock_newest(&mut conn, &header, wrapping, &files) {
            Ok(keys) => Ok(Vault::of(files, keys, conn, lock.share()?)),
            Err(OpenError::Damaged) => {
                drop((conn, lock));
                Vault::open_for_reading(files, &header, wrapping)
            }
            Err(error) => Err(error),
        }
    }
}

impl Vault {
    /// Opens the vault with the key from the keyring. A damaged file is opened for reading only.
    ///
    /// # Errors
    /// Says apart why it can't be opened.
    pub fn open(files: &VaultFiles, wrapping: &Key32) -> Result<Self, OpenError> {
        SealedVault::open(files)?.unseal(wrapping)
    }

    pub(super) fn of(files: VaultFiles, keys: Keys, conn: Connection, lock: UseLock) -> Self {
        Self {
            files,
            keys,
            conn: Mutex::new(conn),
            damage: Mutex::default(),
            _use: lock,
        }
    }

    fn open_for_reading(
        files: VaultFiles,
        header: &Header,
        wrapping: &Key32,
    ) -> Result<Self, OpenError> {
        let lock = UseLock::try_shared(&files)?;
        let path = files.database();
        // What is only in the log counts too, where the log can still be read.
        let open = |reading| -> Result<(Keys, Connection), OpenError> {
            let conn = open_damaged(&path, reading).map_err(|error| open_error(&error, &files))?;
            let keys = unlock(&conn, header, wrapping, &files)?;
            Ok((keys, conn))
        };
        let (keys, conn) = match open(Reading::Live) {
            Err(OpenError::WrongKey) => return Err(OpenError::WrongKey),
            Err(_) => open(Reading::FileAlone).map_err(|error| match error {
                OpenError::Damaged if is_cut_short(&path) => OpenError::CutShort,
                other => other,
            })?,
            Ok(opened) => opened,
        };
        let vault = Self::of(files, keys, conn, lock);
        *vault.damage.lock().expect("nobody else has the vault yet") = DamageReport {
            read_only: true,
            rows: Vec::new(),
        };
        Ok(vault)
    }
}

/// The file and the lock on it; nothing when the file turns out to be damaged.
fn open_sound(
    files: &VaultFiles,
    header: &Header,
) -> Result<Option<(Connection, UseLock)>, OpenError> {
    if !may_write(files) {
        return Err(OpenError::NoPermission);
    }
    let lock = if header.format < schema::FORMAT {
        UseLock::try_exclusive(files)?
    } else {
        UseLock::try_shared(files)?
    };
    let known = |error: rusqlite::Error| open_error(&error, files);
    let open = || {
        let conn = open_writable(&files.database()).map_err(known)?;
        match conn.is_readonly("main").map_err(known)? {
            true => Err(OpenError::NoPermission),
            false => Ok(conn),
        }
    };
    match open() {
        Ok(conn) => Ok(Some((conn, lock))),
        Err(OpenError::Damaged) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The keys, and the file in the newest format. The caller holds the use lock, alone where the
/// format is older.
fn unlock_newest(
    conn: &mut Connection,
    header: &Header,
    wrapping: &Key32,
    files: &VaultFiles,
) -> Result<Keys, OpenError> {
    let keys = unlock(conn, header, wrapping, files)?;
    if header.format < schema::FORMAT {
        migrate(conn, files, header.format)?;
    }
    Ok(keys)
}

/// Copies the file, then brings it to the newest format. The caller holds the use lock alone.
fn migrate(conn: &mut Connection, files: &VaultFiles, format: u32) -> Result<(), OpenError> {
    let copy = files.copy_before_migration(format);
    // A copy that is there already is of a migration that failed: its original is still this file.
    match std::fs::remove_file(&copy) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(OpenError::of_io(error.kind()));
        }
        _ => private::make_file(&copy).map_err(|error| OpenError::of_io(error.kind()))?,
    }
    schema::migrate(conn, &schema::MIGRATIONS, Some(&copy))
        .map_err(|error| open_error(&error, files))
}

/// Unwraps the vault key by the keyring's slot and unseals the keys under it.
fn unlock(
    conn: &Connection,
    header: &Header,
    wrapping: &Key32,
    files: &VaultFiles,
) -> Result<Keys, OpenError> {
    let key = unwrap_by_slots(conn, header, wrapping, files)?;
    let vault = Sealing {
        vault_id: header.vault_id,
        key,
    };
    let inner = |kind| {
        let place = Place::of(Table::Inner, header.vault_id, kind);
        match rows::read(conn, &vault, place) {
            Ok(found) => found.ok_or(OpenError::Damaged),
            // A disk that fails now is not a file that is damaged.
            Err(VaultError::Io(kind)) => Err(OpenError::Io(kind)),
            Err(VaultError::Busy) => Err(OpenError::Busy),
            Err(_) => Err(OpenError::Damaged),
        }
    };
    let fingerprint_key = inner(kind::FINGERPRINT_KEY)?;
    let audit_key = inner(kind::AUDIT_KEY)?;
    // EXPOSE: the bytes become keys.
    let (seed, log_id) = audit_key
        .expose()
        .split_at_checked(32)
        .ok_or(OpenError::Damaged)?;
    Ok(Keys {
        fingerprints: FingerprintKeys::new(
            Key32::from_slice(fingerprint_key.expose()).ok_or(OpenError::Damaged)?,
        ),
        signer: Signer::new(&Key32::from_slice(seed).ok_or(OpenError::Damaged)?),
        log_id: Uuid::from_slice(log_id).map_err(|_| OpenError::Damaged)?,
        vault,
    })
}

/// A slot as it is stored.
struct Slot {
    id: Uuid,
    version: u64,
    epoch: u32,
    params: Vec<u8>,
    sealed: Vec<u8>,
}

impl Slot {
    fn of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: Uuid::from_bytes(row.get(0)?),
            version: row.get::<_, i64>(1)?.cast_unsigned(),
            epoch: row.get(2)?,
            params: row.get(3)?,
            sealed: row.get(4)?,
        })
    }

    fn unwrap(&self, vault_id: Uuid, wrapping: &Key32) -> Result<VaultKey, EnvelopeError> {
        let place = SlotPlace {
            vault_id,
            slot: self.id,
            kind: SlotKind::Keyring,
            version: self.version,
            params: &self.params,
        };
        slot::unwrap(wrapping, &place, self.epoch, &self.sealed)
    }
}

/// Tries the keyring's slots; one that is damaged does not hide another.
fn unwrap_by_slots(
    conn: &Connection,
    header: &Header,
    wrapping: &Key32,
    files: &VaultFiles,
) -> Result<VaultKey, OpenError> {
    let known = |error: rusqlite::Error| open_error(&error, files);
    let mut select = conn
        .prepare("SELECT id, version, epoch, params, sealed FROM slot WHERE kind = ?1 ORDER BY seq")
        .map_err(known)?;
    let mut slots = select.query([SlotKind::Keyring as u8]).map_err(known)?;
    let mut refused = OpenError::Damaged;
    while let Some(row) = slots.next().map_err(known)? {
        let Ok(slot) = Slot::of(row) else { continue };
        match slot.unwrap(header.vault_id, wrapping) {
            Ok(key) => return Ok(key),
            Err(EnvelopeError::WrongKey) => refused = OpenError::WrongKey,
            Err(_) => {}
        }
    }
    Err(refused)
}
