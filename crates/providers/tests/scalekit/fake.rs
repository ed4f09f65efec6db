//! The environment on loopback with an adapter for it.

use std::sync::MutexGuard;

use keyfob_oauth::{AddressPolicy, ClientConfig, Http, HttpOptions, Metadata};
use keyfob_providers::{AdminCredentials, ProviderContext, scalekit::Scalekit};
use keyfob_scalekit_fake::{ADMIN, Environment, World};
use keyfob_secret::ClientSecret;

pub(crate) use keyfob_scalekit_fake::USER;

/// A running environment and an adapter for it.
pub(crate) struct Fake {
    environment: Environment,
    pub(crate) adapter: Scalekit,
    http: Http,
    metadata: Metadata,
    client: ClientConfig,
    admin: AdminCredentials,
}

impl Fake {
    /// An environment with three active sessions and one that has ended.
    pub(crate) async fn start() -> Self {
        let environment = Environment::start().await.unwrap();
        let issuer = &environment.issuer;
        let mut metadata = Metadata::example(issuer);
        metadata.token_endpoint = format!("{issuer}/oauth/token").parse().unwrap();
        let http = Http::new(HttpOptions::new("test")).unwrap();
        Self {
            environment,
            adapter: Scalekit::new(),
            http: http.under(AddressPolicy::AllowPrivate),
            metadata,
            client: ClientConfig::public("skc_app"),
            admin: admin("right-secret"),
        }
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.environment.world()
    }

    pub(crate) fn status_of(&self, session: &str) -> String {
        self.environment.status_of(session)
    }

    /// With the environment's credentials.
    pub(crate) fn context(&self) -> ProviderContext<'_> {
        self.context_as(Some(&self.admin))
    }

    pub(crate) fn context_as<'a>(
        &'a self,
        admin: Option<&'a AdminCredentials>,
    ) -> ProviderContext<'a> {
        ProviderContext {
            http: &self.http,
            metadata: &self.metadata,
            client: &self.client,
            admin,
        }
    }
}

pub(crate) fn admin(secret: &str) -> AdminCredentials {
    AdminCredentials {
        client_id: ADMIN.into(),
        secret: ClientSecret::new(secret.into()),
    }
}
