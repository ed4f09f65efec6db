//! How long to wait after a failure.

/// The longest pause that chance alone makes.
pub const LONGEST_BACKOFF_MS: i64 = 15 * 60_000;
/// The longest `Retry-After` that is believed: one day. The user may always try by hand.
pub const LONGEST_RETRY_AFTER_MS: i64 = 24 * 3_600_000;
const FIRST_WINDOW_MS: i64 = 2_000;

/// Milliseconds to wait: `rand(0, min(15 min, 2 s · 2^failures))`, where `failures` counts those
/// before this one and `unit` in `0.0..=1.0` is the chance. A `Retry-After` (RFC 9110 §10.2.3,
/// given in milliseconds from now for both of its forms) is waited for first, so that those who
/// were told the same second don't return in the same second.
pub fn backoff(failures: u32, unit: f64, retry_after_ms: Option<i64>) -> i64 {
    let doubled = FIRST_WINDOW_MS.saturating_mul(1_i64 << failures.min(20));
    let window = doubled.min(LONGEST_BACKOFF_MS);
    let told = retry_after_ms.unwrap_or(0).clamp(0, LONGEST_RETRY_AFTER_MS);
    told.saturating_add(share(window, unit))
}

/// `unit` of `whole`, both bounded: chance that is no number counts as 1.
pub(crate) fn share(whole: i64, unit: f64) -> i64 {
    let unit = if unit.is_nan() {
        1.0
    } else {
        unit.clamp(0.0, 1.0)
    };
    // `whole` is a life or a pause, far below 2^52 ms: nothing is lost on the way.
    (whole.max(0) as f64 * unit) as i64
}
