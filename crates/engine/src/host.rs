//! What the engine asks of the shell around it.

use keyfob_secret::{AccessToken, PastedText};

use crate::error::EngineError;

/// What changed; the outside fetches it anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Changed {
    /// The vault's gate.
    Vault,
    /// Sessions.
    Sessions,
    /// The audit log.
    Audit,
    /// A sign-in on its way.
    Flow,
    /// The clipboard was cleared.
    Clipboard,
    /// The settings.
    Settings,
    /// The network came or went.
    Online,
    /// An export moved on.
    Export,
}

impl Changed {
    /// The tag that the page knows.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Vault => "vault",
            Self::Sessions => "sessions",
            Self::Audit => "audit",
            Self::Flow => "flow",
            Self::Clipboard => "clipboard",
            Self::Settings => "settings",
            Self::Online => "online",
            Self::Export => "export",
        }
    }
}

/// Something the user should know even with the window closed. It never names an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Notices of one key replace each other; one per issuer.
    pub key: String,
    /// What it is about.
    pub kind: NoticeKind,
    /// The issuer's host.
    pub host: String,
    /// How many sessions.
    pub count: usize,
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// A session needs a sign-in.
    SignInNeeded,
    /// A session ends within minutes and can't be refreshed.
    EndsSoon,
    /// Refresh fails and little life is left.
    RefreshFailing,
    /// A policy of the user is about to end a session.
    PolicyEnds,
    /// New tokens came and the vault can't be written.
    NotSaved,
    /// Someone else may be using a session.
    PossibleTheft,
    /// The same, and nothing was revoked: the user wants to decide.
    TheftUndecided,
}

/// The desktop or the terminal around the engine.
pub trait Host: Send + Sync {
    /// Opens a page in the system browser.
    fn open_browser(&self, url: &str) -> Result<(), EngineError>;
    /// Shows a folder or file in the file manager.
    fn show_path(&self, path: &std::path::Path) -> Result<(), EngineError>;
    /// Puts a token on the clipboard, marked confidential.
    fn copy_token(&self, token: &AccessToken, as_header: bool) -> Result<(), EngineError>;
    /// Puts public text on the clipboard.
    fn copy_text(&self, text: &str) -> Result<(), EngineError>;
    /// Clears the clipboard if it still holds what `copy_token` put there.
    fn clear_copied(&self) -> Result<(), EngineError>;
    /// Reads the clipboard's text.
    fn read_clipboard(&self) -> Result<PastedText, EngineError>;
    /// Tells the page to fetch anew.
    fn changed(&self, what: Changed);
    /// Shows or replaces a notification.
    fn notify(&self, notice: &Notice);
}
