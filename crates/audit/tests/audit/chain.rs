use keyfob_audit::{
    BrokenChain, Draft, Event, EventKind, Guarded, Head, append, checkpoint_due, verify_chain,
};
use keyfob_token::UnixMillis;
use proptest::prelude::*;
use uuid::Uuid;

use super::sample::{LOG_ID, NOW, SampleLog, draft, signer};

#[test]
fn a_whole_log_leads_to_its_head() {
    let log = SampleLog::with(40);
    assert_eq!(verify_chain(LOG_ID, &log.events), Ok(log.head));
    assert_eq!(verify_chain(LOG_ID, &log.events[..0]), Ok(Head::EMPTY));
}

#[test]
fn stored_form_survives_the_round_trip() {
    for event in SampleLog::with(30).events {
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
    }
}

#[test]
fn another_log_with_the_same_events_has_another_head() {
    let log = SampleLog::with(3);
    assert_ne!(verify_chain(Uuid::from_u128(1), &log.events), Ok(log.head));
}

#[test]
fn a_value_without_its_salt_breaks_the_log() {
    let mut log = SampleLog::with(3);
    log.events[1].salts.account = None;
    assert_eq!(
        verify_chain(LOG_ID, &log.events),
        Err(BrokenChain { seq: 2 })
    );
}

#[test]
fn equal_values_have_different_leaves_each_time() {
    let (first, _) = append(LOG_ID, &Head::EMPTY, draft(1)).unwrap();
    let (second, _) = append(LOG_ID, &Head::EMPTY, draft(1)).unwrap();
    assert_ne!(first.salts, second.salts);
    assert_ne!(first.leaf, second.leaf);
}

#[test]
fn what_the_format_cannot_hold_is_brought_within_it_before_it_is_hashed() {
    let long = "ä".repeat(2000);
    let guarded = Guarded {
        account: Some(format!("a{long}")),
        ..Guarded::default()
    };
    let far = Draft {
        generation: Some(u64::MAX),
        guarded,
        ..Draft::new(UnixMillis(i64::MAX), EventKind::VaultLocked)
    };
    let (event, head) = append(LOG_ID, &Head::EMPTY, far).unwrap();
    assert_eq!(
        event.draft.guarded.account.as_ref().map(String::len),
        Some(1023)
    );
    assert_eq!(event.draft.generation, Some((1 << 53) - 1));
    assert_eq!(verify_chain(LOG_ID, [event]), Ok(head));
}

#[test]
fn a_checkpoint_binds_log_number_link_and_time() {
    let head = SampleLog::with(2).head;
    let good = signer().checkpoint(LOG_ID, &head, NOW);
    assert!(good.is_signed(LOG_ID));
    assert!(!good.is_signed(Uuid::from_u128(1)));
    let mut other = good.clone();
    other.seq += 1;
    assert!(!other.is_signed(LOG_ID));
    other = good.clone();
    other.at = other.at + 1;
    assert!(!other.is_signed(LOG_ID));
    other = good.clone();
    other.chain.0[0] ^= 1;
    assert!(!other.is_signed(LOG_ID));
    other = good;
    other.signature = "zz".into();
    assert!(!other.is_signed(LOG_ID));
}

#[test]
fn a_checkpoint_is_due_every_256_events() {
    let due: Vec<u64> = (0..=600).filter(|seq| checkpoint_due(*seq)).collect();
    assert_eq!(due, [256, 512]);
}

proptest! {
    #[test]
    fn any_change_to_any_event_is_named(count in 2_u64..20, at in 0_usize..20, what in 0..8_u8) {
        let mut log = SampleLog::with(count);
        let at = at % log.events.len();
        let event = &mut log.events[at];
        match what {
            0 => event.draft.at = event.draft.at + 1,
            1 => event.draft.guarded.account = Some("someone else".into()),
            2 => event.draft.generation = None,
            3 => event.draft.session = None,
            4 => event.draft.details.clear(),
            5 => event.salts.host.as_mut().unwrap().0[3] ^= 1,
            6 => event.leaf.0[31] ^= 1,
            _ => event.draft.guarded.label = None,
        }
        let seq = at as u64 + 1;
        prop_assert_eq!(verify_chain(LOG_ID, &log.events), Err(BrokenChain { seq }));
    }

    #[test]
    fn a_missing_or_moved_event_is_named(count in 3_u64..20, at in 0_usize..20) {
        let log = SampleLog::with(count);
        let at = at % (log.events.len() - 1);
        let seq = at as u64 + 1;
        let mut missing = log.events.clone();
        missing.remove(at);
        prop_assert_eq!(verify_chain(LOG_ID, &missing), Err(BrokenChain { seq }));
        let mut moved = log.events.clone();
        moved.swap(at, at + 1);
        prop_assert_eq!(verify_chain(LOG_ID, &moved), Err(BrokenChain { seq }));
    }
}
