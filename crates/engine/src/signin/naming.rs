//! Names for new sessions.

use crate::{engine::Core, error::host_of};

/// Longest name, characters.
const LONGEST: usize = 120;

/// A name nobody has yet: the wish, else the client if it reads like a name, else the host; with a
/// number where it is taken.
pub(crate) fn free_name(core: &Core, wish: Option<&str>, client_id: &str, issuer: &str) -> String {
    let wish = wish.map(str::trim).filter(|name| !name.is_empty());
    let base = match wish {
        Some(name) => name.to_owned(),
        None if reads_like_a_name(client_id) => client_id.to_owned(),
        None if issuer.is_empty() => "Imported token".to_owned(),
        None => host_of(issuer),
    };
    let base: String = base.chars().take(LONGEST - 5).collect();
    core.roster(|roster| {
        if !roster.has_name(&base) {
            return base.clone();
        }
        (2..)
            .map(|number| format!("{base} {number}"))
            .find(|name| !roster.has_name(name))
            .unwrap_or(base)
    })
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
    fn random_client_ids_are_no_names() {
        assert!(reads_like_a_name("billing-cli"));
        assert!(!reads_like_a_name("3f2b8c1e-9d4a-4f6b-8a7c-2e1d0c9b8a7f"));
        assert!(!reads_like_a_name("1234567890.apps.example"));
        assert!(!reads_like_a_name(""));
    }
}
