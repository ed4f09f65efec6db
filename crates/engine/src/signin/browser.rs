//! Authorization code with PKCE in the system browser, back by the loopback redirect (RFC 8252).

use std::sync::Arc;

use keyfob_oauth::{
    authorize::make_request,
    loopback::{Expected, Listener},
    token::exchange_code,
};
use keyfob_token::{Origin, Session};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::BROWSER_MS;
use crate::{
    engine::Core,
    error::EngineError,
    view::{ErrorCode, FlowStage, SignInRequest},
};

impl Core {
    pub(super) async fn sign_in_by_browser(
        self: &Arc<Self>,
        id: Uuid,
        request: &SignInRequest,
        cancel: &CancellationToken,
    ) -> Result<Session, EngineError> {
        let registration = cancellable(cancel, self.prepare(request)).await?;
        let listener = Listener::bind(request.redirect_port).await?;
        let hint = self.login_hint(request);
        let asked = make_request(
            &registration.metadata,
            &registration.client,
            &listener.redirect_uri(),
            &request.scopes,
            hint.as_deref(),
        )
        .map_err(|_| ErrorCode::IssuerIncomplete)?;
        self.show_browser_page(id, asked.url.as_str())?;
        let metadata = &registration.metadata;
        let expected = Expected {
            state: &asked.state,
            issuer: metadata
                .authorization_response_iss_parameter_supported
                .then_some(metadata.issuer.as_str()),
        };
        let patience = self.clock.sleep(BROWSER_MS);
        let code = listener.wait(&expected, patience, cancel).await?;
        // The port is for this one answer.
        drop(listener);
        self.flow(id, |view| view.stage = FlowStage::Finishing);
        let http = self.http(registration.record.allow_private);
        let answer = exchange_code(
            &http,
            &registration.metadata,
            &registration.client,
            &code,
            &asked.verifier,
            &asked.redirect_uri,
        )
        .await?;
        // EXPOSE: the nonce is compared with the one in the ID token.
        let nonce = Some(asked.nonce.expose());
        self.finish(request, registration, answer, nonce, Origin::Browser)
            .await
    }

    /// Signing in again to a session starts with its account already chosen.
    fn login_hint(&self, request: &SignInRequest) -> Option<String> {
        let id = crate::engine::parse_id(request.session.as_deref()?).ok()?;
        let account = self.session(id).ok()?.account;
        account.email.or(account.username)
    }
}

/// Stops waiting when the user gives up.
pub(super) async fn cancellable<T>(
    cancel: &CancellationToken,
    work: impl Future<Output = Result<T, EngineError>>,
) -> Result<T, EngineError> {
    tokio::select! {
        outcome = work => outcome,
        () = cancel.cancelled() => Err(ErrorCode::SignInCancelled.into()),
    }
}
