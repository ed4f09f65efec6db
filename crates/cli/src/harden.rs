//! What the process does for its own secrets before it holds any.

/// No core dump and no ptrace by other programs of the user, as far as the system allows.
pub(crate) fn process() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{
            DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit,
        };
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        // Both are best effort: a sandbox may forbid them, and Keyfob works without.
        let _ = setrlimit(Resource::Core, none);
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}
