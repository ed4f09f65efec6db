//! What can be learnt about a refusal: whether the provider still shows the grant alive, although it
//! has refused our newest refresh token.
//!
//! Asks only where the answer would change what is said, and never by a refresh token.

use std::{sync::Arc, time::Duration};

use keyfob_providers::by_id;
use keyfob_token::{
    Session, SessionId, TokenFormat,
    life::{self, may_hand_out},
};

use crate::{
    arrival::Registration,
    engine::{Core, blocking},
    revoke::{admin_of, facts_of},
};

/// How long the provider gets: the verdict waits for it, and with it the session's lock.
const LOOK: Duration = Duration::from_secs(5);

impl Core {
    /// Whether the grant of a session lives, whose refresh token was just refused; `None`: nobody
    /// can tell, or it would change nothing.
    pub(super) async fn grant_alive(
        self: &Arc<Self>,
        id: SessionId,
        registration: &Registration,
    ) -> Option<bool> {
        let session = self.session(id).ok()?;
        if !life::hangs_on_the_grant(&session, &self.now()) {
            return None;
        }
        let vault = self.vault_even_locked().ok()?;
        let record = registration.record.id;
        let kept =
            blocking(move || Ok((vault.secrets(id)?, vault.admin_credentials(record)?))).await;
        let (secrets, admin) = kept.ok()?;
        let access = secrets
            .and_then(|it| it.access)
            .filter(|_| self.has_to_be_looked_up(&session));
        let admin = admin.map(admin_of);
        let http = self.http(registration.record.allow_private);
        let context = registration.context(&http, admin.as_ref());
        let adapter = by_id(&session.provider);
        let asked = adapter.grant_alive(&context, access.as_ref(), facts_of(&session));
        tokio::time::timeout(LOOK, asked).await.ok().flatten()
    }

    /// Whether the access token lives by our clock, and is one that its issuer must look up.
    fn has_to_be_looked_up(&self, session: &Session) -> bool {
        session.access.as_ref().is_some_and(|access| {
            access.format == TokenFormat::Opaque && may_hand_out(access, &self.now())
        })
    }
}
