//! Whether a key store seems to wait for its user.

use tokio::sync::watch;

/// Watches whether a call has been without an answer for so long that the store seems to be
/// waiting for its user.
#[derive(Clone, Debug)]
pub struct Waiting(watch::Receiver<bool>);

impl Waiting {
    /// Of the sender that says so.
    pub(crate) fn of(sender: &watch::Sender<bool>) -> Self {
        Self(sender.subscribe())
    }

    /// Whether it waits now.
    pub fn now(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns once it waits, or once it does not; for ever pending when the store is gone.
    ///
    /// Hands out no borrow of the channel: one that is alive while the call is dropped, as in a
    /// `select!`, would block that call's own report.
    pub async fn until(&mut self, waiting: bool) {
        if self.0.wait_for(|now| *now == waiting).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
