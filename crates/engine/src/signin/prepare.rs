//! Before a sign-in: the request is checked, the issuer is found, the client is put together.

use keyfob_oauth::{ClientConfig, discovery::discover};
use keyfob_token::ClientAuth;

use crate::{
    arrival::{Registration, new_record},
    engine::{Core, locked},
    error::EngineError,
    view::{ErrorCode, SignInRequest},
};

/// The pinned configuration of an issuer is read anew at a sign-in after this long, ms.
const FRESH_MS: i64 = 24 * 3_600_000;
const LONGEST_CLIENT_ID: usize = 512;
const MOST_SCOPES: usize = 50;
const LONGEST_SCOPE: usize = 200;

/// The request with its texts trimmed and every bound held.
pub(super) fn checked(mut request: SignInRequest) -> Result<SignInRequest, EngineError> {
    request.issuer = request.issuer.trim().to_owned();
    if request.issuer.is_empty() || request.issuer.len() > 2048 {
        return Err(ErrorCode::IssuerNotAUrl.into());
    }
    request.client_id = clean_client_id(&request.client_id)?;
    request.scopes = clean_scopes(&request.scopes);
    Ok(request)
}

/// A client identifier: visible ASCII (RFC 6749 appendix A.1), bounded.
pub(crate) fn clean_client_id(text: &str) -> Result<String, EngineError> {
    let text = text.trim();
    let visible = text.chars().all(|c| (' '..='~').contains(&c));
    if text.is_empty() || text.len() > LONGEST_CLIENT_ID || !visible {
        return Err(ErrorCode::SignInClientRefused.into());
    }
    Ok(text.to_owned())
}

/// Scopes as RFC 6749 §3.3 allows them; others are left out, doubles too.
fn clean_scopes(scopes: &[String]) -> Vec<String> {
    let mut clean: Vec<String> = Vec::new();
    for scope in scopes
        .iter()
        .flat_map(|text| text.split_whitespace())
        .take(MOST_SCOPES)
    {
        let allowed = scope
            .chars()
            .all(|c| ('!'..='~').contains(&c) && c != '"' && c != '\\');
        if allowed && scope.len() <= LONGEST_SCOPE && !clean.iter().any(|known| known == scope) {
            clean.push(scope.to_owned());
        }
    }
    clean
}

impl Core {
    /// Finds the issuer, in the vault or by discovery, and the client to sign in with.
    pub(super) async fn prepare(
        &self,
        request: &SignInRequest,
    ) -> Result<Registration, EngineError> {
        let now = self.now();
        let vault = self.vault()?;
        let known = self
            .registration(vault, request.issuer.clone(), request.client_id.clone())
            .await?;
        let mut registration = match known {
            Some(known)
                if known
                    .record
                    .fetched_at
                    .is_some_and(|at| (0..FRESH_MS).contains(&(now.wall - at))) =>
            {
                known
            }
            known => self.discovered(request, known).await?,
        };
        let pasted = if request.use_secret {
            locked(&self.pasted_secret).take()
        } else {
            None
        };
        if let Some(secret) = pasted {
            let announced = &registration.metadata.token_endpoint_auth_methods_supported;
            registration.client.auth = ClientConfig::best_auth(announced);
            registration.client.secret = Some(secret);
        }
        if registration.client.secret.is_none() {
            registration.client.auth = ClientAuth::None;
        }
        let provider =
            keyfob_providers::for_issuer(&registration.metadata.issuer, &registration.metadata);
        let record = &mut registration.record;
        // What it was taken for before stays: the user may have said so.
        if record.provider.is_empty() {
            record.provider = provider.id().to_owned();
        }
        record.client_auth = registration.client.auth;
        record.scopes = request.scopes.clone();
        record.redirect_port = request.redirect_port;
        record.allow_private = request.allow_private;
        record.last_used_at = Some(now.wall);
        Ok(registration)
    }

    /// As a sign-in prepares, for a request that was not checked yet.
    pub(crate) async fn prepare_checked(
        &self,
        request: SignInRequest,
    ) -> Result<Registration, EngineError> {
        self.prepare(&checked(request)?).await
    }

    /// Reads the issuer's configuration; where it can't be reached, what was pinned goes on.
    async fn discovered(
        &self,
        request: &SignInRequest,
        known: Option<Registration>,
    ) -> Result<Registration, EngineError> {
        let http = self.http(request.allow_private);
        let now = self.now();
        match (discover(&http, &request.issuer).await, known) {
            (Ok(metadata), Some(mut known)) => {
                known.record.metadata = serde_json::to_value(&metadata).unwrap_or_default();
                known.record.fetched_at = Some(now.wall);
                known.metadata = metadata;
                Ok(known)
            }
            (Ok(metadata), None) => Ok(Registration {
                record: new_record(&metadata, &request.client_id, &now),
                client: ClientConfig::public(&request.client_id),
                metadata,
            }),
            (Err(error), Some(known)) => {
                tracing::info!(%error, "discovery failed; the pinned configuration is used");
                Ok(known)
            }
            (Err(error), None) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_split_cleaned_and_counted_once() {
        let scopes = [
            "openid  profile".to_owned(),
            "openid".into(),
            "a\"b".into(),
            "é".into(),
        ];
        assert_eq!(clean_scopes(&scopes), ["openid", "profile"]);
    }

    #[test]
    fn a_client_id_is_visible_ascii() {
        assert_eq!(clean_client_id(" native ").unwrap(), "native");
        assert!(clean_client_id("").is_err());
        assert!(clean_client_id("a\u{7f}b").is_err());
        assert!(clean_client_id(&"x".repeat(513)).is_err());
    }
}
