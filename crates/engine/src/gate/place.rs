//! Where the vault in use lies: `vault`, or `vault-2` … when one was started beside an old one.

use std::{fs, path::Path};

use keyfob_vault::VaultFiles;

/// Names the folder in use; absent while there is only `vault`.
const CURRENT: &str = "current";
/// More vaults side by side than anyone has use for.
const MOST: u32 = 1000;

/// The folder of the vault in use.
pub(crate) struct Place {
    pub(crate) files: VaultFiles,
}

impl Place {
    /// The folder in use below `data_dir`.
    pub(crate) fn find(data_dir: &Path) -> Self {
        let named = fs::read_to_string(data_dir.join(CURRENT)).unwrap_or_default();
        let name = Some(named.trim())
            .filter(|name| is_vault_name(name))
            .unwrap_or("vault");
        Self {
            files: VaultFiles::new(data_dir.join(name)),
        }
    }

    /// A folder that doesn't exist yet, beside the one in use.
    pub(crate) fn beside(data_dir: &Path) -> Option<Self> {
        (2..MOST)
            .map(|number| data_dir.join(format!("vault-{number}")))
            .find(|dir| fs::symlink_metadata(dir).is_err())
            .map(|dir| Self {
                files: VaultFiles::new(dir),
            })
    }

    /// Makes this the folder in use. The old one stays as it is.
    ///
    /// # Errors
    /// The name could not be written.
    pub(crate) fn make_current(&self, data_dir: &Path) -> std::io::Result<()> {
        let name = self
            .files
            .dir()
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let fresh = data_dir.join("current.new");
        fs::write(&fresh, name.unwrap_or_default())?;
        fs::rename(fresh, data_dir.join(CURRENT))
    }
}

fn is_vault_name(name: &str) -> bool {
    name == "vault"
        || name
            .strip_prefix("vault-")
            .is_some_and(|number| number.parse::<u32>().is_ok_and(|n| (2..MOST).contains(&n)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vault_beside_the_old_one_becomes_the_one_in_use() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Place::find(dir.path()).files.dir().ends_with("vault"));
        fs::create_dir(dir.path().join("vault-2")).unwrap();
        let beside = Place::beside(dir.path()).unwrap();
        assert!(beside.files.dir().ends_with("vault-3"));
        beside.make_current(dir.path()).unwrap();
        assert!(Place::find(dir.path()).files.dir().ends_with("vault-3"));
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_ignored() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(CURRENT), "../../etc").unwrap();
        assert!(Place::find(dir.path()).files.dir().ends_with("vault"));
    }
}
