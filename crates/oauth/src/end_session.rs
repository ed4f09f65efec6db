//! Sign-out in the browser (OpenID Connect RP-Initiated Logout 1.0).

use keyfob_secret::IdToken;
use url::Url;

use crate::Metadata;

/// Where the browser goes to sign the user out, or `None` where the provider has no such page.
///
/// The URL holds the ID token: it goes to the browser and nowhere else, and is never logged.
pub fn url(_metadata: &Metadata, _client_id: &str, _id_token: Option<&IdToken>) -> Option<Url> {
    unimplemented!()
}
