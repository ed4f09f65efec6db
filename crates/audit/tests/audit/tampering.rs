//! What was done to a file, and that the report names it, in both formats.

use keyfob_audit::{
    Breach, BreachKind, ExportFormat, Finding, Mask, SignedBy, Signer, VerifyError, verify,
};
use keyfob_secret::Key32;
use proptest::prelude::*;

use super::sample::{FORMATS, SampleLog, everything, options, verified};

/// Rows of a file, each with its end. A table's column names stand with its first row, as row 0,
/// so that row N is event N in both formats.
fn rows(format: ExportFormat, file: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(file).unwrap();
    let mut rows: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    if format == ExportFormat::Csv {
        let first = rows.remove(1);
        rows[0].push_str(&first);
    }
    rows
}

/// Event labels without line breaks, so that a row is a line.
fn sample(count: u64) -> SampleLog {
    SampleLog::of((1..=count).map(|n| {
        let mut draft = super::sample::draft(n);
        draft.guarded.label = Some(format!("session {n}"));
        draft
    }))
}

fn exported(log: &SampleLog, format: ExportFormat) -> Vec<String> {
    let (file, _) = log.exported(&everything(format));
    let rows = rows(format, &file);
    assert_eq!(rows.concat(), String::from_utf8(file).unwrap());
    rows
}

fn breach(rows: &[String]) -> Breach {
    breach_of(rows.concat().as_bytes())
}

fn breach_of(file: &[u8]) -> Breach {
    match verified(file).finding {
        Finding::Broken(breach) => breach,
        Finding::Intact(_) => panic!("not noticed"),
    }
}

#[test]
fn untouched_rows_are_intact() {
    for format in FORMATS {
        let rows = exported(&sample(20), format);
        assert_eq!(rows.len(), 23);
        let report = verified(rows.concat().as_bytes());
        assert_eq!(report.finding, Finding::Intact(SignedBy::ExpectedKey));
    }
}

#[test]
fn a_missing_event_is_a_gap() {
    for format in FORMATS {
        let mut rows = exported(&sample(20), format);
        rows.remove(7);
        assert_eq!(
            breach(&rows),
            Breach {
                seq: 7,
                kind: BreachKind::Gap
            }
        );
    }
}

#[test]
fn missing_last_events_before_a_checkpoint_are_a_gap() {
    for format in FORMATS {
        let mut rows = exported(&sample(20), format);
        rows.drain(19..=20);
        assert_eq!(
            breach(&rows),
            Breach {
                seq: 19,
                kind: BreachKind::Gap
            }
        );
    }
}

#[test]
fn moved_and_repeated_events_are_reordered() {
    for format in FORMATS {
        let good = exported(&sample(20), format);
        let mut swapped = good.clone();
        swapped.swap(5, 9);
        assert_eq!(
            breach(&swapped),
            Breach {
                seq: 5,
                kind: BreachKind::Reordered
            }
        );
        let mut repeated = good.clone();
        repeated.insert(6, good[3].clone());
        assert_eq!(
            breach(&repeated),
            Breach {
                seq: 3,
                kind: BreachKind::Reordered
            }
        );
    }
}

#[test]
fn every_altered_field_is_named() {
    let changes = [
        ("user", "keyfob"),
        ("id.example.com", "id.example.org"),
        ("account-1@", "account-2@"),
        ("session 10", "session 11"),
        ("due", "due_"),
        ("2026-", "2027-"),
    ];
    for format in FORMATS {
        let good = exported(&sample(20), format);
        for (from, to) in changes {
            let mut rows = good.clone();
            let at = (1..=20).find(|at| rows[*at].contains(from)).unwrap();
            rows[at] = rows[at].replace(from, to);
            let expected = Breach {
                seq: at as u64,
                kind: BreachKind::Altered,
            };
            assert_eq!(breach(&rows), expected, "{from}");
        }
    }
}

#[test]
fn an_event_turned_into_a_bare_leaf_breaks_the_seal() {
    let log = sample(20);
    for format in FORMATS {
        let mut rows = exported(&log, format);
        let leaf = log.events[6].leaf;
        let chain = |row: &str| {
            let end = row.trim_end();
            match format {
                ExportFormat::Csv => end[end.len() - 64..].to_owned(),
                ExportFormat::JsonLines => {
                    end.split(r#""chain":""#).nth(1).unwrap()[..64].to_owned()
                }
            }
        };
        let chain = chain(&rows[7]);
        rows[7] = match format {
            ExportFormat::Csv => format!("leaf,7{}{leaf},{chain}\r\n", ",".repeat(22)),
            ExportFormat::JsonLines => {
                format!(r#"{{"chain":"{chain}","leaf":"{leaf}","seq":7}}"#) + "\n"
            }
        };
        assert_eq!(
            breach(&rows),
            Breach {
                seq: 20,
                kind: BreachKind::Unsealed
            }
        );
    }
}

#[test]
fn a_cut_tail_is_named_wherever_it_is_cut() {
    for format in FORMATS {
        let rows = exported(&sample(20), format);
        for keep in 1..rows.len() {
            let seq = keep.min(21) as u64;
            assert_eq!(
                breach(&rows[..keep]),
                Breach {
                    seq,
                    kind: BreachKind::CutTail
                }
            );
        }
        let whole = rows.concat();
        let in_row_9 = rows[..9].concat().len() + 40;
        let expected = Breach {
            seq: 9,
            kind: BreachKind::CutTail,
        };
        assert_eq!(breach_of(&whole.as_bytes()[..in_row_9]), expected);
    }
}

#[test]
fn a_file_signed_by_another_key_is_resigned() {
    let intruder = Signer::new(&Key32::new([8; 32]));
    for format in FORMATS {
        let log = sample(20);
        let (file, _) = log.exported_by(&intruder, &everything(format));
        let expected = Breach {
            seq: 1,
            kind: BreachKind::Resigned { until: 20 },
        };
        assert_eq!(breach_of(&file), expected);
        // Nobody said which key: it is intact, and the report says whose key it was not checked to be.
        let report = verify(&file[..], None).unwrap();
        assert_eq!(report.finding, Finding::Intact(SignedBy::UncheckedKey));
        assert_eq!(report.fingerprint, Some(intruder.fingerprint()));
    }
}

#[test]
fn a_tail_signed_by_another_key_is_resigned_even_when_no_key_is_given() {
    let intruder = Signer::new(&Key32::new([8; 32]));
    for format in FORMATS {
        let log = sample(300);
        let ours = exported(&log, format);
        let bare = SampleLog {
            checkpoints: Vec::new(),
            ..log
        };
        let (file, _) = bare.exported_by(&intruder, &everything(format));
        let theirs = rows(format, &file);
        let mixed = [&ours[..258], &theirs[257..]].concat().concat();
        let report = verify(mixed.as_bytes(), None).unwrap();
        let expected = Breach {
            seq: 257,
            kind: BreachKind::Resigned { until: 300 },
        };
        assert_eq!(report.finding, Finding::Broken(expected));
        assert_eq!(report.checkpoints, 1);
    }
}

#[test]
fn rewritten_links_do_not_lead_to_the_checkpoint() {
    for format in FORMATS {
        let one = sample(20);
        let other = sample(20);
        let ours = exported(&one, format);
        let mut rows = exported(&other, format);
        rows[21] = ours[21].clone();
        let expected = Breach {
            seq: 1,
            kind: BreachKind::Rewritten { until: 20 },
        };
        assert_eq!(breach(&rows), expected);
    }
}

#[test]
fn a_forged_signature_does_not_hold() {
    for format in FORMATS {
        let mut rows = exported(&sample(20), format);
        let at = rows[21].find("signature").unwrap() + 20;
        let digit = if &rows[21][at..=at] == "0" { "1" } else { "0" };
        rows[21].replace_range(at..=at, digit);
        let expected = Breach {
            seq: 1,
            kind: BreachKind::BadSignature { until: 20 },
        };
        assert_eq!(breach(&rows), expected);
    }
}

#[test]
fn a_changed_hash_or_first_row_breaks_the_seal() {
    for format in FORMATS {
        let (file, _) = sample(20).exported(&options(format, Mask::Hash, Mask::Remove));
        let good = rows(format, &file);
        let expected = Breach {
            seq: 20,
            kind: BreachKind::Unsealed,
        };
        let mut rows = good.clone();
        let hash = rows[2].find("hash:").unwrap() + 6;
        let letter = if &rows[2][hash..=hash] == "A" {
            "B"
        } else {
            "A"
        };
        rows[2].replace_range(hash..=hash, letter);
        // In a table the proof has the same word; the first is the value.
        assert_eq!(breach(&rows), expected);
        let mut rows = good.clone();
        rows[0] = rows[0].replace("remove", "keep");
        assert_eq!(breach(&rows), expected);
    }
}

#[test]
fn what_follows_the_seal_is_named() {
    for format in FORMATS {
        let good = exported(&sample(5), format);
        let expected = Breach {
            seq: 5,
            kind: BreachKind::AfterSeal,
        };
        for extra in [good[3].clone(), "rubbish\n".to_owned()] {
            let mut rows = good.clone();
            rows.push(extra);
            assert_eq!(breach(&rows), expected);
        }
    }
}

#[test]
fn a_second_spelling_of_a_row_is_refused() {
    let mut rows = exported(&sample(5), ExportFormat::JsonLines);
    rows[3] = rows[3].replacen('{', r#"{"result":"ok","#, 1);
    assert_eq!(
        breach(&rows),
        Breach {
            seq: 3,
            kind: BreachKind::Unreadable
        }
    );
    let mut rows = exported(&sample(5), ExportFormat::JsonLines);
    rows[3] = rows[3].replacen('{', "{ ", 1);
    assert_eq!(
        breach(&rows),
        Breach {
            seq: 3,
            kind: BreachKind::Unreadable
        }
    );
    let mut rows = exported(&sample(5), ExportFormat::Csv);
    rows[3] = rows[3].replacen("event,3", "event,03", 1);
    assert_eq!(
        breach(&rows),
        Breach {
            seq: 3,
            kind: BreachKind::Unreadable
        }
    );
}

#[test]
fn rows_beyond_the_bound_are_unreadable_and_not_held_in_memory() {
    for format in FORMATS {
        let mut rows = exported(&sample(5), format);
        rows[3] = format!("{}\n", "a".repeat(3_000_000));
        assert_eq!(
            breach(&rows),
            Breach {
                seq: 3,
                kind: BreachKind::Unreadable
            }
        );
    }
    let endless = std::io::BufReader::new(std::io::Read::take(std::io::repeat(b'{'), 50_000_000));
    assert!(matches!(
        verify(endless, None),
        Err(VerifyError::NotAnExport)
    ));
}

#[test]
fn other_files_are_not_exports() {
    let nested = format!("{{\"a\":{}", "[".repeat(100_000));
    for file in [
        &b""[..],
        b"\n",
        b"hello",
        b"{}",
        b"{\n",
        b"a,b,c\n1,2,3\n",
        &[0xFF; 100],
        nested.as_bytes(),
    ] {
        assert!(matches!(verify(file, None), Err(VerifyError::NotAnExport)));
    }
}

proptest! {
    #[test]
    fn no_single_changed_byte_goes_unnoticed(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        table in any::<bool>(),
    ) {
        let format = FORMATS[usize::from(table)];
        let (mut file, _) = SampleLog::with(6).exported(&options(format, Mask::Hash, Mask::Keep));
        let at = at.index(file.len());
        prop_assume!(file[at] != byte);
        // Line ends and a table's quotes around a cell carry nothing.
        prop_assume!(!b"\r\n\"".contains(&file[at]) && !b"\r\n\"".contains(&byte));
        file[at] = byte;
        let intact = verify(&file[..], Some(&super::sample::signer().fingerprint()))
            .is_ok_and(|report| matches!(report.finding, Finding::Intact(_)));
        prop_assert!(!intact, "byte {at}");
    }
}
