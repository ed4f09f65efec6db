use super::keyfob::run;

#[test]
fn help_names_commands_and_exit_codes() {
    let help = run(&["--help"]);
    assert_eq!(help.code, Some(0));
    for word in ["audit", "integrity", "NO_COLOR", "--version"] {
        assert!(help.out.contains(word), "{word}");
    }
    let help = run(&["audit", "verify", "--help"]);
    assert_eq!(help.code, Some(0));
    for word in ["--key <FINGERPRINT>", "--json", "broken", "no network"] {
        assert!(help.out.contains(word), "{word}");
    }
}

#[test]
fn the_version_is_printed() {
    let version = run(&["--version"]);
    assert_eq!(version.code, Some(0));
    assert_eq!(
        version.out,
        format!("keyfob {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn a_wrong_command_line_exits_with_2_and_prints_nothing_on_standard_output() {
    let wrong: [&[&str]; 5] = [
        &[],
        &["audit"],
        &["audit", "verify"],
        &["unknown"],
        &["audit", "verify", "file", "--unknown"],
    ];
    for arguments in wrong {
        let run = run(arguments);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(!run.err.is_empty());
    }
}
