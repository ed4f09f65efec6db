//! Names for new sessions.

use std::collections::HashSet;

use keyfob_secret::escape_untrusted;
use keyfob_token::{Account, Session};
use keyfob_vault::{Change, VaultError};

use crate::{engine::Core, error::host_of, roster::Roster};

/// Longest name, characters, with room for what tells it from others.
const LONGEST: usize = 115;

/// What a new session may be named after.
pub(crate) struct Wish<'a> {
    /// What the user wants.
    pub(crate) name: Option<&'a str>,
    /// Who is signed in.
    pub(crate) account: &'a Account,
    /// The client; empty when unknown.
    pub(crate) client_id: &'a str,
    /// The issuer; empty when unknown.
    pub(crate) issuer: &'a str,
}

/// A name nobody has yet: the wish, else the account, else the client if it reads like a name,
/// else the host. Where the account is taken at another host, this host is added; then a number.
///
/// Hold `Core::naming` until the session is in the list, and pass [`settle_name`] in the transaction
/// that adds it: another process may have given the same name meanwhile.
pub(crate) fn free_name(core: &Core, wish: &Wish<'_>) -> String {
    core.roster(|roster| free_in(roster, wish))
}

fn free_in(roster: &Roster, wish: &Wish<'_>) -> String {
    let host = host_of(wish.issuer);
    let wanted = wish.name.map(str::trim).filter(|name| !name.is_empty());
    let mut base = match wanted {
        Some(name) => name.to_owned(),
        None => by_itself(wish, &host),
    };
    let elsewhere = |name: &str| {
        let mut named = roster.sessions().filter(|session| session.name == name);
        named.all(|session| host_of(&session.issuer) != host)
    };
    if wanted.is_none() && !host.is_empty() && roster.has_name(&base) && elsewhere(&base) {
        base = format!("{base} at {host}");
    }
    let base: String = base.chars().take(LONGEST).collect();
    numbered(base, |name| roster.has_name(name))
}

/// Gives a new session another number where its name is taken in the vault itself.
pub(crate) fn settle_name(tx: &mut Change<'_>, session: &mut Session) -> Result<(), VaultError> {
    let others = tx.sessions()?;
    let taken: HashSet<&str> = others.iter().map(|other| other.name.as_str()).collect();
    let name = std::mem::take(&mut session.name);
    session.name = numbered(name, |name| taken.contains(name));
    Ok(())
}

fn numbered(base: String, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(&base) {
        return base;
    }
    (2..)
        .map(|number| format!("{base} {number}"))
        .find(|name| !is_taken(name))
        .unwrap_or(base)
}

fn by_itself(wish: &Wish<'_>, host: &str) -> String {
    let account = [&wish.account.email, &wish.account.username]
        .into_iter()
        .flatten()
        .map(|text| text.trim())
        .find(|text| reads_like_an_account(text));
    match account {
        Some(account) => account.to_owned(),
        None if reads_like_a_name(wish.client_id) => wish.client_id.to_owned(),
        None if wish.issuer.is_empty() => "Imported token".to_owned(),
        None => host.to_owned(),
    }
}

/// Text of a provider that a line can show as it is.
fn reads_like_an_account(text: &str) -> bool {
    (1..=LONGEST).contains(&text.chars().count()) && escape_untrusted(text, LONGEST) == text
}

/// Short, and not a random identifier.
fn reads_like_a_name(client_id: &str) -> bool {
    let digits = client_id.chars().filter(char::is_ascii_digit).count();
    (1..=28).contains(&client_id.chars().count())
        && digits <= 4
        && client_id
            .chars()
            .all(|c| c.is_alphanumeric() || "-_. ".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_named_after_its_account_then_its_client_then_its_host() {
        let mut account = Account {
            username: Some("al".into()),
            email: Some("alice@example.org".into()),
            ..Account::default()
        };
        let named = |account: &Account, client_id| {
            let wish = Wish {
                name: Some("  "),
                account,
                client_id,
                issuer: "https://id.example:8443/realms/x",
            };
            free_in(&Roster::default(), &wish)
        };
        assert_eq!(named(&account, "billing-cli"), "alice@example.org");
        account.email = Some("evil\u{202e}moc.elpmaxe".into());
        assert_eq!(named(&account, "billing-cli"), "al");
        account.username = None;
        assert_eq!(named(&account, "billing-cli"), "billing-cli");
        let random = "3f2b8c1e-9d4a-4f6b-8a7c-2e1d0c9b8a7f";
        assert_eq!(named(&account, random), "id.example:8443");
    }

    #[test]
    fn random_client_ids_are_no_names() {
        assert!(reads_like_a_name("billing-cli"));
        assert!(!reads_like_a_name("3f2b8c1e-9d4a-4f6b-8a7c-2e1d0c9b8a7f"));
        assert!(!reads_like_a_name("1234567890.apps.example"));
        assert!(!reads_like_a_name(""));
    }
}
