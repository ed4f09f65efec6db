//! Connections to the vault file, and what SQLite's errors mean for it.

use std::{io, path::Path, time::Duration};

use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};

/// How long a connection waits for another one.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Pages kept in memory, in KiB (negative: SQLite's unit).
const CACHE_KIB: i32 = -16_384;

/// How a file is opened for reading only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// With the write-ahead log, as other connections see it.
    Live,
    /// The file alone, without locks and without making any other file.
    FileAlone,
}

/// Opens the file for reading and writing, never makes one, and hardens the connection.
pub(crate) fn open_writable(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(BUSY_TIMEOUT)?;
    harden(&conn)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    // NORMAL can lose the last commit at a power cut: a rotated refresh token, and its session.
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "secure_delete", "ON")?;
    conn.pragma_update(None, "foreign_keys", "ON")?;
    Ok(conn)
}

/// Opens the file for reading only.
pub(crate) fn open_readable(path: &Path, reading: Reading) -> rusqlite::Result<Connection> {
    let conn = open_read_only(path, reading)?;
    harden(&conn)?;
    Ok(conn)
}

/// Opens a damaged file for reading only. SQLite looks no further at a file whose end is missing
/// unless `writable_schema` is on; nothing can be written all the same.
pub(crate) fn open_damaged(path: &Path, reading: Reading) -> rusqlite::Result<Connection> {
    let conn = open_read_only(path, reading)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_WRITABLE_SCHEMA, true)?;
    harden(&conn)?;
    Ok(conn)
}

fn open_read_only(path: &Path, reading: Reading) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW
        | OpenFlags::SQLITE_OPEN_URI;
    let immutable = match reading {
        Reading::Live => "",
        Reading::FileAlone => "?immutable=1",
    };
    let conn = Connection::open_with_flags(format!("{}{immutable}", file_uri(path)), flags)?;
    conn.busy_timeout(BUSY_TIMEOUT)?;
    Ok(conn)
}

fn harden(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "cell_size_check", "ON")?;
    conn.pragma_update(None, "cache_size", CACHE_KIB)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// `file:` and the path with everything escaped that a URI would read as something else.
fn file_uri(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let mut uri = String::from("file:");
    if !text.starts_with('/') {
        uri.push('/');
    }
    for c in text.chars() {
        match c {
            '%' => uri.push_str("%25"),
            '?' => uri.push_str("%3f"),
            '#' => uri.push_str("%23"),
            c => uri.push(c),
        }
    }
    uri
}

/// What an error of SQLite means for a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Busy,
    NoPermission,
    DiskFull,
    Damaged,
    NotADatabase,
    CannotOpen,
    Io(io::ErrorKind),
}

impl Cause {
    pub(crate) fn of(error: &rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => Self::NoPermission,
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged,
            Some(ErrorCode::NotADatabase) => Self::NotADatabase,
            Some(ErrorCode::CannotOpen) => Self::CannotOpen,
            Some(ErrorCode::OutOfMemory) => Self::Io(io::ErrorKind::OutOfMemory),
            // A missing table or column, a value of the wrong type: the file is not what it says.
            Some(ErrorCode::Unknown) | None => Self::Damaged,
            Some(_) => Self::Io(io::ErrorKind::Other),
        }
    }
}

/// Whether the disk of `dir` has no room for even a few pages. SQLite reports a full disk as an
/// unnamed I/O error when it is the shared-memory file that found no room.
pub(crate) fn disk_is_full(dir: &Path) -> bool {
    #[cfg(unix)]
    {
        rustix::fs::statvfs(dir)
            .is_ok_and(|stat| stat.f_bavail.saturating_mul(stat.f_frsize) < 128 * 1024)
    }
    #[cfg(not(unix))]
    {
        let _ = dir;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_is_new_enough() {
        assert!(
            rusqlite::version_number() >= 3_051_003,
            "{}",
            rusqlite::version()
        );
    }

    #[test]
    fn a_path_is_not_read_as_a_uri() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a?mode=rwc#b%20c");
        Connection::open(&path)
            .unwrap()
            .execute_batch("CREATE TABLE t (x)")
            .unwrap();
        let conn = open_readable(&path, Reading::FileAlone).unwrap();
        assert_eq!(
            conn.query_row("SELECT count(*) FROM t", [], |row| row.get(0)),
            Ok(0)
        );
    }

    #[test]
    fn a_connection_is_hardened() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("v.db");
        std::fs::File::create_new(&path).unwrap();
        let conn = open_writable(&path).unwrap();
        let value = |name: &str| -> String {
            let read = |row: &rusqlite::Row<'_>| Ok(format!("{:?}", row.get_ref(0)?));
            conn.pragma_query_value(None, name, read).unwrap()
        };
        assert_eq!(value("journal_mode"), "Text([119, 97, 108])");
        assert_eq!(value("synchronous"), "Integer(2)");
        assert_eq!(value("secure_delete"), "Integer(1)");
        assert_eq!(value("temp_store"), "Integer(2)");
        assert_eq!(value("trusted_schema"), "Integer(0)");
        assert_eq!(value("cell_size_check"), "Integer(1)");
        assert_eq!(value("foreign_keys"), "Integer(1)");
        assert_eq!(value("busy_timeout"), "Integer(10000)");
        assert_eq!(
            conn.db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE),
            Ok(true)
        );
        assert!(conn.execute_batch("SELECT load_extension('x')").is_err());
        assert!(conn.execute_batch("PRAGMA journal_mode=OFF").is_ok());
        assert_eq!(
            value("journal_mode"),
            "Text([119, 97, 108])",
            "defensive mode keeps it"
        );
    }
}
