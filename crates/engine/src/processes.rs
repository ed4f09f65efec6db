//! Other processes by their number: who holds a lock, who asks for a token.

/// Longest name, characters.
const LONGEST: usize = 64;

/// The name that a process gives itself, escaped; `None` where the system does not tell. A hint
/// for people: any process can call itself anything.
pub fn program_of(pid: u32) -> Option<String> {
    let name = std::fs::read(format!("/proc/{pid}/comm")).ok()?;
    let name = String::from_utf8_lossy(&name);
    let name = keyfob_secret::escape_untrusted(name.trim_end_matches('\n'), LONGEST);
    (!name.is_empty()).then_some(name)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn a_process_has_a_name_while_it_lives() {
        assert!(super::program_of(std::process::id()).is_some());
        assert_eq!(super::program_of(u32::MAX), None);
    }
}
