//! One call on one thread: with a time limit, a notice while it waits, and a way to give up.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::{
    sync::{oneshot, watch},
    time::{sleep, timeout},
};

use crate::{KeychainError, Waiting};

/// The most threads that may be stuck in a store at once.
const MOST_THREADS: usize = 16;

/// The calls of one key store.
pub(super) struct Calls {
    notice: Duration,
    running: Arc<AtomicUsize>,
    /// How many calls seem to wait for the user, and whether there are any.
    waiting_calls: AtomicUsize,
    waiting: watch::Sender<bool>,
}

/// Whether a call still has someone who wants its answer.
pub(super) struct Wanted(Arc<AtomicBool>);

impl Wanted {
    /// To be asked before anything is changed.
    pub(super) fn still(&self) -> Result<(), KeychainError> {
        if self.0.load(Ordering::SeqCst) {
            Ok(())
        } else {
            Err(KeychainError::NoAnswer)
        }
    }
}

impl Calls {
    pub(super) fn new(notice: Duration) -> Self {
        Self {
            notice,
            running: Arc::default(),
            waiting_calls: AtomicUsize::new(0),
            waiting: watch::Sender::new(false),
        }
    }

    pub(super) fn waiting(&self) -> Waiting {
        Waiting::of(&self.waiting)
    }

    /// Runs `work` on a thread of its own. When it takes longer than `limit`, or when this future
    /// is dropped, the thread is left to itself and learns from [`Wanted`] that it is alone.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        limit: Duration,
        work: impl FnOnce(&Wanted) -> Result<T, KeychainError> + Send + 'static,
    ) -> Result<T, KeychainError> {
        let (answer, wanted_until_dropped) = self.start(work)?;
        let outcome = timeout(limit, self.noticed(answer)).await;
        drop(wanted_until_dropped);
        match outcome {
            Ok(Ok(result)) => result,
            // The thread panicked.
            Ok(Err(_)) => Err(KeychainError::Failed),
            Err(_) => Err(KeychainError::NoAnswer),
        }
    }

    fn start<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Wanted) -> Result<T, KeychainError> + Send + 'static,
    ) -> Result<
        (
            oneshot::Receiver<Result<T, KeychainError>>,
            WantedUntilDropped,
        ),
        KeychainError,
    > {
        let running = Running::one_of(&self.running).ok_or(KeychainError::NoAnswer)?;
        let wanted = Arc::new(AtomicBool::new(true));
        let (sender, answer) = oneshot::channel();
        let for_thread = Wanted(Arc::clone(&wanted));
        thread::Builder::new()
            .name("keychain".to_owned())
            .spawn(move || {
                let _running = running;
                // Whoever gave up does not listen any more, and that is fine.
                let _ = sender.send(work(&for_thread));
            })
            .map_err(|_| KeychainError::Failed)?;
        Ok((answer, WantedUntilDropped(wanted)))
    }

    /// Waits for the answer, and says so when it takes long.
    async fn noticed<T>(
        &self,
        mut answer: oneshot::Receiver<T>,
    ) -> Result<T, oneshot::error::RecvError> {
        tokio::select! {
            biased;
            answer = &mut answer => return answer,
            () = sleep(self.notice) => {}
        }
        let _noticed = Noticed::of(self);
        answer.await
    }
}

/// While it lives, the call is wanted.
struct WantedUntilDropped(Arc<AtomicBool>);

impl Drop for WantedUntilDropped {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

/// While it lives, one thread is counted.
struct Running(Arc<AtomicUsize>);

impl Running {
    fn one_of(count: &Arc<AtomicUsize>) -> Option<Self> {
        let running = Self(Arc::clone(count));
        (count.fetch_add(1, Ordering::SeqCst) < MOST_THREADS).then_some(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// While it lives, one call waits visibly.
struct Noticed<'a>(&'a Calls);

impl<'a> Noticed<'a> {
    fn of(calls: &'a Calls) -> Self {
        calls.change_waiting(|count| count.fetch_add(1, Ordering::SeqCst));
        Self(calls)
    }
}

impl Drop for Noticed<'_> {
    fn drop(&mut self) {
        self.0
            .change_waiting(|count| count.fetch_sub(1, Ordering::SeqCst));
    }
}

impl Calls {
    /// Under the lock of the channel, so that the last change is the one that is seen.
    fn change_waiting(&self, change: impl FnOnce(&AtomicUsize) -> usize) {
        self.waiting.send_if_modified(|waiting| {
            change(&self.waiting_calls);
            let now = self.waiting_calls.load(Ordering::SeqCst) > 0;
            let changed = *waiting != now;
            *waiting = now;
            changed
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn calls() -> Calls {
        Calls::new(Duration::from_millis(5))
    }

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn an_answer_comes_back_without_a_notice() {
        let calls = Calls::new(LONG);
        assert_eq!(calls.run(LONG, |_| Ok(5)).await, Ok(5));
        assert!(!calls.waiting().now());
    }

    #[tokio::test]
    async fn a_panic_in_the_store_is_a_failure() {
        let outcome = calls()
            .run(LONG, |_| -> Result<(), _> { panic!("store") })
            .await;
        assert_eq!(outcome, Err(KeychainError::Failed));
    }

    #[tokio::test]
    async fn a_call_that_takes_long_is_noticed_until_it_is_answered() {
        let calls = calls();
        let mut waiting = calls.waiting();
        let (go_on, blocked) = mpsc::channel::<()>();
        let call = calls.run(LONG, move |_| {
            blocked.recv().map_err(|_| KeychainError::Failed)
        });
        let answer = async {
            waiting.until(true).await;
            go_on.send(()).unwrap();
        };
        let (outcome, ()) = tokio::join!(call, answer);
        assert_eq!(outcome, Ok(()));
        assert!(!calls.waiting().now());
    }

    #[tokio::test]
    async fn a_call_given_up_changes_nothing_and_blocks_nobody() {
        let calls = calls();
        let (go_on, blocked) = mpsc::channel::<()>();
        let (report, reported) = mpsc::channel();
        let stuck = calls.run(Duration::from_millis(10), move |wanted| {
            let _ = blocked.recv();
            report
                .send(wanted.still())
                .map_err(|_| KeychainError::Failed)
        });
        assert_eq!(stuck.await, Err(KeychainError::NoAnswer));
        assert!(!calls.waiting().now());
        assert_eq!(calls.run(LONG, |_| Ok(1)).await, Ok(1));
        go_on.send(()).unwrap();
        assert_eq!(reported.recv().unwrap(), Err(KeychainError::NoAnswer));
    }

    #[tokio::test]
    async fn a_dropped_call_is_not_wanted() {
        let calls = calls();
        let mut waiting = calls.waiting();
        let (go_on, blocked) = mpsc::channel::<()>();
        let (report, reported) = mpsc::channel();
        let call = calls.run(LONG, move |wanted| {
            let _ = blocked.recv();
            report
                .send(wanted.still())
                .map_err(|_| KeychainError::Failed)
        });
        tokio::select! {
            _ = call => panic!("it was blocked"),
            () = waiting.until(true) => {}
        }
        assert!(!calls.waiting().now());
        go_on.send(()).unwrap();
        assert_eq!(reported.recv().unwrap(), Err(KeychainError::NoAnswer));
    }

    #[tokio::test]
    async fn stuck_threads_are_bounded() {
        let calls = calls();
        let mut held = Vec::new();
        for _ in 0..MOST_THREADS {
            let (go_on, blocked) = mpsc::channel::<()>();
            held.push(go_on);
            let stuck = calls.run(Duration::ZERO, move |_| Ok(blocked.recv().is_ok()));
            assert_eq!(stuck.await, Err(KeychainError::NoAnswer));
        }
        assert_eq!(
            calls.run(LONG, |_| Ok(1)).await,
            Err(KeychainError::NoAnswer)
        );
    }
}
