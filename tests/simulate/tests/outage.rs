//! A small simulation with what must hold of the large one.

use keyfob_simulate::{Down, Plan, picture, run};

const DESKTOPS: usize = 300;

#[test]
fn nothing_goes_over_its_budget_and_nothing_is_left_behind() {
    for down in Down::ALL {
        let played = run(&Plan::new(1, DESKTOPS, down), 2);
        assert_eq!(played.over_budget, 0, "{down:?}");
        assert!(played.at_stake > 500, "{down:?}: {}", played.at_stake);
        assert!(played.refreshed_in_time() >= 0.95, "{down:?}");
        // Every session that had nothing left got a token again.
        let dry: u64 = played.waited.iter().sum();
        assert!(
            dry > 1_500 && played.back_within_minutes(1.0) <= 30,
            "{down:?}: {dry}"
        );
    }
}

#[test]
fn an_outage_is_seen_in_the_load() {
    let plan = Plan::new(1, DESKTOPS, Down::Unavailable);
    let played = run(&plan, 2);
    for (bar, granted) in played.granted.iter().enumerate() {
        let minute = bar / 6;
        if (30..60).contains(&minute) {
            assert_eq!(*granted, 0, "minute {minute}");
        }
    }
    assert!(played.granted[61 * 6..].iter().sum::<u64>() > 0);
    assert!(
        played.requests[31 * 6..60 * 6].iter().sum::<u64>() > 0,
        "it is probed"
    );
}

#[test]
fn every_desktop_does_the_same_by_the_same_seed_whoever_plays_it() {
    for down in Down::ALL {
        let plan = Plan::new(7, 40, down);
        let once = run(&plan, 1);
        assert_eq!(once, run(&plan, 3), "{down:?}");
        assert_ne!(
            once.digest,
            run(&Plan::new(8, 40, down), 1).digest,
            "{down:?}"
        );
    }
}

#[test]
fn the_picture_shows_each_run_in_light_and_dark() {
    let runs: Vec<_> = Down::ALL
        .into_iter()
        .map(|down| {
            let plan = Plan::new(1, 20, down);
            (plan, run(&plan, 1))
        })
        .collect();
    let svg = picture(&runs);
    assert_eq!(svg.matches(r#"class="down""#).count(), 3);
    assert!(svg.contains("prefers-color-scheme: dark"));
    assert_eq!(runs[0].1.csv().lines().count(), 1 + 120 * 6);
}
