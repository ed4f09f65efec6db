//! A disk for SQLite that fails when it is told to.
//!
//! It stands between SQLite and its own file system layer, counts the operations on the files of
//! one folder, and fails the k-th of a kind, once or from then on. What happens beside SQLite
//! (lock files, exports) does not pass through here.
#![expect(
    unsafe_code,
    reason = "SQLite's file systems are tables of C functions"
)]

mod disk;
mod vfs;

pub use disk::{Disk, Fault, Lasting, Trouble};
