//! Journeys in the real window: the built program under WebDriver, the certified provider, and a
//! real keyring. Run by `./dev test window`, inside a private desktop.

mod window {
    mod audit;
    mod first_start;
    mod lock;
    mod main_job;
    mod no_secret;
    mod revoke;
    mod stores_nothing;
    mod ways_in;
}
