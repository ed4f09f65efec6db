//! What the process does for its own secrets before it holds any.

/// No core dump and no ptrace by other programs of the user, as far as the system allows.
pub(crate) fn process() {
    #[cfg(target_os = "linux")]
    linux();
}

#[cfg(target_os = "linux")]
fn linux() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    // Both are best effort: a sandbox may forbid them, and Keyfob works without.
    if setrlimit(Resource::Core, none).is_err()
        || set_dumpable_behavior(DumpableBehavior::NotDumpable).is_err()
    {
        tracing::warn!("core dumps could not be switched off");
    }
}

/// Whether a debugger's automation would open a release build to scripts.
pub(crate) fn automation_is_refused() -> bool {
    !cfg!(debug_assertions) && std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some()
}
