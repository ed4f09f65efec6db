//! What a token says, for people: never an error where something can be shown.

use keyfob_secret::escape_untrusted;

use super::{
    MAX_TOKEN_BYTES, NumericDate, Shape, Times, decode_leniently, decode_strictly,
    names_no_algorithm, numeric_date, shape, shown_algorithm,
};
use crate::claims;
use crate::json::{self, Document, Json, JsonError};
use crate::session::TokenFormat;
use crate::time::UnixMillis;

/// Why there is nothing to inspect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InspectError {
    /// Longer than [`MAX_TOKEN_BYTES`].
    #[error("the token is longer than 256 KiB")]
    TooLong,
    /// An opaque token, or no token at all.
    #[error("the token is opaque: only its issuer can read it")]
    NotAJwt,
}

/// Why the claims of a JWT can't be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsProblem {
    /// A JWE: only its recipient can read it (RFC 7516).
    #[error("the claims are encrypted")]
    Encrypted,
    /// Not base64url.
    #[error("the claims are not base64url text")]
    NotBase64,
    /// Not UTF-8, or no JSON.
    #[error("the claims are unreadable: {0}")]
    NotJson(#[from] JsonError),
    /// JSON, but not an object (RFC 7519 §7.2 step 10).
    #[error("the claims are not a JSON object")]
    NotAnObject,
}

/// What is odd about a token as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flag {
    /// `alg: none` in any spelling, or no signature: anyone could have written it.
    Unsigned,
    /// The header names no algorithm.
    NoAlgorithm,
    /// A name, escaped, stands twice in one object of the header or the claims.
    DuplicateClaim(String),
    /// A time so far off that it must be in milliseconds.
    LooksLikeMilliseconds(&'static str),
    /// A time that is not a number.
    TimeNotANumber(&'static str),
    /// Something is nested deeper than 32 and is not shown.
    TooDeep,
    /// More claims than are listed.
    TooManyClaims,
    /// Base64url with padding or stray bits: strict readers refuse it.
    LooseEncoding,
    /// The claims can't be shown.
    ClaimsUnreadable(ClaimsProblem),
}

impl Flag {
    /// The stable word for it at the boundary.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::NoAlgorithm => "no_algorithm",
            Self::DuplicateClaim(_) => "duplicate_claim",
            Self::LooksLikeMilliseconds(_) => "milliseconds",
            Self::TimeNotANumber(_) => "not_a_number",
            Self::TooDeep => "too_deep",
            Self::TooManyClaims => "too_many_claims",
            Self::LooseEncoding => "loose_encoding",
            Self::ClaimsUnreadable(ClaimsProblem::Encrypted) => "encrypted",
            Self::ClaimsUnreadable(_) => "claims_unreadable",
        }
    }
}

/// A token taken apart for display. Nothing in it is verified; its content is wiped when dropped.
#[derive(Debug)]
pub struct Inspection {
    format: TokenFormat,
    header: Document,
    claims: Result<Document, ClaimsProblem>,
    flags: Vec<Flag>,
}

impl Inspection {
    /// JWT, unsigned JWT or JWE.
    pub fn format(&self) -> &TokenFormat {
        &self.format
    }

    /// What is odd about it, the gravest first.
    pub fn flags(&self) -> &[Flag] {
        &self.flags
    }

    /// Whether header and claims together *are* the token, because nothing signs them: its raw
    /// text must then not be shown.
    pub fn content_is_the_token(&self) -> bool {
        self.format == TokenFormat::UnsignedJwt
    }

    /// Why there are no claims to show.
    pub fn claims_problem(&self) -> Option<ClaimsProblem> {
        self.claims.as_ref().err().copied()
    }

    /// The claims as indented JSON, escaped and cut at 64 kB. `None` when they can't be read, and
    /// for an unsigned token, whose content is the token.
    pub fn claims_text(&self) -> Option<String> {
        if self.content_is_the_token() {
            return None;
        }
        self.claims()
            .map(|claims| claims::pretty(claims, 64 * 1024).text)
    }

    /// When it was issued and when it ends, unverified; `now` bounds what `exp` is believed.
    pub fn times(&self, now: UnixMillis) -> Times {
        self.claims()
            .map_or_else(Times::default, |claims| Times::of(claims, now))
    }

    pub(crate) fn header(&self) -> &Json {
        &self.header.root
    }

    pub(crate) fn claims(&self) -> Option<&Json> {
        self.claims.as_ref().ok().map(|document| &document.root)
    }
}

/// Takes a token apart, whatever signs it. Linear in its length.
///
/// # Errors
/// [`InspectError`] when there is nothing to show: too long, or not a JWT.
pub fn inspect(text: &str) -> Result<Inspection, InspectError> {
    if text.len() > MAX_TOKEN_BYTES {
        return Err(InspectError::TooLong);
    }
    let (header_part, body) = match shape(text) {
        Shape::Signed {
            header,
            claims,
            signature,
            ..
        } => (header, Some((claims, signature))),
        Shape::Encrypted { header } => (header, None),
        Shape::Other => return Err(InspectError::NotAJwt),
    };
    let header = decode_leniently(header_part)
        .and_then(|bytes| json::read(&bytes).ok())
        .filter(|document| document.root.members().is_some())
        .ok_or(InspectError::NotAJwt)?;
    let Some((claims_part, signature)) = body else {
        let claims = Err(ClaimsProblem::Encrypted);
        let flags = vec![Flag::ClaimsUnreadable(ClaimsProblem::Encrypted)];
        return Ok(Inspection {
            format: TokenFormat::Jwe,
            header,
            claims,
            flags,
        });
    };
    let format = if signature.is_empty() || names_no_algorithm(&header.root) {
        TokenFormat::UnsignedJwt
    } else {
        TokenFormat::Jwt {
            alg: shown_algorithm(&header.root),
        }
    };
    let claims = read_claims(claims_part);
    let mut flags = flags_of(&format, &header, &claims);
    if [header_part, claims_part]
        .iter()
        .any(|part| decode_strictly(part).is_none())
        && claims.as_ref().err() != Some(&ClaimsProblem::NotBase64)
    {
        flags.push(Flag::LooseEncoding);
    }
    Ok(Inspection {
        format,
        header,
        claims,
        flags,
    })
}

fn read_claims(part: &str) -> Result<Document, ClaimsProblem> {
    let bytes = decode_leniently(part).ok_or(ClaimsProblem::NotBase64)?;
    let document = json::read(&bytes)?;
    match document.root.members() {
        Some(_) => Ok(document),
        None => Err(ClaimsProblem::NotAnObject),
    }
}

fn flags_of(
    format: &TokenFormat,
    header: &Document,
    claims: &Result<Document, ClaimsProblem>,
) -> Vec<Flag> {
    let mut flags = Vec::new();
    if *format == TokenFormat::UnsignedJwt {
        flags.push(Flag::Unsigned);
    }
    if header.root.text_of("alg").is_none() {
        flags.push(Flag::NoAlgorithm);
    }
    let documents = [Some(header), claims.as_ref().ok()];
    for document in documents.into_iter().flatten() {
        flags.extend(
            document
                .root
                .duplicate()
                .map(|n| Flag::DuplicateClaim(escape_untrusted(n, claims::MAX_NAME))),
        );
    }
    if documents
        .into_iter()
        .flatten()
        .any(|document| document.too_deep)
    {
        flags.push(Flag::TooDeep);
    }
    match claims {
        Ok(document) => flags.extend(claim_flags(&document.root)),
        Err(problem) => flags.push(Flag::ClaimsUnreadable(*problem)),
    }
    flags
}

fn claim_flags(claims: &Json) -> Vec<Flag> {
    let mut flags = Vec::new();
    for name in claims::TIMES {
        match numeric_date(claims.member(name)) {
            NumericDate::NotANumber => flags.push(Flag::TimeNotANumber(name)),
            NumericDate::At {
                looks_like_milliseconds: true,
                ..
            } => {
                flags.push(Flag::LooksLikeMilliseconds(name));
            }
            NumericDate::At { .. } | NumericDate::Absent => {}
        }
    }
    if claims
        .members()
        .is_some_and(|members| members.len() > claims::MAX_ROWS)
    {
        flags.push(Flag::TooManyClaims);
    }
    flags
}
