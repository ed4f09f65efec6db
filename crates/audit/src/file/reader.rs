//! Reads the rows of an export one by one, in either format, never more than one row in memory.

use std::{
    cell::Cell,
    io::{self, BufRead, Read},
    rc::Rc,
};

use super::{
    LONGEST_ROW, Row,
    csv_form::{self, COLUMNS},
    json_form,
};

/// What comes next in the file.
pub(crate) enum Next {
    /// A row, and its line in JSON Lines.
    Row(Box<Row>, String),
    /// The first row of a version that is not ours.
    Newer(u64),
    /// Something that is not a row.
    Unreadable,
    /// Nothing more.
    End,
}

/// The rows of a file.
pub(crate) enum Rows<R: BufRead> {
    /// One JSON object per line.
    JsonLines(R),
    /// A table.
    Csv(Box<CsvRows<R>>),
}

/// The rows of a table.
pub(crate) struct CsvRows<R> {
    reader: csv::Reader<Bounded<R>>,
    budget: Rc<Cell<usize>>,
    record: csv::StringRecord,
    too_long: bool,
}

impl<R: BufRead> Rows<R> {
    /// Tells the format by the first byte and passes over a byte order mark and, in a table, the
    /// names of the columns. `None` when it is neither format.
    pub(crate) fn open(mut source: R) -> io::Result<Option<Self>> {
        if source.fill_buf()?.starts_with(b"\xEF\xBB\xBF") {
            source.consume(3);
        }
        if source.fill_buf()?.first() == Some(&b'{') {
            return Ok(Some(Self::JsonLines(source)));
        }
        let budget = Rc::new(Cell::new(LONGEST_ROW));
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(Bounded {
                source,
                budget: Rc::clone(&budget),
            });
        let mut rows = CsvRows {
            reader,
            budget,
            record: csv::StringRecord::new(),
            too_long: false,
        };
        Ok(match rows.advance()? {
            Some(true) if rows.record.iter().eq(COLUMNS) => Some(Self::Csv(Box::new(rows))),
            _ => None,
        })
    }

    /// The next row. After [`Next::Unreadable`] the rest may be read only to see whether there is
    /// any.
    pub(crate) fn next(&mut self) -> io::Result<Next> {
        match self {
            Self::JsonLines(source) => loop {
                let Some(line) = line(source)? else {
                    return Ok(Next::End);
                };
                let line = line.strip_suffix(b"\n").unwrap_or(&line);
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                // A blank line says nothing; editors leave one at the end.
                if !line.is_empty() {
                    let line = str::from_utf8(line).unwrap_or_default();
                    return Ok(match json_form::from_line(line) {
                        Some(row) => Next::Row(Box::new(row), line.to_owned()),
                        None => unreadable(line),
                    });
                }
            },
            Self::Csv(rows) => Ok(match rows.advance()? {
                None => Next::End,
                Some(false) => Next::Unreadable,
                Some(true) => match csv_form::from_record(&rows.record) {
                    Some(row) => {
                        let line = json_form::to_line(&row);
                        Next::Row(Box::new(row), line)
                    }
                    None => unreadable(csv_form::header_line(&rows.record).unwrap_or_default()),
                },
            }),
        }
    }
}

/// What a line that is no row may have meant in a newer version.
fn unreadable(line: &str) -> Next {
    json_form::newer_version(line).map_or(Next::Unreadable, Next::Newer)
}

/// One line with its end, at most [`LONGEST_ROW`] bytes and one more; `None` at the end.
fn line(source: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    source
        .take(LONGEST_ROW as u64 + 1)
        .read_until(b'\n', &mut line)?;
    Ok(if line.is_empty() { None } else { Some(line) })
}

impl<R: BufRead> CsvRows<R> {
    /// Reads the next record: `None` at the end, `false` for one that is too long or not UTF-8.
    fn advance(&mut self) -> io::Result<Option<bool>> {
        // The csv crate calls what follows a failed read the end; it is not.
        if self.too_long {
            return Ok(Some(false));
        }
        self.budget.set(LONGEST_ROW);
        match self.reader.read_record(&mut self.record) {
            Ok(true) => Ok(Some(true)),
            Ok(false) => Ok(None),
            Err(error) => match error.into_kind() {
                csv::ErrorKind::Io(error) if !is_too_long(&error) => Err(error),
                csv::ErrorKind::Io(_) => {
                    self.too_long = true;
                    Ok(Some(false))
                }
                _ => Ok(Some(false)),
            },
        }
    }
}

/// A source that gives at most `budget` bytes before its reader renews the budget.
pub(crate) struct Bounded<R> {
    source: R,
    budget: Rc<Cell<usize>>,
}

#[derive(Debug, thiserror::Error)]
#[error("the row is too long")]
struct TooLong;

fn is_too_long(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<TooLong>())
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let budget = self.budget.get();
        if budget == 0 {
            return Err(io::Error::other(TooLong));
        }
        let most = buffer.len().min(budget);
        let count = self.source.read(&mut buffer[..most])?;
        self.budget.set(budget - count);
        Ok(count)
    }
}
