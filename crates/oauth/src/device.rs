//! The device authorization grant (RFC 8628).

mod schedule;

pub use schedule::{Schedule, Step};

use keyfob_secret::{DeviceCode, escape_untrusted};
use keyfob_token::{FailureCode, expires_in::parse_expires_in};
use thiserror::Error;
use url::Url;
use zeroize::Zeroizing;

use crate::{
    ClientConfig, ErrorCode, Http, Metadata,
    endpoint::{Failure, settle},
    fields::Fields,
    http::{AddressPolicy, Form},
    token::{self, TokenAnswer, TokenError},
};

/// What the user is shown, and the code to poll with (RFC 8628 §3.2).
#[derive(Debug)]
pub struct DeviceAuthorization {
    /// Kept here.
    pub device_code: DeviceCode,
    /// Typed by the user; escaped, at most 64 characters.
    pub user_code: String,
    /// Where the user types it.
    pub verification_uri: Url,
    /// The same with the code in it, for a QR code.
    pub verification_uri_complete: Option<Url>,
    /// How long the codes live, milliseconds.
    pub expires_in_ms: i64,
    /// How long to wait between polls, milliseconds; 5 s when the provider says nothing.
    pub interval_ms: i64,
}

/// Why no device sign-in could be started.
#[derive(Debug, Error)]
pub enum DeviceError {
    /// The provider has none.
    #[error("this provider has no sign-in by device code")]
    NoEndpoint,
    /// The provider never saw the request.
    #[error("the provider could not be reached")]
    NotSent(FailureCode),
    /// "Later" (429, 503).
    #[error("the provider says to come back later")]
    TurnedAway {
        /// Milliseconds, if it said how much later.
        retry_after_ms: Option<i64>,
    },
    /// An OAuth error.
    #[error("the provider refuses the sign-in by device code")]
    Refused(ErrorCode),
    /// No readable answer, or one without what it must hold.
    #[error("the provider's answer could not be read")]
    BadAnswer,
}

/// What one poll said.
#[derive(Debug)]
pub enum Heard {
    /// The user has not decided.
    Pending,
    /// Not so fast: 5 s more from now on (RFC 8628 §3.5).
    SlowDown,
    /// Signed in.
    SignedIn(Box<TokenAnswer>),
    /// The user said no.
    Denied,
    /// The code has ended.
    Expired,
    /// No verdict: not reached, turned away or unreadable. Poll on, with a longer interval.
    NoVerdict {
        /// Why.
        code: FailureCode,
        /// Milliseconds, if the provider said how much later.
        retry_after_ms: Option<i64>,
    },
    /// Another OAuth error: it will not come right by itself.
    Refused(ErrorCode),
}

/// Starts a sign-in (RFC 8628 §3.1).
///
/// # Errors
/// See [`DeviceError`].
pub async fn start(
    http: &Http,
    metadata: &Metadata,
    client: &ClientConfig,
    scopes: &[String],
) -> Result<DeviceAuthorization, DeviceError> {
    let url = metadata
        .device_authorization_endpoint
        .clone()
        .ok_or(DeviceError::NoEndpoint)?;
    let mut form = Form::new().with("scope", &scopes.join(" "));
    if scopes.iter().any(|scope| scope == "offline_access") {
        form = form.with("prompt", "consent");
    }
    let sent = http.send(client.post(url, form)).await;
    let answer = settle(sent).map_err(|failure| match failure {
        Failure::NotSent(code) => DeviceError::NotSent(code),
        Failure::Later(retry_after_ms) => DeviceError::TurnedAway { retry_after_ms },
        Failure::Unclear => DeviceError::BadAnswer,
        Failure::No(refusal) => DeviceError::Refused(refusal.code),
    })?;
    // EXPOSE: parsing; the device code is moved into its type.
    let fields = Fields::read(answer.body.expose()).ok_or(DeviceError::BadAnswer)?;
    read(&fields, http.policy()).ok_or(DeviceError::BadAnswer)
}

/// Polls once (RFC 8628 §3.4). [`Schedule`] says when.
pub async fn poll_once(
    http: &Http,
    metadata: &Metadata,
    client: &ClientConfig,
    device_code: &DeviceCode,
) -> Heard {
    let form = Form::new()
        .with("grant_type", "urn:ietf:params:oauth:grant-type:device_code")
        // EXPOSE: the token endpoint needs the raw value; `http` never logs bodies.
        .with("device_code", device_code.expose());
    match token::ask(http, metadata, client, form, None).await {
        Ok(answer) => Heard::SignedIn(Box::new(answer)),
        Err(TokenError::Refused { refusal, .. }) => match refusal.code {
            ErrorCode::AuthorizationPending => Heard::Pending,
            ErrorCode::SlowDown => Heard::SlowDown,
            ErrorCode::AccessDenied => Heard::Denied,
            ErrorCode::ExpiredToken => Heard::Expired,
            code => Heard::Refused(code),
        },
        // Servers that forget a code the moment it ends.
        Err(TokenError::InvalidGrant(_)) => Heard::Expired,
        Err(TokenError::TurnedAway { retry_after_ms }) => Heard::NoVerdict {
            code: FailureCode::TurnedAway,
            retry_after_ms,
        },
        Err(error @ (TokenError::NotSent(_) | TokenError::Uncertain)) => Heard::NoVerdict {
            code: error.code(),
            retry_after_ms: None,
        },
    }
}

const LONGEST_CODE: usize = 4_096;
const LONGEST_USER_CODE: usize = 64;
const LONGEST_URI: usize = 2_048;
/// Where the provider says nothing (RFC 8628 §3.2).
const DEFAULT_INTERVAL_MS: i64 = 5_000;
/// Where the provider says nothing, against the standard; and the longest that is believed.
const DEFAULT_LIFE_MS: i64 = 10 * 60 * 1_000;
const LONGEST_LIFE_MS: i64 = 60 * 60 * 1_000;

fn read(fields: &Fields<'_>, policy: AddressPolicy) -> Option<DeviceAuthorization> {
    let mut code = fields
        .text("device_code")
        .filter(|code| fits(code, LONGEST_CODE))?;
    let user_code = fields
        .text("user_code")
        .filter(|code| fits(code, LONGEST_USER_CODE))?;
    // `verification_url` is what Google says.
    let uri = link(fields, "verification_uri", policy)
        .or_else(|| link(fields, "verification_url", policy))?;
    let life = parse_expires_in(&fields.value("expires_in"))
        .life_ms()
        .unwrap_or(DEFAULT_LIFE_MS);
    let interval = parse_expires_in(&fields.value("interval")).life_ms();
    Some(DeviceAuthorization {
        device_code: DeviceCode::new(std::mem::take(&mut *code)),
        user_code: escape_untrusted(&user_code, LONGEST_USER_CODE),
        verification_uri: uri,
        verification_uri_complete: link(fields, "verification_uri_complete", policy),
        expires_in_ms: life.min(LONGEST_LIFE_MS),
        interval_ms: interval
            .unwrap_or(DEFAULT_INTERVAL_MS)
            .clamp(1_000, LONGEST_LIFE_MS),
    })
}

fn fits(text: &Zeroizing<String>, longest: usize) -> bool {
    (1..=longest).contains(&text.len())
}

/// A link that a person will open: held to the policy of the endpoints.
fn link(fields: &Fields<'_>, name: &str, policy: AddressPolicy) -> Option<Url> {
    let text = fields.text(name).filter(|text| fits(text, LONGEST_URI))?;
    Url::parse(&text)
        .ok()
        .filter(|url| policy.check_url(url).is_ok())
}
