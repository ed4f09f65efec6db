//! The sentence for each error. Facts are safe to show: the engine has escaped them.

use keyfob_engine::{EngineError, view::ErrorCode};

/// What a person reads.
pub(crate) fn sentence(error: &EngineError) -> String {
    let fact = |name: &str| error.fact(name).filter(|text| !text.is_empty());
    let host = fact("host").unwrap_or("the provider");
    match error.code() {
        ErrorCode::SessionNotFound => match fact("name") {
            Some(name) => format!(
                "no session is called \"{name}\", and none has that id, issuer or account; see: keyfob list"
            ),
            None => "the session is no longer here".to_owned(),
        },
        ErrorCode::SessionAmbiguous => format!(
            "\"{}\" fits several sessions: {}",
            fact("name").unwrap_or_default(),
            fact("candidates").unwrap_or("?")
        ),
        ErrorCode::RefreshRunning => refresh_running(error),
        ErrorCode::RefreshFailed => refresh_failed(host, fact("why")),
        ErrorCode::RefreshBudgetSpent => {
            match fact("wait_ms").and_then(|ms| ms.parse::<u64>().ok()) {
                Some(ms) => format!(
                    "refreshed too often; to protect the session the next try is in {}",
                    span(ms)
                ),
                None => {
                    "refreshed too often; to protect the session Keyfob waits a while".to_owned()
                }
            }
        }
        ErrorCode::VaultNewer => format!(
            "the vault was written by a newer Keyfob (format {}, this one reads up to {})",
            fact("found").unwrap_or("?"),
            fact("supported").unwrap_or("?")
        ),
        ErrorCode::VaultInUse => match fact("pid") {
            Some(pid) => {
                format!("another process is changing the vault (process {pid}); try again")
            }
            None => "another process is changing the vault; try again".to_owned(),
        },
        ErrorCode::IssuerUnreachable => match fact("why") {
            Some(why) => format!("{host} could not be reached: {why}"),
            None => format!("{host} could not be reached"),
        },
        ErrorCode::IssuerMismatch => format!(
            "the configuration belongs to another issuer: asked for {}, found {}",
            fact("expected").unwrap_or("?"),
            fact("found").unwrap_or("?")
        ),
        ErrorCode::SignInRefused => match fact("oauth_error") {
            Some(code) => format!("{host} refused the sign-in ({code})"),
            None => format!("{host} refused the sign-in"),
        },
        ErrorCode::SignInPortBusy => format!(
            "the port {} for the browser's answer is in use",
            fact("port").unwrap_or("?")
        ),
        ErrorCode::IdTokenInvalid => match fact("why") {
            Some(why) => {
                format!("the ID token of {host} did not pass the check ({why}); nothing was saved")
            }
            None => format!("the ID token of {host} did not pass the check; nothing was saved"),
        },
        ErrorCode::VaultIo | ErrorCode::ExportFailed => match fact("why") {
            Some(why) => format!("{}: {why}", plain(error.code(), host)),
            None => plain(error.code(), host),
        },
        ErrorCode::LogBroken => format!(
            "the audit log does not fit together from event {} on",
            fact("seq").unwrap_or("?")
        ),
        code => plain(code, host),
    }
}

fn refresh_running(error: &EngineError) -> String {
    match (error.fact("pid"), error.fact("program"), error.fact("host")) {
        (Some(pid), Some(program), _) => format!(
            "the session is being refreshed by {program} (process {pid}), which has not finished; nothing was lost"
        ),
        (Some(pid), None, _) => format!(
            "the session is being refreshed by process {pid}, which has not finished; nothing was lost"
        ),
        (None, _, Some(host)) => {
            format!("{host} has not answered yet; its answer is awaited and saved when it comes")
        }
        (None, _, None) => "a refresh of the session is on its way".to_owned(),
    }
}

fn refresh_failed(host: &str, why: Option<&str>) -> String {
    match why {
        Some("not_reached") => format!("{host} could not be reached; the session is kept"),
        Some("tls") => format!("the connection to {host} is not safe; the session is kept"),
        Some("turned_away") => format!("{host} says to come back later; the session is kept"),
        Some("unreadable") => {
            format!("{host} gave no readable answer; the session is kept and tried again")
        }
        Some("invalid_grant") => format!("{host} no longer accepts the session; sign in again"),
        Some("invalid_client") => format!("{host} refused the client; the session is kept"),
        Some("bad_answer") => format!("{host} gave no usable access token; what it gave is kept"),
        Some(_) | None => {
            format!("the refresh at {host} brought no new token; the session is kept")
        }
    }
}

/// "40 s", "12 min", "3 h 5 min", "2 d 4 h".
pub(crate) fn span(ms: u64) -> String {
    let seconds = ms.div_ceil(1000);
    let two = |big: u64, unit: &str, small: u64, less: &str| {
        if small == 0 {
            format!("{big} {unit}")
        } else {
            format!("{big} {unit} {small} {less}")
        }
    };
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => two(seconds / 3600, "h", seconds % 3600 / 60, "min"),
        _ => two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h"),
    }
}

fn plain(code: ErrorCode, host: &str) -> String {
    use ErrorCode as E;
    let text = match code {
        E::VaultLocked => "the vault is locked; unlock it in the window or by: keyfob unlock",
        E::VaultNotOpen => {
            "there is no vault yet; the first sign-in makes one: keyfob login ISSUER"
        }
        E::VaultExists => "there is a vault already",
        E::VaultDamaged => "the vault is damaged; open the window to save what can be read",
        E::VaultReadOnly => "the vault is damaged and can only be read",
        E::VaultOlderCopy => {
            "this is an older copy of the vault, or rows of it were changed from outside; open the window and decide before its sessions are refreshed"
        }
        E::VaultNotOurs => "the vault file is not one of Keyfob's",
        E::VaultNoPermission => "this user may not use the vault's folder or file",
        E::VaultDiskFull => "the disk is full; nothing was changed",
        E::VaultBusy => "the vault is busy; try again",
        E::VaultIo => "the vault could not be read or written",
        E::KeyringLocked => {
            "the system's keyring is locked; unlock it, or let it ask you by: keyfob unlock"
        }
        E::KeyringDenied => "the system's keyring refused",
        E::KeyringNoKey => "the system's keyring has no key for this vault; nothing was changed",
        E::KeyringSilent => "the system's keyring does not answer",
        E::KeyringMissing => {
            "there is no system keyring (Secret Service) in this session; the vault stays closed"
        }
        E::KeyringFailed => "the system's keyring failed",
        E::WrongKey => "the key in the keyring does not open this vault",
        E::IssuerNotAUrl => "that is not the address of an issuer, such as https://id.example.com",
        E::IssuerNotHttps => {
            "an issuer's address starts with https://; only this computer may use http"
        }
        E::IssuerPrivateAddress => {
            "the issuer is in a private network or on this computer; if you mean it, add --allow-private"
        }
        E::SignInCancelled => "the sign-in was cancelled",
        E::SignInTimedOut => "the sign-in took too long and was given up; nothing was changed",
        E::SignInAlreadyRunning => "too many sign-ins run already",
        E::SignInNoBrowser => "no browser could be opened; use --device, or open the page by hand",
        E::DeviceExpired => "the code has expired; start again",
        E::NoAccessToken => "the session has no access token; sign in again",
        E::AccessTokenEnded => "the access token has ended; sign in again",
        E::SignInNeeded => "the session has ended; sign in again: keyfob login",
        E::SessionRevoking => {
            "the session is revoked, or about to be; its tokens are not used any more"
        }
        E::SessionFrozen => {
            "the session is frozen, because someone else may be using it; see the window, or revoke what is left: keyfob revoke"
        }
        E::SessionNotRefreshable => "the session can't be refreshed here",
        E::RevokeAlreadySent => "the revocation has been sent and can't be undone",
        E::NameInvalid => "a name has 1 to 120 characters",
        E::ExportTargetIsLink => "the target of the export is a link; nothing was written",
        E::ExportFailed => "the export could not be written",
        E::ExportCancelled => "the export was cancelled",
        E::Internal => "something went wrong inside Keyfob; nothing was lost",
        _ => return of_provider(code, host),
    };
    text.to_owned()
}

fn of_provider(code: ErrorCode, host: &str) -> String {
    use ErrorCode as E;
    match code {
        E::IssuerNoDiscovery => {
            format!("{host} has no OpenID or OAuth configuration at its well-known address")
        }
        E::IssuerNotJson => format!("{host} answered with something that is no configuration"),
        E::IssuerTls => {
            format!("the connection to {host} is not safe: its certificate was not accepted")
        }
        E::IssuerIncomplete => format!("the configuration of {host} lacks what a sign-in needs"),
        E::SignInBadAnswer => format!("the answer of {host} could not be used; nothing was saved"),
        E::SignInClientRefused => {
            format!("{host} refused the client; check the client id and its secret")
        }
        E::DeviceNotOffered => format!("{host} does not offer sign-in with a code"),
        E::ProviderNeedsAdmin => format!("{host} needs an administrator's client for this"),
        E::ProviderUnsupported => format!("{host} does not offer this"),
        other => format!(
            "it could not be done ({})",
            crate::failure::code_name(other)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_short_and_never_say_less_than_there_is_by_a_unit() {
        assert_eq!(span(1), "1 s");
        assert_eq!(span(59_000), "59 s");
        assert_eq!(span(60_000), "1 min");
        assert_eq!(span(3_600_000), "1 h");
        assert_eq!(span(11_100_000), "3 h 5 min");
        assert_eq!(span(187_200_000), "2 d 4 h");
    }
}
