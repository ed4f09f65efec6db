//! The command line as people and scripts run it: a real keyring, a real provider, the built
//! program.

mod cli {
    mod edges;
    mod keyfob;
    mod sessions;
    mod token;
    mod vault;
}
