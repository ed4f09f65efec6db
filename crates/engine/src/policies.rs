//! Session policies: kept sealed, previewed, and shown as the end of a session.
//!
//! What they mean is decided in `keyfob_token::life::policy`.

mod apply;

use keyfob_audit::EventKind;
use keyfob_secret::escape_untrusted;
use keyfob_token::{
    Now, Session,
    life::policy::{self, Policy, PolicyEnd, Standing, standing, vouches_for_the_clock},
};

pub(crate) use apply::Applying;

use crate::{
    engine::{Core, Engine, blocking},
    error::{EngineError, host_of},
    host::Changed,
    roster::Roster,
    view::{
        ErrorCode, PolicyAction, PolicyEndView, PolicyEnding, PolicyLimit, PolicyPreview,
        PolicyScope, PolicyView,
    },
};

/// The setting that holds them.
pub(crate) const POLICIES: &str = "policies";
/// More policies than anyone reads.
const MOST: usize = 50;
/// Longest issuer or label of one, bytes.
const LONGEST: usize = 2048;
/// Sessions listed in a preview.
const MOST_ENDING: usize = 200;

impl Engine {
    /// The policies, in the user's order.
    ///
    /// # Errors
    /// The vault is not open.
    pub fn policies(&self) -> Result<Vec<PolicyView>, EngineError> {
        self.core.require_open()?;
        Ok(self
            .core
            .roster(|roster| roster.policies().iter().map(view_of).collect()))
    }

    /// Keeps new policies, each number inside its bounds; those without a limit are dropped. What
    /// they end, they end within half a minute.
    ///
    /// # Errors
    /// There are too many, the vault is not open, or it can't be written.
    pub async fn set_policies(
        &self,
        policies: Vec<PolicyView>,
    ) -> Result<Vec<PolicyView>, EngineError> {
        let core = &self.core;
        let vault = core.vault()?;
        let policies = read(policies)?;
        let event = core.event(EventKind::PoliciesChanged);
        let kept = policies.clone();
        blocking(move || {
            vault.write(|tx| {
                tx.put_setting(POLICIES, &kept)?;
                tx.record(event).map(drop)
            })?;
            Ok(())
        })
        .await?;
        core.roster_mut(|roster| roster.set_policies(policies.clone()));
        core.host.changed(Changed::Sessions);
        core.host.changed(Changed::Audit);
        core.wake.notify_one();
        Ok(policies.iter().map(view_of).collect())
    }

    /// What policies would do if they were kept now; nothing is.
    ///
    /// # Errors
    /// There are too many, or the vault is not open.
    pub fn preview_policies(
        &self,
        policies: Vec<PolicyView>,
    ) -> Result<PolicyPreview, EngineError> {
        let core = &self.core;
        core.require_open()?;
        let policies = read(policies)?;
        let now = core.now();
        Ok(core.roster(|roster| preview(roster, &policies, &now)))
    }
}

impl Core {
    /// The end that the policies set for a session.
    pub(crate) fn policy_end(&self, session: &Session, now: &Now) -> Option<PolicyEnd> {
        self.roster(|roster| roster.policy_end(session, now))
    }
}

/// Whether anything that came in this boot vouches for the wall clock.
pub(crate) fn wall_is_sure(roster: &Roster, now: &Now) -> bool {
    roster.sessions().any(|session| {
        session
            .id_token
            .as_ref()
            .is_some_and(|facts| vouches_for_the_clock(facts, now))
    })
}

/// An end as the page sees it.
pub(crate) fn end_view(end: &PolicyEnd) -> PolicyEndView {
    PolicyEndView {
        at: end.at.0,
        limit_ms: end.limit_ms,
        limit: limit_view(end.limit),
        action: action_view(end.action),
        unsure: end.left_ms <= 0 && !end.is_sure,
    }
}

fn preview(roster: &Roster, policies: &[Policy], now: &Now) -> PolicyPreview {
    let sure = wall_is_sure(roster, now);
    let mut ending = Vec::new();
    let (mut later, mut unsure) = (0, 0);
    for session in roster.sessions() {
        match standing(policies, session, now, sure) {
            Standing::Free => {}
            Standing::Lives(_) | Standing::Near(_) => later += 1,
            Standing::Unsure(_) => unsure += 1,
            Standing::Over(end) => ending.push(PolicyEnding {
                id: session.id.0.to_string(),
                name: escape_untrusted(&session.name, 200),
                host: host_of(&session.issuer),
                limit: limit_view(end.limit),
                action: action_view(end.action),
            }),
        }
    }
    ending.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let ends = u32::try_from(ending.len()).unwrap_or(u32::MAX);
    ending.truncate(MOST_ENDING);
    PolicyPreview {
        ending,
        ends,
        later,
        unsure,
    }
}

/// Policies from outside: bounded, and those that limit nothing left out.
fn read(policies: Vec<PolicyView>) -> Result<Vec<Policy>, EngineError> {
    let too_long = |policy: &PolicyView| match &policy.scope {
        PolicyScope::All => false,
        PolicyScope::Issuer { issuer } => issuer.len() > LONGEST,
        PolicyScope::Label { label } => label.len() > LONGEST,
    };
    if policies.len() > MOST || policies.iter().any(too_long) {
        return Err(ErrorCode::PolicyInvalid.into());
    }
    Ok(policies
        .into_iter()
        .map(policy_of)
        .filter_map(Policy::bounded)
        .collect())
}

fn policy_of(view: PolicyView) -> Policy {
    Policy {
        scope: match view.scope {
            PolicyScope::All => policy::PolicyScope::All,
            PolicyScope::Issuer { issuer } => policy::PolicyScope::Issuer { issuer },
            PolicyScope::Label { label } => policy::PolicyScope::Label { label },
        },
        unused_ms: view.unused_ms,
        total_ms: view.total_ms,
        warn_ms: view.warn_ms,
        action: match view.action {
            PolicyAction::Revoke => policy::PolicyAction::Revoke,
            PolicyAction::Forget => policy::PolicyAction::Forget,
        },
    }
}

fn view_of(policy: &Policy) -> PolicyView {
    PolicyView {
        scope: match &policy.scope {
            policy::PolicyScope::All => PolicyScope::All,
            policy::PolicyScope::Issuer { issuer } => PolicyScope::Issuer {
                issuer: issuer.clone(),
            },
            policy::PolicyScope::Label { label } => PolicyScope::Label {
                label: label.clone(),
            },
        },
        unused_ms: policy.unused_ms,
        total_ms: policy.total_ms,
        warn_ms: policy.warn_ms,
        action: action_view(policy.action),
    }
}

fn action_view(action: policy::PolicyAction) -> PolicyAction {
    match action {
        policy::PolicyAction::Revoke => PolicyAction::Revoke,
        policy::PolicyAction::Forget => PolicyAction::Forget,
    }
}

fn limit_view(limit: policy::PolicyLimit) -> PolicyLimit {
    match limit {
        policy::PolicyLimit::Unused => PolicyLimit::Unused,
        policy::PolicyLimit::Total => PolicyLimit::Total,
    }
}
