//! An older copy of the whole file, beside an anchor kept elsewhere.

use std::fs;

use keyfob_vault::{Anchor, AnchorVerdict, anchor::compare};

use crate::support::{Home, sign_in};

#[test]
fn an_older_copy_put_back_is_noticed_by_the_anchor_alone() {
    let home = Home::new();
    let vault = home.create();
    sign_in(&vault, 1);
    vault.checkpoint_wal();
    let older = home.bytes();
    vault
        .write(|change| change.put_setting("theme", &"dark"))
        .unwrap();
    let anchor = Anchor::from_bytes(&vault.anchor().unwrap().to_bytes()).unwrap();
    assert_eq!(
        compare(&vault.anchor().unwrap(), &anchor),
        AnchorVerdict::Fine
    );
    vault
        .write(|change| change.put_setting("theme", &"light"))
        .unwrap();
    assert_eq!(
        compare(&vault.anchor().unwrap(), &anchor),
        AnchorVerdict::Fine
    );
    drop(vault);

    fs::write(home.files.database(), older).unwrap();
    let vault = home.open();
    assert!(
        vault.rows_match_ledger().unwrap(),
        "the copy is whole in itself"
    );
    assert_eq!(
        compare(&vault.anchor().unwrap(), &anchor),
        AnchorVerdict::OlderCopy
    );
}
