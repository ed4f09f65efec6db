//! Take over: an imported session becomes ours, and from then on is refreshed here.

use keyfob_audit::EventKind;
use keyfob_token::{Origin, Phase};

use crate::{
    engine::{Engine, about, parse_id},
    error::EngineError,
    view::{ErrorCode, Row, SignInRequest},
};

impl Engine {
    /// Takes a watched session over: from now on Keyfob refreshes it, and the program that it came
    /// from may be signed out (single-use refresh tokens, RFC 9700 §4.14).
    ///
    /// # Errors
    /// The session is not watched, the issuer can't be found, or the vault can't be written.
    pub async fn take_over_session(
        &self,
        id: &str,
        request: SignInRequest,
    ) -> Result<Row, EngineError> {
        let core = &self.core;
        let id = parse_id(id)?;
        let vault = core.vault()?;
        if !matches!(core.session(id)?.phase, Phase::Watched) {
            return Err(ErrorCode::SessionNotRefreshable.into());
        }
        let registration = core.registration_for(request).await?;
        let writer = core.clone();
        core.change_session(vault, id, move |tx, mut session| {
            if !matches!(session.phase, Phase::Watched) {
                return Err(ErrorCode::SessionNotRefreshable.into());
            }
            let provider = keyfob_providers::by_id(&registration.record.provider);
            session.issuer = registration.metadata.issuer.clone();
            session.client_id = registration.client.client_id.clone();
            session.client_auth = registration.client.auth;
            session.provider = registration.record.provider.clone();
            session.limits = provider.limits(&registration.metadata);
            session.phase = Phase::Live;
            session.origin = Origin::TakenOver;
            tx.put_issuer(&registration.record)?;
            if registration.client.secret.is_some() {
                let secret = registration.client.secret.as_ref();
                tx.put_client_secret(registration.record.id, secret)?;
            }
            tx.record(about(writer.event(EventKind::SessionTakenOver), &session))?;
            Ok(session)
        })
        .await?;
        core.row(id)
    }
}
