//! Sign-out in the browser (OpenID Connect RP-Initiated Logout 1.0).

use keyfob_secret::IdToken;
use url::Url;

use crate::Metadata;

/// Where the browser goes to sign the user out, or `None` where the provider has no such page.
///
/// The URL holds the ID token: it goes to the browser and nowhere else, and is never logged.
pub fn url(metadata: &Metadata, client_id: &str, id_token: Option<&IdToken>) -> Option<Url> {
    let mut url = metadata.end_session_endpoint.clone()?;
    {
        let mut query = url.query_pairs_mut();
        query.append_pair("client_id", client_id);
        if let Some(hint) = id_token {
            // EXPOSE: the hint tells the provider whose session to end.
            query.append_pair("id_token_hint", hint.expose());
        }
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_session_to_end() {
        let mut metadata = Metadata::example("https://id.example");
        let hint = IdToken::new("a.b.c".into());
        assert_eq!(url(&metadata, "app", Some(&hint)), None);
        metadata.end_session_endpoint = Some("https://id.example/end".parse().unwrap());
        let found = url(&metadata, "app", Some(&hint)).unwrap();
        assert_eq!(
            found.as_str(),
            "https://id.example/end?client_id=app&id_token_hint=a.b.c"
        );
        let found = url(&metadata, "app", None).unwrap();
        assert_eq!(found.as_str(), "https://id.example/end?client_id=app");
    }
}
