// Generated from the Rust table of commands. Do not edit: the tests compare it.

export type AccountRef = { 
/**
 * `sub`.
 */
subject: string | null, 
/**
 * `name`.
 */
name: string | null, 
/**
 * `preferred_username`.
 */
username: string | null, 
/**
 * `email`.
 */
email: string | null, };
export type ActionKind = "review" | "undo" | "cancel" | "remove" | "sign_in" | "take_over" | "try_now" | "refresh" | "copy" | "none";
export type AppView = { 
/**
 * The program's version.
 */
version: string, 
/**
 * The vault.
 */
vault: VaultView, 
/**
 * The settings; defaults while the vault is closed.
 */
settings: SettingsView, 
/**
 * The demonstration provider, with `--demo`.
 */
demo: DemoView | null, 
/**
 * Whether there is a tray to close to.
 */
tray: boolean, 
/**
 * Now by the engine's clock, ms since 1970; countdowns start from it.
 */
now: number, };
export type AuditFilter = { 
/**
 * Words that account, issuer, label, event or code must hold.
 */
text: string, 
/**
 * Events, such as `refresh.failed`; empty: all.
 */
events: Array<string>, 
/**
 * Actors; empty: all.
 */
actors: Array<string>, 
/**
 * Results; empty: all.
 */
results: Array<string>, 
/**
 * Not before, ms since 1970.
 */
from: number | null, 
/**
 * Not after, ms since 1970.
 */
to: number | null, 
/**
 * Only this session.
 */
session: string | null, 
/**
 * First row wanted, newest first.
 */
offset: number, 
/**
 * How many, at most 500.
 */
limit: number, };
export type AuditPage = { 
/**
 * Newest first.
 */
rows: Array<AuditRow>, 
/**
 * Events that match.
 */
matched: number, 
/**
 * Events in the log.
 */
total: number, 
/**
 * Events that occur, for the filter.
 */
events: Array<string>, };
export type AuditRow = { 
/**
 * Its number.
 */
seq: number, 
/**
 * When, ms since 1970.
 */
at: number, 
/**
 * `user`, `keyfob`, `cli`.
 */
actor: string, 
/**
 * Such as `refresh.succeeded`.
 */
event: string, 
/**
 * `ok`, `failed`, `refused`, `pending`, `cancelled`.
 */
result: string, 
/**
 * The session's id.
 */
session: string | null, 
/**
 * The session's name, then.
 */
label: string | null, 
/**
 * The account.
 */
account: string | null, 
/**
 * The issuer's host.
 */
host: string | null, 
/**
 * `access`, `refresh`, `id` and its fingerprint, short form.
 */
token: string | null, 
/**
 * A known code.
 */
code: string | null, 
/**
 * More public facts.
 */
facts: Array<FactView>, 
/**
 * Whether a signed checkpoint stands right after it.
 */
checkpoint: boolean, 
/**
 * Its leaf hash, hex.
 */
leaf: string, };
export type ChainView = { 
/**
 * Events checked.
 */
events: number, 
/**
 * Whether all fit.
 */
intact: boolean, 
/**
 * The first that doesn't.
 */
brokenAt: number | null, 
/**
 * The newest signed checkpoint.
 */
checkpointSeq: number | null, 
/**
 * When it was signed, ms since 1970.
 */
checkpointAt: number | null, 
/**
 * Fingerprint of the public key that signs.
 */
key: string, 
/**
 * When this was checked, ms since 1970.
 */
checkedAt: number, };
export type ClaimRow = { 
/**
 * Its name, escaped.
 */
name: string, 
/**
 * Its value as text, escaped and bounded.
 */
value: string, 
/**
 * The time it names, ms since 1970.
 */
at: number | null, 
/**
 * What it means, for registered claims.
 */
meaning: string | null, 
/**
 * Whether its value was checked.
 */
verified: boolean, 
/**
 * What is wrong with it, as a code: `duplicate`, `milliseconds`, `not_a_number`, `future` …
 */
problem: string | null, };
export type ClaimsView = { 
/**
 * `access` or `id`.
 */
kind: 'access' | 'id', 
/**
 * Verified?
 */
verification: 'verified' | 'keys_unknown' | 'unsigned' | 'failed' | 'not_applicable', 
/**
 * The claims in the order of the token.
 */
claims: Array<ClaimRow>, 
/**
 * The header as rows.
 */
header: Array<ClaimRow>, 
/**
 * The claims as pretty JSON, escaped and bounded; `null` for an unsigned token, whose content
 * is the token.
 */
raw: string | null, 
/**
 * Warnings, as codes.
 */
flags: Array<string>, };
export type DamageView = { 
/**
 * Sessions that authenticate.
 */
readable: number, 
/**
 * Rows that don't.
 */
lost: number, };
export type UnsavedView = { 
/**
 * How many sessions they are of.
 */
sessions: number, 
/**
 * Why the vault can't be written.
 */
error: ErrorView, };
export type DemoView = { 
/**
 * Its issuer.
 */
issuer: string, 
/**
 * A client that it knows.
 */
clientId: string, };
export type Detail = { 
/**
 * The row.
 */
row: Row, 
/**
 * The provider's name.
 */
provider: string, 
/**
 * The client.
 */
clientId: string, 
/**
 * Whether the client holds a secret.
 */
confidentialClient: boolean, 
/**
 * The account.
 */
account: AccountRef, 
/**
 * `browser`, `device`, `imported`, `taken_over`.
 */
origin: 'browser' | 'device' | 'imported' | 'taken_over', 
/**
 * When added, ms since 1970.
 */
createdAt: number, 
/**
 * When signed in, ms since 1970.
 */
signedInAt: number | null, 
/**
 * When last refreshed, ms since 1970.
 */
refreshedAt: number | null, 
/**
 * When last copied, ms since 1970.
 */
usedAt: number | null, 
/**
 * Generation.
 */
generation: number, 
/**
 * Its tokens.
 */
tokens: Array<TokenView>, 
/**
 * Generations of refresh tokens, newest first.
 */
lineage: Array<GenerationView>, 
/**
 * Why it is in this state, as a code for the messages: `expired`, `ended_unexpectedly`,
 * `answer_lost`, `stale_copy`, `no_refresh_token`, `not_reached` …
 */
reason: string | null, 
/**
 * How far a session is that was frozen because a theft of it is possible; `None`: it is not.
 */
frozen: FrozenStep | null, 
/**
 * What a revocation would end.
 */
revoke: ReachGroup | null, 
/**
 * Whether the provider offers a sign-out page.
 */
canSignOut: boolean, 
/**
 * The end that the user's policies set for it.
 */
policy: PolicyEndView | null, 
/**
 * What the provider told of its own limits.
 */
providerLimits: ProviderLimitsView, };
export type DeviceCodeView = { 
/**
 * The code to type.
 */
userCode: string, 
/**
 * The page to open.
 */
verificationUri: string, 
/**
 * The page with the code in it, if the provider gives it.
 */
verificationUriComplete: string | null, 
/**
 * A QR code of that page, as the `d` of an SVG path over `qr_size` × `qr_size` units.
 */
qrPath: string, 
/**
 * The width of the QR code in units, quiet zone included.
 */
qrSize: number, 
/**
 * When it expires, ms since 1970.
 */
expiresAt: number, };
export type DiscoveryView = { 
/**
 * The issuer identifier as it names itself.
 */
issuer: string, 
/**
 * Its host.
 */
host: string, 
/**
 * The provider's name.
 */
provider: string, 
/**
 * Whether it has an authorization endpoint.
 */
browserFlow: boolean, 
/**
 * Whether it has the device flow.
 */
deviceFlow: boolean, 
/**
 * Whether it can revoke.
 */
canRevoke: boolean, 
/**
 * Whether a revocation can be proved.
 */
canProve: boolean, 
/**
 * Whether its addresses are private or loopback and need the user's word.
 */
privateAddress: boolean, 
/**
 * Scopes that it announces, at most 50.
 */
scopes: Array<string>, };
export type EndKind = "hard" | "renews" | "unknown" | "ended";
export type EndView = { 
/**
 * How it ends.
 */
kind: EndKind, 
/**
 * When, ms since 1970 by the engine's clock.
 */
at: number | null, 
/**
 * Its whole life in ms, for the bar.
 */
lifeMs: number | null, 
/**
 * The next planned refresh, ms since 1970.
 */
refreshAt: number | null, 
/**
 * Whether it is a policy of the user that ends it.
 */
byPolicy: boolean, };
export type ErrorCode = "vault_locked" | "vault_not_open" | "vault_exists" | "vault_newer" | "vault_damaged" | "vault_not_ours" | "vault_no_permission" | "vault_disk_full" | "vault_busy" | "vault_in_use" | "vault_read_only" | "vault_older_copy" | "vault_io" | "keyring_locked" | "keyring_denied" | "keyring_no_key" | "keyring_silent" | "keyring_missing" | "keyring_failed" | "wrong_key" | "issuer_not_a_url" | "issuer_not_https" | "issuer_unreachable" | "issuer_no_discovery" | "issuer_not_json" | "issuer_mismatch" | "issuer_private_address" | "issuer_tls" | "issuer_incomplete" | "sign_in_cancelled" | "sign_in_timed_out" | "sign_in_refused" | "sign_in_port_busy" | "sign_in_already_running" | "sign_in_no_browser" | "sign_in_bad_answer" | "sign_in_client_refused" | "sign_in_clock_off" | "id_token_invalid" | "device_not_offered" | "device_expired" | "clipboard_empty" | "clipboard_unavailable" | "file_unreadable" | "file_too_large" | "not_a_token" | "token_too_large" | "already_in_vault" | "session_not_found" | "session_ambiguous" | "no_access_token" | "access_token_ended" | "session_revoking" | "session_not_refreshable" | "refresh_budget_spent" | "refresh_running" | "refresh_failed" | "not_saved" | "sign_in_needed" | "session_frozen" | "revoke_already_sent" | "name_invalid" | "label_invalid" | "policy_invalid" | "sign_out_not_offered" | "provider_unsupported" | "provider_needs_admin" | "provider_admin_refused" | "provider_unknown" | "provider_later" | "provider_still_alive" | "provider_refused" | "autostart_failed" | "export_target_is_link" | "export_failed" | "export_cancelled" | "log_broken" | "internal";
export type ErrorView = { 
/**
 * What went wrong.
 */
code: ErrorCode, 
/**
 * Facts for the sentence: `host`, `path`, `expected`, `found`, `name`, `until`, `pid` …
 */
facts: { [key in string]: string }, };
export type EvidenceValue = { "kind": "duration", 
/**
 * Milliseconds.
 */
ms: number, } | { "kind": "at", 
/**
 * Milliseconds since 1970.
 */
at: number, } | { "kind": "count", 
/**
 * How many.
 */
count: number, } | { "kind": "texts", 
/**
 * At most twelve.
 */
texts: Array<string>, } | { "kind": "never" };
export type EvidenceView = { 
/**
 * What it is, as a word for the messages.
 */
name: string, 
/**
 * What was seen.
 */
value: EvidenceValue, };
export type ExportPreview = { 
/**
 * The newest three lines.
 */
lines: Array<PreviewLine>, 
/**
 * Events in full.
 */
events: number, 
/**
 * Values that are masked.
 */
masked: number, 
/**
 * About how many bytes.
 */
bytes: number, 
/**
 * Signed checkpoints in it.
 */
checkpoints: number, 
/**
 * Where it would go.
 */
target: string, };
export type ExportProgress = { 
/**
 * Events gone through.
 */
done: number, 
/**
 * Events in all; 0 before it has begun.
 */
total: number, };
export type ExportRequest = { 
/**
 * `jsonl` or `csv`.
 */
format: 'jsonl' | 'csv', 
/**
 * Account names and labels.
 */
accounts: Mask, 
/**
 * Hosts and issuers.
 */
hosts: Mask, 
/**
 * Which events; `offset` and `limit` are ignored.
 */
filter: AuditFilter, };
export type ExportResult = { 
/**
 * The file.
 */
path: string, 
/**
 * Events in full.
 */
events: number, 
/**
 * Values masked.
 */
masked: number, 
/**
 * Fingerprint of the public key that signed.
 */
key: string, };
export type Facet = { 
/**
 * The word.
 */
value: string, 
/**
 * How many sessions.
 */
count: number, };
export type Facets = { 
/**
 * By state, only those that occur.
 */
states: Array<[State, number]>, 
/**
 * By issuer, most first.
 */
issuers: Array<IssuerFacet>, 
/**
 * By label.
 */
labels: Array<Facet>, };
export type FactView = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its value.
 */
value: string, };
export type FindingView = { 
/**
 * The rule; its words are in the messages.
 */
code: FindingCode, 
/**
 * The rule in one English line, for the command line.
 */
summary: string, 
/**
 * How grave it is here.
 */
severity: Severity, 
/**
 * The token it is about; `null`: the session as a whole.
 */
token: 'access' | 'refresh' | 'id' | null, 
/**
 * The keyed fingerprint of that token, short form.
 */
fingerprint: string | null, 
/**
 * What Keyfob can do about it.
 */
remedy: Remedy, 
/**
 * Where it is written down.
 */
sources: Array<SourceView>, 
/**
 * What was seen.
 */
evidence: Array<EvidenceView>, };
export type FindingsView = { 
/**
 * What was found and not dismissed, the gravest first.
 */
open: Array<FindingView>, 
/**
 * What was found and dismissed by the user.
 */
dismissed: Array<FindingView>, 
/**
 * Checks that looked and found nothing.
 */
fine: Array<FindingCode>, 
/**
 * Checks that had nothing to look at.
 */
silent: Array<FindingCode>, };
export type FlowStage = "discovering" | "waiting_for_browser" | "waiting_for_device" | "finishing" | "done" | "failed";
export type FlowView = { 
/**
 * Its id.
 */
id: string, 
/**
 * Where it stands.
 */
stage: FlowStage, 
/**
 * The issuer's host.
 */
host: string, 
/**
 * The device code, in the device flow.
 */
device: DeviceCodeView | null, 
/**
 * Given up at, ms since 1970.
 */
deadline: number, 
/**
 * The session that came of it.
 */
session: string | null, 
/**
 * Its name.
 */
sessionName: string | null, 
/**
 * Why it failed.
 */
error: ErrorView | null, };
export type Gate = "first_run" | "first_run_keys_found" | "opening" | "waiting_for_keyring" | "keyring_locked" | "keyring_denied" | "keyring_silent" | "keyring_missing" | "key_gone" | "wrong_key" | "vault_trouble" | "in_use" | "locked" | "open";
export type FrozenStep = "undecided" | "revoking" | "confirmed_dead" | "accepted" | "valid_until";
export type GenerationView = { 
/**
 * Its number; the first sign-in is 1.
 */
generation: number, 
/**
 * Its fingerprint, short form.
 */
fingerprint: string, 
/**
 * When the next one replaced it, ms since 1970; `null` for the newest.
 */
replacedAt: number | null, };
export type HistoryRow = { 
/**
 * Its number in the log.
 */
seq: number, 
/**
 * When, ms since 1970.
 */
at: number, 
/**
 * The event, such as `refresh.succeeded`.
 */
event: string, 
/**
 * `user`, `keyfob` or `cli`.
 */
actor: string, 
/**
 * `ok`, `failed` …
 */
result: string, 
/**
 * A known code, if any.
 */
code: string | null, };
export type ImportPreview = { 
/**
 * Names this preview for `import_commit`; the text itself stays here.
 */
id: string, 
/**
 * What it is: `jwt`, `unsigned_jwt`, `jwe`, `opaque`, `token_answer`.
 */
what: string, 
/**
 * Kinds of tokens in it.
 */
kinds: Array<string>, 
/**
 * The issuer, if it says.
 */
issuer: string | null, 
/**
 * The client, if it says.
 */
clientId: string | null, 
/**
 * The account, if it says.
 */
account: AccountRef, 
/**
 * Scopes, if it says.
 */
scopes: Array<string>, 
/**
 * The life of the access token.
 */
life: Life, 
/**
 * The session that already holds this token, or that held it.
 */
alreadyIn: string | null, 
/**
 * Whether it is a refresh token that Keyfob has used up: nobody should have it any more.
 */
usedUp: boolean, 
/**
 * A name for it.
 */
suggestedName: string, 
/**
 * Warnings, as codes.
 */
flags: Array<string>, };
export type IssuerFacet = { 
/**
 * The issuer; empty when unknown.
 */
issuer: string, 
/**
 * Its host.
 */
host: string, 
/**
 * How many sessions.
 */
count: number, };
export type IssuerView = { 
/**
 * Its record in the vault.
 */
id: string, 
/**
 * The issuer identifier.
 */
issuer: string, 
/**
 * Its host.
 */
host: string, 
/**
 * The provider's name.
 */
provider: string, 
/**
 * What it is taken for.
 */
kind: ProviderKind, 
/**
 * The client.
 */
clientId: string, 
/**
 * Whether a client secret is kept.
 */
hasSecret: boolean, 
/**
 * Scopes asked for last time.
 */
scopes: Array<string>, 
/**
 * The fixed redirect port, if any.
 */
redirectPort: number | null, 
/**
 * Whether private and loopback addresses are allowed for it.
 */
allowPrivate: boolean, 
/**
 * Whether it has the device flow.
 */
deviceFlow: boolean, 
/**
 * Whether its session API wants the client of an administrator (an environment's client).
 */
wantsAdmin: boolean, 
/**
 * Whether such a client is kept.
 */
hasAdmin: boolean, 
/**
 * When last used, ms since 1970.
 */
usedAt: number | null, };
export type Life = { 
/**
 * When it ends, ms since 1970; `null`: unknown.
 */
at: number | null, 
/**
 * Its whole life in ms.
 */
lifeMs: number | null, 
/**
 * Whether it has ended.
 */
ended: boolean, };
export type Mask = "keep" | "hash" | "remove";
export type NextEnd = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Its state.
 */
state: State, 
/**
 * The end of its access token, ms since 1970.
 */
accessAt: number | null, 
/**
 * The hard end of the session, ms since 1970.
 */
endAt: number | null, 
/**
 * The next planned refresh, ms since 1970.
 */
refreshAt: number | null, 
/**
 * Whether it is a policy of the user that ends it.
 */
byPolicy: boolean, };
export type OnClose = "ask" | "keep_running" | "quit";
export type OnTheft = "revoke" | "ask";
export type PolicyAction = "revoke" | "forget";
export type PolicyEndView = { 
/**
 * When, ms since 1970.
 */
at: number, 
/**
 * The whole limit in ms.
 */
limitMs: number, 
/**
 * Which limit.
 */
limit: PolicyLimit, 
/**
 * What happens then.
 */
action: PolicyAction, 
/**
 * Whether it is past, and is not acted on because nothing vouches for the clock yet.
 */
unsure: boolean, };
export type PolicyEnding = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * The host of its issuer.
 */
host: string, 
/**
 * Which limit.
 */
limit: PolicyLimit, 
/**
 * What would happen.
 */
action: PolicyAction, };
export type PolicyLimit = "unused" | "total";
export type PolicyPreview = { 
/**
 * Sessions that would end at once, the first 200 by name.
 */
ending: Array<PolicyEnding>, 
/**
 * All that would end at once.
 */
ends: number, 
/**
 * Those that would end later.
 */
later: number, 
/**
 * Those past their limit by a clock that nothing vouches for yet: they stay.
 */
unsure: number, };
export type PolicyScope = { "scope": "all" } | { "scope": "issuer", 
/**
 * The issuer identifier.
 */
issuer: string, } | { "scope": "label", 
/**
 * The label.
 */
label: string, };
export type PolicyView = { 
/**
 * Which sessions it is for.
 */
scope: PolicyScope, 
/**
 * Ends a session so many ms after its last use; one minute to ten years.
 */
unusedMs: number | null, 
/**
 * Ends a session so many ms after its sign-in; one minute to ten years.
 */
totalMs: number | null, 
/**
 * Warns so many ms before; 0: not at all.
 */
warnMs: number, 
/**
 * What happens then.
 */
action: PolicyAction, };
export type PreviewLine = { 
/**
 * The text.
 */
text: string, 
/**
 * Where values are masked.
 */
masked: Array<Span>, };
export type ProviderKind = "oidc" | "scalekit";
export type ProviderLimitsView = { 
/**
 * The life of the refresh token at its arrival in ms (`refresh_expires_in`).
 */
refreshMs: number | null, 
/**
 * A session ends so many ms after it began.
 */
totalMs: number | null, 
/**
 * A session ends after so many ms without use.
 */
unusedMs: number | null, };
export type Reach = "token" | "client_session" | "grant" | "all_sessions_of_user";
export type ReachGroup = { 
/**
 * The issuer.
 */
issuer: string, 
/**
 * Its host.
 */
host: string, 
/**
 * Names of the sessions that end.
 */
names: Array<string>, 
/**
 * Their ids.
 */
ids: Array<string>, 
/**
 * How far it reaches.
 */
reach: Reach, 
/**
 * Sessions here at the same issuer that stay.
 */
staying: number, 
/**
 * Until when services that check offline may accept an access token, ms since 1970.
 */
offlineUntil: number | null, 
/**
 * Whether the result can be proved.
 */
provable: boolean, 
/**
 * Whether the provider has no way to revoke.
 */
unsupported: boolean, };
export type Remedy = "none" | "revoke" | "sign_in" | "fewer_scopes";
export type RevokePreview = { 
/**
 * By issuer.
 */
groups: Array<ReachGroup>, 
/**
 * Sessions that would be revoked.
 */
count: number, 
/**
 * Sessions of the scope that can't be (already revoked, imported without a way).
 */
skipped: number, 
/**
 * How long it is held, ms.
 */
holdMs: number, };
export type RevokeScope = { "scope": "sessions", 
/**
 * Their ids, at most 10,000.
 */
ids: Array<string>, } | { "scope": "account", 
/**
 * A session of it.
 */
id: string, } | { "scope": "issuer", 
/**
 * The issuer.
 */
issuer: string, } | { "scope": "everything" };
export type RevokeStatus = { "step": "held", 
/**
 * When it is sent, ms since 1970.
 */
sendsAt: number, 
/**
 * How long it is held in all, ms.
 */
holdMs: number, } | { "step": "waiting_for_network" } | { "step": "sent" } | { "step": "confirmed_dead", 
/**
 * When, ms since 1970.
 */
at: number, 
/**
 * Until when services that never ask the provider may accept the access token.
 */
offlineUntil: number | null, } | { "step": "accepted", 
/**
 * When, ms since 1970.
 */
at: number, 
/**
 * Until when services that check offline may accept the access token.
 */
offlineUntil: number | null, } | { "step": "valid_until", 
/**
 * When that was learnt, ms since 1970.
 */
at: number, 
/**
 * When it ends by itself.
 */
until: number | null, };
export type Row = { 
/**
 * Its id.
 */
id: string, 
/**
 * State.
 */
state: State, 
/**
 * Its name.
 */
name: string, 
/**
 * The user's labels.
 */
labels: Array<string>, 
/**
 * The account, as text for people.
 */
account: string | null, 
/**
 * The issuer identifier; empty when unknown.
 */
issuer: string, 
/**
 * The host of the issuer, for people.
 */
host: string, 
/**
 * Scopes.
 */
scopes: Array<string>, 
/**
 * Its effective end.
 */
end: EndView, 
/**
 * When the next attempt follows a failure, ms since 1970.
 */
retryAt: number | null, 
/**
 * Where its revocation stands.
 */
revoke: RevokeStatus | null, 
/**
 * Its primary action.
 */
action: ActionKind, 
/**
 * Whether it may be refreshed by hand.
 */
canRefresh: boolean, 
/**
 * Whether there is a live access token to copy.
 */
canCopy: boolean, 
/**
 * Whether it may be revoked.
 */
canRevoke: boolean, 
/**
 * Whether a fresh sign-in is possible (issuer and client are known).
 */
canSignIn: boolean, };
export type RowItem = { "type": "group", 
/**
 * The issuer; empty when unknown.
 */
issuer: string, 
/**
 * Its host.
 */
host: string, 
/**
 * The provider's name.
 */
provider: string, 
/**
 * Sessions in it.
 */
count: number, 
/**
 * Of these, how many need the user.
 */
attention: number, 
/**
 * Whether its sessions are hidden.
 */
collapsed: boolean, } | { "type": "session", 
/**
 * The session.
 */
row: Row, };
export type SecretStatus = { 
/**
 * Whether there is one.
 */
held: boolean, 
/**
 * Its length in characters.
 */
length: number, };
export type SessionPage = { 
/**
 * Lines from `offset` on.
 */
items: Array<RowItem>, 
/**
 * All lines that the query yields, group heads included.
 */
lines: number, 
/**
 * Sessions that match.
 */
matched: number, 
/**
 * Sessions in the vault.
 */
total: number, 
/**
 * Ids of all sessions that match, in order, at most 10,000; for "select all". Empty unless
 * asked for.
 */
ids: Array<string>, 
/**
 * Counts for the sidebar.
 */
facets: Facets, 
/**
 * The next four to end within 90 days.
 */
nextEnds: Array<NextEnd>, 
/**
 * The next planned refresh of any session, ms since 1970.
 */
nextRefreshAt: number | null, 
/**
 * Whether the network is there, as far as is known.
 */
online: boolean, 
/**
 * Parts of the search text that are no filter: `(text, why)`.
 */
badFilters: Array<string>, 
/**
 * Now by the engine's clock, ms since 1970.
 */
now: number, };
export type SessionQuery = { 
/**
 * Search text with filters: `is: issuer: client: sub: scope: label: expires:<1h`, `-` negates.
 */
text: string, 
/**
 * What to sort by.
 */
sort: SortKey, 
/**
 * Whether the other way round.
 */
descending: boolean, 
/**
 * Whether grouped by issuer.
 */
grouped: boolean, 
/**
 * Issuers whose groups are collapsed.
 */
collapsed: Array<string>, 
/**
 * First line wanted.
 */
offset: number, 
/**
 * How many lines, at most 500.
 */
limit: number, 
/**
 * Whether the ids of all that match are wanted too.
 */
ids: boolean, };
export type SettingsView = { 
/**
 * Light, dark, system.
 */
theme: Theme, 
/**
 * Background refresh.
 */
autoRefresh: boolean, 
/**
 * How long a revocation is held, seconds, 0 to 10.
 */
revokeHoldSeconds: number, 
/**
 * What becomes of a session when a theft of it is possible.
 */
onTheft: OnTheft, 
/**
 * After how many seconds a copied token is cleared, 10 to 120.
 */
clipboardSeconds: number, 
/**
 * Lock after so many idle minutes; 0: never.
 */
lockAfterMinutes: number, 
/**
 * Whether closing the window keeps Keyfob in the tray.
 */
closeToTray: boolean, 
/**
 * What closing the window does without a tray.
 */
withoutTray: OnClose, 
/**
 * Notifications; off until chosen.
 */
notifications: boolean, 
/**
 * Whether single letters are shortcuts.
 */
letterShortcuts: boolean, };
export type Severity = "serious" | "warning" | "notice";
export type SignInRequest = { 
/**
 * The issuer URL.
 */
issuer: string, 
/**
 * The client.
 */
clientId: string, 
/**
 * Scopes.
 */
scopes: Array<string>, 
/**
 * A fixed redirect port, else a free one.
 */
redirectPort: number | null, 
/**
 * Whether private and loopback addresses are allowed for this issuer.
 */
allowPrivate: boolean, 
/**
 * Whether the client secret that `paste_client_secret` took is used.
 */
useSecret: boolean, 
/**
 * Whether by the device flow.
 */
device: boolean, 
/**
 * Sign in again to this session.
 */
session: string | null, 
/**
 * The name for a new session; else made from issuer and account.
 */
name: string | null, };
export type SortKey = "state" | "name" | "account" | "end";
export type SourceView = { 
/**
 * The document, such as `RFC 9700`.
 */
document: string, 
/**
 * The section or requirement, such as `4.14.2`.
 */
section: string, };
export type Span = { 
/**
 * First unit.
 */
start: number, 
/**
 * One past the last.
 */
end: number, };
export type State = "theft" | "revoking" | "revoked" | "relogin" | "watched" | "refreshing" | "expired" | "failed" | "offline" | "expiring" | "active";
export type Theme = "system" | "light" | "dark";
export type TimelineGroup = { 
/**
 * The issuer; empty when unknown.
 */
issuer: string, 
/**
 * Its host.
 */
host: string, 
/**
 * Sessions in it.
 */
count: number, 
/**
 * Of these, how many need the user.
 */
attention: number, 
/**
 * Whether its lanes are hidden.
 */
collapsed: boolean, 
/**
 * Whether it answered last time.
 */
reachable: boolean, 
/**
 * Planned refreshes within the range, soonest first, ms since 1970; of a collapsed group
 * only, and at most 64.
 */
refreshes: Array<number>, };
export type TimelineItem = { "type": "group", 
/**
 * The group.
 */
group: TimelineGroup, } | { "type": "lane", 
/**
 * The lane.
 */
lane: TimelineLane, };
export type TimelineLane = { 
/**
 * The session; `end` holds its hard end and its next refresh.
 */
row: Row, 
/**
 * When its access token ends, ms since 1970; `null` when nobody knows or there is none.
 */
accessAt: number | null, };
export type TimelinePage = { 
/**
 * Lines from `offset` on.
 */
items: Array<TimelineItem>, 
/**
 * All lines, group heads included.
 */
lines: number, 
/**
 * Sessions that match.
 */
matched: number, 
/**
 * Sessions that have a lane.
 */
total: number, 
/**
 * The length of the range in ms.
 */
rangeMs: number, 
/**
 * Of those that match: sessions that end within the hour.
 */
withinHour: number, 
/**
 * Of these, how many need the user.
 */
needYou: number, 
/**
 * Refreshes planned within the range.
 */
refreshes: number, 
/**
 * Whether the network is there, as far as is known.
 */
online: boolean, 
/**
 * Now by the engine's clock, ms since 1970.
 */
now: number, };
export type TimelineQuery = { 
/**
 * Search text, as for the list.
 */
text: string, 
/**
 * How far ahead.
 */
range: TimelineRange, 
/**
 * What to sort by.
 */
sort: TimelineSort, 
/**
 * Whether the other way round.
 */
descending: boolean, 
/**
 * Whether grouped by issuer.
 */
grouped: boolean, 
/**
 * Issuers whose groups are collapsed.
 */
collapsed: Array<string>, 
/**
 * First line wanted.
 */
offset: number, 
/**
 * How many lines, at most 500.
 */
limit: number, };
export type TimelineRange = "hour" | "day" | "week" | "quarter";
export type TimelineSort = "state" | "name" | "issuer" | "access" | "refresh" | "end";
export type TokenView = { 
/**
 * `access`, `refresh` or `id`.
 */
kind: 'access' | 'refresh' | 'id', 
/**
 * `JWT`, `JWT, unsigned`, `JWE`, `opaque`.
 */
format: string, 
/**
 * `RS256` …, for a JWT.
 */
alg: string | null, 
/**
 * Keyed fingerprint, short form.
 */
fingerprint: string, 
/**
 * Bytes.
 */
length: number, 
/**
 * Its life.
 */
life: Life, 
/**
 * Verified?
 */
verification: 'verified' | 'keys_unknown' | 'unsigned' | 'failed' | 'not_applicable', 
/**
 * Whether refresh tokens of this session are single use, as far as known.
 */
singleUse: boolean | null, 
/**
 * Whether it has claims to show.
 */
hasClaims: boolean, };
export type VaultView = { 
/**
 * Which screen.
 */
gate: Gate, 
/**
 * The folder of the vault, for "Show file".
 */
folder: string, 
/**
 * Why, where the gate alone doesn't say it.
 */
error: ErrorView | null, 
/**
 * Since when the gate has been shown, ms since 1970.
 */
since: number, 
/**
 * The vault was put back from an older copy: refresh is off until the user decides.
 */
olderCopy: boolean, 
/**
 * The file is damaged and opened read-only.
 */
damage: DamageView | null, 
/**
 * New tokens that could not be written yet: Keyfob holds them and does not end.
 */
unsaved: UnsavedView | null, 
/**
 * Whether Lock protects (a passphrase vault) or only hides (keyring only).
 */
lockProtects: boolean, };
export type FindingCode = "not_signed" | "signature_failed" | "weak_signature" | "no_end" | "long_lived" | "not_rotated" | "endless" | "past_policy" | "unused" | "no_audience" | "wide_audience" | "claim_twice" | "clock_off" | "wide_scopes" | "personal_data" | "not_bound" | "not_revocable";
