//! The command line of the desktop program.

use std::path::PathBuf;

use clap::Parser;

/// Keyfob: see, refresh and revoke the sessions you are signed in with.
#[derive(Clone, Debug, Parser)]
#[command(name = "keyfob-desktop", version)]
pub(crate) struct Arguments {
    /// A folder of its own for the vault and the window's state.
    #[arg(long, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,

    /// Keep the key in memory instead of the system's keyring: the vault can't be opened again
    /// after this run.
    #[arg(long)]
    pub(crate) memory_keyring: bool,

    /// Offer this demonstration provider on the first page.
    #[arg(long, value_name = "ISSUER")]
    pub(crate) demo_issuer: Option<String>,

    /// The client to use at the demonstration provider.
    #[arg(long, value_name = "CLIENT_ID", default_value = "native")]
    pub(crate) demo_client: String,

    /// Start in the tray, without a window.
    #[arg(long)]
    pub(crate) hidden: bool,
}
