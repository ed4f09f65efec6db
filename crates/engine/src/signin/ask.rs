//! What the provider is asked of tokens that have just come: who it is, and whether it tells their
//! life.

use std::time::Duration;

use keyfob_oauth::{Patience, introspect::introspect, token::TokenAnswer, userinfo};
use keyfob_token::{Account, TokenKind};

use crate::{arrival::Registration, engine::Core};

/// A sign-in waits no longer to learn whether introspection can be relied on later.
const INTROSPECTION: Patience = Patience(Duration::from_secs(3));

impl Core {
    /// The details of the user; empty where the provider tells none.
    pub(super) async fn ask_userinfo(
        &self,
        registration: &Registration,
        answer: &TokenAnswer,
        account: &Account,
    ) -> Account {
        let Ok(access) = &answer.access else {
            return Account::default();
        };
        let http = self.http(registration.record.allow_private);
        let subject = account.subject.as_deref();
        match userinfo::fetch(&http, &registration.metadata, access, subject).await {
            Ok(account) => account,
            Err(error) => {
                tracing::info!(%error, "no details of the user");
                Account::default()
            }
        }
    }

    /// Whether introspection calls the new refresh token active (RFC 7662 §2.2). Only a provider
    /// that does so of a living one can be believed when it calls one dead, after a lost answer.
    pub(super) async fn is_told_alive(
        &self,
        registration: &Registration,
        answer: &TokenAnswer,
    ) -> bool {
        let Some(refresh) = &answer.refresh else {
            return false;
        };
        if registration.metadata.introspection_endpoint.is_none() {
            return false;
        }
        let http = self
            .http(registration.record.allow_private)
            .within(INTROSPECTION);
        let told = introspect(
            &http,
            &registration.metadata,
            &registration.client,
            refresh,
            TokenKind::Refresh,
        );
        told.await.is_ok_and(|told| told.active)
    }
}
