//! The vectors of format 1, made by another implementation (`vectors/make.py`), and properties.
#![expect(
    clippy::unwrap_used,
    reason = "a vector that does not parse fails its test"
)]

use data_encoding::HEXLOWER;
use keyfob_crypto::{
    Context, OpenError, Purpose, VaultKey, envelope,
    slot::{self, SlotKind, SlotPlace},
};
use keyfob_secret::Key32;
use proptest::prelude::*;
use serde_json::Value;
use uuid::Uuid;

fn text<'a>(entry: &'a Value, field: &str) -> &'a str {
    entry[field]
        .as_str()
        .unwrap_or_else(|| panic!("{field} in {entry}"))
}

fn bytes(entry: &Value, field: &str) -> Vec<u8> {
    HEXLOWER.decode(text(entry, field).as_bytes()).unwrap()
}

fn number<T: TryFrom<u64, Error: std::fmt::Debug>>(entry: &Value, field: &str) -> T {
    T::try_from(entry[field].as_u64().unwrap()).unwrap()
}

fn key32(entry: &Value, field: &str) -> Key32 {
    Key32::from_slice(&bytes(entry, field)).unwrap()
}

fn uuid(entry: &Value, field: &str) -> Uuid {
    text(entry, field).parse().unwrap()
}

fn context(entry: &Value) -> Context {
    Context {
        purpose: match entry["purpose"].as_u64().unwrap() {
            1 => Purpose::Record,
            2 => Purpose::WrappedKey,
            3 => Purpose::InnerKey,
            other => panic!("purpose {other}"),
        },
        vault_id: uuid(entry, "vault_id"),
        table: number(entry, "table"),
        column: number(entry, "column"),
        row: uuid(entry, "row"),
        version: number(entry, "version"),
    }
}

fn outcome(error: OpenError) -> &'static str {
    match error {
        OpenError::Truncated => "truncated",
        OpenError::NotAnEnvelope => "not_an_envelope",
        OpenError::Unsupported { .. } => "unsupported",
        OpenError::OtherEpoch { .. } => "other_epoch",
        OpenError::WrongKey => "wrong_key",
        OpenError::NotAuthentic => "not_authentic",
        OpenError::WrongContent => "wrong_content",
    }
}

#[test]
fn each_envelope_vector_opens_or_fails_as_it_says() {
    let vectors: Vec<Value> =
        serde_json::from_str(include_str!("vectors/envelope-1.json")).unwrap();
    assert!(vectors.len() >= 20, "only {} vectors", vectors.len());
    for vector in vectors {
        let key = VaultKey::from_key(key32(&vector, "key"), number(&vector, "epoch"));
        let opened = envelope::open(
            &key,
            &context(&vector["context"]),
            &bytes(&vector, "envelope"),
        );
        match opened {
            Ok(plain) => {
                assert_eq!(text(&vector, "expect"), "ok", "{}", text(&vector, "name"));
                assert_eq!(
                    plain.expose(),
                    bytes(&vector, "plaintext"),
                    "{}",
                    text(&vector, "name")
                );
            }
            Err(error) => assert_eq!(
                outcome(error),
                text(&vector, "expect"),
                "{}",
                text(&vector, "name")
            ),
        }
    }
}

#[test]
fn each_slot_vector_unwraps_or_fails_as_it_says() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("vectors/slot-1.json")).unwrap();
    assert!(vectors.len() >= 10, "only {} vectors", vectors.len());
    let proof = context(&serde_json::json!({
        "purpose": 1, "vault_id": Uuid::nil(), "table": 1, "column": 1, "row": Uuid::nil(), "version": 1
    }));
    for vector in vectors {
        let params = bytes(&vector, "params");
        let place = SlotPlace {
            vault_id: uuid(&vector, "vault_id"),
            slot: uuid(&vector, "slot"),
            kind: SlotKind::from_number(number(&vector, "kind")).unwrap(),
            version: number(&vector, "version"),
            params: &params,
        };
        let epoch = number(&vector, "epoch");
        match slot::unwrap(
            &key32(&vector, "wrapping"),
            &place,
            epoch,
            &bytes(&vector, "envelope"),
        ) {
            Ok(unwrapped) => {
                assert_eq!(text(&vector, "expect"), "ok", "{}", text(&vector, "name"));
                let direct = VaultKey::from_key(key32(&vector, "key"), epoch);
                let sealed = envelope::seal(&direct, &proof, b"same key").unwrap();
                assert_eq!(
                    envelope::open(&unwrapped, &proof, &sealed)
                        .unwrap()
                        .expose(),
                    b"same key"
                );
            }
            Err(error) => assert_eq!(
                outcome(error),
                text(&vector, "expect"),
                "{}",
                text(&vector, "name")
            ),
        }
    }
}

#[test]
fn refuses_more_than_an_envelope_takes() {
    let key = VaultKey::make(1).unwrap();
    let place = any_context(1, 1, 1);
    let large = vec![0; envelope::MAX_PLAINTEXT + 1];
    assert!(matches!(
        envelope::seal(&key, &place, &large),
        Err(envelope::SealError::TooLarge)
    ));
    assert!(envelope::seal(&key, &place, &large[1..]).is_ok());
}

#[test]
fn keys_print_nothing_of_themselves() {
    let key = VaultKey::from_key(Key32::new([0xAB; 32]), 5);
    assert_eq!(format!("{key:?}"), "VaultKey(epoch 5)");
}

fn any_context(table: u16, column: u16, version: u64) -> Context {
    Context {
        purpose: Purpose::Record,
        vault_id: Uuid::from_u128(1),
        table,
        column,
        row: Uuid::from_u128(2),
        version,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_sealed_opens_in_its_place_alone(
        plain in proptest::collection::vec(any::<u8>(), 0..2000),
        table in any::<u16>(), column in any::<u16>(), version in any::<u64>(),
    ) {
        let key = VaultKey::make(1).unwrap();
        let place = any_context(table, column, version);
        let sealed = envelope::seal(&key, &place, &plain).unwrap();
        prop_assert_eq!(sealed.len(), plain.len() + envelope::OVERHEAD);
        let opened = envelope::open(&key, &place, &sealed).unwrap();
        prop_assert_eq!(opened.expose(), &plain[..]);
        let elsewhere = [
            Context { table: table.wrapping_add(1), ..place },
            Context { column: column.wrapping_add(1), ..place },
            Context { version: version.wrapping_add(1), ..place },
            Context { row: Uuid::from_u128(3), ..place },
            Context { vault_id: Uuid::from_u128(3), ..place },
            Context { purpose: Purpose::InnerKey, ..place },
        ];
        for other in elsewhere {
            prop_assert_eq!(envelope::open(&key, &other, &sealed).unwrap_err(), OpenError::NotAuthentic);
        }
        let other_key = VaultKey::make(1).unwrap();
        prop_assert_eq!(envelope::open(&other_key, &place, &sealed).unwrap_err(), OpenError::WrongKey);
    }

    #[test]
    fn no_single_changed_bit_goes_unnoticed(
        plain in proptest::collection::vec(any::<u8>(), 0..300),
        at in any::<proptest::sample::Index>(), bit in 0_u8..8,
    ) {
        let key = VaultKey::make(1).unwrap();
        let place = any_context(1, 1, 1);
        let mut sealed = envelope::seal(&key, &place, &plain).unwrap();
        let at = at.index(sealed.len());
        sealed[at] ^= 1 << bit;
        prop_assert!(envelope::open(&key, &place, &sealed).is_err());
    }

    #[test]
    fn bytes_that_are_no_envelope_never_open(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let key = VaultKey::make(1).unwrap();
        prop_assert!(envelope::open(&key, &any_context(1, 1, 1), &bytes).is_err());
    }

    #[test]
    fn no_two_envelopes_share_salt_or_nonce(plain in proptest::collection::vec(any::<u8>(), 0..50)) {
        let key = VaultKey::make(1).unwrap();
        let place = any_context(1, 1, 1);
        let one = envelope::seal(&key, &place, &plain).unwrap();
        let two = envelope::seal(&key, &place, &plain).unwrap();
        prop_assert_ne!(&one[10..42], &two[10..42]);
        prop_assert_ne!(&one[74..86], &two[74..86]);
    }
}
