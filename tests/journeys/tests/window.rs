//! Journeys in the real window: the built program under WebDriver, the certified provider, and a
//! real keyring where the journey is about it. Run by `./dev test window`, inside a private
//! desktop.

mod window {
    mod main_job;
}
