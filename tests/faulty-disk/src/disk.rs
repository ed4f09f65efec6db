//! What is to fail, and whether it did.

use std::{
    collections::HashMap,
    ffi::c_int,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
};

use rusqlite::ffi;

use crate::vfs;

/// How a disk fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A write finds no room.
    Full,
    /// A write fails.
    WriteFails,
    /// A write fails half-way: its first half is on the disk.
    TornWrite,
    /// A file can't be flushed; what was written to it stays.
    SyncFails,
    /// A file can't be flushed, and all that was written to it since the last time is gone, as
    /// where the system drops the pages that it could not write.
    SyncLoses,
    /// A file can't be opened.
    OpenFails,
    /// A file can't be cut.
    TruncateFails,
    /// A file can't be removed.
    DeleteFails,
    /// A read fails.
    ReadFails,
    /// The memory that processes share over a file can't be had.
    SharedMemoryFails,
}

impl Trouble {
    /// Every way.
    pub const ALL: [Self; 10] = [
        Self::Full,
        Self::WriteFails,
        Self::TornWrite,
        Self::SyncFails,
        Self::SyncLoses,
        Self::OpenFails,
        Self::TruncateFails,
        Self::DeleteFails,
        Self::ReadFails,
        Self::SharedMemoryFails,
    ];

    /// What SQLite is told.
    pub(crate) fn code(self) -> c_int {
        match self {
            Self::Full => ffi::SQLITE_FULL,
            Self::WriteFails | Self::TornWrite => ffi::SQLITE_IOERR_WRITE,
            Self::SyncFails | Self::SyncLoses => ffi::SQLITE_IOERR_FSYNC,
            Self::OpenFails => ffi::SQLITE_CANTOPEN,
            Self::TruncateFails => ffi::SQLITE_IOERR_TRUNCATE,
            Self::DeleteFails => ffi::SQLITE_IOERR_DELETE,
            Self::ReadFails => ffi::SQLITE_IOERR_READ,
            Self::SharedMemoryFails => ffi::SQLITE_IOERR_SHMSIZE,
        }
    }

    fn meets(self, operation: Operation) -> bool {
        let met = match self {
            Self::Full | Self::WriteFails | Self::TornWrite => Operation::Write,
            Self::SyncFails | Self::SyncLoses => Operation::Sync,
            Self::OpenFails => Operation::Open,
            Self::TruncateFails => Operation::Truncate,
            Self::DeleteFails => Operation::Delete,
            Self::ReadFails => Operation::Read,
            Self::SharedMemoryFails => Operation::SharedMemory,
        };
        met == operation
    }
}

/// How long a disk fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// One operation; the next of its kind works.
    Once,
    /// Until [`Disk::heal`].
    UntilHealed,
}

impl Lasting {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Once, Self::UntilHealed];
}

/// A failure that is to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// How.
    pub trouble: Trouble,
    /// At the how manieth operation that it can meet, counted from 1.
    pub at: u64,
    /// How long.
    pub lasting: Lasting,
}

/// What SQLite does to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Open,
    Read,
    Write,
    Sync,
    Truncate,
    Delete,
    SharedMemory,
}

/// The disk under one folder. It works until it is told otherwise.
#[derive(Debug, Default)]
pub struct Disk {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    fault: Option<Fault>,
    seen: u64,
    failed: u64,
}

/// The disks by folder; each lives as long as the process.
static DISKS: LazyLock<Mutex<HashMap<PathBuf, Arc<Disk>>>> = LazyLock::new(Mutex::default);

impl Disk {
    /// The disk under a folder and all below it; from here on SQLite goes through it. The folder
    /// must exist, and no file in it may be open already.
    ///
    /// # Panics
    /// The folder is not there.
    pub fn under(folder: &Path) -> Arc<Self> {
        vfs::register();
        let folder = folder.canonicalize().expect("the folder is there");
        locked(&DISKS).entry(folder).or_default().clone()
    }

    /// Lets it fail; counts from now on.
    pub fn fail(&self, fault: Fault) {
        *locked(&self.state) = State {
            fault: Some(fault),
            ..State::default()
        };
    }

    /// It works again; how many operations had failed.
    pub fn heal(&self) -> u64 {
        std::mem::take(&mut *locked(&self.state)).failed
    }

    /// How many operations have failed since it was last told to.
    pub fn failed(&self) -> u64 {
        locked(&self.state).failed
    }

    pub(crate) fn of(path: &Path) -> Option<Arc<Self>> {
        let disks = locked(&DISKS);
        path.ancestors()
            .find_map(|folder| disks.get(folder))
            .cloned()
    }

    /// The trouble that this operation meets.
    pub(crate) fn trouble(&self, operation: Operation) -> Option<Trouble> {
        let mut state = locked(&self.state);
        let fault = state.fault.filter(|it| it.trouble.meets(operation))?;
        state.seen += 1;
        let fails = match fault.lasting {
            Lasting::Once => state.seen == fault.at,
            Lasting::UntilHealed => state.seen >= fault.at,
        };
        state.failed += u64::from(fails);
        fails.then_some(fault.trouble)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
