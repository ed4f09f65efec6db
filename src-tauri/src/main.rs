//! The desktop program.
fn main() {
    keyfob_desktop::run();
}
