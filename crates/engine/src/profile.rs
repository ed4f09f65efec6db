//! Where vaults live, and the name under which their keys are in the keyring: the same for every
//! shell, or one would look for a key that another has put elsewhere.

use std::{
    io,
    path::{Path, PathBuf},
};

/// The program's identifier; a profile in a folder of its own adds to it.
const IDENTIFIER: &str = "dev.keyfob.app";

/// A user's Keyfob: the usual one, or one in a folder of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    data_dir: PathBuf,
    identifier: String,
    is_own: bool,
}

impl Profile {
    /// The folder of the platform for the user's data.
    ///
    /// # Errors
    /// The user has no home folder.
    pub fn usual() -> io::Result<Self> {
        let dirs = directories::ProjectDirs::from("dev", "keyfob", "Keyfob").ok_or_else(|| {
            io::Error::new(io::ErrorKind::NotFound, "this user has no home folder")
        })?;
        Ok(Self {
            data_dir: dirs.data_dir().to_owned(),
            identifier: IDENTIFIER.to_owned(),
            is_own: false,
        })
    }

    /// A profile in a folder of its own. Nothing of it is outside of the folder but its keys, whose
    /// name comes from the path: a folder that is moved needs its keys under the new name.
    ///
    /// # Errors
    /// The path is empty, or there is no working directory that it starts from.
    pub fn in_folder(folder: &Path) -> io::Result<Self> {
        let data_dir = std::path::absolute(folder)?;
        let name = fnv1a(data_dir.as_os_str().as_encoded_bytes());
        Ok(Self {
            data_dir,
            identifier: format!("{IDENTIFIER}.p{name:016x}"),
            is_own: true,
        })
    }

    /// [`Profile::in_folder`] where a folder is named, else [`Profile::usual`].
    ///
    /// # Errors
    /// Those of the two.
    pub fn of(folder: Option<&Path>) -> io::Result<Self> {
        folder.map_or_else(Self::usual, Self::in_folder)
    }

    /// The folder of the vaults.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// The name on the session bus, and of the service in the keyring.
    pub fn identifier(&self) -> &str {
        &self.identifier
    }

    /// Whether it lives in a folder of its own.
    pub fn is_own(&self) -> bool {
        self.is_own
    }
}

/// FNV-1a, 64 bits: the same in every version of every shell, which std's hasher does not promise.
/// A name, not a secret.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_name_for_ever() {
        let profile = Profile::in_folder(Path::new("/srv/keyfob")).unwrap();
        assert_eq!(profile.identifier(), "dev.keyfob.app.p45a4684280ed9dee");
        assert_ne!(
            profile.identifier(),
            Profile::in_folder(Path::new("/srv/other"))
                .unwrap()
                .identifier()
        );
    }

    #[test]
    fn fnv1a_gives_its_published_values() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
