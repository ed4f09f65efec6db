//! What stands between the user and the sessions: finding the vault, its key, opening, locking.
//!
//! A keyring that errs, is locked, denied or has lost its entry is a state of its own: it never
//! leads to a new key over an existing vault.

mod beside;
mod create;
mod lock;
mod open;
mod place;

use keyfob_token::UnixMillis;

pub(crate) use lock::{LOCK_SETTING, LockRow};
pub(crate) use place::Place;

use crate::{
    engine::{Core, Engine, locked},
    error::EngineError,
    host::Changed,
    view::{AppView, DamageView, Gate, VaultView},
};

/// The gate and what is said at it.
#[derive(Clone, Debug)]
pub(crate) struct GateState {
    gate: Gate,
    error: Option<EngineError>,
    since: UnixMillis,
    older_copy: bool,
    damage: Option<DamageView>,
}

impl GateState {
    pub(crate) fn opening(since: UnixMillis) -> Self {
        Self {
            gate: Gate::Opening,
            error: None,
            since,
            older_copy: false,
            damage: None,
        }
    }

    pub(crate) fn is_locked(&self) -> bool {
        self.gate == Gate::Locked
    }

    /// An older copy of the vault was put back: nothing of it is refreshed until the user says so.
    pub(crate) fn holds_refresh(&self) -> bool {
        self.older_copy
    }
}

impl Core {
    /// Moves to another gate and tells the page, unless it stands there already.
    pub(crate) fn set_gate(&self, gate: Gate, error: Option<EngineError>) {
        let mut state = locked(&self.gate);
        if state.gate == gate && state.error == error {
            return;
        }
        state.gate = gate;
        state.error = error;
        state.since = self.now().wall;
        drop(state);
        self.host.changed(Changed::Vault);
    }

    pub(crate) fn mark_older_copy(&self, older: bool) {
        locked(&self.gate).older_copy = older;
    }

    pub(crate) fn mark_damage(&self, damage: Option<DamageView>) {
        locked(&self.gate).damage = damage;
    }

    pub(crate) fn vault_view(&self) -> VaultView {
        let state = locked(&self.gate).clone();
        VaultView {
            gate: state.gate,
            folder: Place::find(&self.options.data_dir)
                .files
                .dir()
                .display()
                .to_string(),
            error: state.error.map(|error| error.view()),
            since: state.since.0,
            older_copy: state.older_copy,
            damage: state.damage,
            unsaved: self.unsaved.view(),
            // Only the keyring slot is offered yet, and it unlocks without a password.
            lock_protects: false,
        }
    }
}

impl Engine {
    /// Everything a shell needs at its start; `tray` is the shell's own knowledge.
    pub fn app_state(&self, tray: bool) -> AppView {
        AppView {
            version: self.core.options.version.clone(),
            vault: self.core.vault_view(),
            settings: locked(&self.core.settings).clone(),
            demo: self.core.options.demo.clone(),
            tray,
            now: self.core.now().wall.0,
        }
    }

    /// Which screen the vault asks for.
    pub fn vault_state(&self) -> VaultView {
        self.core.vault_view()
    }

    /// Shows the vault's folder in the file manager.
    ///
    /// # Errors
    /// There is no file manager.
    pub fn show_vault_folder(&self) -> Result<(), EngineError> {
        let place = Place::find(&self.core.options.data_dir);
        self.core.host.show_path(place.files.dir())
    }
}
