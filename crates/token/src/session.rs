//! A session as Keyfob knows it: everything but the secrets themselves.
//!
//! These are facts and states only. The rules over them are in `life`; the tokens are in the vault.

use keyfob_secret::Fingerprint;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::time::{Stamp, UnixMillis};

/// Names a session; random, and the same as the row of the vault that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(pub Uuid);

/// One signed-in session at one issuer, or an imported token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Its name in the vault.
    pub id: SessionId,
    /// What the user calls it; at most 120 characters.
    pub name: String,
    /// The user's labels, sorted, each at most 40 characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// The issuer identifier exactly as the provider gives it, or empty when nobody knows it.
    pub issuer: String,
    /// The adapter in `providers` that speaks to this issuer, such as `oidc`.
    pub provider: String,
    /// The OAuth client, or empty when nobody knows it.
    pub client_id: String,
    /// How that client proves itself.
    pub client_auth: ClientAuth,
    /// Whom the session is for.
    pub account: Account,
    /// How it came here.
    pub origin: Origin,
    /// Scopes as granted (as requested, when the answer named none: RFC 6749 §5.1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// The session at the provider (`sid`, OpenID Connect Front-Channel Logout §3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_session: Option<String>,
    /// When it was added to the vault.
    pub created_at: UnixMillis,
    /// When the user last signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_in_at: Option<UnixMillis>,
    /// When a token was last copied or handed out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<UnixMillis>,
    /// The same two moments on both clocks: what session policies count from.
    #[serde(default)]
    pub marks: Marks,
    /// The access token, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<TokenFacts>,
    /// The refresh token, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh: Option<TokenFacts>,
    /// The newest ID token, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token: Option<TokenFacts>,
    /// How often the tokens have been renewed; the first sign-in is generation 1.
    pub generation: u64,
    /// Fingerprints of the refresh tokens of the latest generations before this one, oldest first,
    /// at most 64. Those before them are remembered beside the session.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lineage: Vec<Ancestor>,
    /// Where the session stands.
    pub phase: Phase,
    /// The refresh of its tokens.
    #[serde(default, skip_serializing_if = "is_default")]
    pub renewal: Renewal,
    /// What the provider is known to do.
    #[serde(default, skip_serializing_if = "is_default")]
    pub limits: IssuerLimits,
    /// The codes of the findings that the user has dismissed. Words, not an enum: an older Keyfob
    /// must read a session that a newer one wrote.
    #[serde(default)]
    pub dismissed: Vec<String>,
}

/// Moments on both clocks, where they were noted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// When the user last signed in or took the session over.
    pub begun: Option<Stamp>,
    /// When a token was last copied or handed out.
    pub used: Option<Stamp>,
    /// Programs that its access token was handed to, the last one last, at most
    /// [`HandOut::REMEMBERED`].
    #[serde(default)]
    pub hand_outs: Vec<HandOut>,
}

/// When a program was last written down as having got an access token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOut {
    /// The program, as it calls itself.
    pub program: String,
    /// When.
    pub at: UnixMillis,
}

impl HandOut {
    /// Programs remembered of one session.
    pub const REMEMBERED: usize = 8;
    /// One event of the log stands for all hand-outs to a program within this.
    const EVENT_EVERY_MS: i64 = 60_000;

    /// Whether a hand-out to `program` is to be written down. A clock set back does not silence
    /// the log.
    pub fn is_news(known: &[Self], program: &str, now: UnixMillis) -> bool {
        !known
            .iter()
            .any(|it| it.program == program && (0..Self::EVENT_EVERY_MS).contains(&(now - it.at)))
    }

    /// Remembers a hand-out that was written down; the oldest makes room.
    pub fn remember(known: &mut Vec<Self>, program: &str, now: UnixMillis) {
        known.retain(|it| it.program != program);
        if known.len() >= Self::REMEMBERED {
            known.remove(0);
        }
        known.push(Self {
            program: program.to_owned(),
            at: now,
        });
    }
}

/// A refresh token of an earlier generation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ancestor {
    /// Its generation.
    pub generation: u64,
    /// Its keyed fingerprint.
    pub fingerprint: Fingerprint,
    /// When the next one replaced it.
    pub replaced_at: UnixMillis,
}

/// How a client authenticates at the token endpoint (OpenID Connect Core §9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuth {
    /// A public client: `client_id` alone.
    #[default]
    None,
    /// `client_secret_basic`.
    Basic,
    /// `client_secret_post`.
    Post,
}

/// Whom a session is for, as the provider tells it: hostile text until shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// `sub`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// `name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `preferred_username`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// `email`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl Account {
    /// The best name for people: e-mail, user name, name, subject.
    pub fn label(&self) -> Option<&str> {
        [&self.email, &self.username, &self.name, &self.subject]
            .into_iter()
            .find_map(|field| field.as_deref().filter(|text| !text.is_empty()))
    }
}

/// How a session came into the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Authorization code in the browser.
    Browser,
    /// Device authorization grant (RFC 8628).
    Device,
    /// Pasted or read from a file; another program may hold the same tokens.
    Imported,
    /// Imported, and then taken over by the user.
    TakenOver,
}

/// What kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// An access token.
    Access,
    /// A refresh token.
    Refresh,
    /// An ID token.
    Id,
}

impl TokenKind {
    /// The word that separates the kinds in fingerprints and in the audit log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
            Self::Id => "id",
        }
    }
}

/// What a token looks like from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenFormat {
    /// A signed JWT; `alg` as in its header, escaped, at most 20 characters.
    Jwt {
        /// The `alg` of the header.
        alg: String,
    },
    /// A JWT with `alg: none`: anyone could have written it, and it *is* its content.
    UnsignedJwt,
    /// An encrypted JWT (five parts).
    Jwe,
    /// Anything else.
    Opaque,
}

/// Whether the content of a token was verified, and if not, why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verification {
    /// The signature and the claims were checked.
    Verified,
    /// A JWT whose issuer's keys are not known here.
    KeysUnknown,
    /// A JWT that names no signature at all.
    Unsigned,
    /// The check was made and failed; the content is shown, never relied on.
    Failed,
    /// Opaque or encrypted: nothing to verify.
    NotApplicable,
}

/// What is known of a token without holding it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenFacts {
    /// Access, refresh or ID.
    pub kind: TokenKind,
    /// JWT, JWE or opaque.
    pub format: TokenFormat,
    /// Keyed fingerprint.
    pub fingerprint: Fingerprint,
    /// Length in bytes.
    pub length: u32,
    /// When it arrived here.
    pub received: Stamp,
    /// Life in milliseconds at arrival, when known: `expires_in` first, else `exp - iat`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub life_ms: Option<i64>,
    /// The end by the wall clock, when known; for across reboots and for tokens whose age at
    /// arrival is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<UnixMillis>,
    /// Whether its content was verified.
    pub verification: Verification,
}

/// How sure a remaining life is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Milliseconds left; zero or less when it has ended.
    Left(i64),
    /// Nobody knows its end.
    Unknown,
}

/// Where a session stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Ours, in use, refreshed.
    Live,
    /// Imported: shown and counted down, never refreshed.
    Watched,
    /// The user wants it dead; durable from the click.
    Revoking(Revocation),
    /// The tombstone. Its tokens are wiped.
    Revoked(Revoked),
    /// Its refresh token is gone for good; the access token may live on.
    SignInNeeded {
        /// Why.
        reason: SignInReason,
        /// Since when.
        since: UnixMillis,
    },
    /// Possible theft: nothing of it is used any more.
    Frozen {
        /// What speaks for it.
        evidence: Evidence,
        /// Since when.
        since: UnixMillis,
        /// The revocation of what is left of it, until its verdict. While there is neither this
        /// nor a verdict, it waits for the user's word.
        #[serde(default)]
        remains: Option<Box<Revocation>>,
        /// What is known after that revocation; its tokens are wiped then.
        #[serde(default)]
        verdict: Option<Verdict>,
    },
}

/// Why the user has to sign in again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInReason {
    /// A known life had passed.
    Expired,
    /// The provider refused it and doesn't say why.
    EndedUnexpectedly,
    /// The provider had answered a refresh and the answer never arrived.
    AnswerLost,
    /// Imported or restored, and rotated elsewhere meanwhile.
    StaleCopy,
    /// The access token has ended and there was never a refresh token.
    NoRefreshToken,
}

/// What speaks for a theft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The provider itself reported the reuse of a refresh token.
    ProviderReportedReuse,
    /// Our newest refresh token was refused while the grant or session lives on.
    NewestRefusedWhileAlive,
    /// A refresh answered with tokens of another subject.
    OtherSubject,
}

/// One step of a revocation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Nothing sent yet.
    #[default]
    Open,
    /// Sent; no verdict yet, it may have been acted on.
    Sent,
    /// The provider answered that it accepts.
    Accepted,
    /// The provider says that it cannot revoke this kind (RFC 7009 §2.2.1).
    Unsupported,
    /// There is no such token or no such endpoint.
    NotApplicable,
}

/// A revocation on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// When the user clicked.
    pub requested_at: UnixMillis,
    /// When the hold ends, on both clocks: nothing is sent before it, unless the user says "now",
    /// the program quits, or it was restarted.
    pub hold: Stamp,
    /// How long it is held from `hold`, in milliseconds.
    pub hold_ms: i64,
    /// Whether the first byte may have left: from then on there is no Undo.
    pub sent: bool,
    /// The phase to return to on Undo.
    pub before: Box<Phase>,
    /// The refresh token.
    pub refresh: StepState,
    /// The access token.
    pub access: StepState,
    /// The provider's own session API, where its adapter has one.
    pub provider: StepState,
    /// What a probe said of the refresh token just before: `Some(true)` alive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_was_alive: Option<bool>,
    /// What a probe said of the access token just before: `Some(true)` alive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_was_alive: Option<bool>,
    /// What the same probe says of the refresh token since the revocation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_is_alive: Option<bool>,
    /// What the same probe says of the access token since the revocation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_is_alive: Option<bool>,
    /// Attempts so far that reached no verdict.
    pub failures: u32,
    /// Why the last of them reached none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<FailureCode>,
    /// Since when the pause before the next attempt counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Stamp>,
    /// Milliseconds after `waiting_since` until it may be tried again.
    pub wait_ms: i64,
    /// Whether the last attempt failed before anything could be sent: "waiting for the network".
    pub waiting_for_network: bool,
}

/// The tombstone of a revoked session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// When the verdict was reached.
    pub at: UnixMillis,
    /// What is known.
    pub verdict: Verdict,
}

/// What is known after a revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A probe that said alive just before now says dead.
    ConfirmedDead {
        /// Until when services that check the access token offline may still accept it: the
        /// provider calls the session dead, they never ask it.
        #[serde(default)]
        offline_until: Option<UnixMillis>,
    },
    /// The provider accepted; nothing can be checked.
    Accepted {
        /// Until when services that check the access token offline may accept it.
        offline_until: Option<UnixMillis>,
    },
    /// The provider has no way to revoke this; it ends by itself.
    ValidUntil {
        /// When, if known.
        until: Option<UnixMillis>,
    },
}

/// The refresh side of a session.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Renewal {
    /// Written before a refresh token is sent, removed with its answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<Intent>,
    /// The mark on a generation whose refresh had no readable answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertain: Option<Uncertain>,
    /// Failures in a row.
    pub failures: u32,
    /// Since when the backoff counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Stamp>,
    /// How long after `waiting_since` the next attempt may be made, milliseconds.
    pub wait_ms: i64,
    /// Why the last attempt failed; `None` after a success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<FailureCode>,
    /// When the last one succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_success: Option<Stamp>,
    /// Attempts that count against the budget, newest last, at most 16.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spent: Vec<Spent>,
    /// Whether introspection ever called a refresh token of this session active.
    pub introspected_active: bool,
    /// Whether it came back with an older copy of the vault: the token may have been used since.
    /// Ends with the next success.
    #[serde(default)]
    pub restored: bool,
}

/// Who spends an attempt of the rate budget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spender {
    /// The schedule, or a caller that needs a token.
    #[default]
    Automation,
    /// The schedule, presenting a token of an uncertain generation again.
    Replay,
    /// The user, by hand.
    User,
}

/// An attempt that counts against the rate budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// When.
    pub at: Stamp,
    /// By whom.
    pub by: Spender,
}

/// A refresh about to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The generation whose refresh token is sent.
    pub generation: u64,
    /// Names the attempt.
    pub attempt: Uuid,
    /// When it was written.
    pub at: Stamp,
    /// Who asked for it.
    #[serde(default)]
    pub by: Spender,
}

/// A generation that may have been rotated at the provider without us knowing the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uncertain {
    /// The generation.
    pub generation: u64,
    /// Since when.
    pub since: Stamp,
    /// Whether its token has been presented again without an answer.
    pub replayed: bool,
    /// Whether introspection has called the token active since it was last presented.
    #[serde(default)]
    pub confirmed_active: bool,
}

/// Why a refresh brought no tokens, without a word of the provider's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// The name of the host could not be resolved, or no connection was made.
    NotReached,
    /// TLS failed.
    Tls,
    /// The provider said "later" (429 or 503).
    TurnedAway,
    /// A server error, a cut or an unreadable answer: it may have acted.
    Unreadable,
    /// `invalid_grant` (RFC 6749 §5.2).
    InvalidGrant,
    /// `invalid_client`: the client id or its secret is refused.
    InvalidClient,
    /// Another OAuth error code.
    Refused,
    /// The answer held no usable access token.
    BadAnswer,
    /// The network address is not allowed for this issuer.
    Blocked,
    /// The answer could not be written to the vault yet.
    NotSaved,
}

/// What a provider is known to do with refresh tokens; `None` where nobody knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuerLimits {
    /// Whether refresh tokens are single use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotates: Option<bool>,
    /// Milliseconds in which a used refresh token is still honoured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_ms: Option<i64>,
    /// Whether a revocation endpoint is known.
    pub can_revoke: bool,
    /// Whether an introspection endpoint is known.
    pub can_introspect: bool,
}

/// What is at its default is left out of a row: most of a session is.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
