//! The ways in: sign-in, device flow, import.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AccountRef, ErrorView, Life};

/// What a provider is, where its configuration alone may not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    /// Any OpenID Connect provider.
    Oidc,
    /// A Scalekit environment.
    Scalekit,
}

/// An issuer that was used before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct IssuerView {
    /// Its record in the vault.
    pub id: String,
    /// The issuer identifier.
    pub issuer: String,
    /// Its host.
    pub host: String,
    /// The provider's name.
    pub provider: String,
    /// What it is taken for.
    pub kind: ProviderKind,
    /// The client.
    pub client_id: String,
    /// Whether a client secret is kept.
    pub has_secret: bool,
    /// Scopes asked for last time.
    pub scopes: Vec<String>,
    /// The fixed redirect port, if any.
    pub redirect_port: Option<u16>,
    /// Whether private and loopback addresses are allowed for it.
    pub allow_private: bool,
    /// Whether it has the device flow.
    pub device_flow: bool,
    /// Whether its session API wants the client of an administrator (an environment's client).
    pub wants_admin: bool,
    /// Whether such a client is kept.
    pub has_admin: bool,
    /// When last used, ms since 1970.
    pub used_at: Option<i64>,
}

/// What a look at an issuer found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DiscoveryView {
    /// The issuer identifier as it names itself.
    pub issuer: String,
    /// Its host.
    pub host: String,
    /// The provider's name.
    pub provider: String,
    /// Whether it has an authorization endpoint.
    pub browser_flow: bool,
    /// Whether it has the device flow.
    pub device_flow: bool,
    /// Whether it can revoke.
    pub can_revoke: bool,
    /// Whether a revocation can be proved.
    pub can_prove: bool,
    /// Whether its addresses are private or loopback and need the user's word.
    pub private_address: bool,
    /// Scopes that it announces, at most 50.
    pub scopes: Vec<String>,
}

/// What to sign in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignInRequest {
    /// The issuer URL.
    pub issuer: String,
    /// The client.
    pub client_id: String,
    /// Scopes.
    pub scopes: Vec<String>,
    /// A fixed redirect port, else a free one.
    pub redirect_port: Option<u16>,
    /// Whether private and loopback addresses are allowed for this issuer.
    pub allow_private: bool,
    /// Whether the client secret that `paste_client_secret` took is used.
    pub use_secret: bool,
    /// Whether by the device flow.
    pub device: bool,
    /// Sign in again to this session.
    pub session: Option<String>,
    /// The name for a new session; else made from issuer and account.
    pub name: Option<String>,
}

/// Whether a client secret has been taken from the clipboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SecretStatus {
    /// Whether there is one.
    pub held: bool,
    /// Its length in characters.
    pub length: u32,
}

/// Where a sign-in stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FlowStage {
    /// Reading the provider's configuration.
    Discovering,
    /// The browser is open; waiting for it to come back.
    WaitingForBrowser,
    /// The device code is shown; waiting for the user.
    WaitingForDevice,
    /// Exchanging the code, checking the tokens.
    Finishing,
    /// Done; `session` names the result.
    Done,
    /// Ended without tokens; `error` says why.
    Failed,
}

/// The device code as the user needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeviceCodeView {
    /// The code to type.
    pub user_code: String,
    /// The page to open.
    pub verification_uri: String,
    /// The page with the code in it, if the provider gives it.
    pub verification_uri_complete: Option<String>,
    /// A QR code of that page, as the `d` of an SVG path over `qr_size` × `qr_size` units.
    pub qr_path: String,
    /// The width of the QR code in units, quiet zone included.
    pub qr_size: u32,
    /// When it expires, ms since 1970.
    pub expires_at: i64,
}

/// A running or ended sign-in.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FlowView {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub stage: FlowStage,
    /// The issuer's host.
    pub host: String,
    /// The device code, in the device flow.
    pub device: Option<DeviceCodeView>,
    /// Given up at, ms since 1970.
    pub deadline: i64,
    /// The session that came of it.
    pub session: Option<String>,
    /// Its name.
    pub session_name: Option<String>,
    /// Why it failed.
    pub error: Option<ErrorView>,
}

/// What the clipboard or a file holds.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportPreview {
    /// Names this preview for `import_commit`; the text itself stays here.
    pub id: String,
    /// What it is: `jwt`, `unsigned_jwt`, `jwe`, `opaque`, `token_answer`.
    pub what: String,
    /// Kinds of tokens in it.
    pub kinds: Vec<String>,
    /// The issuer, if it says.
    pub issuer: Option<String>,
    /// The client, if it says.
    pub client_id: Option<String>,
    /// The account, if it says.
    pub account: AccountRef,
    /// Scopes, if it says.
    pub scopes: Vec<String>,
    /// The life of the access token.
    pub life: Life,
    /// The session that already holds this token, or that held it.
    pub already_in: Option<String>,
    /// Whether it is a refresh token that Keyfob has used up: nobody should have it any more.
    pub used_up: bool,
    /// A name for it.
    pub suggested_name: String,
    /// Warnings, as codes.
    pub flags: Vec<String>,
}
