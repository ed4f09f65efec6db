//! A private session bus, a private HOME, and a gnome-keyring or none.

use std::{
    fs,
    future::Future,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;
use zbus::blocking::{Connection, connection, fdo::DBusProxy};

/// What is on the bus.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keyring {
    /// A daemon with an unlocked default keyring.
    Unlocked,
    /// A daemon that never had a keyring.
    NeverMade,
    /// No daemon.
    NoDaemon,
    /// No bus.
    NoBus,
}

/// Set in the process that runs on the desktop.
const INSIDE: &str = "KEYFOB_TEST_ON_A_DESKTOP";
const PASSWORD: &[u8] = b"test-password";
const SECRETS: &str = "org.freedesktop.secrets";

/// Runs the test `name` again on a private desktop, where `scenario` runs.
pub(crate) fn on_a_desktop(keyring: Keyring, name: &str, scenario: impl Future<Output = ()>) {
    if std::env::var_os(INSIDE).is_some() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build();
        return runtime.unwrap().block_on(scenario);
    }
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join("data/keyrings")).unwrap();
    let bus = (keyring != Keyring::NoBus).then(|| Bus::start(&home));
    let address = match &bus {
        Some(bus) => bus.address.clone(),
        None => format!("unix:path={}", home.path().join("no-bus").display()),
    };
    let environment = environment(home.path(), &address);
    let _daemon = match keyring {
        Keyring::Unlocked => Some(daemon(&environment, Unlock::WithPassword)),
        Keyring::NeverMade => Some(daemon(&environment, Unlock::Never)),
        Keyring::NoDaemon | Keyring::NoBus => None,
    };
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .envs(environment)
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}\n{errors}"
    );
}

type Environment = Vec<(String, String)>;

fn environment(home: &Path, address: &str) -> Environment {
    let home = home.display();
    [
        ("HOME", home.to_string()),
        ("XDG_RUNTIME_DIR", home.to_string()),
        ("XDG_DATA_HOME", format!("{home}/data")),
        ("XDG_CONFIG_HOME", format!("{home}/config")),
        ("XDG_CACHE_HOME", format!("{home}/cache")),
        ("DBUS_SESSION_BUS_ADDRESS", address.to_owned()),
        ("GNOME_KEYRING_CONTROL", String::new()),
        ("DISPLAY", String::new()),
        ("WAYLAND_DISPLAY", String::new()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// A child process that ends with its test.
pub(crate) struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Bus {
    address: String,
    _process: Process,
}

impl Bus {
    /// A bus that starts no services by itself: the machine's own keyring stays out.
    fn start(home: &TempDir) -> Self {
        let config = home.path().join("bus.conf");
        let text = format!(
            r#"<busconfig><type>session</type><listen>unix:dir={}</listen>
            <policy context="default"><allow send_destination="*" eavesdrop="true"/>
            <allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#,
            home.path().display()
        );
        fs::write(&config, text).unwrap();
        let mut process = Command::new("dbus-daemon")
            .args(["--nofork", "--print-address", "--config-file"])
            .arg(&config)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the tests of the real keyring need dbus-daemon (Debian: dbus)");
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        Self {
            address: address.trim().to_owned(),
            _process: Process(process),
        }
    }
}

enum Unlock {
    WithPassword,
    InPlaceOfAnother,
    Never,
}

/// Starts a gnome-keyring in this process's environment.
pub(crate) fn start_keyring() -> Process {
    daemon(&std::env::vars().collect(), Unlock::WithPassword)
}

/// Puts a daemon with an unlocked keyring in the place of the running one, as a new login does.
pub(crate) fn unlock_again() -> Process {
    daemon(&std::env::vars().collect(), Unlock::InPlaceOfAnother)
}

fn daemon(environment: &Environment, unlock: Unlock) -> Process {
    let address = &environment
        .iter()
        .find(|(name, _)| name == "DBUS_SESSION_BUS_ADDRESS")
        .unwrap()
        .1;
    let bus: Connection = connection::Builder::address(address.as_str())
        .unwrap()
        .build()
        .unwrap();
    let proxy = DBusProxy::new(&bus).unwrap();
    let mut changes = proxy.receive_name_owner_changed().unwrap();
    let mut arguments = vec!["--foreground", "--components=secrets"];
    match unlock {
        Unlock::Never => {}
        Unlock::WithPassword => arguments.push("--unlock"),
        Unlock::InPlaceOfAnother => arguments.extend(["--unlock", "--replace"]),
    }
    let mut process = gnome_keyring(environment, &arguments);
    process.stdin.take().unwrap().write_all(PASSWORD).unwrap();
    let owned = changes.find(|change| {
        let change = change.args().unwrap();
        change.name() == SECRETS && change.new_owner().is_some()
    });
    assert!(owned.is_some());
    Process(process)
}

fn gnome_keyring(environment: &Environment, arguments: &[&str]) -> Child {
    Command::new("gnome-keyring-daemon")
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap_or_default())
        .envs(environment.iter().cloned())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the tests of the real keyring need gnome-keyring-daemon (Debian: gnome-keyring)")
}
