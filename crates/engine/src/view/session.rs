//! Sessions: the list, a row, the detail.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{PolicyEndView, ProviderLimitsView};

/// The state of a session as a word and an icon; the first that applies wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words of the states are their names")]
pub enum State {
    Theft,
    Revoking,
    Revoked,
    Relogin,
    Watched,
    Refreshing,
    Expired,
    Failed,
    Offline,
    Expiring,
    Active,
}

/// What the row's own button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the actions are their names")]
pub enum ActionKind {
    Review,
    Undo,
    Cancel,
    Remove,
    SignIn,
    TakeOver,
    TryNow,
    Refresh,
    Copy,
    None,
}

/// How a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EndKind {
    /// A known hard end.
    Hard,
    /// Renews itself: the bar and the time are those of the access token.
    Renews,
    /// No end is known.
    Unknown,
    /// It has ended.
    Ended,
}

/// The end of a session or a token.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EndView {
    /// How it ends.
    pub kind: EndKind,
    /// When, ms since 1970 by the engine's clock.
    pub at: Option<i64>,
    /// Its whole life in ms, for the bar.
    pub life_ms: Option<i64>,
    /// The next planned refresh, ms since 1970.
    pub refresh_at: Option<i64>,
    /// Whether it is a policy of the user that ends it.
    pub by_policy: bool,
}

/// Where a revocation stands.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(
    tag = "step",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum RevokeStatus {
    /// Held; nothing is sent before `sends_at`.
    Held {
        /// When it is sent, ms since 1970.
        sends_at: i64,
        /// How long it is held in all, ms.
        hold_ms: i64,
    },
    /// Waiting for the network; can still be cancelled.
    WaitingForNetwork,
    /// Sent, waiting for the provider.
    Sent,
    /// A probe that said alive before says dead now.
    ConfirmedDead {
        /// When, ms since 1970.
        at: i64,
        /// Until when services that never ask the provider may accept the access token.
        offline_until: Option<i64>,
    },
    /// The provider accepted; it can't be checked.
    Accepted {
        /// When, ms since 1970.
        at: i64,
        /// Until when services that check offline may accept the access token.
        offline_until: Option<i64>,
    },
    /// The provider has no way to revoke it.
    ValidUntil {
        /// When that was learnt, ms since 1970.
        at: i64,
        /// When it ends by itself.
        until: Option<i64>,
    },
}

/// One session in the list.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// Its id.
    pub id: String,
    /// State.
    pub state: State,
    /// Its name.
    pub name: String,
    /// The user's labels.
    pub labels: Vec<String>,
    /// The account, as text for people.
    pub account: Option<String>,
    /// The issuer identifier; empty when unknown.
    pub issuer: String,
    /// The host of the issuer, for people.
    pub host: String,
    /// Scopes.
    pub scopes: Vec<String>,
    /// Its effective end.
    pub end: EndView,
    /// When the next attempt follows a failure, ms since 1970.
    pub retry_at: Option<i64>,
    /// Where its revocation stands.
    pub revoke: Option<RevokeStatus>,
    /// Its primary action.
    pub action: ActionKind,
    /// Whether it may be refreshed by hand.
    pub can_refresh: bool,
    /// Whether there is a live access token to copy.
    pub can_copy: bool,
    /// Whether it may be revoked.
    pub can_revoke: bool,
    /// Whether a fresh sign-in is possible (issuer and client are known).
    pub can_sign_in: bool,
}

/// A line of the list: a group's head or a session.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum RowItem {
    /// The head of a group.
    Group {
        /// The issuer; empty when unknown.
        issuer: String,
        /// Its host.
        host: String,
        /// The provider's name.
        provider: String,
        /// Sessions in it.
        count: u32,
        /// Of these, how many need the user.
        attention: u32,
        /// Whether its sessions are hidden.
        collapsed: bool,
    },
    /// A session.
    Session {
        /// The session.
        row: Row,
    },
}

/// What the list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SortKey {
    /// State, those that need the user first.
    #[default]
    State,
    /// Name.
    Name,
    /// Account.
    Account,
    /// Effective end.
    End,
}

/// Which window of which list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SessionQuery {
    /// Search text with filters: `is: issuer: client: sub: scope: label: expires:<1h`, `-` negates.
    pub text: String,
    /// What to sort by.
    pub sort: SortKey,
    /// Whether the other way round.
    pub descending: bool,
    /// Whether grouped by issuer.
    pub grouped: bool,
    /// Issuers whose groups are collapsed.
    pub collapsed: Vec<String>,
    /// First line wanted.
    pub offset: u32,
    /// How many lines, at most 500.
    pub limit: u32,
    /// Whether the ids of all that match are wanted too.
    pub ids: bool,
}

/// A count beside a word in the sidebar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Facet {
    /// The word.
    pub value: String,
    /// How many sessions.
    pub count: u32,
}

/// An issuer in the sidebar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct IssuerFacet {
    /// The issuer; empty when unknown.
    pub issuer: String,
    /// Its host.
    pub host: String,
    /// How many sessions.
    pub count: u32,
}

/// Counts over all sessions, whatever the search says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Facets {
    /// By state, only those that occur.
    pub states: Vec<(State, u32)>,
    /// By issuer, most first.
    pub issuers: Vec<IssuerFacet>,
    /// By label.
    pub labels: Vec<Facet>,
}

/// A session in the strip "Next to end".
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NextEnd {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: State,
    /// The end of its access token, ms since 1970.
    pub access_at: Option<i64>,
    /// The hard end of the session, ms since 1970.
    pub end_at: Option<i64>,
    /// The next planned refresh, ms since 1970.
    pub refresh_at: Option<i64>,
    /// Whether it is a policy of the user that ends it.
    pub by_policy: bool,
}

/// A window of the list.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SessionPage {
    /// Lines from `offset` on.
    pub items: Vec<RowItem>,
    /// All lines that the query yields, group heads included.
    pub lines: u32,
    /// Sessions that match.
    pub matched: u32,
    /// Sessions in the vault.
    pub total: u32,
    /// Ids of all sessions that match, in order, at most 10,000; for "select all". Empty unless
    /// asked for.
    pub ids: Vec<String>,
    /// Counts for the sidebar.
    pub facets: Facets,
    /// The next four to end within 90 days.
    pub next_ends: Vec<NextEnd>,
    /// The next planned refresh of any session, ms since 1970.
    pub next_refresh_at: Option<i64>,
    /// Whether the network is there, as far as is known.
    pub online: bool,
    /// Parts of the search text that are no filter: `(text, why)`.
    pub bad_filters: Vec<String>,
    /// Now by the engine's clock, ms since 1970.
    pub now: i64,
}

/// How much life, for a bar.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Life {
    /// When it ends, ms since 1970; `null`: unknown.
    pub at: Option<i64>,
    /// Its whole life in ms.
    pub life_ms: Option<i64>,
    /// Whether it has ended.
    pub ended: bool,
}

/// A token, without any part of it.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TokenView {
    /// `access`, `refresh` or `id`.
    #[ts(type = "'access' | 'refresh' | 'id'")]
    pub kind: String,
    /// `JWT`, `JWT, unsigned`, `JWE`, `opaque`.
    pub format: String,
    /// `RS256` …, for a JWT.
    pub alg: Option<String>,
    /// Keyed fingerprint, short form.
    pub fingerprint: String,
    /// Bytes.
    pub length: u32,
    /// Its life.
    pub life: Life,
    /// Verified?
    #[ts(type = "'verified' | 'keys_unknown' | 'unsigned' | 'failed' | 'not_applicable'")]
    pub verification: String,
    /// Whether refresh tokens of this session are single use, as far as known.
    pub single_use: Option<bool>,
    /// Whether it has claims to show.
    pub has_claims: bool,
}

/// One generation of refresh tokens.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GenerationView {
    /// Its number; the first sign-in is 1.
    pub generation: u32,
    /// Its fingerprint, short form.
    pub fingerprint: String,
    /// When the next one replaced it, ms since 1970; `null` for the newest.
    pub replaced_at: Option<i64>,
}

/// The account of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AccountRef {
    /// `sub`.
    pub subject: Option<String>,
    /// `name`.
    pub name: Option<String>,
    /// `preferred_username`.
    pub username: Option<String>,
    /// `email`.
    pub email: Option<String>,
}

/// Everything about one session but its secrets.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Detail {
    /// The row.
    pub row: Row,
    /// The provider's name.
    pub provider: String,
    /// The client.
    pub client_id: String,
    /// Whether the client holds a secret.
    pub confidential_client: bool,
    /// The account.
    pub account: AccountRef,
    /// `browser`, `device`, `imported`, `taken_over`.
    #[ts(type = "'browser' | 'device' | 'imported' | 'taken_over'")]
    pub origin: String,
    /// When added, ms since 1970.
    pub created_at: i64,
    /// When signed in, ms since 1970.
    pub signed_in_at: Option<i64>,
    /// When last refreshed, ms since 1970.
    pub refreshed_at: Option<i64>,
    /// When last copied, ms since 1970.
    pub used_at: Option<i64>,
    /// Generation.
    pub generation: u32,
    /// Its tokens.
    pub tokens: Vec<TokenView>,
    /// Generations of refresh tokens, newest first.
    pub lineage: Vec<GenerationView>,
    /// Why it is in this state, as a code for the messages: `expired`, `ended_unexpectedly`,
    /// `answer_lost`, `stale_copy`, `no_refresh_token`, `not_reached` …
    pub reason: Option<String>,
    /// How far a session is that was frozen because a theft of it is possible; `None`: it is not.
    pub frozen: Option<FrozenStep>,
    /// What a revocation would end.
    pub revoke: Option<ReachGroup>,
    /// Whether the provider offers a sign-out page.
    pub can_sign_out: bool,
    /// The end that the user's policies set for it.
    pub policy: Option<PolicyEndView>,
    /// What the provider told of its own limits.
    pub provider_limits: ProviderLimitsView,
}

/// What has become of a frozen session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FrozenStep {
    /// Nothing was sent: the user has to say what to do.
    Undecided,
    /// What is left of it is being revoked.
    Revoking,
    /// It was, and a probe that said alive says dead.
    ConfirmedDead,
    /// The provider accepted; that can't be checked.
    Accepted,
    /// It can't be revoked and ends by itself.
    ValidUntil,
}

/// One claim in the table.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClaimRow {
    /// Its name, escaped.
    pub name: String,
    /// Its value as text, escaped and bounded.
    pub value: String,
    /// The time it names, ms since 1970.
    pub at: Option<i64>,
    /// What it means, for registered claims.
    pub meaning: Option<String>,
    /// Whether its value was checked.
    pub verified: bool,
    /// What is wrong with it, as a code: `duplicate`, `milliseconds`, `not_a_number`, `future` …
    pub problem: Option<String>,
}

/// The claims of one token.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClaimsView {
    /// `access` or `id`.
    #[ts(type = "'access' | 'id'")]
    pub kind: String,
    /// Verified?
    #[ts(type = "'verified' | 'keys_unknown' | 'unsigned' | 'failed' | 'not_applicable'")]
    pub verification: String,
    /// The claims in the order of the token.
    pub claims: Vec<ClaimRow>,
    /// The header as rows.
    pub header: Vec<ClaimRow>,
    /// The claims as pretty JSON, escaped and bounded; `null` for an unsigned token, whose content
    /// is the token.
    pub raw: Option<String>,
    /// Warnings, as codes.
    pub flags: Vec<String>,
}

/// One event of a session's history.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryRow {
    /// Its number in the log.
    pub seq: u32,
    /// When, ms since 1970.
    pub at: i64,
    /// The event, such as `refresh.succeeded`.
    pub event: String,
    /// `user`, `keyfob` or `cli`.
    pub actor: String,
    /// `ok`, `failed` …
    pub result: String,
    /// A known code, if any.
    pub code: Option<String>,
}

/// How far a revocation reaches at a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// This token.
    Token,
    /// This client's session.
    ClientSession,
    /// The whole grant.
    Grant,
    /// Every session of the user.
    AllSessionsOfUser,
}

/// What a revocation ends at one issuer.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReachGroup {
    /// The issuer.
    pub issuer: String,
    /// Its host.
    pub host: String,
    /// Names of the sessions that end.
    pub names: Vec<String>,
    /// Their ids.
    pub ids: Vec<String>,
    /// How far it reaches.
    pub reach: Reach,
    /// Sessions here at the same issuer that stay.
    pub staying: u32,
    /// Until when services that check offline may accept an access token, ms since 1970.
    pub offline_until: Option<i64>,
    /// Whether the result can be proved.
    pub provable: bool,
    /// Whether the provider has no way to revoke.
    pub unsupported: bool,
}

/// What to revoke.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "scope", rename_all = "snake_case")]
pub enum RevokeScope {
    /// These sessions.
    Sessions {
        /// Their ids, at most 10,000.
        ids: Vec<String>,
    },
    /// All of one account at one issuer.
    Account {
        /// A session of it.
        id: String,
    },
    /// All of an issuer.
    Issuer {
        /// The issuer.
        issuer: String,
    },
    /// Everything.
    Everything,
}

/// The list that the dialog shows before a bulk revocation.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RevokePreview {
    /// By issuer.
    pub groups: Vec<ReachGroup>,
    /// Sessions that would be revoked.
    pub count: u32,
    /// Sessions of the scope that can't be (already revoked, imported without a way).
    pub skipped: u32,
    /// How long it is held, ms.
    pub hold_ms: i64,
}
