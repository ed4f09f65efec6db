//! A file that is whole or not there: written privately beside its target, then renamed.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    path::Path,
};

use crate::{error::EngineError, view::ErrorCode};

/// Writes through `fill` into a fresh private file and renames it onto `target`.
///
/// # Errors
/// The target is a link, the folder can't be written, the disk is full, or `fill` fails; then the
/// target is as it was.
pub(super) fn write_privately<T>(
    target: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> Result<T, EngineError>,
) -> Result<T, EngineError> {
    if fs::symlink_metadata(target).is_ok_and(|found| found.file_type().is_symlink()) {
        return Err(EngineError::new(ErrorCode::ExportTargetIsLink)
            .with("path", target.display().to_string()));
    }
    let name = target
        .file_name()
        .ok_or(ErrorCode::ExportFailed)?
        .to_string_lossy();
    let fresh = target.with_file_name(format!(".{name}.{}", uuid::Uuid::new_v4().simple()));
    let outcome = fill_and_rename(&fresh, target, fill);
    if outcome.is_err() {
        // It may not exist at all; what matters is that no half-written file stays.
        let _ = fs::remove_file(&fresh);
    }
    outcome
}

fn fill_and_rename<T>(
    fresh: &Path,
    target: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> Result<T, EngineError>,
) -> Result<T, EngineError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = BufWriter::new(options.open(fresh).map_err(|error| io_error(&error))?);
    let value = fill(&mut out)?;
    out.flush().map_err(|error| io_error(&error))?;
    out.get_ref().sync_all().map_err(|error| io_error(&error))?;
    fs::rename(fresh, target).map_err(|error| io_error(&error))?;
    Ok(value)
}

/// What a failed write is called.
pub(super) fn io_error(error: &io::Error) -> EngineError {
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            EngineError::new(ErrorCode::ExportFailed).with("why", "no permission to write there")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            EngineError::new(ErrorCode::ExportFailed).with("why", "the disk is full")
        }
        kind => EngineError::new(ErrorCode::ExportFailed).with("why", kind.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_export_leaves_the_old_file_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("log.jsonl");
        fs::write(&target, "old").unwrap();
        let outcome: Result<(), _> = write_privately(&target, |out| {
            out.write_all(b"half").unwrap();
            Err(ErrorCode::ExportCancelled.into())
        });
        assert_eq!(outcome.unwrap_err().code(), ErrorCode::ExportCancelled);
        assert_eq!(fs::read_to_string(&target).unwrap(), "old");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn the_export_is_private_and_a_link_is_refused() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("log.jsonl");
        write_privately(&target, |out| {
            out.write_all(b"new").unwrap();
            Ok(())
        })
        .unwrap();
        assert_eq!(
            fs::metadata(&target).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let link = dir.path().join("link");
        symlink(&target, &link).unwrap();
        let outcome: Result<(), _> = write_privately(&link, |_| Ok(()));
        assert_eq!(outcome.unwrap_err().code(), ErrorCode::ExportTargetIsLink);
    }
}
