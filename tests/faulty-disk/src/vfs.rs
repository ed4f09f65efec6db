//! The layer itself: SQLite's own file system, each function asked for trouble first.
//!
//! A file of ours is a [`Shim`] and, right behind it in the memory that SQLite gives for it, the
//! file of the layer below.

use std::{
    ffi::{CStr, OsStr, c_char, c_int, c_void},
    mem::size_of,
    os::unix::ffi::OsStrExt,
    path::Path,
    ptr,
    sync::{Arc, Once, OnceLock},
};

use rusqlite::ffi;

use crate::disk::{Disk, Operation, Trouble};

/// The layer below, found at registration. SQLite never frees it.
static BELOW: OnceLock<Below> = OnceLock::new();
static REGISTERED: Once = Once::new();

struct Below(*mut ffi::sqlite3_vfs);
// SAFETY: SQLite's VFS tables are constant after start and used by all threads.
unsafe impl Send for Below {}
// SAFETY: as above.
unsafe impl Sync for Below {}

/// A file of ours. `methods` must come first: SQLite sees an `sqlite3_file`.
#[repr(C)]
struct Shim {
    methods: *const ffi::sqlite3_io_methods,
    /// A `Box<Watched>`, or null.
    watched: *mut Watched,
}

/// What is remembered of an open file of a watched folder.
struct Watched {
    disk: Arc<Disk>,
    /// What stood where something was written since the last sync, oldest first.
    unsynced: Vec<Overwritten>,
}

/// A file before one write or cut.
struct Overwritten {
    offset: i64,
    bytes: Vec<u8>,
    size: i64,
}

/// Becomes SQLite's default file system, once.
pub(crate) fn register() {
    REGISTERED.call_once(|| {
        // SAFETY: asking for the default VFS has no preconditions; null is the default.
        let below = unsafe { ffi::sqlite3_vfs_find(ptr::null()) };
        assert!(!below.is_null(), "SQLite has a file system of its own");
        // SAFETY: SQLite gave it; it is a plain struct that stays where it is.
        let mut vfs = unsafe { *below };
        let _ = BELOW.set(Below(below));
        vfs.zName = c"faulty".as_ptr();
        vfs.pNext = ptr::null_mut();
        vfs.szOsFile += c_int::try_from(size_of::<Shim>()).expect("a few bytes");
        vfs.xOpen = Some(open);
        vfs.xDelete = Some(delete);
        // SAFETY: the table is leaked, so it lives as long as SQLite. The functions that are kept
        // from below look at nothing of the table but `pAppData`, which is copied.
        let code = unsafe { ffi::sqlite3_vfs_register(Box::leak(Box::new(vfs)), 1) };
        assert_eq!(code, ffi::SQLITE_OK, "the layer is registered");
    });
}

fn below() -> *mut ffi::sqlite3_vfs {
    BELOW.get().expect("set at registration").0
}

/// The disk that a file lies on; `None` for files without a name.
fn disk_of(name: *const c_char) -> Option<Arc<Disk>> {
    if name.is_null() {
        return None;
    }
    // SAFETY: SQLite gives a string that ends with a zero and outlives the call.
    let name = unsafe { CStr::from_ptr(name) };
    Disk::of(Path::new(OsStr::from_bytes(name.to_bytes())))
}

/// # Safety
/// `file` is one that [`open`] has filled in.
unsafe fn shim<'a>(file: *mut ffi::sqlite3_file) -> &'a mut Shim {
    // SAFETY: by contract; SQLite calls the functions of one file one at a time.
    unsafe { &mut *file.cast::<Shim>() }
}

/// # Safety
/// `file` is one that SQLite has given memory for by our `szOsFile`.
unsafe fn real(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: by contract the memory goes on behind the shim, aligned as the shim is.
    unsafe { file.cast::<Shim>().add(1).cast() }
}

/// # Safety
/// As [`shim`].
unsafe fn methods<'a>(file: *mut ffi::sqlite3_file) -> &'a ffi::sqlite3_io_methods {
    // SAFETY: by contract the file below is open, so its table is set.
    unsafe { &*(*real(file)).pMethods }
}

/// # Safety
/// As [`shim`].
unsafe fn trouble(file: *mut ffi::sqlite3_file, operation: Operation) -> Option<Trouble> {
    // SAFETY: by contract; what `watched` points at is freed only by `close`.
    let watched = unsafe { shim(file).watched.as_ref() }?;
    watched.disk.trouble(operation)
}

/// Calls a function of the file below.
macro_rules! below {
    ($file:expr, $name:ident $(, $argument:expr)*) => {{
        // SAFETY: SQLite called us with these arguments under the contract of this very function,
        // and `$file` is open.
        unsafe {
            let call = methods($file).$name.expect("the layer below has all functions of version 2");
            call(real($file) $(, $argument)*)
        }
    }};
}

unsafe extern "C" fn open(
    _vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    let disk = disk_of(name);
    // SAFETY: SQLite gives memory of our `szOsFile`. Without methods it calls nothing of the file.
    unsafe { (*file).pMethods = ptr::null() };
    if let Some(trouble) = disk.as_ref().and_then(|it| it.trouble(Operation::Open)) {
        return trouble.code();
    }
    // SAFETY: the arguments are SQLite's own, and the memory behind the shim is the file's below.
    let code = unsafe {
        let open = (*below()).xOpen.expect("every file system opens files");
        open(below(), name, real(file), flags, out_flags)
    };
    // SAFETY: as above.
    unsafe {
        if !(*real(file)).pMethods.is_null() {
            let watched = disk.map(|disk| {
                Box::into_raw(Box::new(Watched {
                    disk,
                    unsynced: Vec::new(),
                }))
            });
            file.cast::<Shim>().write(Shim {
                methods: &METHODS,
                watched: watched.unwrap_or(ptr::null_mut()),
            });
        }
    }
    code
}

unsafe extern "C" fn delete(
    _vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    sync: c_int,
) -> c_int {
    if let Some(trouble) = disk_of(name).and_then(|it| it.trouble(Operation::Delete)) {
        return trouble.code();
    }
    // SAFETY: the arguments are SQLite's own.
    unsafe {
        let delete = (*below()).xDelete.expect("every file system deletes files");
        delete(below(), name, sync)
    }
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    // Without the memory-mapped reads of version 3: every read is seen.
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: the file is open, and closed once.
    let watched = unsafe { std::mem::replace(&mut shim(file).watched, ptr::null_mut()) };
    if !watched.is_null() {
        // SAFETY: `open` made it with `Box::into_raw`, and it was taken out just now.
        drop(unsafe { Box::from_raw(watched) });
    }
    below!(file, xClose)
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    into: *mut c_void,
    amount: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: the file is open.
    match unsafe { trouble(file, Operation::Read) } {
        Some(trouble) => trouble.code(),
        None => below!(file, xRead, into, amount, offset),
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    from: *const c_void,
    amount: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: the file is open.
    let trouble = unsafe { trouble(file, Operation::Write) };
    if trouble.is_none_or(|it| it == Trouble::TornWrite) {
        // SAFETY: the file is open.
        unsafe { remember(file, offset, amount) };
    }
    match trouble {
        None => below!(file, xWrite, from, amount, offset),
        Some(Trouble::TornWrite) => {
            let _ = below!(file, xWrite, from, amount / 2, offset);
            Trouble::TornWrite.code()
        }
        Some(trouble) => trouble.code(),
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    // SAFETY: the file is open.
    if let Some(trouble) = unsafe { trouble(file, Operation::Truncate) } {
        return trouble.code();
    }
    let gone = size_of_file(file).saturating_sub(size).max(0);
    // SAFETY: the file is open.
    unsafe { remember(file, size, c_int::try_from(gone).unwrap_or(c_int::MAX)) };
    below!(file, xTruncate, size)
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: the file is open.
    let trouble = unsafe { trouble(file, Operation::Sync) };
    // SAFETY: the file is open; what `watched` points at is freed only by `close`.
    let watched = unsafe { shim(file).watched.as_mut() };
    match (trouble, watched) {
        (Some(trouble), Some(watched)) => {
            if trouble == Trouble::SyncLoses {
                for before in watched.unsynced.drain(..).rev() {
                    put_back(file, &before);
                }
            }
            trouble.code()
        }
        (_, watched) => {
            if let Some(watched) = watched {
                watched.unsynced.clear();
            }
            below!(file, xSync, flags)
        }
    }
}

/// Remembers what stands where `amount` bytes are about to change.
///
/// # Safety
/// As [`shim`].
unsafe fn remember(file: *mut ffi::sqlite3_file, offset: i64, amount: c_int) {
    // SAFETY: by contract; what `watched` points at is freed only by `close`.
    let Some(watched) = (unsafe { shim(file).watched.as_mut() }) else {
        return;
    };
    let size = size_of_file(file);
    let there = size.saturating_sub(offset).clamp(0, amount.into());
    let there = usize::try_from(there).expect("not negative");
    let mut bytes = vec![0_u8; there];
    if there > 0 {
        let length = c_int::try_from(there).expect("at most `amount`");
        let code = below!(file, xRead, bytes.as_mut_ptr().cast(), length, offset);
        assert_eq!(code, ffi::SQLITE_OK, "the file below can be read");
    }
    watched.unsynced.push(Overwritten {
        offset,
        bytes,
        size,
    });
}

fn put_back(file: *mut ffi::sqlite3_file, before: &Overwritten) {
    let length = c_int::try_from(before.bytes.len()).expect("it came from one write");
    if length > 0 {
        let bytes = before.bytes.as_ptr().cast();
        let code = below!(file, xWrite, bytes, length, before.offset);
        assert_eq!(code, ffi::SQLITE_OK, "the file below can be written");
    }
    if size_of_file(file) > before.size {
        let code = below!(file, xTruncate, before.size);
        assert_eq!(code, ffi::SQLITE_OK, "the file below can be cut");
    }
}

fn size_of_file(file: *mut ffi::sqlite3_file) -> i64 {
    let mut size = 0;
    let code = below!(file, xFileSize, &mut size);
    assert_eq!(code, ffi::SQLITE_OK, "the file below has a size");
    size
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    region: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: the file is open.
    match unsafe { trouble(file, Operation::SharedMemory) } {
        Some(trouble) => trouble.code(),
        None => below!(file, xShmMap, region, size, extend, out),
    }
}

// What follows never fails here.

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, size: *mut i64) -> c_int {
    below!(file, xFileSize, size)
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    below!(file, xLock, level)
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    below!(file, xUnlock, level)
}

unsafe extern "C" fn check_reserved_lock(
    file: *mut ffi::sqlite3_file,
    reserved: *mut c_int,
) -> c_int {
    below!(file, xCheckReservedLock, reserved)
}

unsafe extern "C" fn file_control(
    file: *mut ffi::sqlite3_file,
    operation: c_int,
    argument: *mut c_void,
) -> c_int {
    below!(file, xFileControl, operation, argument)
}

unsafe extern "C" fn sector_size(file: *mut ffi::sqlite3_file) -> c_int {
    below!(file, xSectorSize)
}

unsafe extern "C" fn device_characteristics(file: *mut ffi::sqlite3_file) -> c_int {
    below!(file, xDeviceCharacteristics)
}

unsafe extern "C" fn shm_lock(
    file: *mut ffi::sqlite3_file,
    offset: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    below!(file, xShmLock, offset, count, flags)
}

unsafe extern "C" fn shm_barrier(file: *mut ffi::sqlite3_file) {
    below!(file, xShmBarrier);
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, delete: c_int) -> c_int {
    below!(file, xShmUnmap, delete)
}
