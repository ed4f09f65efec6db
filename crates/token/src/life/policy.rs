//! Session policies: the user's own limits on how long a session lives.
//!
//! Owns what the policies say of a session at a moment: nothing, when they end it, that this is
//! near, that it is over. Ends nothing itself. A clock that may be wrong never ends a session:
//! within one boot only the boot-time clock counts; across a reboot there is the wall clock, and
//! it counts only while something of this boot vouches for it.

use serde::{Deserialize, Serialize};

use crate::life::clock;
use crate::session::{Phase, Session, TokenFacts, TokenKind, Verification};
use crate::time::{BootTime, Now, Stamp, UnixMillis};

/// The shortest limit, one minute, in milliseconds.
pub const SHORTEST_MS: i64 = 60_000;
/// The longest limit and the longest warning, ten years, in milliseconds.
pub const LONGEST_MS: i64 = 3_650 * 24 * 3_600_000;
/// How far the issuer's clock and ours may be apart for one to vouch for the other.
const SKEW_MS: i64 = 60_000;
/// 2026-01-01: there was no Keyfob before, so an earlier reading is of a wrong clock.
const FIRST_CREDIBLE: UnixMillis = UnixMillis(1_767_225_600_000);

/// A limit that the user sets. Where several apply to a session, the earliest end counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Which sessions it is for.
    pub scope: PolicyScope,
    /// Ends a session so many milliseconds after a token of it was last used, or after the
    /// sign-in when none ever was.
    pub unused_ms: Option<i64>,
    /// Ends a session so many milliseconds after its sign-in.
    pub total_ms: Option<i64>,
    /// Warns so many milliseconds before; 0: not at all.
    pub warn_ms: i64,
    /// What happens then.
    pub action: PolicyAction,
}

/// Which sessions a policy is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "scope", rename_all = "snake_case")]
pub enum PolicyScope {
    /// All.
    All,
    /// Those of an issuer.
    Issuer {
        /// The issuer identifier, exactly.
        issuer: String,
    },
    /// Those with a label.
    Label {
        /// The label.
        label: String,
    },
}

/// What a policy does with a session that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyAction {
    /// Revokes it at the provider.
    Revoke,
    /// Wipes it here; nothing is revoked.
    Forget,
}

/// Which limit ends a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyLimit {
    /// So long without use.
    Unused,
    /// So long in all.
    Total,
}

/// The end that a policy sets for a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyEnd {
    /// When, by the wall clock as it reads now.
    pub at: UnixMillis,
    /// Milliseconds until then; zero or less: it is over.
    pub left_ms: i64,
    /// The whole limit in milliseconds.
    pub limit_ms: i64,
    /// Which limit.
    pub limit: PolicyLimit,
    /// What happens then.
    pub action: PolicyAction,
    /// Milliseconds before the end from which on the user is warned.
    pub warn_ms: i64,
    /// Whether the clock that counts here can be trusted. If not, nothing may end by it.
    pub is_sure: bool,
}

/// Where a session stands under the policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No policy sets an end.
    Free,
    /// There is an end, and time until the warning.
    Lives(PolicyEnd),
    /// The end is near enough to warn.
    Near(PolicyEnd),
    /// It is over.
    Over(PolicyEnd),
    /// It would be over by a clock that nothing vouches for, so it is not ended.
    Unsure(PolicyEnd),
}

impl Policy {
    /// The same with every number inside its bounds; `None` when it sets no limit.
    pub fn bounded(mut self) -> Option<Self> {
        let inside = |ms: i64| ms.clamp(SHORTEST_MS, LONGEST_MS);
        self.unused_ms = self.unused_ms.map(inside);
        self.total_ms = self.total_ms.map(inside);
        let shortest = self.unused_ms.into_iter().chain(self.total_ms).min()?;
        self.warn_ms = self.warn_ms.clamp(0, shortest);
        Some(self)
    }

    /// Whether it is for this session. Policies are for what Keyfob keeps alive: an import may be
    /// another program's, and what is being revoked or is over needs no policy.
    pub fn applies_to(&self, session: &Session) -> bool {
        session.phase == Phase::Live
            && match &self.scope {
                PolicyScope::All => true,
                PolicyScope::Issuer { issuer } => *issuer == session.issuer,
                PolicyScope::Label { label } => session.labels.contains(label),
            }
    }

    fn ends(&self, session: &Session, now: &Now, wall_is_sure: bool) -> [Option<PolicyEnd>; 2] {
        let end = |limit, limit_ms: Option<i64>, since: &Stamp| {
            let limit_ms = limit_ms?;
            let (gone, is_sure) = age(now, since, wall_is_sure)?;
            let left_ms = limit_ms.saturating_sub(gone);
            Some(PolicyEnd {
                at: now.wall + left_ms,
                left_ms,
                limit_ms,
                limit,
                action: self.action,
                warn_ms: self.warn_ms,
                is_sure,
            })
        };
        [
            end(PolicyLimit::Unused, self.unused_ms, &last_used(session)),
            end(PolicyLimit::Total, self.total_ms, &begun(session)),
        ]
    }
}

/// The earliest end that the policies set for a session. One that is over for sure comes before
/// one that a doubtful clock calls over.
pub fn policy_end(
    policies: &[Policy],
    session: &Session,
    now: &Now,
    wall_is_sure: bool,
) -> Option<PolicyEnd> {
    policies
        .iter()
        .filter(|policy| policy.applies_to(session))
        .flat_map(|policy| policy.ends(session, now, wall_is_sure))
        .flatten()
        .min_by_key(|end| (!(end.is_sure && end.left_ms <= 0), end.left_ms))
}

/// Where a session stands under the policies.
pub fn standing(policies: &[Policy], session: &Session, now: &Now, wall_is_sure: bool) -> Standing {
    match policy_end(policies, session, now, wall_is_sure) {
        None => Standing::Free,
        Some(end) if end.left_ms <= 0 && end.is_sure => Standing::Over(end),
        Some(end) if end.left_ms <= 0 => Standing::Unsure(end),
        Some(end) if end.left_ms <= end.warn_ms => Standing::Near(end),
        Some(end) => Standing::Lives(end),
    }
}

/// Whether a token vouches for the wall clock as it reads now: an ID token that arrived in this
/// boot and verified, issued at the very time that our clock showed, which nobody has set since.
pub fn vouches_for_the_clock(facts: &TokenFacts, now: &Now) -> bool {
    let (Some(life_ms), Some(end)) = (facts.life_ms, facts.expires_at) else {
        return false;
    };
    let received = &facts.received;
    let is_close = |ms: i64| ms.saturating_abs() <= SKEW_MS;
    let issued_at = end + life_ms.saturating_neg();
    let by_wall = now.wall - received.wall;
    let by_boot = now.boot.millis.saturating_sub(received.boot.millis);
    facts.kind == TokenKind::Id
        && facts.verification == Verification::Verified
        && received.boot.boot == now.boot.boot
        && is_close(received.wall - issued_at)
        && is_close(by_wall.saturating_sub(by_boot))
}

/// When the session began: the last sign-in, or the take-over.
fn begun(session: &Session) -> Stamp {
    let wall = session.signed_in_at.unwrap_or(session.created_at);
    session
        .marks
        .begun
        .clone()
        .unwrap_or_else(|| by_wall_only(wall))
}

/// When a token of it was last used; never used: when it began.
fn last_used(session: &Session) -> Stamp {
    let used = match (&session.marks.used, session.last_used_at) {
        (Some(stamp), Some(wall)) if stamp.wall == wall => Some(stamp.clone()),
        (_, Some(wall)) => Some(by_wall_only(wall)),
        (stamp, None) => stamp.clone(),
    };
    let begun = begun(session);
    // A sign-in is a use.
    match used {
        Some(used) if used.wall > begun.wall => used,
        _ => begun,
    }
}

/// A reading of the wall clock alone, of a boot that is not this one.
fn by_wall_only(wall: UnixMillis) -> Stamp {
    Stamp {
        wall,
        boot: BootTime {
            boot: String::new(),
            millis: 0,
        },
    }
}

/// Milliseconds since `since`, and whether the clock they were counted on can be trusted. `None`:
/// that clock has evidently been wrong.
fn age(now: &Now, since: &Stamp, wall_is_sure: bool) -> Option<(i64, bool)> {
    if since.boot.boot == now.boot.boot {
        return Some((clock::elapsed(now, since)?, true));
    }
    if since.wall < FIRST_CREDIBLE || now.wall < FIRST_CREDIBLE {
        return None;
    }
    Some((clock::elapsed(now, since)?, wall_is_sure))
}
