//! Errors as the outside sees them: a code without fields of its own, and safe facts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What went wrong. The words for it are one map of messages in the page and one in the CLI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each code is explained by its message")]
pub enum ErrorCode {
    // The vault and its key.
    VaultLocked,
    VaultNotOpen,
    VaultExists,
    VaultNewer,
    VaultDamaged,
    VaultNotOurs,
    VaultNoPermission,
    VaultDiskFull,
    VaultBusy,
    VaultInUse,
    VaultReadOnly,
    VaultOlderCopy,
    VaultIo,
    KeyringLocked,
    KeyringDenied,
    KeyringNoKey,
    KeyringSilent,
    KeyringMissing,
    KeyringFailed,
    WrongKey,
    // Finding a provider.
    IssuerNotAUrl,
    IssuerNotHttps,
    IssuerUnreachable,
    IssuerNoDiscovery,
    IssuerNotJson,
    IssuerMismatch,
    IssuerPrivateAddress,
    IssuerTls,
    IssuerIncomplete,
    // Signing in.
    SignInCancelled,
    SignInTimedOut,
    SignInRefused,
    SignInPortBusy,
    SignInAlreadyRunning,
    SignInNoBrowser,
    SignInBadAnswer,
    SignInClientRefused,
    SignInClockOff,
    IdTokenInvalid,
    DeviceNotOffered,
    DeviceExpired,
    // Clipboard and files.
    ClipboardEmpty,
    ClipboardUnavailable,
    FileUnreadable,
    FileTooLarge,
    NotAToken,
    TokenTooLarge,
    AlreadyInVault,
    // Sessions.
    SessionNotFound,
    SessionAmbiguous,
    NoAccessToken,
    AccessTokenEnded,
    SessionRevoking,
    SessionNotRefreshable,
    RefreshBudgetSpent,
    RefreshRunning,
    RefreshFailed,
    NotSaved,
    SignInNeeded,
    SessionFrozen,
    RevokeAlreadySent,
    NameInvalid,
    LabelInvalid,
    PolicyInvalid,
    SignOutNotOffered,
    ProviderUnsupported,
    ProviderNeedsAdmin,
    ProviderAdminRefused,
    ProviderUnknown,
    ProviderLater,
    ProviderStillAlive,
    ProviderRefused,
    // The desktop.
    AutostartFailed,
    // The log.
    ExportTargetIsLink,
    ExportFailed,
    ExportCancelled,
    LogBroken,
    // Anything that cannot happen, but did.
    Internal,
}

/// An error for the outside: its code, and facts that are safe to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ErrorView {
    /// What went wrong.
    pub code: ErrorCode,
    /// Facts for the sentence: `host`, `path`, `expected`, `found`, `name`, `until`, `pid` …
    pub facts: BTreeMap<String, String>,
}
