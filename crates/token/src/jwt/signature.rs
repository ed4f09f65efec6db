//! Whether a token was signed by one of the keys of its issuer.

use std::str::FromStr;

use jsonwebtoken::{Algorithm, AlgorithmFamily};

use super::{MAX_TOKEN_BYTES, Shape, decode_strictly, names_no_algorithm, shape};
use crate::json::{self, Document, JsonError};
use crate::jwks::{KeySet, Lookup, MAX_KEY_ID};

/// Why a token is not relied on. Holds no text of the token's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValidationError {
    /// Longer than [`MAX_TOKEN_BYTES`].
    #[error("the token is longer than 256 KiB")]
    TooLong,
    /// Not three parts of base64url.
    #[error("the token is not a signed JWT")]
    NotAJwt,
    /// A JWE.
    #[error("the token is encrypted")]
    Encrypted,
    /// `alg: none` in any spelling.
    #[error("the token is not signed")]
    Unsigned,
    /// An algorithm that is not accepted: unknown, or of the HMAC family.
    #[error("the token is signed with an algorithm that is not accepted")]
    AlgorithmNotAllowed,
    /// `crit` names an extension that must be understood (RFC 7515 §4.1.11).
    #[error("the token demands an extension that Keyfob does not know")]
    CriticalHeader,
    /// `typ` says that it is another kind of token (RFC 8725 §3.11).
    #[error("the token says of itself that it is of another kind")]
    OtherType,
    /// `kid` is not text or is longer than 256 characters.
    #[error("the token names its key in an unusable way")]
    BadKeyId,
    /// No key of the issuer fits: fetch its keys again, once (see `jwks::may_refetch`).
    #[error("none of the issuer's keys fits the token")]
    UnknownKey,
    /// The key it names is there and is not for this algorithm.
    #[error("the key that the token names is not for its algorithm")]
    KeyNotForAlgorithm,
    /// Several keys fit and the token doesn't say which.
    #[error("several of the issuer's keys fit the token")]
    AmbiguousKey,
    /// The signature is wrong.
    #[error("the token's signature is wrong")]
    BadSignature,
    /// Header or claims are not JSON.
    #[error("the token is unreadable: {0}")]
    Unreadable(#[from] JsonError),
    /// Header or claims are nested deeper than 32.
    #[error("the token is nested too deep")]
    TooDeep,
    /// A name stands twice in one object.
    #[error("the token has a claim twice")]
    Duplicate,
    /// A claim that must be there is not.
    #[error("the token lacks the claim {0}")]
    Missing(&'static str),
    /// A claim is there and of the wrong type or size.
    #[error("the token's claim {0} is malformed")]
    Malformed(&'static str),
    /// `iss` is not exactly the issuer.
    #[error("the token comes from another issuer")]
    WrongIssuer,
    /// `aud` does not hold the client.
    #[error("the token is for another client")]
    WrongAudience,
    /// `azp` is not the client, or is missing beside several audiences.
    #[error("the token was issued to another client")]
    WrongAuthorizedParty,
    /// `nonce` is not that of the request.
    #[error("the token answers another sign-in")]
    WrongNonce,
    /// `exp` has passed, by more than the leeway.
    #[error("the token has expired")]
    Expired,
    /// A time that must be past is ahead, by more than the leeway: perhaps a clock is wrong.
    #[error("the token is not yet valid by {0}: is the clock of this computer right?")]
    NotYetValid(&'static str),
    /// A time more than ten years ahead, such as one in milliseconds.
    #[error("the token's {0} is more than ten years ahead")]
    TooFar(&'static str),
}

impl ValidationError {
    /// The stable word for it at the boundary.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::NotAJwt => "not_a_jwt",
            Self::Encrypted => "encrypted",
            Self::Unsigned => "unsigned",
            Self::AlgorithmNotAllowed => "algorithm_not_allowed",
            Self::CriticalHeader => "critical_header",
            Self::OtherType => "other_type",
            Self::BadKeyId => "bad_key_id",
            Self::UnknownKey => "unknown_key",
            Self::KeyNotForAlgorithm => "key_not_for_algorithm",
            Self::AmbiguousKey => "ambiguous_key",
            Self::BadSignature => "bad_signature",
            Self::Unreadable(_) => "unreadable",
            Self::TooDeep => "too_deep",
            Self::Duplicate => "duplicate",
            Self::Missing(_) => "missing",
            Self::Malformed(_) => "malformed",
            Self::WrongIssuer => "wrong_issuer",
            Self::WrongAudience => "wrong_audience",
            Self::WrongAuthorizedParty => "wrong_authorized_party",
            Self::WrongNonce => "wrong_nonce",
            Self::Expired => "expired",
            Self::NotYetValid(_) => "not_yet_valid",
            Self::TooFar(_) => "too_far",
        }
    }
}

/// What the header of a signed token tells, as far as it is believed.
struct Header {
    algorithm: Algorithm,
    key_id: Option<String>,
    token_type: Option<String>,
}

/// A token whose signature is right. Its claims are not checked yet.
pub(super) struct Signed {
    /// The claims: an object without duplicates, nothing nested too deep.
    pub(super) claims: Document,
    /// `typ` of the header, in lower case.
    pub(super) token_type: Option<String>,
}

/// Checks the signature of `token` against the one key that fits it.
///
/// `jku`, `x5u` and `jwk` of the header are never looked at: only the issuer's own keys count.
pub(super) fn verify_signature(token: &str, keys: &KeySet) -> Result<Signed, ValidationError> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(ValidationError::TooLong);
    }
    let (header, claims, signature, message) = match shape(token) {
        Shape::Signed {
            header,
            claims,
            signature,
            message,
        } => (header, claims, signature, message),
        Shape::Encrypted { .. } => return Err(ValidationError::Encrypted),
        Shape::Other => return Err(ValidationError::NotAJwt),
    };
    let header = read_header(header)?;
    let key = match keys.find(header.key_id.as_deref(), header.algorithm) {
        Lookup::One(key) => key,
        Lookup::None => return Err(ValidationError::UnknownKey),
        Lookup::OtherAlgorithm => return Err(ValidationError::KeyNotForAlgorithm),
        Lookup::Several => return Err(ValidationError::AmbiguousKey),
    };
    match jsonwebtoken::crypto::verify(signature, message.as_bytes(), key, header.algorithm) {
        Ok(true) => {}
        Ok(false) | Err(_) => return Err(ValidationError::BadSignature),
    }
    Ok(Signed {
        claims: read_object(claims)?,
        token_type: header.token_type,
    })
}

fn read_header(part: &str) -> Result<Header, ValidationError> {
    let document = read_object(part)?;
    let header = &document.root;
    if names_no_algorithm(header) {
        return Err(ValidationError::Unsigned);
    }
    let algorithm = header
        .text_of("alg")
        .and_then(|name| Algorithm::from_str(name).ok())
        .filter(|algorithm| algorithm.family() != AlgorithmFamily::Hmac)
        .ok_or(ValidationError::AlgorithmNotAllowed)?;
    if header.member("crit").is_some() {
        return Err(ValidationError::CriticalHeader);
    }
    let key_id = match header.member("kid") {
        None => None,
        Some(value) => Some(
            value
                .text()
                .filter(|id| id.chars().take(MAX_KEY_ID + 1).count() <= MAX_KEY_ID)
                .ok_or(ValidationError::BadKeyId)?
                .to_owned(),
        ),
    };
    let token_type = header.text_of("typ").map(str::to_ascii_lowercase);
    Ok(Header {
        algorithm,
        key_id,
        token_type,
    })
}

/// Reads one part as validators must: an object, nothing twice, nothing too deep.
fn read_object(part: &str) -> Result<Document, ValidationError> {
    let bytes = decode_strictly(part).ok_or(ValidationError::NotAJwt)?;
    let document = json::read(&bytes)?;
    if document.too_deep {
        return Err(ValidationError::TooDeep);
    }
    if document.root.members().is_none() {
        return Err(ValidationError::Unreadable(JsonError::Malformed));
    }
    if document.root.duplicate().is_some() {
        return Err(ValidationError::Duplicate);
    }
    Ok(document)
}
