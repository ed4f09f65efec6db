//! Where the command can't do what it should: a keyring that is locked or not there, a vault that is
//! cut, foreign, newer, full or closed. Each time one clear line, an exit code, and nothing lost.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use anyhow::{Context, Result, ensure};
use keyfob_journeys::{again, places};
use serde_json::{Value, json};

use super::keyfob::{Bench, Run};

/// Set in the process that runs in a desktop of its own.
const HERE: &str = "KEYFOB_TEST_OWN_DESKTOP";
const COMMANDS: [&[&str]; 5] = [
    &["list"],
    &["token", "work"],
    &["refresh", "work"],
    &["revoke", "work", "--no-wait"],
    &["show", "work"],
];

/// A command in a desktop of its own.
fn with_desktop(keyring: &str) -> Command {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../desktop/with-desktop.sh");
    let mut command = Command::new(script);
    command.env("KEYRING", keyring).stdin(Stdio::null());
    command
}

/// Runs one test of this file again, with a keyring of its own; it must pass there.
fn in_a_desktop_of_its_own(test: &str) -> Result<()> {
    let mut program = with_desktop("unlocked");
    program.arg(std::env::current_exe()?).env(HERE, "1");
    again::passes(&mut program, &format!("cli::edges::{test}"))
}

fn is_one_line(text: &str) -> bool {
    text.starts_with("keyfob: ") && text.lines().count() == 1
}

/// Each command ends with this code, one line, and this code in JSON.
async fn all_refuse(bench: &Bench, code: i32, name: &str) -> Result<()> {
    for arguments in COMMANDS {
        let run = bench.run(arguments).await?;
        assert_eq!(
            (run.code, run.out.as_str()),
            (Some(code), ""),
            "{arguments:?} {run:?}"
        );
        assert!(is_one_line(&run.err), "{arguments:?} {run:?}");
        let object = bench.run(&[arguments, &["--json"]].concat()).await?;
        assert_eq!(
            object.json()?["error"]["code"],
            name,
            "{arguments:?} {object:?}"
        );
    }
    Ok(())
}

fn database(bench: &Bench) -> PathBuf {
    bench.dir().join("vault").join("vault.db")
}

fn read(output: &Output) -> Result<Run> {
    Ok(Run {
        code: output.status.code(),
        out: String::from_utf8(output.stdout.clone())?,
        err: String::from_utf8(output.stderr.clone())?,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keyring_is_said_asks_nobody_and_costs_nothing() -> Result<()> {
    if std::env::var_os(HERE).is_none() {
        return in_a_desktop_of_its_own("a_locked_keyring_is_said_asks_nobody_and_costs_nothing");
    }
    let bench = Bench::new(&[])?;
    bench.signed_in("alice", "work").await?;
    let token = bench.run(&["token", "work"]).await?;
    let before = fs::read(database(&bench))?;
    let locked = Command::new("dbus-send")
        .args([
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.secrets",
        ])
        .args([
            "/org/freedesktop/secrets",
            "org.freedesktop.Secret.Service.Lock",
        ])
        .arg("array:objpath:/org/freedesktop/secrets/collection/login")
        .output()?;
    ensure!(locked.status.success(), "{locked:?}");
    all_refuse(&bench, 3, "keyring_locked").await?;
    assert_eq!(fs::read(database(&bench))?, before);
    assert_eq!(bench.provider.look("refreshes").await?, json!([]));
    assert!(
        bench.provider.takes(token.good()?).await?,
        "nothing was revoked"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_the_vault_stays_closed_and_whole() -> Result<()> {
    let bench = Bench::new(&[])?;
    bench.signed_in("alice", "work").await?;
    let before = fs::read(database(&bench))?;
    for arguments in COMMANDS {
        let mut command = with_desktop("none");
        command
            .arg(places::cli())
            .arg("--data-dir")
            .arg(bench.dir());
        let run = read(&command.args(arguments).arg("--json").output()?)?;
        assert_eq!(run.code, Some(1), "{arguments:?} {run:?}");
        assert_eq!(run.json()?["error"]["code"], "keyring_missing", "{run:?}");
    }
    assert_eq!(fs::read(database(&bench))?, before);
    bench.run(&["refresh", "work"]).await?.good()?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_cut_in_half_is_never_written_and_says_that_it_is_damaged() -> Result<()> {
    let bench = Bench::new(&[])?;
    bench.signed_in("alice", "work").await?;
    let whole = fs::read(database(&bench))?;
    for length in [whole.len() / 2, whole.len() - 100] {
        fs::write(database(&bench), &whole[..length])?;
        for arguments in [["refresh", "work"], ["forget", "work"]] {
            let run = bench.run(&[&arguments[..], &["--json"]].concat()).await?;
            let code = run.json()?["error"]["code"].clone();
            let damaged =
                ["vault_damaged", "vault_read_only"].contains(&code.as_str().unwrap_or(""));
            // In the half that is left its row may be gone; then there is no such session.
            let gone = code == "session_not_found" && length == whole.len() / 2;
            let asks = code == "usage" && arguments[0] == "forget";
            assert!(
                (damaged && run.code == Some(8)) || gone || asks,
                "{length} of {}: {run:?}",
                whole.len()
            );
        }
        assert_eq!(fs::read(database(&bench))?, whole[..length]);
    }
    assert_eq!(bench.provider.look("refreshes").await?, json!([]));
    fs::write(database(&bench), &whole)?;
    bench.run(&["refresh", "work"]).await?.good()?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_vault_and_what_is_of_a_newer_keyfob_are_refused_untouched() -> Result<()> {
    let bench = Bench::new(&[])?;
    bench.signed_in("alice", "work").await?;
    let whole = fs::read(database(&bench))?;
    let mut newer = whole.clone();
    // `user_version` in the header of a SQLite file.
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    for (bytes, code, name) in [
        (b"Dear diary, ".repeat(500), 8, "vault_not_ours"),
        (newer, 1, "vault_newer"),
    ] {
        fs::write(database(&bench), &bytes)?;
        all_refuse(&bench, code, name).await?;
        assert_eq!(fs::read(database(&bench))?, bytes);
    }
    fs::write(database(&bench), &whole)?;
    bench.run(&["refresh", "work"]).await?.good()?;
    Ok(())
}

/// Moves the vault to a small disk at the same place (its key is found by its place), fills that, and
/// refreshes there; then again with room.
const ON_A_FULL_DISK: &str = r#"
mount -t tmpfs -o size=4m tmpfs "$2" && cp -a "$3/." "$2" && mount --bind "$2" "$3" || exit 90
cat /dev/zero >"$3/filler" 2>/dev/null
if { echo more >"$3/control"; } 2>/dev/null; then exit 91; fi
for command in refresh revoke; do
  "$1" --data-dir "$3" --json "$command" work; echo "exit $?"
done
rm "$3/filler"
"$1" --data-dir "$3" --json refresh work; echo "exit $?"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_nothing_is_sent_and_with_room_the_session_goes_on() -> Result<()> {
    let bench = Bench::new(&[])?;
    bench.signed_in("alice", "work").await?;
    let disk = tempfile::tempdir()?;
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", ON_A_FULL_DISK, "sh"])
        .arg(places::cli())
        .arg(disk.path())
        .arg(bench.dir())
        .stdin(Stdio::null())
        .output()?;
    let run = read(&output)?;
    assert_eq!(
        run.code,
        Some(0),
        "90: no disk, 91: it was not full: {run:?}"
    );
    let lines: Vec<&str> = run.out.lines().collect();
    ensure!(lines.len() == 6, "{run:?}");
    for refused in [&lines[..2], &lines[2..4]] {
        let said: Value = serde_json::from_str(refused[0])?;
        assert_eq!(said["error"]["code"], "vault_disk_full", "{run:?}");
        assert_eq!(refused[1], "exit 1");
    }
    assert_eq!(lines[5], "exit 0", "{run:?}");
    assert_eq!(bench.provider.granted_refreshes().await?, 1);
    let presented = bench.provider.look("refreshes").await?;
    assert_eq!(presented.as_array().map(Vec::len), Some(1), "{presented}");
    assert_eq!(bench.provider.asked("/token/revocation").await?, 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn another_user_is_refused_and_leaves_no_trace() -> Result<()> {
    let bench = Bench::new(&[])?;
    bench.signed_in("alice", "work").await?;
    // A copy that everybody may run: the build may lie in a folder that is closed to others.
    let place = tempfile::tempdir()?;
    fs::set_permissions(place.path(), Permissions::from_mode(0o755))?;
    let program = place.path().join("keyfob");
    fs::copy(places::cli(), &program)?;
    let around = bench.dir().parent().context("a folder around")?.to_owned();
    fs::set_permissions(&around, Permissions::from_mode(0o755))?;
    let nobody = |program: &Path| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        command.arg(program).stdin(Stdio::null());
        command
    };
    let control = nobody(Path::new("cat")).arg(database(&bench)).output()?;
    assert!(!control.status.success(), "the control: it may not be read");
    let before = fs::read(database(&bench))?;
    for arguments in COMMANDS {
        let mut command = nobody(&program);
        command.arg("--data-dir").arg(bench.dir()).args(arguments);
        let run = read(&command.output()?)?;
        assert_eq!(run.code, Some(7), "{arguments:?} {run:?}");
        assert!(is_one_line(&run.err), "{arguments:?} {run:?}");
    }
    assert_eq!(fs::read(database(&bench))?, before);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_sign_in_at_once_get_two_names() -> Result<()> {
    let bench = Bench::new(&[])?;
    bench.signed_in("zoe", "first").await?;
    let login = || {
        bench
            .command(&["login", &bench.provider.issuer, "--client-id", "native"])
            .args(["--allow-private", "--name", "work", "--json"])
            .env("KEYFOB_BROWSER_USER", "alice")
            .spawn()
    };
    let (one, two) = (login()?, login()?);
    let (one, two) = (
        super::keyfob::ended(one).await?,
        super::keyfob::ended(two).await?,
    );
    let mut names = Vec::new();
    for run in [&one, &two] {
        run.good()?;
        names.push(
            run.json()?["session"]["name"]
                .as_str()
                .unwrap_or("")
                .to_owned(),
        );
    }
    names.sort();
    assert_eq!(names, ["work", "work 2"]);
    Ok(())
}
