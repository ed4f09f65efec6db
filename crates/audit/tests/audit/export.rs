use std::collections::BTreeSet;

use keyfob_audit::{
    EventKind, ExportError, ExportFilter, ExportFormat, ExportOptions, Finding, Head, Log, Mask,
    SignedBy, Step, export, preview, verify,
};
use keyfob_token::UnixMillis;
use proptest::prelude::*;

use super::sample::{
    FORMATS, LOG_ID, NOW, SampleLog, draft, everything, options, signer, verified,
};

const INTACT: Finding = Finding::Intact(SignedBy::ExpectedKey);

fn text(file: &[u8]) -> &str {
    std::str::from_utf8(file).unwrap()
}

#[test]
fn every_mask_and_format_verifies() {
    let log = SampleLog::with(600);
    for format in FORMATS {
        for accounts in [Mask::Keep, Mask::Hash, Mask::Remove] {
            for hosts in [Mask::Keep, Mask::Hash, Mask::Remove] {
                let (file, summary) = log.exported(&options(format, accounts, hosts));
                let report = verified(&file);
                assert_eq!(report.finding, INTACT);
                assert_eq!(
                    (report.events, report.hidden, report.checkpoints),
                    (600, 0, 3)
                );
                assert_eq!(summary.bytes, file.len() as u64);
                assert_eq!(summary.events, 600);
                let masked = u64::from(accounts != Mask::Keep) * 1200
                    + u64::from(hosts != Mask::Keep) * 1400;
                assert_eq!(summary.masked, masked);
            }
        }
    }
}

#[test]
fn an_empty_log_exports_and_verifies() {
    for format in FORMATS {
        let (file, _) = SampleLog::with(0).exported(&everything(format));
        let report = verified(&file);
        assert_eq!((report.finding, report.last), (INTACT, 0));
    }
}

#[test]
fn without_a_key_the_signer_is_not_checked_but_named() {
    let (file, _) = SampleLog::with(3).exported(&everything(ExportFormat::JsonLines));
    let report = verify(&file[..], None).unwrap();
    assert_eq!(report.finding, Finding::Intact(SignedBy::UncheckedKey));
    assert_eq!(report.fingerprint, Some(signer().fingerprint()));
}

#[test]
fn a_fingerprint_may_be_typed_by_hand() {
    let (file, _) = SampleLog::with(3).exported(&everything(ExportFormat::JsonLines));
    let typed = signer().fingerprint().to_lowercase().replace('-', " ");
    assert_eq!(verify(&file[..], Some(&typed)).unwrap().finding, INTACT);
    assert!(verify(&file[..], Some("ABCD-EFGH")).is_err());
}

#[test]
fn what_the_filter_hides_appears_as_its_leaf_alone() {
    // Each kind twice, and the second time of the one that is shown is within the filter too.
    let kinds = EventKind::ALL.len() as u64;
    let hidden = 2 * kinds - 2;
    let log = SampleLog::with(2 * kinds);
    for format in FORMATS {
        let shown = EventKind::ALL[3];
        let filter = ExportFilter {
            from: Some(NOW + 3_000),
            until: Some(NOW + kinds.cast_signed() * 1_000 + 5_000),
            events: Some(BTreeSet::from([shown])),
            sessions: None,
        };
        let (file, summary) = log.exported(&ExportOptions {
            filter,
            ..everything(format)
        });
        assert_eq!((summary.events, summary.hidden), (2, hidden));
        let report = verified(&file);
        assert_eq!(
            (report.finding, report.events, report.hidden),
            (INTACT, 2, hidden)
        );
        for hidden in EventKind::ALL.iter().filter(|kind| **kind != shown) {
            assert!(!text(&file).contains(hidden.as_str()));
        }
    }
}

#[test]
fn one_account_has_one_hash_in_one_file_and_another_in_the_next() {
    let log = SampleLog::with(60);
    let hashes = |file: &[u8]| -> BTreeSet<String> {
        text(file)
            .split(r#""account":{"commitment":"#)
            .skip(1)
            .map(|rest| rest.split(r#""hash":""#).nth(1).unwrap()[..21].to_owned())
            .collect()
    };
    let wanted = options(ExportFormat::JsonLines, Mask::Hash, Mask::Keep);
    let first = hashes(&log.exported(&wanted).0);
    let second = hashes(&log.exported(&wanted).0);
    assert_eq!((first.len(), second.len()), (3, 3));
    assert!(first.is_disjoint(&second));
}

#[test]
fn masked_values_and_their_salts_are_not_in_the_file() {
    let log = SampleLog::with(20);
    for format in FORMATS {
        for mask in [Mask::Hash, Mask::Remove] {
            let (file, _) = log.exported(&options(format, mask, mask));
            for event in &log.events {
                let guarded = &event.draft.guarded;
                let values = [
                    &guarded.account,
                    &guarded.host,
                    &guarded.device,
                    &guarded.issuer,
                ];
                for value in values.into_iter().flatten() {
                    assert!(!text(&file).contains(value.as_str()));
                }
                assert!(!text(&file).contains(&event.salts.account.unwrap().to_string()));
            }
        }
        // The control: what is kept is found by the same search.
        let (file, _) = log.exported(&everything(format));
        assert!(text(&file).contains("=account-1@example.com"));
        assert!(text(&file).contains(&log.events[0].salts.account.unwrap().to_string()));
    }
}

#[test]
fn no_cell_of_a_table_starts_a_formula() {
    let mut drafts: Vec<_> = (1..8).map(draft).collect();
    for (draft, start) in drafts
        .iter_mut()
        .zip(["=", "+", "-", "@", "\t", "\r", "'="])
    {
        draft.guarded.account = Some(format!("{start}HYPERLINK(\"x\")"));
        draft.guarded.device = Some(start.to_owned());
    }
    let (file, _) = SampleLog::of(drafts).exported(&everything(ExportFormat::Csv));
    let mut reader = csv::Reader::from_reader(&file[..]);
    let mut quoted = 0;
    for record in reader.records() {
        for cell in &record.unwrap() {
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{cell:?}"
            );
            quoted += usize::from(cell.starts_with('\''));
        }
    }
    assert!(quoted >= 14);
    assert_eq!(verified(&file).finding, INTACT);
}

#[test]
fn line_ends_and_a_byte_order_mark_do_not_matter() {
    let log = SampleLog::with(5);
    let (json, _) = log.exported(&everything(ExportFormat::JsonLines));
    let windows = format!("\u{FEFF}{}\r\n", text(&json).replace('\n', "\r\n"));
    assert_eq!(verified(windows.as_bytes()).finding, INTACT);
    let (table, _) = log.exported(&options(ExportFormat::Csv, Mask::Hash, Mask::Keep));
    let marked = format!("\u{FEFF}{}", text(&table));
    assert_eq!(verified(marked.as_bytes()).finding, INTACT);
}

#[test]
fn a_broken_log_is_named_and_not_signed() {
    let mut log = SampleLog::with(9);
    log.events[4].draft.guarded.account = None;
    assert_eq!(refusal(&log, log.head), 5);
    let log = SampleLog::with(9);
    assert_eq!(refusal(&log, SampleLog::with(10).head), 10);
    let mut log = SampleLog::with(300);
    log.checkpoints[0].chain.0[0] ^= 1;
    assert_eq!(refusal(&log, log.head), 256);
}

fn refusal(log: &SampleLog, head: Head) -> u64 {
    let source = Log {
        id: LOG_ID,
        head,
        checkpoints: &log.checkpoints,
    };
    let wanted = everything(ExportFormat::JsonLines);
    let mut out = Vec::new();
    let go_on = &mut |_| Step::Continue;
    match export(
        source,
        &log.events,
        &signer(),
        NOW,
        &wanted,
        &mut out,
        go_on,
    ) {
        Err(ExportError::Broken { seq }) => seq,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_export_can_be_cancelled_on_the_way() {
    let log = SampleLog::with(600);
    let source = Log {
        id: LOG_ID,
        head: log.head,
        checkpoints: &log.checkpoints,
    };
    let mut heard = Vec::new();
    let mut out = Vec::new();
    let outcome = export(
        source,
        &log.events,
        &signer(),
        NOW,
        &everything(ExportFormat::Csv),
        &mut out,
        &mut |done| {
            heard.push(done);
            if done < 512 {
                Step::Continue
            } else {
                Step::Cancel
            }
        },
    );
    assert!(matches!(outcome, Err(ExportError::Cancelled)));
    assert_eq!(heard, [256, 512]);
}

#[test]
fn a_full_disk_is_an_error() {
    struct Full(usize);
    impl std::io::Write for Full {
        fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
            let count = buffer.len().min(self.0);
            self.0 -= count;
            if count == 0 {
                Err(std::io::ErrorKind::StorageFull.into())
            } else {
                Ok(count)
            }
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let log = SampleLog::with(20);
    let source = Log {
        id: LOG_ID,
        head: log.head,
        checkpoints: &log.checkpoints,
    };
    for format in FORMATS {
        for room in [0, 100, 3000] {
            let wanted = everything(format);
            let go_on = &mut |_| Step::Continue;
            let out = &mut Full(room);
            match export(source, &log.events, &signer(), NOW, &wanted, out, go_on) {
                Err(ExportError::Write(error)) => {
                    assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn the_preview_shows_the_lines_and_marks_what_is_masked() {
    let log = SampleLog::with(10);
    for format in FORMATS {
        let lines = preview(&log.events, &options(format, Mask::Hash, Mask::Remove), 3).unwrap();
        assert_eq!(lines.len(), 3);
        for line in &lines {
            let masked: Vec<&str> = line
                .parts
                .iter()
                .filter(|part| part.masked)
                .map(|part| &*part.text)
                .collect();
            assert_eq!(
                masked
                    .iter()
                    .filter(|text| text.starts_with("hash:"))
                    .count(),
                2
            );
            assert!(masked.len() >= 4, "{masked:?}");
            let whole: String = line.parts.iter().map(|part| &*part.text).collect();
            assert!(!whole.contains("example.com"), "{whole}");
            assert!(!whole.contains(['\u{FDD0}', '\u{FDD1}']));
        }
        let kept = preview(&log.events, &everything(format), 20).unwrap();
        assert_eq!(kept.len(), 10);
        assert!(kept.iter().all(|line| line.parts.len() == 1));
        assert!(kept[0].parts[0].text.contains("=account-1@example.com"));
    }
}

#[test]
fn a_preview_that_shows_nothing_is_empty() {
    let log = SampleLog::with(10);
    let filter = ExportFilter {
        until: Some(UnixMillis(0)),
        ..ExportFilter::default()
    };
    let wanted = ExportOptions {
        filter,
        ..everything(ExportFormat::Csv)
    };
    assert!(preview(&log.events, &wanted, 3).unwrap().is_empty());
}

proptest! {
    #[test]
    fn any_text_in_guarded_fields_survives_or_vanishes(
        account in any::<String>(),
        label in "[=+@'\\-\\t\\r\\n\",a\u{FDD0}\u{FDD1}]{0,12}",
    ) {
        let canary = format!("{account}Zq9canary{account}");
        let mut one = draft(3);
        one.guarded.account = Some(canary.clone());
        one.guarded.label = Some(label);
        let log = SampleLog::of([one]);
        for format in FORMATS {
            let (file, _) = log.exported(&everything(format));
            prop_assert_eq!(verified(&file).finding, INTACT);
            prop_assert!(text(&file).contains("Zq9canary"));
            for mask in [Mask::Hash, Mask::Remove] {
                let wanted = options(format, mask, Mask::Keep);
                let (file, _) = log.exported(&wanted);
                prop_assert_eq!(verified(&file).finding, INTACT);
                prop_assert!(!text(&file).contains("Zq9canary"));
                for line in preview(&log.events, &wanted, 1).unwrap() {
                    prop_assert!(line.parts.iter().all(|part| !part.text.contains("Zq9canary")));
                }
            }
        }
    }
}
