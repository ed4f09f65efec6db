//! The environment's access token (RFC 6749 §4.4), fetched with its client credentials and kept in
//! memory until a minute before its end.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use keyfob_oauth::{
    ClientConfig,
    http::{Form, HttpError},
};
use keyfob_secret::AccessToken;
use keyfob_token::{ClientAuth, expires_in::parse_expires_in};
use serde::Deserialize;
use serde_json::Value;

use crate::provider::{AdminCredentials, ProviderContext, ProviderError};

/// A token is not used in its last minute.
const SPARE: Duration = Duration::from_secs(60);

/// No environment hands out longer tokens; what is longer is not kept.
const LONGEST_TOKEN: usize = 64 * 1024;

/// More environments than this are not remembered at once.
const MOST_TOKENS: usize = 32;

/// Access tokens by token endpoint and client.
pub(super) struct TokenCache(Mutex<Option<HashMap<Key, Cached>>>);

type Key = (String, String);

struct Cached {
    token: Arc<AccessToken>,
    until: Instant,
}

/// A token, and whether it was fetched just now: then a refusal of it is the last word.
pub(super) struct AdminToken {
    pub(super) token: Arc<AccessToken>,
    pub(super) is_fresh: bool,
}

impl TokenCache {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    pub(super) fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The token in memory, else a new one.
    pub(super) async fn token(
        &self,
        context: &ProviderContext<'_>,
    ) -> Result<AdminToken, ProviderError> {
        let admin = context.admin.ok_or(ProviderError::NeedsAdmin)?;
        if let Some(token) = self.living(&key_of(context, admin)) {
            return Ok(AdminToken {
                token,
                is_fresh: false,
            });
        }
        self.fetch(context).await
    }

    /// A new token, whatever is in memory.
    pub(super) async fn fetch(
        &self,
        context: &ProviderContext<'_>,
    ) -> Result<AdminToken, ProviderError> {
        let admin = context.admin.ok_or(ProviderError::NeedsAdmin)?;
        let (token, life) = ask(context, admin).await?;
        let token = Arc::new(token);
        self.keep(key_of(context, admin), &token, life);
        Ok(AdminToken {
            token,
            is_fresh: true,
        })
    }

    fn living(&self, key: &Key) -> Option<Arc<AccessToken>> {
        let cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let cached = cache.as_ref()?.get(key)?;
        (Instant::now() < cached.until).then(|| Arc::clone(&cached.token))
    }

    fn keep(&self, key: Key, token: &Arc<AccessToken>, life: Option<Duration>) {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let cache = cache.get_or_insert_with(HashMap::new);
        let now = Instant::now();
        cache.retain(|_, cached| now < cached.until);
        cache.remove(&key);
        let until = life
            .and_then(|life| life.checked_sub(SPARE))
            .and_then(|life| now.checked_add(life));
        if let Some(until) = until.filter(|_| cache.len() < MOST_TOKENS) {
            let token = Arc::clone(token);
            cache.insert(key, Cached { token, until });
        }
    }
}

fn key_of(context: &ProviderContext<'_>, admin: &AdminCredentials) -> Key {
    let endpoint = context.metadata.token_endpoint.as_str().to_owned();
    (endpoint, admin.client_id.clone())
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    #[serde(default)]
    token_type: Option<String>,
    #[serde(default)]
    expires_in: Value,
}

/// Asks the token endpoint. Nothing but a token comes of it, so an answer that is lost or can't be
/// read is the same as "later".
async fn ask(
    context: &ProviderContext<'_>,
    admin: &AdminCredentials,
) -> Result<(AccessToken, Option<Duration>), ProviderError> {
    let client =
        ClientConfig::confidential(&admin.client_id, ClientAuth::Post, admin.secret.duplicate());
    let form = Form::new().with("grant_type", "client_credentials");
    let request = client.post(context.metadata.token_endpoint.clone(), form);
    let later = ProviderError::TurnedAway {
        retry_after_ms: None,
    };
    let answer = context
        .http
        .send(request)
        .await
        .map_err(|error| match error {
            HttpError::NotSent(cause) => ProviderError::NotSent(cause.code()),
            HttpError::Uncertain { .. } => later,
        })?;
    match answer.status {
        200..300 => {}
        400..=403 => return Err(ProviderError::AdminRefused),
        _ => {
            return Err(ProviderError::TurnedAway {
                retry_after_ms: answer.retry_after_ms,
            });
        }
    }
    // EXPOSE: parsing; the token is moved into its type.
    let found: TokenAnswer = serde_json::from_slice(answer.body.expose()).map_err(|_| later)?;
    let token = AccessToken::new(found.access_token);
    let is_bearer = found
        .token_type
        .is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
    // EXPOSE: only its characters and length are looked at.
    let is_plausible = token.expose().bytes().all(|byte| byte.is_ascii_graphic())
        && (1..=LONGEST_TOKEN).contains(&token.len());
    if !is_bearer || !is_plausible {
        return Err(ProviderError::AdminRefused);
    }
    let life = parse_expires_in(&found.expires_in).life_ms();
    let life = life.and_then(|millis| u64::try_from(millis).ok());
    Ok((token, life.map(Duration::from_millis)))
}
