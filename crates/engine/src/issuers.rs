//! Issuers: looked at before they are used, remembered after, forgotten on request.

use keyfob_audit::EventKind;
use keyfob_oauth::{AddressPolicy, Metadata, discovery::discover};
use keyfob_providers::{by_id, for_issuer, forget_admins};
use keyfob_secret::escape_untrusted;
use keyfob_vault::{AdminCredentials, IssuerRecord, Vault};
use uuid::Uuid;

use crate::{
    arrival::Registration,
    engine::{Core, Engine, blocking, locked},
    error::{EngineError, host_of},
    signin::clean_client_id,
    view::{DiscoveryView, ErrorCode, IssuerView, ProviderKind, SignInRequest},
};

impl Engine {
    /// Issuers that were used before, the last used first.
    ///
    /// # Errors
    /// The vault is not open.
    pub async fn known_issuers(&self) -> Result<Vec<IssuerView>, EngineError> {
        let vault = self.core.vault()?;
        blocking(move || {
            let mut records = vault.issuers()?;
            records.sort_by_key(|record| std::cmp::Reverse(record.last_used_at));
            records
                .iter()
                .map(|record| issuer_view(&vault, record))
                .collect()
        })
        .await
    }

    /// Reads an issuer's configuration and says what it offers. Keeps nothing.
    ///
    /// # Errors
    /// It can't be reached, is none, or says that it is another.
    pub async fn discover_issuer(
        &self,
        issuer: &str,
        allow_private: bool,
    ) -> Result<DiscoveryView, EngineError> {
        self.core.require_open()?;
        let issuer = issuer.trim();
        let demo = self
            .core
            .options
            .demo
            .as_ref()
            .is_some_and(|demo| demo.issuer == issuer);
        let http = self.core.http(allow_private || demo);
        let metadata = discover(&http, issuer).await?;
        Ok(discovery_view(
            &metadata,
            private_address(&self.core, issuer).await,
        ))
    }

    /// Forgets an issuer, its client secret and its administrator's client. Its sessions stay and
    /// can't be refreshed any more.
    ///
    /// # Errors
    /// The vault is not open, or can't be written.
    pub async fn forget_issuer(&self, id: &str) -> Result<(), EngineError> {
        self.core
            .change_issuer(id, EventKind::IssuerRemoved, |tx, record| {
                tx.delete_issuer(record.id)?;
                Ok(())
            })
            .await
    }

    /// Keeps the client of an administrator for a provider's session API; its secret is the one
    /// that `paste_client_secret` took.
    ///
    /// # Errors
    /// No secret was pasted, the client id is unusable, or the vault can't be written.
    pub async fn keep_admin_client(
        &self,
        id: &str,
        client_id: &str,
    ) -> Result<IssuerView, EngineError> {
        let client_id = clean_client_id(client_id)?;
        let secret = locked(&self.core.pasted_secret)
            .take()
            .ok_or(ErrorCode::ClipboardEmpty)?;
        let credentials = AdminCredentials {
            client_id,
            client_secret: secret,
        };
        self.core
            .change_issuer(id, EventKind::IssuerChanged, move |tx, record| {
                Ok(tx.put_admin_credentials(record.id, Some(&credentials))?)
            })
            .await?;
        self.core.issuer_view(id).await
    }

    /// Wipes the client of an administrator.
    ///
    /// # Errors
    /// The vault can't be written.
    pub async fn drop_admin_client(&self, id: &str) -> Result<IssuerView, EngineError> {
        self.core
            .change_issuer(id, EventKind::IssuerChanged, |tx, record| {
                Ok(tx.put_admin_credentials(record.id, None)?)
            })
            .await?;
        // Whatever it fetched lives on in memory only until here.
        forget_admins();
        self.core.issuer_view(id).await
    }

    /// The user says what a provider is; its sessions are spoken to accordingly from now on.
    ///
    /// # Errors
    /// There is no such issuer, or the vault can't be written.
    pub async fn set_issuer_kind(
        &self,
        id: &str,
        kind: ProviderKind,
    ) -> Result<IssuerView, EngineError> {
        let core = &self.core;
        let adapter = by_id(match kind {
            ProviderKind::Oidc => "oidc",
            ProviderKind::Scalekit => "scalekit",
        });
        let mine = core.roster(|roster| roster.sessions().cloned().collect::<Vec<_>>());
        core.change_issuer(id, EventKind::IssuerChanged, move |tx, record| {
            let record = IssuerRecord {
                provider: adapter.id().to_owned(),
                ..record.clone()
            };
            tx.put_issuer(&record)?;
            let metadata: Metadata = serde_json::from_value(record.metadata.clone())
                .map_err(|_| EngineError::new(ErrorCode::VaultDamaged))?;
            for known in mine {
                if known.issuer != record.issuer || known.client_id != record.client_id {
                    continue;
                }
                let mut session = tx.session(known.id)?;
                session.provider.clone_from(&record.provider);
                session.limits = adapter.limits(&metadata);
                tx.put_session(&session)?;
            }
            Ok(())
        })
        .await?;
        let reader = core.vault()?;
        let shown = core.clone();
        blocking(move || {
            shown.in_order(|| {
                let sessions = reader.sessions()?;
                shown.roster_mut(|roster| roster.replace(sessions));
                Ok(())
            })
        })
        .await?;
        core.host.changed(crate::host::Changed::Sessions);
        core.issuer_view(id).await
    }
}

impl Core {
    async fn change_issuer<F>(
        &self,
        id: &str,
        kind: EventKind,
        change: F,
    ) -> Result<(), EngineError>
    where
        F: FnOnce(&mut keyfob_vault::Change<'_>, &IssuerRecord) -> Result<(), EngineError>
            + Send
            + 'static,
    {
        let vault = self.vault()?;
        let id = Uuid::parse_str(id).map_err(|_| ErrorCode::IssuerNotAUrl)?;
        let mut event = self.event(kind);
        blocking(move || {
            let found = vault.issuers()?.into_iter().find(|record| record.id == id);
            let record = found.ok_or(ErrorCode::IssuerNotAUrl)?;
            event.guarded.issuer = Some(record.issuer.clone());
            event.guarded.host = Some(host_of(&record.issuer));
            vault.write_with(|tx| {
                change(tx, &record)?;
                tx.record(event)?;
                Ok(())
            })
        })
        .await
    }

    async fn issuer_view(&self, id: &str) -> Result<IssuerView, EngineError> {
        let vault = self.vault()?;
        let id = Uuid::parse_str(id).map_err(|_| ErrorCode::IssuerNotAUrl)?;
        blocking(move || {
            let found = vault.issuers()?.into_iter().find(|record| record.id == id);
            issuer_view(&vault, &found.ok_or(ErrorCode::IssuerNotAUrl)?)
        })
        .await
    }

    /// The issuer and client of a request, found as a sign-in finds them.
    pub(crate) async fn registration_for(
        &self,
        request: SignInRequest,
    ) -> Result<Registration, EngineError> {
        self.prepare_checked(request).await
    }
}

/// Whether an issuer answers only when private addresses are allowed.
async fn private_address(core: &Core, issuer: &str) -> bool {
    let http = core.http(false);
    debug_assert_eq!(http.policy(), AddressPolicy::PublicOnly);
    matches!(
        discover(&http, issuer).await.map_err(EngineError::from),
        Err(error) if error.code() == ErrorCode::IssuerPrivateAddress
    )
}

fn discovery_view(metadata: &Metadata, private_address: bool) -> DiscoveryView {
    let provider = for_issuer(&metadata.issuer, metadata);
    let limits = provider.limits(metadata);
    DiscoveryView {
        issuer: metadata.issuer.clone(),
        host: host_of(&metadata.issuer),
        provider: provider.display_name().to_owned(),
        browser_flow: metadata.authorization_endpoint.is_some(),
        device_flow: metadata.device_authorization_endpoint.is_some(),
        can_revoke: limits.can_revoke,
        can_prove: limits.can_introspect || metadata.userinfo_endpoint.is_some(),
        private_address,
        scopes: metadata
            .scopes_supported
            .iter()
            .take(50)
            .map(|scope| escape_untrusted(scope, 200))
            .collect(),
    }
}

fn issuer_view(vault: &Vault, record: &IssuerRecord) -> Result<IssuerView, EngineError> {
    let provider = by_id(&record.provider);
    let metadata: Option<Metadata> = serde_json::from_value(record.metadata.clone()).ok();
    Ok(IssuerView {
        id: record.id.to_string(),
        issuer: record.issuer.clone(),
        host: host_of(&record.issuer),
        provider: provider.display_name().to_owned(),
        kind: match provider.id() {
            "scalekit" => ProviderKind::Scalekit,
            _ => ProviderKind::Oidc,
        },
        client_id: record.client_id.clone(),
        has_secret: vault.client_secret(record.id)?.is_some(),
        scopes: record.scopes.clone(),
        redirect_port: record.redirect_port,
        allow_private: record.allow_private,
        device_flow: metadata.is_some_and(|it| it.device_authorization_endpoint.is_some()),
        wants_admin: provider.needs_admin(),
        has_admin: vault.admin_credentials(record.id)?.is_some(),
        used_at: record.last_used_at.map(|at| at.0),
    })
}
