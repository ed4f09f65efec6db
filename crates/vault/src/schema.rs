//! The schema, its version, and how an older one becomes the newest.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::table::Table;

/// `application_id` of a vault: "KEYF".
pub(crate) const APPLICATION_ID: u32 = 0x4B45_5946;

/// The newest format known here, kept as `user_version`.
pub(crate) const FORMAT: u32 = 1;

/// What makes format n + 1 of format n, first to last. Each runs inside the one transaction.
pub(crate) const MIGRATIONS: [Migration; FORMAT as usize] = [create_format_1];

pub(crate) type Migration = fn(&Connection) -> rusqlite::Result<()>;

fn create_format_1(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(
        "CREATE TABLE header (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            vault_id BLOB NOT NULL,
            epoch INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE slot (
            seq INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE,
            kind INTEGER NOT NULL,
            version INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            params BLOB NOT NULL,
            sealed BLOB NOT NULL
        ) STRICT;",
    )?;
    for table in Table::ALL {
        conn.execute_batch(&format!(
            "CREATE TABLE {} (
                seq INTEGER PRIMARY KEY,
                id BLOB NOT NULL,
                kind INTEGER NOT NULL,
                version INTEGER NOT NULL,
                epoch INTEGER NOT NULL,
                sealed BLOB NOT NULL,
                UNIQUE (id, kind)
            ) STRICT;",
            table.name()
        ))?;
    }
    Ok(())
}

/// The `application_id` and the `user_version` of a file.
pub(crate) fn marks(conn: &Connection) -> rusqlite::Result<(u32, u32)> {
    let application: i32 = conn.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let format: i32 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok((application.cast_unsigned(), format.cast_unsigned()))
}

/// Brings a file from its format to the newest, in one transaction. The caller holds the use lock
/// exclusively.
///
/// A file that holds something is first copied to `copy`, which must be a fresh, empty file.
pub(crate) fn migrate(
    conn: &mut Connection,
    steps: &[Migration],
    copy: Option<&Path>,
) -> rusqlite::Result<()> {
    if let Some(copy) = copy {
        conn.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (_, format) = marks(&tx)?;
    for step in steps.iter().skip(format as usize) {
        step(&tx)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    let newest = u32::try_from(steps.len()).expect("formats are counted on one hand");
    tx.pragma_update(None, "user_version", newest)?;
    tx.commit()
}

#[cfg(test)]
mod tests {
    use keyfob_faulty_disk::{Disk, Fault, Lasting, Trouble};

    use super::*;
    use crate::connection::open_writable;

    fn add_column(conn: &Connection) -> rusqlite::Result<()> {
        conn.execute_batch("ALTER TABLE slot ADD COLUMN label TEXT")
    }

    fn fail_half_way(conn: &Connection) -> rusqlite::Result<()> {
        conn.execute_batch("DROP TABLE slot; SELECT * FROM nowhere")
    }

    fn columns(conn: &Connection) -> usize {
        conn.prepare("SELECT * FROM slot").unwrap().column_count()
    }

    #[test]
    fn a_migration_copies_first_and_runs_only_what_is_new() {
        let dir = tempfile::tempdir().unwrap();
        let mut conn = Connection::open(dir.path().join("v.db")).unwrap();
        migrate(&mut conn, &MIGRATIONS, None).unwrap();
        let copy = dir.path().join("copy.db");
        std::fs::File::create_new(&copy).unwrap();
        migrate(&mut conn, &[create_format_1, add_column], Some(&copy)).unwrap();
        assert_eq!(marks(&conn).unwrap(), (APPLICATION_ID, 2));
        assert_eq!(columns(&conn), 8);
        let copy = Connection::open(copy).unwrap();
        assert_eq!(marks(&copy).unwrap(), (APPLICATION_ID, 1));
        assert_eq!(columns(&copy), 7);
    }

    #[test]
    fn a_migration_on_a_disk_that_fails_is_whole_or_not_there_and_runs_again() {
        let mut met = 0;
        for trouble in Trouble::ALL {
            for lasting in Lasting::ALL {
                for at in 1.. {
                    let fault = Fault {
                        trouble,
                        at,
                        lasting,
                    };
                    if !migrate_with(fault) {
                        break;
                    }
                    met += 1;
                }
            }
        }
        assert!(met > 20, "{met}");
    }

    /// Whether the fault was met.
    fn migrate_with(fault: Fault) -> bool {
        let dir = tempfile::tempdir_in("/dev/shm")
            .unwrap_or_else(|_| tempfile::tempdir().expect("a folder"));
        let disk = Disk::under(dir.path());
        let (path, copy) = (dir.path().join("v.db"), dir.path().join("copy.db"));
        std::fs::File::create_new(&path).unwrap();
        let mut conn = open_writable(&path).unwrap();
        migrate(&mut conn, &MIGRATIONS, None).unwrap();
        let steps = [create_format_1 as Migration, add_column];
        let found = |conn: &Connection| (marks(conn).unwrap(), columns(conn));
        let (old, new) = (((APPLICATION_ID, 1), 7), ((APPLICATION_ID, 2), 8));

        std::fs::File::create_new(&copy).unwrap();
        disk.fail(fault);
        let migrated = migrate(&mut conn, &steps, Some(&copy));
        let met = disk.heal() > 0;
        if migrated.is_err() {
            assert!(met, "{fault:?}: {migrated:?} on a disk that works");
            assert_eq!(found(&conn), old, "{fault:?}");
            std::fs::remove_file(&copy).unwrap();
            std::fs::File::create_new(&copy).unwrap();
            migrate(&mut conn, &steps, Some(&copy)).unwrap();
        }
        assert_eq!(found(&conn), new, "{fault:?}");
        assert_eq!(found(&Connection::open(&copy).unwrap()), old, "{fault:?}");
        drop(conn);
        assert_eq!(found(&Connection::open(&path).unwrap()), new, "{fault:?}");
        met
    }

    #[test]
    fn a_migration_that_fails_leaves_everything_as_it_was() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn, &MIGRATIONS, None).unwrap();
        assert!(
            migrate(
                &mut conn,
                &[create_format_1, add_column, fail_half_way],
                None
            )
            .is_err()
        );
        assert_eq!(marks(&conn).unwrap(), (APPLICATION_ID, 1));
        assert_eq!(columns(&conn), 7);
    }
}
