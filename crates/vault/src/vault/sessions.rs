//! The list of sessions: read by one thread, unsealed by as many as there are processors.

use std::{
    sync::{Mutex, PoisonError, mpsc},
    thread,
};

use keyfob_token::Session;

use super::Vault;
use crate::{
    damage::{Fault, RowFault},
    error::VaultError,
    records::session_from_bytes,
    rows::Sealed,
    scan::scan,
    table::{Place, Table},
};

/// Rows that are handed to a thread at once.
const BATCH: usize = 256;

/// Batches that wait for a thread, so that the reader does not run far ahead in memory.
const WAITING: usize = 8;

/// Rows copied out of the database, one after the other in one piece of memory.
#[derive(Default)]
struct Batch {
    number: usize,
    bytes: Vec<u8>,
    rows: Vec<Row>,
}

struct Row {
    place: Place,
    version: u64,
    end: usize,
}

/// What became of a batch.
struct Done {
    number: usize,
    sessions: Vec<Session>,
    faults: Vec<RowFault>,
}

impl Vault {
    /// All sessions, in the order in which they were added. Rows that don't authenticate are left
    /// out and listed in [`Vault::damage`].
    ///
    /// # Errors
    /// Of the database.
    pub fn sessions(&self) -> Result<Vec<Session>, VaultError> {
        let threads = thread::available_parallelism()
            .map_or(1, usize::from)
            .min(8);
        let (send, receive) = mpsc::sync_channel::<Batch>(WAITING);
        let receive = Mutex::new(receive);
        let mut broken = Vec::new();
        let (damaged, mut done) = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|_| scope.spawn(|| self.unseal(&receive)))
                .collect();
            let damaged = self.read_batches(&send, &mut broken);
            drop(send);
            let mut done = Vec::new();
            for worker in workers {
                done.extend(worker.join().expect("unsealing never panics"));
            }
            damaged.map(|damaged| (damaged, done))
        })?;
        done.sort_unstable_by_key(|batch| batch.number);
        let mut sessions = Vec::with_capacity(done.iter().map(|batch| batch.sessions.len()).sum());
        for mut batch in done {
            sessions.append(&mut batch.sessions);
            broken.append(&mut batch.faults);
        }
        self.note(broken, damaged);
        Ok(sessions)
    }

    fn read_batches(
        &self,
        send: &mpsc::SyncSender<Batch>,
        broken: &mut Vec<RowFault>,
    ) -> Result<bool, VaultError> {
        let mut batch = Batch::default();
        let conn = self.conn();
        let each = |sealed: Sealed<'_>| {
            batch.push(&sealed);
            if batch.rows.len() == BATCH {
                let next = Batch {
                    number: batch.number + 1,
                    ..Batch::default()
                };
                // The threads end only after this end of the channel is gone.
                let _ = send.send(std::mem::replace(&mut batch, next));
            }
        };
        let damaged = scan(&conn, Table::Session, each, |fault| broken.push(fault))?;
        let _ = send.send(batch);
        Ok(damaged)
    }

    fn unseal(&self, batches: &Mutex<mpsc::Receiver<Batch>>) -> Vec<Done> {
        let mut done = Vec::new();
        loop {
            let next = batches
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .recv();
            match next {
                Ok(batch) => done.push(self.unseal_batch(&batch)),
                Err(mpsc::RecvError) => return done,
            }
        }
    }

    fn unseal_batch(&self, batch: &Batch) -> Done {
        let mut done = Done {
            number: batch.number,
            sessions: Vec::with_capacity(BATCH),
            faults: Vec::new(),
        };
        let mut start = 0;
        for row in &batch.rows {
            let sealed = &batch.bytes[start..row.end];
            start = row.end;
            match self.unseal_row(row, sealed) {
                Ok(session) => done.sessions.push(session),
                Err(fault) => {
                    done.faults.push(RowFault {
                        table: Table::Session,
                        row: Some(row.place.id),
                        fault,
                    });
                }
            }
        }
        done
    }

    fn unseal_row(&self, row: &Row, sealed: &[u8]) -> Result<Session, Fault> {
        let plain = self
            .keys
            .vault
            .open(row.place, row.version, sealed)
            .ok_or(Fault::NotAuthentic)?;
        session_from_bytes(&plain).ok_or(Fault::NotUnderstood)
    }
}

impl Batch {
    fn push(&mut self, sealed: &Sealed<'_>) {
        self.bytes.extend_from_slice(sealed.bytes);
        self.rows.push(Row {
            place: Place::of(Table::Session, sealed.id, sealed.kind),
            version: sealed.version,
            end: self.bytes.len(),
        });
    }
}
