//! Locks between processes, on files of their own.
//!
//! Never on the database: closing any other descriptor of it would drop SQLite's own locks. The
//! locks are those of `flock` and `LockFileEx`: they end with their holder, however it ends, and
//! two holders in one process exclude each other too.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use keyfob_token::SessionId;

use crate::files::{VaultFiles, private};

/// Why a lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process, or another part of this one, holds it.
    #[error("another process holds the lock{}", .holder.map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    Held {
        /// The process id of the holder, where it could be read.
        holder: Option<u32>,
    },
    /// The lock file could not be used.
    #[error("the lock file cannot be used ({0})")]
    Io(io::ErrorKind),
}

impl From<io::Error> for LockError {
    fn from(error: io::Error) -> Self {
        Self::Io(error.kind())
    }
}

/// Held by the one desktop program of a vault.
#[derive(Debug)]
pub struct DesktopLock {
    _held: Held,
}

impl DesktopLock {
    /// Takes it or says who holds it; never waits. Makes the folder of the vault when it is missing.
    ///
    /// # Errors
    /// When another process holds it, or the folder can't be made.
    pub fn try_take(files: &VaultFiles) -> Result<Self, LockError> {
        fs::create_dir_all(files.dir().parent().unwrap_or(files.dir()))?;
        private::make_dir(files.dir())?;
        Ok(Self {
            _held: Held::take(files.desktop_lock(), Mode::Exclusive)?,
        })
    }
}

/// Held, shared, by each process with the vault open; exclusive for migration, restore and re-key.
#[derive(Debug)]
pub struct UseLock {
    held: Held,
}

impl UseLock {
    /// Takes it shared; never waits.
    ///
    /// # Errors
    /// When another process holds it exclusively.
    pub fn try_shared(files: &VaultFiles) -> Result<Self, LockError> {
        Ok(Self {
            held: Held::take(files.use_lock(), Mode::Shared)?,
        })
    }

    /// Takes it exclusively; never waits.
    ///
    /// # Errors
    /// When any other process holds it.
    pub fn try_exclusive(files: &VaultFiles) -> Result<Self, LockError> {
        Ok(Self {
            held: Held::take(files.use_lock(), Mode::Exclusive)?,
        })
    }

    /// Goes from exclusive to shared; a shared one stays.
    ///
    /// # Errors
    /// When another process took it exclusively in between.
    pub(crate) fn share(self) -> Result<Self, LockError> {
        self.held.lock(Mode::Shared)?;
        Ok(self)
    }
}

/// Held while the tokens of one session are refreshed or revoked.
#[derive(Debug)]
pub struct CredentialLock {
    held: Held,
}

impl CredentialLock {
    /// Takes it or says who holds it; never waits.
    ///
    /// # Errors
    /// When another process or another part of this one holds it.
    pub fn try_take(files: &VaultFiles, session: SessionId) -> Result<Self, LockError> {
        private::make_dir(&files.locks())?;
        Ok(Self {
            held: Held::take(files.credential_lock(session), Mode::Exclusive)?,
        })
    }

    /// Removes the file of a session that is gone, and lets go.
    ///
    /// Who waits on the removed file notices by its inode and starts again.
    pub fn remove(self) {
        // The file is empty of meaning: one that stays behind does no harm.
        let _ = fs::remove_file(&self.held.path);
    }
}

#[derive(Clone, Copy)]
enum Mode {
    Shared,
    Exclusive,
}

#[derive(Debug)]
struct Held {
    file: File,
    path: PathBuf,
}

impl Held {
    /// How often a lock file may be replaced under our hands before we give up.
    const ATTEMPTS: usize = 16;

    fn take(path: PathBuf, mode: Mode) -> Result<Self, LockError> {
        for _ in 0..Self::ATTEMPTS {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false);
            let held = Self {
                file: private::open(&mut options, &path)?,
                path: path.clone(),
            };
            held.lock(mode)?;
            if is_still_at(&held.file, &path)? {
                held.name_holder();
                return Ok(held);
            }
        }
        Err(LockError::Held { holder: None })
    }

    fn lock(&self, mode: Mode) -> Result<(), LockError> {
        let taken = match mode {
            Mode::Shared => self.file.try_lock_shared(),
            Mode::Exclusive => self.file.try_lock(),
        };
        taken.map_err(|error| match error {
            TryLockError::WouldBlock => LockError::Held {
                holder: self.holder(),
            },
            TryLockError::Error(error) => error.into(),
        })
    }

    /// Writes our process id for others to read. Best effort: the lock is what counts, and a full
    /// disk must not take it away.
    fn name_holder(&self) {
        let mut file = &self.file;
        let _ = file
            .set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| writeln!(file, "{}", std::process::id()));
    }

    fn holder(&self) -> Option<u32> {
        let mut text = String::new();
        (&self.file).take(16).read_to_string(&mut text).ok()?;
        text.trim().parse().ok()
    }
}

/// Whether `path` still names the file that was locked, and not one made after its removal.
#[cfg(unix)]
fn is_still_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let held = file.metadata()?;
    match fs::symlink_metadata(path) {
        Ok(found) => Ok((found.dev(), found.ino()) == (held.dev(), held.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Windows does not remove a file that is open.
#[cfg(not(unix))]
fn is_still_at(_file: &File, path: &Path) -> io::Result<bool> {
    path.try_exists()
}
