//! Walking over all rows of a table, also where the file is damaged.

use keyfob_secret::SecretBytes;
use rusqlite::{Connection, ErrorCode, params};

use crate::{
    damage::{Fault, RowFault},
    error::VaultError,
    rows::Sealed,
    table::Table,
};

/// The fewest bytes that a row takes in the file; bounds how many there can be.
const SMALLEST_ROW: u64 = 128;

/// Hands each row of `table` to `each`, in order, and each that is no row to `broken`. Where the
/// file is damaged it goes on row by row, each found by its own number.
///
/// Returns whether the file was found damaged.
pub(crate) fn scan(
    conn: &Connection,
    table: Table,
    mut each: impl FnMut(Sealed<'_>),
    mut broken: impl FnMut(RowFault),
) -> Result<bool, VaultError> {
    let mut last = 0;
    match scan_from(conn, table, &mut last, &mut each, &mut broken) {
        Ok(()) => Ok(false),
        Err(error) if is_damage(&error) => {
            salvage(conn, table, last, &mut each, &mut broken);
            Ok(true)
        }
        Err(error) => Err(error.into()),
    }
}

/// A read that fails is none: the next one may work, and a vault once taken for damaged is not
/// written any more.
fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

/// From the row after number `last` on; `last` follows.
fn scan_from(
    conn: &Connection,
    table: Table,
    last: &mut i64,
    each: &mut impl FnMut(Sealed<'_>),
    broken: &mut impl FnMut(RowFault),
) -> rusqlite::Result<()> {
    let mut select = conn.prepare_cached(&format!(
        "SELECT {} FROM {} WHERE seq > ?1 ORDER BY seq",
        Sealed::COLUMNS,
        table.name()
    ))?;
    let mut rows = select.query([*last])?;
    while let Some(row) = rows.next()? {
        if let Ok(seq) = row.get(0) {
            *last = seq;
        }
        match Sealed::of(row) {
            Some(sealed) => each(sealed),
            None => broken(RowFault {
                table,
                row: None,
                fault: Fault::Damaged,
            }),
        }
    }
    Ok(())
}

/// Row by row from number `last` on: each look-up goes down the tree by itself and misses only
/// the pages that are damaged. A page that can't be read hides several rows; how many is not
/// known, so that one fault stands for a run of them.
fn salvage(
    conn: &Connection,
    table: Table,
    last: i64,
    each: &mut impl FnMut(Sealed<'_>),
    broken: &mut impl FnMut(RowFault),
) {
    let sql = format!(
        "SELECT {} FROM {} WHERE seq = ?1",
        Sealed::COLUMNS,
        table.name()
    );
    let Ok(mut select) = conn.prepare(&sql) else {
        broken(RowFault {
            table,
            row: None,
            fault: Fault::Damaged,
        });
        return;
    };
    let mut in_a_run = false;
    for seq in last + 1..=highest(conn, table) {
        let found = select.query_row(params![seq], |row| {
            match Sealed::of(row) {
                Some(sealed) => each(sealed),
                None => broken(RowFault {
                    table,
                    row: None,
                    fault: Fault::Damaged,
                }),
            }
            Ok(())
        });
        let damaged = found.is_err_and(|error| error != rusqlite::Error::QueryReturnedNoRows);
        if damaged && !in_a_run {
            broken(RowFault {
                table,
                row: None,
                fault: Fault::Damaged,
            });
        }
        in_a_run = damaged;
    }
}

/// The highest number that a row can have: the last one, or as many as fit into the file.
fn highest(conn: &Connection, table: Table) -> i64 {
    let last = conn.query_row(
        &format!("SELECT max(seq) FROM {}", table.name()),
        [],
        |row| row.get::<_, Option<i64>>(0),
    );
    last.ok().flatten().unwrap_or_else(|| {
        let pragma = |name| {
            conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0))
                .unwrap_or(0)
        };
        let bytes = pragma("page_count").saturating_mul(pragma("page_size"));
        bytes / SMALLEST_ROW.cast_signed()
    })
}

/// Reads JSON out of what was unsealed.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(plain: &SecretBytes) -> Option<T> {
    // EXPOSE: the value is parsed into its type; rows of secrets are not read this way.
    serde_json::from_slice(plain.expose()).ok()
}
