//! What registered claims mean, in one sentence each.

/// What a claim means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimMeaning {
    /// Names the meaning, for translations: the registered name.
    pub key: &'static str,
    /// One English sentence.
    pub sentence: &'static str,
}

/// RFC 7519 §4.1, OpenID Connect Core §2 and §5.1, RFC 9068 §2.2, RFC 8693 §4, RFC 7800 §3.1,
/// OpenID Connect Front-Channel Logout §3, RFC 9396 §9.
const CLAIMS: &[(&str, &str)] = &[
    ("iss", "The issuer that made this token."),
    (
        "sub",
        "The subject: whom it is about, by the issuer's own name.",
    ),
    ("aud", "The audience: who is meant to accept it."),
    ("exp", "It must not be accepted from this time on."),
    ("nbf", "It must not be accepted before this time."),
    ("iat", "When it was issued."),
    ("jti", "A name that only this token has."),
    ("auth_time", "When the user really signed in."),
    ("nonce", "Ties it to the sign-in that asked for it."),
    ("acr", "How strong the sign-in was, in the issuer's terms."),
    (
        "amr",
        "How the user proved who they are, such as a password or a key.",
    ),
    ("azp", "The client it was issued to."),
    ("at_hash", "Ties it to the access token that came with it."),
    ("c_hash", "Ties it to the authorization code it came for."),
    ("s_hash", "Ties it to the state of the request."),
    ("sid", "The session at the issuer."),
    ("name", "The user's full name."),
    ("given_name", "The user's given name."),
    ("family_name", "The user's family name."),
    ("middle_name", "The user's middle name."),
    ("nickname", "What the user is called."),
    (
        "preferred_username",
        "The name the user likes to sign in with; it can change.",
    ),
    ("profile", "The address of the user's profile page."),
    (
        "picture",
        "The address of the user's picture; Keyfob never loads it.",
    ),
    ("website", "The address of the user's web site."),
    ("email", "The user's e-mail address; it can change."),
    (
        "email_verified",
        "Whether the issuer has checked that the address is the user's.",
    ),
    ("gender", "The user's gender."),
    ("birthdate", "The user's date of birth."),
    ("zoneinfo", "The user's time zone."),
    ("locale", "The user's language and region."),
    ("phone_number", "The user's telephone number."),
    (
        "phone_number_verified",
        "Whether the issuer has checked that the number is the user's.",
    ),
    ("address", "The user's postal address."),
    (
        "updated_at",
        "When the issuer last changed what it knows of the user.",
    ),
    ("client_id", "The client it was issued to."),
    ("scope", "What it allows."),
    ("scp", "What it allows."),
    ("roles", "The user's roles."),
    ("groups", "The groups the user belongs to."),
    ("entitlements", "What the user is entitled to."),
    ("authorization_details", "What it allows, in detail."),
    ("act", "Who acts for the subject."),
    ("may_act", "Who may act for the subject."),
    (
        "cnf",
        "The key that its bearer must prove to hold: alone it is of no use.",
    ),
    ("events", "What has happened, in a security event."),
    (
        "oid",
        "The organization, or the user's object, at the issuer.",
    ),
    ("tid", "The tenant at the issuer."),
];

/// RFC 7515 §4.1, RFC 7516 §4.1, RFC 7797 §3.
const HEADERS: &[(&str, &str)] = &[
    ("alg", "The algorithm that signs or encrypts it."),
    ("enc", "The algorithm that encrypts its content."),
    ("zip", "How its content is compressed."),
    ("kid", "The name of the issuer's key."),
    ("typ", "What kind of token it is."),
    ("cty", "What kind of content it carries."),
    (
        "jku",
        "Where the keys are said to be; Keyfob never looks there.",
    ),
    ("jwk", "A key it brings along; Keyfob never uses it."),
    (
        "x5u",
        "Where a certificate is said to be; Keyfob never looks there.",
    ),
    (
        "x5c",
        "Certificates it brings along; Keyfob never uses them.",
    ),
    ("x5t", "A hash of the issuer's certificate."),
    ("x5t#S256", "A hash of the issuer's certificate."),
    ("crit", "Extensions that a reader must understand."),
    ("b64", "Whether its content is encoded."),
];

/// The meaning of a registered claim.
pub(super) fn of_claim(name: &str) -> Option<ClaimMeaning> {
    find(CLAIMS, name)
}

/// The meaning of a registered header parameter.
pub(super) fn of_header(name: &str) -> Option<ClaimMeaning> {
    find(HEADERS, name)
}

fn find(table: &[(&'static str, &'static str)], name: &str) -> Option<ClaimMeaning> {
    let (key, sentence) = table.iter().find(|(key, _)| *key == name)?;
    Some(ClaimMeaning { key, sentence })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_explained_once_in_a_sentence() {
        for table in [CLAIMS, HEADERS] {
            for (index, (name, sentence)) in table.iter().enumerate() {
                assert!(sentence.ends_with('.'), "{name}");
                assert!(
                    !table[..index].iter().any(|(other, _)| other == name),
                    "{name} twice"
                );
            }
        }
    }

    #[test]
    fn the_seven_of_the_jwt_specification_are_there() {
        for name in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"] {
            assert_eq!(of_claim(name).map(|meaning| meaning.key), Some(name));
        }
        assert_eq!(of_claim("=HYPERLINK()"), None);
    }
}
