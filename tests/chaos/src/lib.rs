//! Trials that kill, stop and crowd Keyfob in the middle of a refresh.
//!
//! What became of each session is told from the provider's log of the tokens that it was shown
//! (`judge`), never from Keyfob's own. Must not touch a vault or a keyring of the person who runs
//! it: it lives in `tests/desktop/with-desktop.sh`.
#![forbid(unsafe_code)]

pub mod crowd;
mod field;
pub mod findings;
pub mod ground;
pub mod holder;
pub mod judge;
pub mod kills;
pub mod log;
pub mod loops;
mod mute;
pub mod older;
mod pool;
pub mod process;
pub mod seed;
pub mod series;
pub mod slow;
pub mod watch;
pub mod window;
pub mod worker;
