//! What the rows hold besides sessions and audit events.

use keyfob_secret::{
    AccessToken, ClientSecret, Fingerprint, IdToken, RefreshToken, SecretBytes, SecretText,
};
use keyfob_token::{ClientAuth, Session, UnixMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

/// The tokens of one session.
#[derive(Debug, Default)]
pub struct Secrets {
    /// The access token.
    pub access: Option<AccessToken>,
    /// The refresh token.
    pub refresh: Option<RefreshToken>,
    /// The newest ID token.
    pub id_token: Option<IdToken>,
}

impl Secrets {
    /// Whether there is no token at all.
    pub fn is_empty(&self) -> bool {
        self.access.is_none() && self.refresh.is_none() && self.id_token.is_none()
    }
}

/// An issuer the user has signed in at, and the client used there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IssuerRecord {
    /// Name of the row.
    pub id: Uuid,
    /// The issuer identifier exactly as the provider gives it.
    pub issuer: String,
    /// What the user calls it.
    pub label: String,
    /// The adapter that speaks to it, such as `oidc`.
    pub provider: String,
    /// The OAuth client.
    pub client_id: String,
    /// How the client proves itself.
    pub client_auth: ClientAuth,
    /// Scopes asked for at the last sign-in.
    pub scopes: Vec<String>,
    /// A fixed port for the loopback redirect; `None` takes a free one.
    pub redirect_port: Option<u16>,
    /// Whether private networks and loopback are allowed for its endpoints.
    pub allow_private: bool,
    /// The discovery document as it was accepted (OpenID Connect Discovery §3, RFC 8414 §2).
    pub metadata: serde_json::Value,
    /// Its key set as last fetched (RFC 7517 §5).
    pub jwks: serde_json::Value,
    /// When the user first signed in there.
    pub created_at: UnixMillis,
    /// When metadata and keys were last fetched.
    pub fetched_at: Option<UnixMillis>,
    /// When the user last signed in there.
    pub last_used_at: Option<UnixMillis>,
}

/// What an environment's management API asks for (OAuth client credentials).
#[derive(Debug)]
pub struct AdminCredentials {
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: ClientSecret,
}

/// Numbers of the parts of sealed secrets; on disk, never change.
mod part {
    pub(super) const ACCESS: u8 = 1;
    pub(super) const REFRESH: u8 = 2;
    pub(super) const ID: u8 = 3;
    pub(super) const CLIENT_SECRET: u8 = 4;
    pub(super) const CLIENT_ID: u8 = 5;
}

/// Secret texts one after the other: number (u8), length (u32, big-endian), UTF-8. Not JSON,
/// whose writer and reader would leave copies behind.
struct Parts(Zeroizing<Vec<u8>>);

impl Parts {
    const HEAD: usize = 5;

    fn of(parts: &[(u8, Option<&str>)]) -> Self {
        // The right size at once: a vector that grows leaves its old bytes behind.
        let size = parts
            .iter()
            .filter_map(|(_, text)| text.map(|text| Self::HEAD + text.len()))
            .sum();
        let mut bytes = Zeroizing::new(Vec::with_capacity(size));
        for (number, text) in parts {
            let Some(text) = text else { continue };
            // A longer text is refused when it is sealed.
            let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
            bytes.push(*number);
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        Self(bytes)
    }

    /// Hands out each part; `None` when the bytes are not parts.
    fn read(mut bytes: &[u8], mut each: impl FnMut(u8, &str)) -> Option<()> {
        while let Some((head, rest)) = bytes.split_first_chunk::<{ Self::HEAD }>() {
            let [number, l0, l1, l2, l3] = *head;
            let length = usize::try_from(u32::from_be_bytes([l0, l1, l2, l3])).ok()?;
            let (text, rest) = rest.split_at_checked(length)?;
            each(number, std::str::from_utf8(text).ok()?);
            bytes = rest;
        }
        bytes.is_empty().then_some(())
    }
}

/// MessagePack with the names of the fields: what is added later has its default in older rows, and
/// the list of sessions opens in half the time that JSON would take.
pub(crate) fn session_to_bytes(session: &Session) -> Option<Zeroizing<Vec<u8>>> {
    rmp_serde::to_vec_named(session).ok().map(Zeroizing::new)
}

pub(crate) fn session_from_bytes(bytes: &SecretBytes) -> Option<Session> {
    // EXPOSE: a session holds facts about tokens and none of them.
    rmp_serde::from_slice(bytes.expose()).ok()
}

fn exposed<T: SecretText>(text: Option<&T>) -> Option<&str> {
    // EXPOSE: what is written is sealed before it goes anywhere.
    text.map(SecretText::expose)
}

impl Secrets {
    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let parts = [
            (part::ACCESS, exposed(self.access.as_ref())),
            (part::REFRESH, exposed(self.refresh.as_ref())),
            (part::ID, exposed(self.id_token.as_ref())),
        ];
        Parts::of(&parts).0
    }

    pub(crate) fn from_bytes(bytes: &SecretBytes) -> Option<Self> {
        let mut secrets = Self::default();
        // EXPOSE: each part becomes a secret of its own type.
        Parts::read(bytes.expose(), |number, text| match number {
            part::ACCESS => secrets.access = Some(AccessToken::new(text.to_owned())),
            part::REFRESH => secrets.refresh = Some(RefreshToken::new(text.to_owned())),
            part::ID => secrets.id_token = Some(IdToken::new(text.to_owned())),
            _ => {}
        })?;
        Some(secrets)
    }
}

/// 16 bytes each, one after the other.
pub(crate) fn ancestors_to_bytes(prints: &[Fingerprint]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(prints.iter().flat_map(|print| print.to_bytes()).collect())
}

pub(crate) fn ancestors_from_bytes(bytes: &SecretBytes) -> Option<Vec<Fingerprint>> {
    // EXPOSE: fingerprints are no secrets.
    let (prints, rest) = bytes.expose().as_chunks::<16>();
    let all = prints.iter().copied().map(Fingerprint::from_bytes);
    rest.is_empty().then(|| all.collect())
}

pub(crate) fn client_secret_to_bytes(secret: &ClientSecret) -> Zeroizing<Vec<u8>> {
    Parts::of(&[(part::CLIENT_SECRET, exposed(Some(secret)))]).0
}

pub(crate) fn client_secret_from_bytes(bytes: &SecretBytes) -> Option<ClientSecret> {
    let mut secret = None;
    // EXPOSE: the part becomes a secret of its own type.
    Parts::read(bytes.expose(), |number, text| {
        if number == part::CLIENT_SECRET {
            secret = Some(ClientSecret::new(text.to_owned()));
        }
    })?;
    secret
}

impl AdminCredentials {
    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let parts = [
            (part::CLIENT_ID, Some(self.client_id.as_str())),
            (part::CLIENT_SECRET, exposed(Some(&self.client_secret))),
        ];
        Parts::of(&parts).0
    }

    pub(crate) fn from_bytes(bytes: &SecretBytes) -> Option<Self> {
        let mut client_id = None;
        // EXPOSE: the name of the client is no secret.
        Parts::read(bytes.expose(), |number, text| {
            if number == part::CLIENT_ID {
                client_id = Some(text.to_owned());
            }
        })?;
        Some(Self {
            client_id: client_id?,
            client_secret: client_secret_from_bytes(bytes)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn secrets_come_back_as_they_were(
            access in proptest::option::of(".*"), refresh in proptest::option::of(".*"),
            id_token in proptest::option::of(".*"),
        ) {
            let secrets = Secrets {
                access: access.clone().map(AccessToken::new),
                refresh: refresh.clone().map(RefreshToken::new),
                id_token: id_token.clone().map(IdToken::new),
            };
            let bytes = SecretBytes::new(secrets.to_bytes().to_vec());
            let back = Secrets::from_bytes(&bytes).unwrap();
            prop_assert_eq!(exposed(back.access.as_ref()), access.as_deref());
            prop_assert_eq!(exposed(back.refresh.as_ref()), refresh.as_deref());
            prop_assert_eq!(exposed(back.id_token.as_ref()), id_token.as_deref());
        }

        #[test]
        fn no_bytes_make_reading_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let bytes = SecretBytes::new(bytes);
            let _ = Secrets::from_bytes(&bytes);
            prop_assert!(AdminCredentials::from_bytes(&bytes).is_none() || bytes.len() > 10);
        }
    }

    #[test]
    fn a_cut_part_is_refused() {
        let secret = ClientSecret::new("s3cret".into());
        let whole = client_secret_to_bytes(&secret).to_vec();
        assert!(
            client_secret_from_bytes(&SecretBytes::new(whole.clone()))
                .unwrap()
                .same_as("s3cret")
        );
        assert!(
            client_secret_from_bytes(&SecretBytes::new(whole[..whole.len() - 1].to_vec()))
                .is_none()
        );
    }
}
