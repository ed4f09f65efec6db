use super::keyfob::run;

#[test]
fn help_names_commands_and_exit_codes() {
    let help = run(&["--help"]);
    assert_eq!(help.code, Some(0));
    for word in [
        "audit",
        "token",
        "sign in again",
        "integrity",
        "NO_COLOR",
        "--version",
    ] {
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

#[test]
fn a_wrong_command_line_is_one_json_object_where_json_was_asked_for() {
    let run = run(&["token", "--json"]);
    let object: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(run.code, Some(2));
    assert_eq!(object["error"]["code"], "usage");
}

#[test]
fn completions_and_manual_name_every_command() {
    let help = run(&["--help"]).out;
    let manual = run(&["man"]);
    assert_eq!(manual.code, Some(0));
    for command in [
        "list", "show", "token", "refresh", "revoke", "forget", "login", "lock", "unlock", "audit",
    ] {
        assert!(help.contains(command), "{command}");
        assert!(manual.out.contains(command), "{command}");
        for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
            assert!(
                run(&["completions", shell]).out.contains(command),
                "{shell}"
            );
        }
    }
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        run(&["man", "--dir", folder.path().to_str().unwrap()]).code,
        Some(0)
    );
    assert!(folder.path().join("keyfob-token.1").exists());
}

#[test]
fn no_option_takes_a_secret() {
    for command in ["login", "token", "refresh", "unlock"] {
        let help = run(&[command, "--help"]).out;
        for line in help
            .lines()
            .filter(|line| line.trim_start().starts_with("--"))
        {
            let takes_a_value = line.contains('<');
            assert!(
                !(takes_a_value && line.contains("secret")),
                "{command}: {line}"
            );
        }
    }
}
