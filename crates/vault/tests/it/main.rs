//! The vault as its users see it: on real files, in other processes, and in the hands of others.
#![expect(clippy::unwrap_used, reason = "a test fails where a step of it fails")]

#[path = "../../../../tests/journeys/src/canary.rs"]
#[expect(unreachable_pub, reason = "shared by the tests of several crates")]
mod canary;

mod anchors;
mod canaries;
mod damage;
mod elsewhere;
mod faulty_disk;
mod golden;
mod lifecycle;
mod locks;
mod names;
mod places;
mod refusals;
mod support;
mod tampering;
