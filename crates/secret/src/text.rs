//! Secret text, one type per kind, so that a refresh token cannot stand where an access token
//! belongs.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// What all secret texts share.
pub trait SecretText {
    /// The raw value. Every caller says why it needs it.
    fn expose(&self) -> &str;
}

macro_rules! secret_text {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        pub struct $name(Zeroizing<String>);

        impl $name {
            /// Takes the text over; the caller keeps no copy.
            pub fn new(text: String) -> Self {
                Self(Zeroizing::new(text))
            }

            /// The raw value. Every caller says why it needs it.
            pub fn expose(&self) -> &str {
                &self.0
            }

            /// A second copy, wiped on its own; for a request that must outlive its source.
            pub fn duplicate(&self) -> Self {
                Self(self.0.clone())
            }

            /// Length in bytes.
            pub fn len(&self) -> usize {
                self.0.len()
            }

            /// Whether there is no text at all.
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }

            /// Compares in constant time for texts of one length.
            pub fn same_as(&self, other: &str) -> bool {
                self.0.as_bytes().ct_eq(other.as_bytes()).into()
            }
        }

        impl SecretText for $name {
            fn expose(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("[redacted]")
            }
        }
    )*};
}

secret_text! {
    /// An access token (RFC 6749 §1.4).
    AccessToken;
    /// A refresh token (RFC 6749 §1.5), possibly single use (RFC 9700 §2.2.2).
    RefreshToken;
    /// An ID token (OpenID Connect Core §2).
    IdToken;
    /// A client secret (RFC 6749 §2.3.1).
    ClientSecret;
    /// A device code (RFC 8628 §3.2), not the user code.
    DeviceCode;
    /// An authorization code (RFC 6749 §1.3.1).
    AuthorizationCode;
    /// A PKCE code verifier (RFC 7636 §4.1).
    PkceVerifier;
    /// The `state` of one authorization request (RFC 6749 §10.12).
    State;
    /// The `nonce` of one authentication request (OpenID Connect Core §3.1.2.1).
    Nonce;
    /// Text from the clipboard or a file before anyone knows what it is.
    PastedText;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_prints_the_value() {
        let token = RefreshToken::new("canary-value".into());
        assert_eq!(
            format!("{token:?} {:?}", Some(&token)),
            "[redacted] Some([redacted])"
        );
    }

    #[test]
    fn comparison_tells_equal_from_different() {
        let token = State::new("abc".into());
        assert!(token.same_as("abc"));
        assert!(!token.same_as("abd"));
        assert!(!token.same_as("abcd"));
    }
}
