//! Every operation on the disk fails once, at every place where one can, and from there on. What
//! is in the vault afterwards is what was there before or all of what was written; never half.

use std::{fs, path::Path, sync::Arc};

use keyfob_audit::verify_chain;
use keyfob_faulty_disk::{Disk, Fault, Lasting, Trouble};
use keyfob_token::SessionId;
use keyfob_vault::{CreateError, OpenError, Vault, VaultError, VaultFiles, peek};
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::{Home, NOW, id, refreshed, secrets, sign_in, wrapping};

/// What a vault holds, as far as these trials change it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Content {
    generations: Vec<(SessionId, u64)>,
    refresh_tokens: Vec<bool>,
    events: u64,
}

/// Reads a vault and checks that it is sound: the file, the chain, the ledger, the rows.
fn content(vault: &Vault) -> Content {
    let sessions = vault.sessions().unwrap();
    let head = vault.audit_head().unwrap();
    let events = vault.audit_events(1..=head.seq).unwrap();
    assert_eq!(events.len() as u64, head.seq);
    assert_eq!(verify_chain(vault.log_id(), &events).unwrap(), head);
    assert!(vault.rows_match_ledger().unwrap(), "the ledger matches");
    assert_eq!(vault.replayed().unwrap(), []);
    assert_eq!(vault.damage(), None);
    let newest = |number: u128| {
        let kept = vault.secrets(id(number)).unwrap().unwrap();
        kept.refresh
            .unwrap()
            .same_as(secrets(number + 10).refresh.unwrap().expose())
    };
    Content {
        refresh_tokens: (1..=3).map(newest).collect(),
        generations: sessions
            .iter()
            .map(|session| (session.id, session.generation))
            .collect(),
        events: head.seq,
    }
}

/// What a fresh look finds, on a disk that works.
fn look(files: &VaultFiles) -> Content {
    let vault = Vault::open(files, &wrapping()).unwrap();
    let found = content(&vault);
    drop(vault);
    let conn = rusqlite::Connection::open(files.database()).unwrap();
    let sound: String = conn
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sound, "ok");
    found
}

/// A vault of three sessions.
fn vault_of_three() -> Home {
    let home = Home::new();
    sign_in(&home.create(), 3);
    home
}

/// The same as a killed process leaves it: its last changes are in the log beside the file.
fn vault_of_three_killed() -> Home {
    let (live, killed) = (Home::new(), Home::new());
    let vault = live.create();
    sign_in(&vault, 3);
    copy_folder(live.files.dir(), killed.files.dir());
    fs::remove_file(killed.files.dir().join("vault.db-shm")).unwrap();
    assert!(fs::metadata(killed.files.write_ahead_log()).unwrap().len() > 4096);
    killed
}

/// A folder in memory where the system has one: what is flushed there costs nothing.
fn place() -> TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap())
}

/// What a refresh writes: the session, its tokens, an event.
fn renew(vault: &Vault, number: u128) -> Result<(), VaultError> {
    vault.write(|change| {
        let mut session = change.session(id(number))?;
        session.generation += 1;
        change.put_session(&session)?;
        change.put_secrets(id(number), &secrets(number + 10))?;
        change
            .record(refreshed(number, session.generation))
            .map(drop)
    })
}

/// The same after [`renew`].
fn renewed(before: &Content, number: u128) -> Content {
    let mut after = before.clone();
    let place = usize::try_from(number - 1).unwrap();
    after.generations[place].1 += 1;
    after.refresh_tokens[place] = true;
    after.events += 1;
    after
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// One run of a trial, with a disk that fails.
struct Run {
    files: VaultFiles,
    disk: Arc<Disk>,
    fault: Fault,
}

impl Run {
    /// Does something while the disk fails; what came of it, and whether the fault was met. The
    /// disk works again afterwards.
    fn with_fault<T>(&self, act: impl FnOnce() -> T) -> (T, bool) {
        self.disk.fail(self.fault);
        let done = act();
        (done, self.disk.heal() > 0)
    }

    fn create(&self) -> Result<Vault, CreateError> {
        Vault::create(&self.files, Uuid::from_u128(0xF0B), &wrapping(), NOW)
    }

    /// What would be found if the machine stopped now: the files without the shared memory.
    fn look_after_a_crash(&self) -> Content {
        let place = place();
        let folder = place.path().join("keyfob");
        copy_folder(self.files.dir(), &folder);
        let _ = fs::remove_file(folder.join("vault.db-shm"));
        look(&VaultFiles::new(folder))
    }
}

/// Runs `trial` on a copy of `home` for every way to fail, at every place, until the place lies
/// behind the last operation: `trial` says whether its fault was met. How many were.
fn at_every_place(home: &Home, mut trial: impl FnMut(&Run) -> bool) -> u64 {
    let mut met = 0;
    for trouble in Trouble::ALL {
        for lasting in Lasting::ALL {
            for at in 1.. {
                let place = place();
                let folder = place.path().join("keyfob");
                if home.files.dir().exists() {
                    copy_folder(home.files.dir(), &folder);
                }
                let disk = Disk::under(place.path());
                let fault = Fault {
                    trouble,
                    at,
                    lasting,
                };
                let files = VaultFiles::new(folder);
                if !trial(&Run { files, disk, fault }) {
                    break;
                }
                met += 1;
            }
        }
    }
    met
}

fn is_true(error: &VaultError, fault: Fault) {
    let said = match fault.trouble {
        Trouble::Full => matches!(error, VaultError::DiskFull),
        _ => matches!(error, VaultError::Io(_)),
    };
    assert!(said, "{fault:?}: {error:?}");
}

#[test]
fn a_vault_is_made_whole_or_not_at_all_and_can_be_made_again() {
    let home = Home::new();
    let met = at_every_place(&home, |run| {
        let fault = run.fault;
        let (made, met) = run.with_fault(|| run.create());
        match made {
            Ok(vault) => assert_eq!(vault.sessions().unwrap(), []),
            Err(error) => {
                assert!(met, "{fault:?}: {error:?} on a disk that works");
                let said = match fault.trouble {
                    Trouble::Full => matches!(error, CreateError::DiskFull),
                    _ => matches!(error, CreateError::Io(_)),
                };
                assert!(said, "{fault:?}: {error:?}");
                let left: Vec<_> = fs::read_dir(run.files.dir())
                    .unwrap()
                    .map(|entry| entry.unwrap().file_name())
                    .filter(|name| name != "use.lock")
                    .collect();
                assert!(left.is_empty(), "{fault:?}: {left:?}");
                run.create().unwrap();
            }
        }
        let vault = Vault::open(&run.files, &wrapping()).unwrap();
        sign_in(&vault, 3);
        drop(vault);
        look(&run.files);
        met
    });
    assert!(met > 20, "{met}");
}

#[test]
fn a_vault_that_can_not_be_opened_is_not_called_damaged_and_stays_as_it_is() {
    let before = look(&vault_of_three().files);
    for home in [vault_of_three(), vault_of_three_killed()] {
        opens_or_says_why(&home, &before);
    }
}

fn opens_or_says_why(home: &Home, before: &Content) {
    let met = at_every_place(home, |run| {
        let fault = run.fault;
        let (opened, met) = run.with_fault(|| {
            peek(&run.files)?;
            Vault::open(&run.files, &wrapping())
        });
        match opened {
            Ok(vault) => assert_eq!(content(&vault), *before, "{fault:?}"),
            Err(error) => {
                assert!(met, "{fault:?}: {error:?} on a disk that works");
                let said = match fault.trouble {
                    Trouble::Full => matches!(error, OpenError::DiskFull),
                    _ => matches!(error, OpenError::Io(_)),
                };
                assert!(said, "{fault:?}: {error:?}");
            }
        }
        assert_eq!(look(&run.files), *before, "{fault:?}");
        met
    });
    assert!(met > 20, "{met}");
}

#[test]
fn a_read_that_fails_says_so_and_the_next_one_finds_everything() {
    let home = vault_of_three();
    let before = look(&home.files);
    let met = at_every_place(&home, |run| {
        let fault = run.fault;
        let vault = Vault::open(&run.files, &wrapping()).unwrap();
        let ((), met) = run.with_fault(|| {
            for error in [
                vault.sessions().map(drop).err(),
                vault.secrets(id(2)).map(drop).err(),
                vault.audit_events(1..=4).map(drop).err(),
                vault.rows_match_ledger().map(drop).err(),
            ]
            .into_iter()
            .flatten()
            {
                is_true(&error, fault);
            }
        });
        assert_eq!(content(&vault), before, "{fault:?}");
        renew(&vault, 1).unwrap();
        met
    });
    assert!(met > 2, "{met}");
}

#[test]
fn folding_the_log_away_and_closing_lose_nothing() {
    let home = vault_of_three();
    let before = look(&home.files);
    let met = at_every_place(&home, |run| {
        let fault = run.fault;
        let vault = Vault::open(&run.files, &wrapping()).unwrap();
        renew(&vault, 3).unwrap();
        run.disk.fail(fault);
        vault.checkpoint_wal();
        drop(vault);
        let crashed = run.look_after_a_crash();
        let met = run.disk.heal() > 0;
        let after = renewed(&before, 3);
        assert_eq!(crashed, after, "{fault:?}");
        assert_eq!(look(&run.files), after, "{fault:?}");
        met
    });
    assert!(met > 10, "{met}");
}

#[test]
fn a_change_is_whole_or_not_there_and_can_be_made_again() {
    let home = vault_of_three();
    let before = look(&home.files);
    let met = at_every_place(&home, |run| {
        let fault = run.fault;
        let vault = Vault::open(&run.files, &wrapping()).unwrap();
        run.disk.fail(fault);
        let written = renew(&vault, 2);
        let crashed = run.look_after_a_crash();
        let met = run.disk.heal() > 0;
        let after = renewed(&before, 2);
        assert!(
            crashed == before || crashed == after,
            "{fault:?}: {crashed:?}"
        );
        // The vault goes on with what its file says, not with what it had in mind.
        let expected = match &written {
            Ok(()) => &after,
            Err(error) => {
                assert!(met, "{fault:?}: {error:?} on a disk that works");
                is_true(error, fault);
                &before
            }
        };
        assert_eq!(content(&vault), *expected, "{fault:?}");
        assert_eq!(look(&run.files), *expected, "{fault:?}");
        if written.is_err() {
            renew(&vault, 2).unwrap();
        }
        assert_eq!(content(&vault), after, "{fault:?}");
        drop(vault);
        assert_eq!(look(&run.files), after, "{fault:?}");
        met
    });
    assert!(met > 20, "{met}");
}
