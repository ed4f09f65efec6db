//! Start and end: what an earlier run left open is settled, and nothing held is lost on the way
//! out.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures_util::future::join_all;
use keyfob_token::{
    Phase, SessionId,
    life::{Event, revocation_due_in},
};

use crate::{
    engine::{Core, Engine, blocking, locked},
    view::Gate,
};

/// How long held revocations get on the way out; what is not through by then is sent at the next
/// start.
const REVOCATIONS: Duration = Duration::from_millis(2500);
/// How long answers that may hold the only living refresh token are awaited.
const ANSWERS: Duration = Duration::from_secs(25);
const LOOK: Duration = Duration::from_millis(50);

impl Engine {
    /// Winds up: held revocations are sent at once, running answers awaited, the clipboard
    /// cleared, the log signed, the anchor kept. The engine is closed afterwards.
    pub async fn wind_up(&self) {
        let core = &self.core;
        core.flows.cancel_all();
        core.send_held_revocations().await;
        core.await_answers().await;
        if self.clear_clipboard().is_err() {
            tracing::warn!("the clipboard could not be cleared");
        }
        core.stop.cancel();
        core.sign_and_fold().await;
        core.keep_anchor().await;
        core.put_vault(None);
        keyfob_providers::forget_admins();
        core.roster_mut(crate::roster::Roster::clear);
        *locked(&core.desktop_lock) = None;
    }

    /// The end of one command: answers that may hold the only living refresh token are awaited and
    /// saved, however long the provider takes. The engine is closed afterwards.
    pub async fn finish(&self) {
        while self.awaits_answers() {
            tokio::time::sleep(LOOK).await;
        }
        if self.core.moved_on.swap(false, Ordering::SeqCst) {
            // Else an older copy of the vault would go unnoticed where only commands are used.
            self.core.keep_anchor().await;
        }
        self.core.stop.cancel();
        self.core.put_vault(None);
    }

    /// Whether an answer is awaited that may hold the only living refresh token.
    pub fn awaits_answers(&self) -> bool {
        !locked(&self.core.in_flight).is_empty()
    }

    /// Whether no refresh is on its way or waits for its turn.
    pub fn is_at_rest(&self) -> bool {
        let core = &self.core;
        locked(&core.limits.queued).is_empty() && locked(&core.in_flight).is_empty()
    }

    /// Before the machine sleeps: held revocations are sent, and the vault is locked where the
    /// user wants it locked when away.
    pub async fn before_sleep(&self) {
        // The machine waits only so long: both at once.
        tokio::join!(self.core.send_held_revocations(), self.lock_if_wanted());
    }

    /// The machine woke up: what waited for it may go.
    pub async fn woke_up(&self) {
        self.core.resumed().await;
        self.core.wake.notify_one();
    }

    /// The screen was locked: so is the vault, where the user wants it locked when away.
    pub async fn lock_if_wanted(&self) {
        let wanted = self.settings().lock_after_minutes > 0;
        if wanted && self.vault_state().gate == Gate::Open && self.lock().await.is_err() {
            tracing::warn!("the vault could not be locked");
        }
    }

    /// The boot-time clock, for the shell's own idle counting, ms.
    pub fn boot_millis(&self) -> i64 {
        self.core.now().boot.millis
    }
}

impl Core {
    /// Settles what a killed run left: an open intent is uncertain, a held revocation is sent.
    pub(crate) fn settle_leftovers(self: &Arc<Self>) {
        let left: Vec<SessionId> = self.roster(|roster| {
            roster
                .sessions()
                .filter(|session| {
                    session.renewal.intent.is_some()
                        || matches!(session.phase, Phase::Revoking(_))
                        || matches!(
                            &session.phase,
                            Phase::Frozen {
                                remains: Some(_),
                                ..
                            }
                        )
                })
                .map(|session| session.id)
                .collect()
        });
        let core = self.clone();
        self.tasks.spawn(async move {
            for id in left {
                // The lock is free only when its holder is dead.
                let Ok(lock) = core.credential(id).await else {
                    continue;
                };
                let settled = core.settle(id, Event::ProcessDied).await;
                drop(lock);
                if let Err(error) = settled {
                    tracing::warn!(code = ?error.code(), "a leftover could not be settled");
                }
            }
        });
    }

    async fn send_held_revocations(self: &Arc<Self>) {
        let now = self.now();
        let held: Vec<SessionId> = self.roster(|roster| {
            roster
                .sessions()
                .filter(|session| revocation_due_in(session, &now).is_some())
                .map(|session| session.id)
                .collect()
        });
        let sending = async {
            join_all(held.iter().map(|id| self.send_at_once(*id))).await;
            // Those that were on their way already.
            while held.iter().any(|id| locked(&self.revoking).contains(id)) {
                tokio::time::sleep(LOOK).await;
            }
        };
        if tokio::time::timeout(REVOCATIONS, sending).await.is_err() {
            tracing::info!("a revocation waits for the next start");
        }
    }

    async fn send_at_once(self: &Arc<Self>, id: SessionId) {
        let sent = match self.settle(id, Event::RevokeNow).await {
            Ok(_) => self.send_revocation(id).await,
            Err(error) => Err(error),
        };
        if let Err(error) = sent {
            tracing::warn!(code = ?error.code(), "a held revocation is not through yet");
        }
    }

    async fn await_answers(&self) {
        let waiting = async {
            while !locked(&self.in_flight).is_empty() {
                tokio::time::sleep(LOOK).await;
            }
        };
        if tokio::time::timeout(ANSWERS, waiting).await.is_err() {
            tracing::warn!("an answer is still awaited; its session is settled at the next start");
        }
        // However long that takes: what is held may be the only living refresh token.
        self.unsaved.all_saved().await;
    }

    async fn sign_and_fold(&self) {
        let Ok(vault) = self.vault_even_locked() else {
            return;
        };
        let now = self.now().wall;
        let signed = blocking(move || {
            vault.write(|tx| tx.checkpoint(now).map(drop))?;
            vault.checkpoint_wal();
            Ok(())
        })
        .await;
        if signed.is_err() {
            tracing::warn!("the log could not be signed on the way out");
        }
    }
}
