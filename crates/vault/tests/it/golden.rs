//! The fixture of format 1, made by `examples/make_fixture.rs`, must always open.

use std::fs;

use keyfob_audit::{EventKind, verify_chain};
use keyfob_secret::Key32;
use keyfob_token::{Session, TokenKind};
use keyfob_vault::{Vault, peek};
use uuid::Uuid;

use crate::support::Home;

#[test]
fn a_vault_of_format_1_opens_with_everything_in_it() {
    let home = Home::new();
    home.files.prepare().unwrap();
    fs::write(
        home.files.database(),
        include_bytes!("../fixtures/format-1.db"),
    )
    .unwrap();
    assert_eq!(peek(&home.files).unwrap().format, 1);

    let vault = Vault::open(&home.files, &Key32::new([0x42; 32])).unwrap();
    let expected: Session =
        serde_json::from_str(include_str!("../fixtures/session-1.json")).unwrap();
    let name = expected.id;
    assert_eq!(vault.sessions().unwrap(), [expected]);
    let tokens = vault.secrets(name).unwrap().unwrap();
    assert!(tokens.access.unwrap().same_as("golden-access-token"));
    assert!(tokens.refresh.unwrap().same_as("golden-refresh-token"));
    assert!(tokens.id_token.unwrap().same_as("golden-id-token"));
    let issuer = Uuid::from_u128(7);
    assert_eq!(
        vault.issuer(issuer).unwrap().unwrap().redirect_port,
        Some(8765)
    );
    assert!(
        vault
            .client_secret(issuer)
            .unwrap()
            .unwrap()
            .same_as("golden-client-secret")
    );
    let admin = vault.admin_credentials(issuer).unwrap().unwrap();
    assert_eq!(admin.client_id, "golden-admin");
    assert!(admin.client_secret.same_as("golden-admin-secret"));
    assert_eq!(
        vault.setting::<String>("theme").unwrap().as_deref(),
        Some("dark")
    );
    assert_eq!(
        vault
            .fingerprint(TokenKind::Access, "golden-access-token")
            .to_string(),
        "CACR3F4GLGU676DAVCSLZVVQ5I"
    );

    let events = vault.audit_events(1..=9).unwrap();
    let kinds: Vec<_> = events.iter().map(|event| event.draft.event).collect();
    assert_eq!(kinds, [EventKind::VaultCreated, EventKind::SessionSignedIn]);
    assert_eq!(
        verify_chain(vault.log_id(), &events).unwrap(),
        vault.audit_head().unwrap()
    );
    assert!(vault.audit_checkpoints().unwrap()[0].is_signed(vault.log_id()));
    assert!(vault.rows_match_ledger().unwrap());
    assert_eq!(vault.replayed().unwrap(), []);
    assert_eq!(vault.damage(), None);
    vault
        .write(|change| change.put_setting("theme", &"light"))
        .unwrap();
}
