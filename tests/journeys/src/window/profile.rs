//! A profile of its own: its folder, its items in the keyring, and what a look into its vault shows.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use keyfob_keychain::{Keychain, OsKeychain};
use keyfob_secret::Key32;
use keyfob_vault::{Vault, VaultFiles, peek};
use tempfile::TempDir;

/// A folder for one program, thrown away with the test.
pub struct Profile {
    /// What the test writes lies beside what the program writes.
    around: TempDir,
    /// Whether it is the user's own: the folders of a home, and no `--data-dir`.
    own: bool,
}

/// The tokens of one session, as its vault holds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// The session.
    pub id: String,
    /// Its access token.
    pub access: Option<String>,
    /// Its refresh token.
    pub refresh: Option<String>,
    /// Its ID token.
    pub id_token: Option<String>,
}

impl Tokens {
    /// Those that are there.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        [&self.access, &self.refresh, &self.id_token]
            .into_iter()
            .filter_map(|token| token.as_deref())
    }
}

impl Profile {
    /// An empty one.
    pub fn new() -> Result<Self> {
        let around = tempfile::tempdir()?;
        std::fs::create_dir(around.path().join("profile"))?;
        Ok(Self { around, own: false })
    }

    /// The user's own profile in a home of its own. It has one name on the bus and in the
    /// keyring, so it needs a bus of its own too.
    pub fn own() -> Result<Self> {
        Ok(Self {
            around: tempfile::tempdir()?,
            own: true,
        })
    }

    /// The program's folder.
    pub fn dir(&self) -> PathBuf {
        if self.own {
            self.around.path().join("data/keyfob")
        } else {
            self.around.path().join("profile")
        }
    }

    /// The folder of the user's configuration.
    pub fn config(&self) -> PathBuf {
        self.around.path().join("config")
    }

    /// What the program is started with.
    pub(super) fn arguments(&self) -> Vec<String> {
        if self.own {
            return Vec::new();
        }
        vec!["--data-dir".to_owned(), self.dir().display().to_string()]
    }

    /// Where a program of this user finds its folders.
    pub fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        if !self.own {
            return Vec::new();
        }
        vec![
            ("XDG_DATA_HOME", self.around.path().join("data")),
            ("XDG_CONFIG_HOME", self.config()),
        ]
    }

    /// A place beside it.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.around.path().join(name)
    }

    /// The folder of the first vault.
    pub fn vault(&self) -> PathBuf {
        self.dir().join("vault")
    }

    /// What the program says on standard error.
    pub fn stderr(&self) -> PathBuf {
        self.beside("stderr.log")
    }

    /// What the stand-in for the browser visits.
    pub fn browser_log(&self) -> PathBuf {
        self.beside("browser.log")
    }

    /// The text of `browser_log`, empty before the first visit.
    pub fn visits(&self) -> String {
        std::fs::read_to_string(self.browser_log()).unwrap_or_default()
    }

    /// The system's keyring under the name that the program uses for this folder.
    pub fn keychain(&self) -> OsKeychain {
        if self.own {
            return OsKeychain::new("dev.keyfob.app");
        }
        let profile = keyfob_engine::Profile::in_folder(&self.dir());
        OsKeychain::new(profile.expect("the folder has a path").identifier())
    }

    /// The key of a vault's folder, from the keyring.
    async fn key(&self, files: &VaultFiles) -> Result<Key32> {
        let account = keyfob_keychain::key_account(peek(files)?.vault_id);
        let key = self.keychain().load_quietly(&account).await?;
        // EXPOSE: the test opens the vault as its owner could.
        Key32::from_slice(key.expose()).context("the key has 32 bytes")
    }

    /// The first vault, opened beside the program.
    pub async fn open(&self) -> Result<Vault> {
        let files = VaultFiles::new(self.vault());
        let key = self.key(&files).await?;
        Ok(Vault::open(&files, &key)?)
    }

    /// Every token in the first vault, read beside the program, with the key from the keyring.
    pub async fn tokens(&self) -> Result<Vec<Tokens>> {
        tokens_in(
            &self.vault(),
            &self.key(&VaultFiles::new(self.vault())).await?,
        )
    }
}

fn tokens_in(folder: &Path, key: &Key32) -> Result<Vec<Tokens>> {
    let vault = Vault::open(&VaultFiles::new(folder), key)?;
    let mut all = Vec::new();
    for session in vault.sessions()? {
        let secrets = vault.secrets(session.id)?.unwrap_or_default();
        all.push(Tokens {
            id: session.id.0.to_string(),
            // EXPOSE: the test looks for these where they must not be.
            access: secrets.access.map(|token| token.expose().to_owned()),
            refresh: secrets.refresh.map(|token| token.expose().to_owned()),
            id_token: secrets.id_token.map(|token| token.expose().to_owned()),
        });
    }
    Ok(all)
}
