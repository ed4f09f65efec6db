//! The seam: what Keyfob asks of every provider.

use async_trait::async_trait;
use keyfob_oauth::{ClientConfig, Http, Metadata, Refusal, end_session};
use keyfob_secret::{AccessToken, ClientSecret, IdToken, RefreshToken};
use keyfob_token::{FailureCode, IssuerLimits, StepState, UnixMillis, life::RevokeReport};
use thiserror::Error;
use url::Url;

/// What "revoke" ends at a provider. It is shown before the click.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RevocationScope {
    /// These tokens alone, at best; a provider may take their grant along.
    Token,
    /// This program's session at the provider.
    ClientSession,
    /// All that the user granted to this program, on every device.
    Grant,
    /// Every session of the user, in every program.
    AllSessionsOfUser,
}

/// Credentials of an administrator's client, where a provider's session API wants them.
#[derive(Debug)]
pub struct AdminCredentials {
    /// The client identifier.
    pub client_id: String,
    /// Its secret.
    pub secret: ClientSecret,
}

/// What every call to a provider needs.
pub struct ProviderContext<'a> {
    /// The client, under the address policy of this provider.
    pub http: &'a Http,
    /// The endpoints as pinned.
    pub metadata: &'a Metadata,
    /// The session's OAuth client.
    pub client: &'a ClientConfig,
    /// The administrator's credentials, if the user gave any.
    pub admin: Option<&'a AdminCredentials>,
}

/// The tokens of one session.
#[derive(Clone, Copy, Default)]
pub struct Tokens<'a> {
    /// The refresh token.
    pub refresh: Option<&'a RefreshToken>,
    /// The access token.
    pub access: Option<&'a AccessToken>,
}

/// What is known of the session that is to end.
#[derive(Clone, Copy, Debug, Default)]
pub struct SessionFacts<'a> {
    /// `sub`.
    pub subject: Option<&'a str>,
    /// The session at the provider (`sid`).
    pub provider_session: Option<&'a str>,
    /// What earlier attempts reached: a step that was accepted is not sent again.
    pub refresh: StepState,
    /// The same for the access token.
    pub access: StepState,
    /// The same for the provider's own session API.
    pub provider: StepState,
}

/// What the probes say of a session's tokens just before a revocation, and by which probe.
///
/// Proof is a change: the same probe that said alive here says dead afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Probes {
    /// Whether the refresh token is alive, by introspection; `None`: it can't be told.
    pub refresh_alive: Option<bool>,
    /// Whether the access token is alive; `None`: it can't be told.
    pub access_alive: Option<bool>,
    /// The probe that spoke of the access token.
    pub access_probe: Option<AccessProbe>,
}

/// How an access token is probed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessProbe {
    /// RFC 7662.
    Introspection,
    /// 200 or 401 at the userinfo endpoint.
    UserInfo,
}

/// A session as the provider lists it. Texts are escaped and cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderSession {
    /// The provider's name for it.
    pub id: String,
    /// What it runs on: browser, operating system, device.
    pub device: Option<String>,
    /// Its network address.
    pub address: Option<String>,
    /// When it began.
    pub created_at: Option<UnixMillis>,
    /// When it was last used.
    pub last_used_at: Option<UnixMillis>,
    /// When it ends.
    pub expires_at: Option<UnixMillis>,
    /// Whether it lives.
    pub active: bool,
}

/// How long a provider lets a session live; `None`: it sets no such limit, or doesn't tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SessionLimits {
    /// Milliseconds after its beginning.
    pub total_ms: Option<i64>,
    /// Milliseconds without use.
    pub unused_ms: Option<i64>,
}

/// Why a provider's own API gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProviderError {
    /// It has no such API.
    #[error("this provider has no such function")]
    Unsupported,
    /// It wants an administrator's credentials, and there are none.
    #[error("this needs the client credentials of an administrator")]
    NeedsAdmin,
    /// The session or the user is not known well enough to ask.
    #[error("the provider gave no name for this session")]
    UnknownSession,
    /// The credentials are refused.
    #[error("the provider refuses the administrator's credentials")]
    AdminRefused,
    /// It has no such session or user.
    #[error("the provider doesn't know this session")]
    NotFound,
    /// Not reached.
    #[error("the provider could not be reached")]
    NotSent(FailureCode),
    /// "Later".
    #[error("the provider says to come back later")]
    TurnedAway {
        /// Milliseconds, if it said how much later.
        retry_after_ms: Option<i64>,
    },
    /// It may have acted; no readable answer came.
    #[error("the provider's answer was lost or could not be read")]
    Unreadable,
    /// Another refusal.
    #[error("the provider refuses this request")]
    Refused,
    /// It says "revoked", and read again the session has not ended.
    #[error("the provider says revoked, but still shows the session alive")]
    StillAlive,
}

/// One kind of provider.
#[async_trait]
pub trait Provider: Send + Sync {
    /// The name under which sessions remember it; never changes.
    fn id(&self) -> &'static str;

    /// The name for people.
    fn display_name(&self) -> &'static str;

    /// Whether this issuer is one of its kind.
    fn recognises(&self, issuer: &str, metadata: &Metadata) -> bool;

    /// What it is known to do with refresh tokens.
    fn limits(&self, metadata: &Metadata) -> IssuerLimits;

    /// What a revocation ends.
    fn revocation_scope(&self) -> RevocationScope;

    /// The same in words, shown before the click.
    fn reach_words(&self) -> &'static str;

    /// Whether its session API wants an administrator's credentials.
    fn needs_admin(&self) -> bool {
        false
    }

    /// Asks, without using them up, whether the session's tokens are alive. To be sent just before
    /// [`Provider::revoke`]; what it says is stored with the mark that the sending has begun.
    async fn probe(
        &self,
        context: &ProviderContext<'_>,
        tokens: Tokens<'_>,
        facts: SessionFacts<'_>,
    ) -> Probes;

    /// Whether the grant or session is shown alive, now that its refresh token is refused: evidence
    /// that somebody else used that token. By the session API where there is one, else by an
    /// access token of the grant that this provider has to look up; `None`: it can't be told.
    async fn grant_alive(
        &self,
        context: &ProviderContext<'_>,
        looked_up: Option<&AccessToken>,
        _facts: SessionFacts<'_>,
    ) -> Option<bool> {
        crate::proof::grant_alive(context, looked_up).await
    }

    /// Tries once to end a session, and asks the same probes again. Never fails as a whole: the
    /// report says how far it got. Refresh token first, then the access token, even if the first
    /// call fails. Steps that `facts` calls settled are skipped.
    async fn revoke(
        &self,
        context: &ProviderContext<'_>,
        tokens: Tokens<'_>,
        facts: SessionFacts<'_>,
        before: Probes,
    ) -> RevokeReport;

    /// The user's sessions at the provider.
    async fn list_sessions(
        &self,
        _context: &ProviderContext<'_>,
        _facts: SessionFacts<'_>,
    ) -> Result<Vec<ProviderSession>, ProviderError> {
        Err(ProviderError::Unsupported)
    }

    /// How long it lets this session live, where it tells.
    async fn session_limits(
        &self,
        _context: &ProviderContext<'_>,
        _facts: SessionFacts<'_>,
    ) -> Result<SessionLimits, ProviderError> {
        Err(ProviderError::Unsupported)
    }

    /// Forgets what it keeps of an administrator's client in memory; for when that client is
    /// dropped, and when keys are.
    fn forget_admin(&self) {}

    /// Ends one session of the user by the provider's name for it.
    async fn revoke_session(
        &self,
        _context: &ProviderContext<'_>,
        _session: &str,
    ) -> Result<(), ProviderError> {
        Err(ProviderError::Unsupported)
    }

    /// Ends all sessions of the user; the number of those that ended.
    async fn revoke_all(
        &self,
        _context: &ProviderContext<'_>,
        _facts: SessionFacts<'_>,
    ) -> Result<u32, ProviderError> {
        Err(ProviderError::Unsupported)
    }

    /// Where the browser signs the user out. It holds the ID token: never logged.
    fn end_session_url(
        &self,
        metadata: &Metadata,
        client_id: &str,
        id_token: Option<&IdToken>,
    ) -> Option<Url> {
        end_session::url(metadata, client_id, id_token)
    }

    /// Whether this refusal of a refresh is the provider's own word for "this token was used
    /// before". Most providers have none.
    fn reuse_signal(&self, _refusal: &Refusal) -> bool {
        false
    }
}
