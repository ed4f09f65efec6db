//! Writes the fixture of the newest format, which every later Keyfob must open. Made once per
//! format and committed; `tests/it/golden.rs` says what is in it.
//!
//! `cargo run -p keyfob-vault --example make_fixture -- FOLDER`

use std::error::Error;

use keyfob_audit::{Draft, EventKind};
use keyfob_secret::{AccessToken, ClientSecret, IdToken, Key32, RefreshToken};
use keyfob_token::{ClientAuth, Session, SessionId, UnixMillis};
use keyfob_vault::{AdminCredentials, IssuerRecord, Secrets, Vault, VaultFiles};
use uuid::Uuid;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("which folder?")?;
    let files = VaultFiles::new(folder);
    let now = UnixMillis(1_790_000_000_000);
    let vault = Vault::create(&files, Uuid::from_u128(0xF0B), &Key32::new([0x42; 32]), now)?;
    let session: Session = serde_json::from_str(include_str!("../tests/fixtures/session-1.json"))?;
    let issuer = IssuerRecord {
        id: Uuid::from_u128(7),
        issuer: "https://id.example".into(),
        label: "Example".into(),
        provider: "oidc".into(),
        client_id: "keyfob".into(),
        client_auth: ClientAuth::Basic,
        scopes: vec!["openid".into()],
        redirect_port: Some(8765),
        allow_private: false,
        metadata: serde_json::json!({"issuer": "https://id.example"}),
        jwks: serde_json::json!({"keys": []}),
        created_at: now,
        fetched_at: Some(now),
        last_used_at: None,
    };
    vault.write_with::<_, Box<dyn Error>>(|change| {
        change.put_session(&session)?;
        change.put_secrets(
            session.id,
            &Secrets {
                access: Some(AccessToken::new("golden-access-token".into())),
                refresh: Some(RefreshToken::new("golden-refresh-token".into())),
                id_token: Some(IdToken::new("golden-id-token".into())),
            },
        )?;
        change.put_issuer(&issuer)?;
        change.put_client_secret(
            issuer.id,
            Some(&ClientSecret::new("golden-client-secret".into())),
        )?;
        let admin = AdminCredentials {
            client_id: "golden-admin".into(),
            client_secret: ClientSecret::new("golden-admin-secret".into()),
        };
        change.put_admin_credentials(issuer.id, Some(&admin))?;
        change.put_setting("theme", &"dark")?;
        change.record(Draft {
            session: Some(SessionId(session.id.0)),
            generation: Some(session.generation),
            ..Draft::new(now, EventKind::SessionSignedIn)
        })?;
        change.checkpoint(now)?;
        Ok(())
    })?;
    vault.checkpoint_wal();
    Ok(())
}
