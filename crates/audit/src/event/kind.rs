//! The kinds of events, each with its dotted name.

use serde::{Deserialize, Serialize};

macro_rules! event_kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What happened. The names are part of the log's format and never change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum EventKind {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl EventKind {
            /// All kinds, in the order in which a filter lists them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The dotted name: what it is about, then what happened.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

event_kinds! {
    /// A vault was made.
    VaultCreated = "vault.created",
    /// The vault was unlocked.
    VaultUnlocked = "vault.unlocked",
    /// The vault was locked.
    VaultLocked = "vault.locked",
    /// The vault's key was not in the keyring.
    VaultKeyMissing = "vault.key_missing",
    /// An older copy of the vault was put back.
    VaultRolledBack = "vault.rolled_back",
    /// The vault was damaged, and what could be read was kept.
    VaultSalvaged = "vault.salvaged",
    /// The vault was brought to a newer format.
    VaultMigrated = "vault.migrated",
    /// A sign-in was begun.
    SignInStarted = "signin.started",
    /// A sign-in did not end in a session.
    SignInFailed = "signin.failed",
    /// A session was signed in.
    SessionSignedIn = "session.signed_in",
    /// Tokens were imported; they are watched and not refreshed.
    SessionImported = "session.imported",
    /// An imported session is refreshed here from now on.
    SessionTakenOver = "session.taken_over",
    /// A session got another name.
    SessionRenamed = "session.renamed",
    /// A session's labels changed.
    SessionLabelled = "session.labelled",
    /// A session ended without our doing.
    SessionEnded = "session.ended",
    /// A session may have been stolen, and is frozen.
    SessionFrozen = "session.frozen",
    /// A session's tokens were wiped here; nothing was revoked.
    SessionForgotten = "session.forgotten",
    /// The last trace of a session that had ended was removed from the list.
    SessionRemoved = "session.removed",
    /// A policy of the user ended a session; what was done follows as an event of its own.
    PolicyEnded = "policy.ended",
    /// The session policies changed.
    PoliciesChanged = "policies.changed",
    /// A refresh was begun: the intent is on the disk, the request not yet sent.
    RefreshStarted = "refresh.started",
    /// New tokens came and were saved.
    RefreshSucceeded = "refresh.succeeded",
    /// No new tokens came, and the old ones were not used up.
    RefreshFailed = "refresh.failed",
    /// The provider refused the refresh token.
    RefreshRefused = "refresh.refused",
    /// Whether the provider used up the refresh token is not known.
    RefreshUncertain = "refresh.uncertain",
    /// A token was copied to the clipboard.
    TokenCopied = "token.copied",
    /// A token was handed to a program.
    TokenHandedOut = "token.handed_out",
    /// A revocation was asked for; it is held for a moment.
    RevokeRequested = "revoke.requested",
    /// A held revocation was taken back.
    RevokeUndone = "revoke.undone",
    /// A revocation left for the provider.
    RevokeSent = "revoke.sent",
    /// The provider was seen to refuse what it accepted before.
    RevokeConfirmed = "revoke.confirmed",
    /// The provider accepted a revocation; that it took effect can't be checked.
    RevokeAccepted = "revoke.accepted",
    /// The provider did not revoke.
    RevokeFailed = "revoke.failed",
    /// Sessions at the provider that are not in this vault were ended by its own session API, and
    /// its list says so.
    ProviderSessionsEnded = "provider.sessions_ended",
    /// The provider's sign-out page was opened.
    SignOutOpened = "signout.opened",
    /// A finding was dismissed by the user.
    FindingDismissed = "finding.dismissed",
    /// The dismissal of a finding was taken back.
    FindingRestored = "finding.restored",
    /// An issuer was added.
    IssuerAdded = "issuer.added",
    /// What is known of an issuer changed.
    IssuerChanged = "issuer.changed",
    /// An issuer was removed.
    IssuerRemoved = "issuer.removed",
    /// The log was exported.
    LogExported = "log.exported",
    /// A checkpoint of the log was signed.
    CheckpointSigned = "checkpoint.signed",
    /// A setting changed.
    SettingsChanged = "settings.changed",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_dotted_unique_and_what_serde_writes() {
        let mut seen = std::collections::BTreeSet::new();
        for kind in EventKind::ALL {
            let name = kind.as_str();
            assert!(seen.insert(name), "{name} twice");
            assert_eq!(name.split('.').count(), 2, "{name}");
            assert_eq!(serde_json::to_value(kind).unwrap(), name);
            assert_eq!(
                serde_json::from_value::<EventKind>(name.into()).unwrap(),
                *kind
            );
        }
    }
}
