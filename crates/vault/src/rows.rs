//! Reading and writing sealed rows, whatever they hold.

use keyfob_secret::SecretBytes;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::{error::VaultError, keys::Sealing, table::Place};

/// Reads one row; `None` when there is none.
pub(crate) fn read(
    conn: &Connection,
    keys: &Sealing,
    place: Place,
) -> Result<Option<SecretBytes>, VaultError> {
    let mut select = conn.prepare_cached(&format!(
        "SELECT version, sealed FROM {} WHERE id = ?1 AND kind = ?2",
        place.table.name()
    ))?;
    let mut rows = select.query(params![place.id.as_bytes(), place.kind])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let version = row.get::<_, i64>(0)?.cast_unsigned();
    let sealed = row
        .get_ref(1)?
        .as_blob()
        .map_err(|_| VaultError::Unreadable)?;
    keys.open(place, version, sealed)
        .map(Some)
        .ok_or(VaultError::Unreadable)
}

/// The version of a row without opening it.
pub(crate) fn version(conn: &Connection, place: Place) -> Result<Option<u64>, VaultError> {
    let found: Option<i64> = conn
        .prepare_cached(&format!(
            "SELECT version FROM {} WHERE id = ?1 AND kind = ?2",
            place.table.name()
        ))?
        .query_row(params![place.id.as_bytes(), place.kind], |row| row.get(0))
        .optional()?;
    Ok(found.map(i64::cast_unsigned))
}

/// Writes one row, new or not, under `version`.
pub(crate) fn write(
    conn: &Connection,
    keys: &Sealing,
    place: Place,
    version: u64,
    plain: &[u8],
) -> Result<(), VaultError> {
    let sealed = keys.seal(place, version, plain)?;
    conn.prepare_cached(&format!(
        "INSERT INTO {} (id, kind, version, epoch, sealed) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (id, kind) DO UPDATE SET version = ?3, epoch = ?4, sealed = ?5",
        place.table.name()
    ))?
    .execute(params![
        place.id.as_bytes(),
        place.kind,
        version.cast_signed(),
        keys.key.epoch(),
        sealed
    ])?;
    Ok(())
}

/// Writes a row that has a number of its own, such as an audit event.
pub(crate) fn write_numbered(
    conn: &Connection,
    keys: &Sealing,
    place: Place,
    seq: u64,
    version: u64,
    plain: &[u8],
) -> Result<(), VaultError> {
    let sealed = keys.seal(place, version, plain)?;
    conn.prepare_cached(&format!(
        "INSERT INTO {} (seq, id, kind, version, epoch, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id, kind) DO UPDATE SET version = ?4, epoch = ?5, sealed = ?6",
        place.table.name()
    ))?
    .execute(params![
        seq.cast_signed(),
        place.id.as_bytes(),
        place.kind,
        version.cast_signed(),
        keys.key.epoch(),
        sealed
    ])?;
    Ok(())
}

/// Deletes one row.
pub(crate) fn delete(conn: &Connection, place: Place) -> Result<(), VaultError> {
    conn.prepare_cached(&format!(
        "DELETE FROM {} WHERE id = ?1 AND kind = ?2",
        place.table.name()
    ))?
    .execute(params![place.id.as_bytes(), place.kind])?;
    Ok(())
}

/// A row of a scan, still sealed.
pub(crate) struct Sealed<'a> {
    pub(crate) id: Uuid,
    pub(crate) kind: u8,
    pub(crate) version: u64,
    pub(crate) bytes: &'a [u8],
}

impl<'a> Sealed<'a> {
    /// The columns of a scan: the number first, then what [`Sealed::of`] reads.
    pub(crate) const COLUMNS: &'static str = "seq, id, kind, version, sealed";

    /// From a row of a scan; `None` when it is not even the shape of one.
    pub(crate) fn of(row: &'a rusqlite::Row<'_>) -> Option<Self> {
        Some(Self {
            id: Uuid::from_slice(row.get_ref(1).ok()?.as_blob().ok()?).ok()?,
            kind: row.get(2).ok()?,
            version: row.get::<_, i64>(3).ok()?.cast_unsigned(),
            bytes: row.get_ref(4).ok()?.as_blob().ok()?,
        })
    }
}
