//! Where a vault lives, and who may reach it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use keyfob_token::SessionId;

use crate::error::{CreateError, OpenError, UnsafePath};

/// The folder of a vault and the names in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultFiles {
    dir: PathBuf,
}

impl VaultFiles {
    /// The files of the vault in `dir`; touches nothing.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The vault itself.
    pub fn database(&self) -> PathBuf {
        self.dir.join("vault.db")
    }

    /// Its write-ahead log, kept by SQLite.
    pub fn write_ahead_log(&self) -> PathBuf {
        self.dir.join("vault.db-wal")
    }

    /// A vault that is being made, before it takes its place.
    pub(crate) fn unfinished(&self) -> PathBuf {
        self.dir.join("vault.db.new")
    }

    /// The copy made before a migration from `format`.
    pub(crate) fn copy_before_migration(&self, format: u32) -> PathBuf {
        self.dir.join(format!("vault.db.format-{format}"))
    }

    /// Locked by the one desktop program.
    pub fn desktop_lock(&self) -> PathBuf {
        self.dir.join("desktop.lock")
    }

    /// Locked, shared, by each process that has the vault open.
    pub fn use_lock(&self) -> PathBuf {
        self.dir.join("use.lock")
    }

    /// The folder of the credentials' locks.
    pub(crate) fn locks(&self) -> PathBuf {
        self.dir.join("locks")
    }

    /// Locked while the credential of one session is used.
    pub fn credential_lock(&self, session: SessionId) -> PathBuf {
        self.locks().join(format!("{}.lock", session.0))
    }

    /// Makes the folder (0700) when it is missing and checks that nobody else can write to it.
    ///
    /// # Errors
    /// When it can't be made or is not safe.
    pub fn prepare(&self) -> Result<(), CreateError> {
        let made = match self.dir.parent() {
            Some(parent) => fs::create_dir_all(parent).and_then(|()| private::make_dir(&self.dir)),
            None => private::make_dir(&self.dir),
        };
        made.map_err(|error| CreateError::of_io(error.kind()))?;
        let folder =
            fs::symlink_metadata(&self.dir).map_err(|error| CreateError::of_io(error.kind()))?;
        private::check_dir(&folder)?;
        // Others may have been able to look inside: the folder was made by somebody less careful.
        private::close_dir(&self.dir, &folder).map_err(|error| CreateError::of_io(error.kind()))
    }

    /// Checks the folder and the file without opening the file: a descriptor of the database that
    /// is not SQLite's own would drop its locks when it is closed.
    pub(crate) fn check(&self) -> Result<(), OpenError> {
        let meta = |path: &Path| {
            fs::symlink_metadata(path).map_err(|error| OpenError::of_io(error.kind()))
        };
        private::check_dir(&meta(&self.dir)?)?;
        private::check_file(&meta(&self.database())?)?;
        Ok(())
    }

    /// The folder as SQLite takes it: it refuses every symbolic link on the way to a file.
    pub(crate) fn resolved(&self) -> io::Result<Self> {
        Ok(Self {
            dir: fs::canonicalize(&self.dir)?,
        })
    }
}

/// Files and folders for one user alone.
pub(crate) mod private {
    use std::fs::{DirBuilder, File, Metadata, OpenOptions};
    use std::{fs, io, path::Path};

    use super::UnsafePath;

    /// Makes a folder for this user alone; one that is there stays as it is.
    pub(crate) fn make_dir(path: &Path) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
            other => other,
        }
    }

    /// Takes the rights of everybody else away.
    pub(crate) fn close_dir(path: &Path, folder: &Metadata) -> io::Result<()> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            if folder.permissions().mode() & 0o077 != 0 {
                fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
            }
        }
        let _ = (path, folder);
        Ok(())
    }

    /// Opens with what `options` say, for this user alone and through no symbolic link.
    pub(crate) fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            let no_follow = rustix::fs::OFlags::NOFOLLOW.bits();
            options.mode(0o600).custom_flags(no_follow.cast_signed());
        }
        options.open(path)
    }

    /// Makes an empty file that was not there before (`O_EXCL`).
    pub(crate) fn make_file(path: &Path) -> io::Result<()> {
        open(OpenOptions::new().write(true).create_new(true), path)?.sync_all()
    }

    pub(crate) fn check_dir(folder: &Metadata) -> Result<(), UnsafePath> {
        if folder.is_symlink() {
            return Err(UnsafePath::Symlink);
        }
        if !folder.is_dir() {
            return Err(UnsafePath::WrongKind);
        }
        check_owner(folder)
    }

    pub(crate) fn check_file(file: &Metadata) -> Result<(), UnsafePath> {
        if file.is_symlink() {
            return Err(UnsafePath::Symlink);
        }
        if !file.is_file() {
            return Err(UnsafePath::WrongKind);
        }
        check_owner(file)
    }

    #[cfg(unix)]
    fn check_owner(meta: &Metadata) -> Result<(), UnsafePath> {
        use std::os::unix::fs::MetadataExt;
        if meta.uid() != rustix::process::geteuid().as_raw() {
            return Err(UnsafePath::ForeignOwner);
        }
        if meta.mode() & 0o022 != 0 {
            return Err(UnsafePath::WritableByOthers);
        }
        Ok(())
    }

    /// Windows: the folder is inside the user's profile, whose access list is the user's own.
    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "one signature for all systems")]
    fn check_owner(_meta: &Metadata) -> Result<(), UnsafePath> {
        Ok(())
    }

    /// Makes the folder's entries durable.
    pub(crate) fn sync_dir(path: &Path) -> io::Result<()> {
        #[cfg(unix)]
        File::open(path)?.sync_all()?;
        let _ = path;
        Ok(())
    }

    /// Gives a finished file its name, which must be free; the name never shows half a file.
    pub(crate) fn publish(unfinished: &Path, name: &Path) -> io::Result<()> {
        match fs::hard_link(unfinished, name) {
            Ok(()) => fs::remove_file(unfinished),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            // A file system without hard links. Who makes a vault holds the use lock alone.
            Err(_) if !name.exists() => fs::rename(unfinished, name),
            Err(error) => Err(error),
        }
    }
}
