//! What a vault file says of itself without a key.

use std::{fs::File, io::Read, path::Path};

use rusqlite::Connection;
use uuid::Uuid;

use crate::{
    connection::{Cause, Reading, disk_is_full, open_damaged, open_readable},
    error::OpenError,
    files::VaultFiles,
    schema,
};

/// What a vault file says of itself without a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Name of the vault; also names its key in the keyring.
    pub vault_id: Uuid,
    /// Format of the file.
    pub format: u32,
    /// Epoch of the vault key.
    pub epoch: u32,
    /// The file is damaged further on; it will open for reading only.
    pub damaged: bool,
}

/// Reads what a file says of itself without a key, and changes nothing: not the file, and while
/// no process has left a write-ahead log, nothing beside it either.
///
/// # Errors
/// Says apart why it can't be used.
pub fn peek(files: &VaultFiles) -> Result<Header, OpenError> {
    files.check()?;
    let files = files
        .resolved()
        .map_err(|error| OpenError::of_io(error.kind()))?;
    check_readable(&files)?;
    if is_shorter_than_a_page(&files.database()) {
        // SQLite takes an empty file for a new database.
        let cut = is_cut_short(&files.database());
        return Err(if cut {
            OpenError::CutShort
        } else {
            OpenError::NotADatabase
        });
    }
    match peek_file(&files, Reading::FileAlone) {
        Ok(_) if has_log(&files) => peek_file(&files, Reading::Live),
        Ok(_) if ends_within_a_page(&files) => peek_damaged(&files),
        // The file alone may be torn where another process is moving its log into it just now.
        Err(OpenError::Damaged) if has_log(&files) => {
            peek_file(&files, Reading::Live).or_else(|_| peek_damaged(&files))
        }
        Err(OpenError::Damaged) => peek_damaged(&files),
        other => other,
    }
}

fn peek_file(files: &VaultFiles, reading: Reading) -> Result<Header, OpenError> {
    let known = |error: rusqlite::Error| open_error(&error, files);
    let conn = open_readable(&files.database(), reading).map_err(known)?;
    let (application_id, format) = schema::marks(&conn).map_err(known)?;
    check_marks(application_id, format)?;
    header(&conn, format).map_err(known)
}

/// Looks past the damage at the first pages, and says which damage it is where they are gone too.
fn peek_damaged(files: &VaultFiles) -> Result<Header, OpenError> {
    let path = files.database();
    let read = || -> rusqlite::Result<(u32, u32, Header)> {
        let conn = open_damaged(&path, Reading::FileAlone)?;
        let (application_id, format) = schema::marks(&conn)?;
        Ok((application_id, format, header(&conn, format)?))
    };
    match read() {
        Ok((application_id, format, found)) => {
            check_marks(application_id, format)?;
            Ok(Header {
                damaged: true,
                ..found
            })
        }
        Err(_) if is_cut_short(&path) => Err(OpenError::CutShort),
        Err(_) => Err(OpenError::Damaged),
    }
}

fn check_marks(application_id: u32, format: u32) -> Result<(), OpenError> {
    if (application_id, format) == (0, 0) {
        // The first page is zero: SQLite itself has nothing against it.
        return Err(OpenError::Damaged);
    }
    if application_id != schema::APPLICATION_ID {
        return Err(OpenError::NotOurs { application_id });
    }
    if format > schema::FORMAT {
        return Err(OpenError::Newer {
            found: format,
            supported: schema::FORMAT,
        });
    }
    if format == 0 {
        Err(OpenError::Damaged)
    } else {
        Ok(())
    }
}

fn header(conn: &Connection, format: u32) -> rusqlite::Result<Header> {
    conn.query_row("SELECT vault_id, epoch FROM header", [], |row| {
        let id: [u8; 16] = row.get(0)?;
        Ok(Header {
            vault_id: Uuid::from_bytes(id),
            format,
            epoch: row.get(1)?,
            damaged: false,
        })
    })
}

fn has_log(files: &VaultFiles) -> bool {
    std::fs::metadata(files.write_ahead_log()).is_ok_and(|log| log.len() > 0)
}

/// Whether the last page is there in part only. SQLite counts it as whole and reads zeros for the
/// rest, so it calls such a file sound and would write into it. A file is left like this by what cuts
/// it, never by SQLite; but while another process moves its log into it, its length says nothing.
fn ends_within_a_page(files: &VaultFiles) -> bool {
    let missing = || -> rusqlite::Result<bool> {
        let conn = open_readable(&files.database(), Reading::FileAlone)?;
        let value = |name| conn.pragma_query_value(None, name, |row| row.get::<_, u32>(0));
        let whole = u64::from(value("page_count")?) * u64::from(value("page_size")?);
        Ok(std::fs::metadata(files.database()).is_ok_and(|file| file.len() < whole))
    };
    missing().unwrap_or(false) && !has_log(files)
}

fn is_shorter_than_a_page(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.len() < 512)
}

fn check_readable(files: &VaultFiles) -> Result<(), OpenError> {
    #[cfg(unix)]
    {
        rustix::fs::access(files.database(), rustix::fs::Access::READ_OK)
            .map_err(|error| OpenError::of_io(std::io::Error::from(error).kind()))?;
    }
    let _ = files;
    Ok(())
}

/// Whether the file ends before what its own header says (SQLite file format, §1.3).
///
/// The file is opened beside SQLite here, which is safe for a file that SQLite already refused.
pub(crate) fn is_cut_short(path: &Path) -> bool {
    const MAGIC: &[u8] = b"SQLite format 3\0";
    let mut header = Vec::new();
    let read = File::open(path).and_then(|file| {
        let length = file.metadata()?.len();
        file.take(100).read_to_end(&mut header)?;
        Ok(length)
    });
    let Ok(length) = read else { return false };
    let begun = header.len().min(MAGIC.len());
    if header[..begun] != MAGIC[..begun] {
        return false;
    }
    if header.len() < 100 {
        return true;
    }
    let page_size = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    let pages = u32::from_be_bytes([header[28], header[29], header[30], header[31]]);
    length < page_size * u64::from(pages)
}

/// What an error of SQLite means for opening the files.
pub(crate) fn open_error(error: &rusqlite::Error, files: &VaultFiles) -> OpenError {
    match Cause::of(error) {
        Cause::Busy => OpenError::Busy,
        Cause::NoPermission => OpenError::NoPermission,
        Cause::DiskFull => OpenError::DiskFull,
        Cause::Damaged => OpenError::Damaged,
        Cause::NotADatabase => OpenError::NotADatabase,
        Cause::CannotOpen if !may_write(files) => OpenError::NoPermission,
        Cause::CannotOpen => OpenError::Io(std::io::ErrorKind::NotFound),
        Cause::Io(_) if disk_is_full(files.dir()) => OpenError::DiskFull,
        Cause::Io(kind) => OpenError::Io(kind),
    }
}

/// Whether this user may write the file and make others beside it.
pub(crate) fn may_write(files: &VaultFiles) -> bool {
    #[cfg(unix)]
    {
        use rustix::fs::{Access, access};
        access(files.dir(), Access::WRITE_OK | Access::EXEC_OK).is_ok()
            && access(files.database(), Access::WRITE_OK).is_ok()
    }
    #[cfg(not(unix))]
    {
        std::fs::metadata(files.database()).is_ok_and(|file| !file.permissions().readonly())
    }
}
