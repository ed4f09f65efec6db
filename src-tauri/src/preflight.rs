//! What must be there before a window can be: told in one clear line instead of a panic.

/// Why no window can be opened here, if so.
pub(crate) fn problem() -> Option<String> {
    #[cfg(target_os = "linux")]
    {
        let unset = |name| std::env::var_os(name).is_none_or(|value| value.is_empty());
        if unset("DISPLAY") && unset("WAYLAND_DISPLAY") {
            return Some(
                "Keyfob needs a display: neither DISPLAY nor WAYLAND_DISPLAY is set.".to_owned(),
            );
        }
        if gtk::init().is_err() {
            return Some(
                "Keyfob needs a display, and the one that is set doesn't open.".to_owned(),
            );
        }
    }
    None
}
