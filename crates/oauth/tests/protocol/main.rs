//! The protocol against a certified provider, and against answers that no good provider gives.
#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod answers;
mod carrier;
mod device;
mod discovery;
mod fake;
mod provider;
mod questions;
mod sign_in;

use keyfob_oauth::{AddressPolicy, Http, HttpOptions};

/// A client that may talk to this machine, as a user allows it for a test provider.
fn http() -> Http {
    Http::new(HttpOptions::new("0.0.0-test"))
        .unwrap()
        .under(AddressPolicy::AllowPrivate)
}
