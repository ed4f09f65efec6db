//! What a revocation will end, shown before the click.

use std::collections::{BTreeMap, HashSet};

use keyfob_oauth::Metadata;
use keyfob_providers::{RevocationScope, by_id};
use keyfob_secret::escape_untrusted;
use keyfob_token::{Now, Session};
use keyfob_vault::IssuerRecord;
use uuid::Uuid;

use crate::{
    detail::offline_until,
    engine::{Core, Engine, blocking, locked},
    error::{EngineError, host_of},
    view::{Reach, ReachGroup, RevokePreview, RevokeScope},
};

/// Names listed of one issuer.
const MOST_NAMES: usize = 200;

impl Engine {
    /// What a revocation of this scope would end, issuer by issuer.
    ///
    /// # Errors
    /// The vault is not open, or a session is not there.
    pub async fn revoke_preview(&self, scope: &RevokeScope) -> Result<RevokePreview, EngineError> {
        let core = &self.core;
        core.require_open()?;
        let all = core.in_scope(scope)?.len();
        let sessions = core.revocable(scope).await?;
        let groups = core.reach_of(&sessions, &core.now()).await?;
        let seconds = locked(&core.settings).revoke_hold_seconds;
        Ok(RevokePreview {
            groups,
            count: small(sessions.len()),
            skipped: small(all - sessions.len()),
            hold_ms: i64::from(seconds) * 1000,
        })
    }
}

impl Core {
    /// Issuers and clients that can be talked to.
    pub(super) async fn known_clients(&self) -> Result<HashSet<(String, String)>, EngineError> {
        Ok(self
            .records()
            .await?
            .into_iter()
            .map(|it| (it.issuer, it.client_id))
            .collect())
    }

    async fn records(&self) -> Result<Vec<IssuerRecord>, EngineError> {
        let vault = self.vault_even_locked()?;
        blocking(move || Ok(vault.issuers()?)).await
    }

    /// Issuers with an administrator's client.
    async fn admins(&self, records: &[IssuerRecord]) -> Result<HashSet<Uuid>, EngineError> {
        let vault = self.vault_even_locked()?;
        let ids: Vec<Uuid> = records.iter().map(|record| record.id).collect();
        blocking(move || {
            let mut found = HashSet::new();
            for id in ids {
                if vault.admin_credentials(id)?.is_some() {
                    found.insert(id);
                }
            }
            Ok(found)
        })
        .await
    }

    /// What revoking these sessions ends, issuer by issuer.
    pub(crate) async fn reach_of(
        &self,
        sessions: &[Session],
        now: &Now,
    ) -> Result<Vec<ReachGroup>, EngineError> {
        let records = self.records().await?;
        let admins = self.admins(&records).await?;
        let mut by_issuer: BTreeMap<&str, Vec<&Session>> = BTreeMap::new();
        for session in sessions {
            by_issuer.entry(&session.issuer).or_default().push(session);
        }
        let groups = by_issuer.into_iter().map(|(issuer, members)| {
            let record = records.iter().find(|record| record.issuer == issuer);
            let has_admin = record.is_some_and(|record| admins.contains(&record.id));
            self.group(issuer, &members, record, has_admin, now)
        });
        Ok(groups.collect())
    }

    fn group(
        &self,
        issuer: &str,
        members: &[&Session],
        record: Option<&IssuerRecord>,
        has_admin: bool,
        now: &Now,
    ) -> ReachGroup {
        let adapter = record.map(|record| by_id(&record.provider));
        let metadata: Option<Metadata> =
            record.and_then(|record| serde_json::from_value(record.metadata.clone()).ok());
        let limits = adapter
            .zip(metadata.as_ref())
            .map(|(it, metadata)| it.limits(metadata));
        let reach = adapter.map_or(Reach::Token, |it| reach(it.revocation_scope()));
        let ids: HashSet<_> = members.iter().map(|session| session.id).collect();
        let staying = self.roster(|roster| {
            roster
                .sessions()
                .filter(|it| it.issuer == issuer && !ids.contains(&it.id))
                .filter(|it| !matches!(it.phase, keyfob_token::Phase::Revoked(_)))
                .count()
        });
        ReachGroup {
            issuer: issuer.to_owned(),
            host: host_of(issuer),
            names: members
                .iter()
                .take(MOST_NAMES)
                .map(|session| escape_untrusted(&session.name, 200))
                .collect(),
            ids: members
                .iter()
                .map(|session| session.id.0.to_string())
                .collect(),
            reach,
            staying: small(staying),
            offline_until: members
                .iter()
                .filter_map(|session| offline_until(session, now))
                .max()
                .map(|at| at.0),
            provable: limits.is_some_and(|limits| limits.can_introspect)
                || metadata.is_some_and(|it| it.userinfo_endpoint.is_some()),
            unsupported: !limits.is_some_and(|limits| limits.can_revoke)
                || (adapter.is_some_and(|it| it.needs_admin()) && !has_admin),
        }
    }
}

fn reach(scope: RevocationScope) -> Reach {
    match scope {
        RevocationScope::Token => Reach::Token,
        RevocationScope::ClientSession => Reach::ClientSession,
        RevocationScope::Grant => Reach::Grant,
        RevocationScope::AllSessionsOfUser => Reach::AllSessionsOfUser,
    }
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
