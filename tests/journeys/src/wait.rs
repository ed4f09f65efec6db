//! Waiting for something to become true, never for a fixed time.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// The longest that anything in a journey may take on a busy machine.
pub const LONG: Duration = Duration::from_secs(45);

/// Asks again and again until there is an answer, or says what was waited for.
pub async fn until<T, F>(what: &str, mut ask: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Option<T>>,
{
    let start = Instant::now();
    while start.elapsed() < LONG {
        if let Some(answer) = ask().await {
            return Ok(answer);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("waited {} s in vain for {what}", LONG.as_secs())
}
