use std::{fs, path::PathBuf};

use keyfob_audit::{
    Draft, EventKind, ExportFilter, ExportFormat, ExportOptions, Guarded, Head, Log, Mask, Signer,
    Step, append, export,
};
use keyfob_secret::Key32;
use keyfob_token::UnixMillis;
use tempfile::TempDir;
use uuid::Uuid;

use super::keyfob::{Run, command, run};

const LOG: Uuid = Uuid::from_u128(7);
const NOW: UnixMillis = UnixMillis(1_795_000_000_000);

fn signer() -> Signer {
    Signer::new(&Key32::new([1; 32]))
}

fn exported(format: ExportFormat) -> String {
    let mut head = Head::EMPTY;
    let mut events = Vec::new();
    for n in 0..6 {
        let guarded = Guarded {
            account: Some("a@example.com".into()),
            ..Guarded::default()
        };
        let draft = Draft {
            guarded,
            ..Draft::new(NOW + n, EventKind::TokenCopied)
        };
        let (event, next) = append(LOG, &head, draft).unwrap();
        head = next;
        events.push(event);
    }
    let log = Log {
        id: LOG,
        head,
        checkpoints: &[],
    };
    let options = ExportOptions {
        filter: ExportFilter {
            from: Some(NOW + 2),
            ..ExportFilter::default()
        },
        format,
        accounts: Mask::Keep,
        hosts: Mask::Keep,
    };
    let mut out = Vec::new();
    let go_on = &mut |_| Step::Continue;
    export(log, &events, &signer(), NOW, &options, &mut out, go_on).unwrap();
    String::from_utf8(out).unwrap()
}

struct Saved {
    path: PathBuf,
    _folder: TempDir,
}

fn saved(text: &str) -> Saved {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit log.jsonl");
    fs::write(&path, text).unwrap();
    Saved {
        path,
        _folder: folder,
    }
}

fn verify(text: &str, more: &[&str]) -> Run {
    let file = saved(text);
    let mut arguments = vec!["audit", "verify", file.path.to_str().unwrap()];
    arguments.extend(more);
    run(&arguments)
}

#[test]
fn an_intact_file_signed_by_the_key_says_so() {
    for format in [ExportFormat::JsonLines, ExportFormat::Csv] {
        let run = verify(&exported(format), &["--key", &signer().fingerprint()]);
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
        assert!(
            run.out.starts_with("intact and signed by that key\n"),
            "{}",
            run.out
        );
        assert!(
            run.out
                .contains("events 1 to 6: 4 shown, 2 as their hash alone; 1 signature\n")
        );
    }
}

#[test]
fn without_a_key_the_signer_is_named_and_said_to_be_unchecked() {
    let run = verify(&exported(ExportFormat::JsonLines), &[]);
    let first = format!(
        "intact, signer not checked (fingerprint {})\n",
        signer().fingerprint()
    );
    assert_eq!(run.code, Some(0));
    assert!(run.out.starts_with(&first), "{}", run.out);
}

#[test]
fn an_altered_file_exits_with_8_and_names_the_event() {
    for format in [ExportFormat::JsonLines, ExportFormat::Csv] {
        let altered = exported(format).replacen("a@example.com", "b@example.com", 1);
        let run = verify(&altered, &["--key", &signer().fingerprint()]);
        assert_eq!((run.code, run.err.as_str()), (Some(8), ""));
        assert!(
            run.out
                .starts_with("broken at seq 3: event 3 was altered\n"),
            "{}",
            run.out
        );
    }
}

#[test]
fn another_key_exits_with_8() {
    let other = Signer::new(&Key32::new([2; 32])).fingerprint();
    let run = verify(&exported(ExportFormat::JsonLines), &["--key", &other]);
    assert_eq!(run.code, Some(8));
    assert!(
        run.out
            .starts_with("broken at seq 1: events 1 to 6 are signed by another key\n")
    );
}

#[test]
fn json_is_one_object_with_the_same_exit_codes() {
    let good = exported(ExportFormat::JsonLines);
    let key = signer().fingerprint();
    let run = verify(&good, &["--json", "--key", &key]);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(run.code, Some(0));
    assert_eq!(report["outcome"], "intact");
    assert_eq!(report["signed_by"], "expected_key");
    assert_eq!(report["key"], key);
    assert_eq!(
        (&report["events"], &report["hidden"]),
        (&4.into(), &2.into())
    );

    let cut = &good[..good.len() - 30];
    let run = verify(cut, &["--json"]);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(run.code, Some(8));
    assert_eq!(
        (&report["outcome"], &report["reason"]),
        (&"broken".into(), &"cut_tail".into())
    );
    assert_eq!(report["broken_at"], 7);
}

#[test]
fn what_is_no_export_is_a_failure_and_not_a_verdict() {
    for text in ["", "hello", "{}\n"] {
        let run = verify(text, &[]);
        assert_eq!((run.code, run.out.as_str()), (Some(1), ""));
        assert!(run.err.contains("not an audit export"), "{}", run.err);
    }
    let missing = run(&["audit", "verify", "/no/such\u{1b}[31m/file"]);
    assert_eq!((missing.code, missing.out.as_str()), (Some(1), ""));
    assert!(missing.err.contains("can't open the file"));
    assert!(!missing.err.contains('\u{1b}'));
    let folder = run(&["audit", "verify", "/"]);
    assert_eq!(folder.code, Some(1));
    assert!(folder.err.contains("can't read the file"), "{}", folder.err);
}

#[test]
fn a_key_that_is_none_is_a_wrong_command_line() {
    let run = verify(&exported(ExportFormat::JsonLines), &["--key", "nonsense"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("not a fingerprint"));
}

#[test]
fn what_is_piped_has_no_colours() {
    let altered = exported(ExportFormat::JsonLines).replacen("token.copied", "token.copies", 1);
    assert!(!verify(&altered, &[]).out.contains('\u{1b}'));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let file = saved(&exported(ExportFormat::JsonLines));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let arguments = ["audit", "verify", file.path.to_str().unwrap()];
    let status = command().args(arguments).stdout(writer).status().unwrap();
    assert_eq!(status.code(), Some(0));
}
