//! What can go wrong with a vault, each cause told apart where a person is told something else.

use std::io;

use keyfob_audit::AppendError;
use keyfob_crypto::{RandomError, SealError};

use crate::{connection::Cause, lock::LockError};

/// A path that Keyfob will not use because somebody else could reach through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnsafePath {
    /// The folder or the file is a symbolic link.
    #[error("it is a symbolic link")]
    Symlink,
    /// The folder may be written by other users.
    #[error("other users may write to it")]
    WritableByOthers,
    /// It belongs to another user.
    #[error("it belongs to another user")]
    ForeignOwner,
    /// The folder is not a folder, or the file not a regular file.
    #[error("it is of the wrong kind")]
    WrongKind,
}

/// Why a vault cannot be opened. The file is untouched in every case.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no vault file.
    #[error("there is no vault here")]
    Missing,
    /// The file is not an SQLite database.
    #[error("the file is not a database")]
    NotADatabase,
    /// The file is a database of another program.
    #[error("the database belongs to another program (application id {application_id:#010x})")]
    NotOurs {
        /// The `application_id` found.
        application_id: u32,
    },
    /// The file is from a newer version of Keyfob.
    #[error("the vault has format {found}, this Keyfob knows up to {supported}")]
    Newer {
        /// Format of the file.
        found: u32,
        /// Newest format known here.
        supported: u32,
    },
    /// The end of the file is missing, and too much of it to read anything.
    #[error("the vault file is cut short")]
    CutShort,
    /// The file is damaged where it says what it is.
    #[error("the vault file is damaged")]
    Damaged,
    /// The wrapping key opens no slot of this vault.
    #[error("the key does not belong to this vault")]
    WrongKey,
    /// The file or folder may not be read or written by this user.
    #[error("no permission to read or write the vault")]
    NoPermission,
    /// The folder or file is reachable by others.
    #[error("the place of the vault is not safe: {0}")]
    Unsafe(#[from] UnsafePath),
    /// No space is left on the disk.
    #[error("the disk is full")]
    DiskFull,
    /// Another process works on the vault exclusively, or holds it too long.
    #[error("another process is using the vault")]
    Busy,
    /// Another error of the file system.
    #[error("the vault file cannot be read ({0})")]
    Io(io::ErrorKind),
}

/// Why a vault cannot be created. What was there before is untouched.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// A vault file is there already.
    #[error("there is a vault here already")]
    Exists,
    /// The folder may not be written by this user.
    #[error("no permission to create the vault")]
    NoPermission,
    /// The folder is reachable by others.
    #[error("the place of the vault is not safe: {0}")]
    Unsafe(#[from] UnsafePath),
    /// No space is left on the disk.
    #[error("the disk is full")]
    DiskFull,
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    NoRandomness,
    /// Another error of the file system.
    #[error("the vault file cannot be created ({0})")]
    Io(io::ErrorKind),
}

/// Why a read or a write failed. A failed write left the vault as it was.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// No such row.
    #[error("there is no such entry in the vault")]
    NotFound,
    /// The row is there and does not authenticate: changed from outside, or damaged.
    #[error("an entry of the vault does not authenticate")]
    Unreadable,
    /// The value is larger than the vault takes.
    #[error("the value is too large for the vault")]
    TooLarge,
    /// The value has no JSON form.
    #[error("the value cannot be written as JSON")]
    Unencodable,
    /// The vault was opened read-only because its file is damaged.
    #[error("the vault is damaged and was opened for reading only")]
    Damaged,
    /// The file may not be written.
    #[error("the vault cannot be written: no permission")]
    NoPermission,
    /// No space is left on the disk.
    #[error("the vault cannot be written: the disk is full")]
    DiskFull,
    /// Another process held the vault longer than 10 seconds.
    #[error("another process is using the vault")]
    Busy,
    /// Another Keyfob changed the format of the file meanwhile.
    #[error("the vault was changed by another version of Keyfob")]
    FormatChanged,
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    NoRandomness,
    /// Another error of the database or the file system.
    #[error("the vault file failed ({0})")]
    Io(io::ErrorKind),
}

impl From<rusqlite::Error> for VaultError {
    fn from(error: rusqlite::Error) -> Self {
        match Cause::of(&error) {
            Cause::Busy => Self::Busy,
            Cause::NoPermission => Self::NoPermission,
            Cause::DiskFull => Self::DiskFull,
            Cause::Damaged | Cause::NotADatabase => Self::Damaged,
            Cause::CannotOpen => Self::Io(io::ErrorKind::NotFound),
            Cause::Io(kind) => Self::Io(kind),
        }
    }
}

impl From<SealError> for VaultError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::TooLarge => Self::TooLarge,
            SealError::Random(_) => Self::NoRandomness,
        }
    }
}

impl From<RandomError> for CreateError {
    fn from(_: RandomError) -> Self {
        Self::NoRandomness
    }
}

impl From<AppendError> for VaultError {
    fn from(AppendError::NoRandomness: AppendError) -> Self {
        Self::NoRandomness
    }
}

impl From<LockError> for OpenError {
    fn from(error: LockError) -> Self {
        match error {
            LockError::Held { .. } => Self::Busy,
            LockError::Io(kind) => Self::of_io(kind),
        }
    }
}

impl OpenError {
    pub(crate) fn of_io(kind: io::ErrorKind) -> Self {
        match kind {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::NoPermission
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            kind => Self::Io(kind),
        }
    }
}

impl CreateError {
    pub(crate) fn of_io(kind: io::ErrorKind) -> Self {
        match kind {
            io::ErrorKind::AlreadyExists => Self::Exists,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::NoPermission
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            kind => Self::Io(kind),
        }
    }
}

impl From<VaultError> for CreateError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::NoPermission => Self::NoPermission,
            VaultError::DiskFull => Self::DiskFull,
            VaultError::NoRandomness => Self::NoRandomness,
            VaultError::Io(kind) => Self::of_io(kind),
            // The others speak of rows and of other processes; a file being made has neither.
            _ => Self::Io(io::ErrorKind::Other),
        }
    }
}

impl From<rusqlite::Error> for CreateError {
    fn from(error: rusqlite::Error) -> Self {
        VaultError::from(error).into()
    }
}
