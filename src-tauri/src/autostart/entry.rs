//! The entry of a desktop for what starts at login (Desktop Application Autostart Specification
//! 0.5). Written here and not by the library that does it elsewhere: that one knows neither
//! `XDG_CONFIG_HOME` nor a path with a space in it.

use std::{
    fs,
    io::{Error, ErrorKind, Result},
    path::{Path, PathBuf},
};

/// Where the entry is, below the user's configuration.
pub(super) fn file(config: &Path) -> PathBuf {
    config.join("autostart").join("Keyfob.desktop")
}

/// Whether there is one, and the desktop's own settings did not switch it off.
pub(super) fn is_on(file: &Path) -> bool {
    let is_off = |line: &str| {
        matches!(
            line.trim(),
            "Hidden=true" | "X-GNOME-Autostart-enabled=false"
        )
    };
    fs::read_to_string(file).is_ok_and(|text| !text.lines().any(is_off))
}

pub(super) fn write(file: &Path, program: &Path, argument: &str) -> Result<()> {
    let program = program
        .to_str()
        .filter(|path| !path.contains(char::is_control))
        .ok_or_else(|| Error::from(ErrorKind::InvalidInput))?;
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let entry = format!(
        "[Desktop Entry]\nType=Application\nName=Keyfob\n\
         Comment=Keeps the sessions you are signed in with fresh\n\
         Exec={} {argument}\nIcon=keyfob-desktop\nTerminal=false\n",
        quoted(program)
    );
    fs::write(file, entry)
}

pub(super) fn remove(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A path as `Exec` wants it (Desktop Entry Specification, "The Exec key"): in quotes where it has
/// a reserved character, with its own escapes, those of a string value on top, and `%` doubled.
fn quoted(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '+' | '@');
    if path.chars().all(is_plain) {
        return path.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in path.chars() {
        match c {
            '"' | '`' | '$' => quoted.extend(["\\\\", c.encode_utf8(&mut [0; 4])]),
            '\\' => quoted.push_str("\\\\\\\\"),
            '%' => quoted.push_str("%%"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted_as_the_specification_wants() {
        assert_eq!(quoted("/usr/bin/keyfob-desktop"), "/usr/bin/keyfob-desktop");
        assert_eq!(quoted("/opt/my apps/keyfob"), "\"/opt/my apps/keyfob\"");
        assert_eq!(quoted("/a/100%/$x"), "\"/a/100%%/\\\\$x\"");
        assert_eq!(quoted("/a\\b"), "\"/a\\\\\\\\b\"");
    }

    #[test]
    fn an_entry_that_the_desktop_switched_off_is_off() {
        let dir = tempfile::tempdir().unwrap();
        let file = file(dir.path());
        assert!(!is_on(&file));
        remove(&file).unwrap();
        write(&file, Path::new("/usr/bin/keyfob-desktop"), "--hidden").unwrap();
        assert!(is_on(&file));
        let text = fs::read_to_string(&file).unwrap();
        assert!(
            text.contains("\nExec=/usr/bin/keyfob-desktop --hidden\n"),
            "{text}"
        );
        fs::write(&file, text + "X-GNOME-Autostart-enabled=false\n").unwrap();
        assert!(!is_on(&file));
        remove(&file).unwrap();
        assert!(!file.exists());
    }
}
