//! Every screen and state of the window: what the invented engine holds, and the steps that lead there.

use anyhow::Result;
use serde_json::json;

use super::{Window, key};
use crate::wait;

/// One thing that a person does, or waits for.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// Clicks a button by its name.
    Press(&'static str),
    /// Clicks what a selector finds.
    Click(&'static str),
    /// Presses a key with others held.
    Keys(&'static [char], char),
    /// Types to whatever has the focus.
    Type(&'static str),
    /// Waits for a text.
    Shows(&'static str),
    /// Waits for what a selector finds.
    Find(&'static str),
    /// Waits until what a selector means has the focus.
    Focused(&'static str),
}

use Step::{Click, Find, Focused, Keys, Press, Shows, Type};

impl Step {
    pub(super) async fn take(self, window: &Window) -> Result<()> {
        match self {
            Press(name) => window.press(name).await,
            Click(css) => window.click(css).await,
            Keys(held, pressed) => window.stroke(held, pressed).await,
            Type(text) => window.type_blindly(text).await,
            Shows(text) => window.shows(text).await,
            Find(css) => window.find(css).await.map(drop),
            Focused(css) => focused(window, css).await,
        }
    }

    pub(super) fn what(self) -> String {
        format!("{self:?}")
    }
}

/// Not by `:focus`, which asks for the focus of the desktop too.
async fn focused(window: &Window, css: &str) -> Result<()> {
    let script = "return document.activeElement?.matches(arguments[0]) ?? false";
    let look = || async {
        let there = window.page.execute(script, vec![json!(css)]).await.ok()?;
        (there == true).then_some(())
    };
    wait::until(&format!("the focus on {css}"), look).await
}

/// A screen in a state.
#[derive(Debug)]
pub struct Scene {
    /// What a failure calls it.
    pub name: &'static str,
    /// What is changed in the `state` of the invented engine before it shows.
    pub given: &'static str,
    /// How one gets there from the list.
    pub steps: &'static [Step],
}

const fn scene(name: &'static str, given: &'static str, steps: &'static [Step]) -> Scene {
    Scene { name, given, steps }
}

const LIST: Step = Find("[data-session]");
const BILLING: Step = Click("[data-session='00000000-0000-4000-8000-000000000004'] .nm");
const FACTS: Step = Find("[data-detail] dl.facts");
const CTRL: &[char] = &[key::CONTROL];

/// What can be done with sessions, and what is told of them.
#[rustfmt::skip]
const SESSIONS: &[Scene] = &[
    scene("sessions", "", &[LIST]),
    scene("sessions: some are selected", "", &[LIST, Click("[data-session] [role='checkbox'], [data-session] input"), Find("[data-bulk]")]),
    scene("sessions: filtered", "", &[LIST, Press("Expires soon"), Find(".chip"), LIST]),
    scene("sessions: nothing matches", "", &[LIST, Keys(CTRL, 'f'), Focused("[data-search]"), Type("nowhere"), Shows("Nothing matches")]),
    scene("sessions: the menu of a row", "", &[LIST, Click(".more"), Find("[role='menu']")]),
    scene("sessions: the menu to add one", "", &[LIST, Press("Add session"), Find("[role='menu']")]),
    scene("sessions: none", "state.rows = []", &[Shows("No sessions yet")]),
    scene("sessions: not readable", "state.failing.list_sessions = 'vault_io'", &[Shows("The sessions could not be read")]),
    scene("sessions: offline", "state.online = false", &[LIST, Shows("Offline")]),
    scene("sessions: an older copy, unsaved tokens, damage", "stage.answers.app_state = () => { const app = stage.answer(state, 'app_state', {}); return { ...app, vault: { ...app.vault, olderCopy: true, damage: { readable: 12, lost: 2 }, unsaved: { sessions: 2, error: { code: 'vault_disk_full', facts: {} } } } }; }", &[LIST, Shows("The disk is full")]),
    scene("detail: overview", "", &[LIST, BILLING, FACTS]),
    scene("detail: claims", "", &[LIST, BILLING, FACTS, Click("[role='tab'][id$='-claims']"), Find("[data-detail] .value")]),
    scene("detail: findings", "", &[LIST, BILLING, FACTS, Click("[role='tab'][id$='-findings']"), Find("[data-finding]")]),
    scene("detail: lineage", "", &[LIST, BILLING, FACTS, Click("[role='tab'][id$='-lineage']"), Shows("Generation")]),
    scene("detail: history", "", &[LIST, BILLING, FACTS, Click("[role='tab'][id$='-history']"), Find("[data-detail] time")]),
    scene("detail: possible theft", "", &[LIST, Click("[data-state='theft'] .nm"), FACTS]),
    scene("detail: sign in again", "", &[LIST, Click("[data-state='relogin'] .nm"), FACTS]),
    scene("detail: refresh failed", "", &[LIST, Click("[data-state='failed'] .nm"), FACTS]),
    scene("detail: not readable", "state.failing.session_detail = 'vault_io'", &[LIST, BILLING, Shows("The details could not be read")]),
    scene("revoking, with its undo", "", &[LIST, BILLING, FACTS, Press("Revoke"), Shows("Undo")]),
];

/// The other sections.
#[rustfmt::skip]
const SECTIONS: &[Scene] = &[
    scene("timeline", "", &[LIST, Press("Timeline"), Find("[data-lane]")]),
    scene("timeline: with details", "", &[LIST, Press("Timeline"), Click("[data-lane]"), FACTS]),
    scene("timeline: a table", "", &[LIST, Press("Timeline"), Press("View as table"), Find("tr[data-row]")]),
    scene("audit log", "", &[LIST, Press("Audit log"), Shows("Chain verified")]),
    scene("audit log: an event", "", &[LIST, Press("Audit log"), Shows("Chain verified"), Click("[aria-label^='Show event']"), Shows("Leaf hash")]),
    scene("audit log: broken", "stage.answers.audit_chain = () => ({ ...stage.answer(state, 'audit_chain', {}), intact: false, brokenAt: 412 })", &[LIST, Press("Audit log"), Shows("The log was changed outside of Keyfob")]),
    scene("audit log: not readable", "state.failing.audit_page = 'vault_io'", &[LIST, Press("Audit log"), Shows("The log could not be read")]),
    scene("audit log: export", "", &[LIST, Press("Audit log"), Press("Export"), Shows("newest three"), Find("[role='dialog'] .pv")]),
    scene("settings: general", "", &[LIST, Press("Settings"), Press("General"), Shows("Theme")]),
    scene("settings: security", "", &[LIST, Press("Settings"), Press("Security"), Find("[role='tabpanel'] h2")]),
    scene("settings: refresh", "", &[LIST, Press("Settings"), Press("Refresh"), Find("[role='tabpanel'] h2")]),
    scene("settings: policies", "", &[LIST, Press("Settings"), Press("Policies"), Find("[role='tabpanel'] h2")]),
    scene("settings: providers", "", &[LIST, Press("Settings"), Press("Providers"), Find("[role='tabpanel'] h2")]),
    scene("settings: about", "", &[LIST, Press("Settings"), Press("About"), Find("[role='tabpanel'] h2")]),
];

/// What opens over them.
#[rustfmt::skip]
const DIALOGS: &[Scene] = &[
    scene("palette", "", &[LIST, Keys(CTRL, 'k'), Shows("Everywhere")]),
    scene("palette: nothing matches", "", &[LIST, Keys(CTRL, 'k'), Focused("[role='combobox']"), Type("qqqq"), Shows("Nothing matches")]),
    scene("keyboard shortcuts", "", &[LIST, Keys(&[key::SHIFT], '?'), Shows("Next pane, previous pane")]),
    scene("sign in: known providers", "", &[LIST, Keys(CTRL, 'n'), Shows("acme.scalekit.com")]),
    scene("paste a token", "", &[LIST, Press("Add session"), Press("Paste a token"), Find("[role='dialog'] dl, [role='dialog'] .card")]),
    scene("revoke everything", "", &[LIST, Keys(CTRL, 'k'), Focused("[role='combobox']"), Type("Revoke everything"), Find("mark"), Keys(&[], key::ENTER), Find("[role='alertdialog'], [role='dialog']"), Shows("sso.example.com")]),
    scene("rename", "", &[LIST, Click(".more"), Press("Rename…"), Find("[role='dialog'] input")]),
    scene("labels", "", &[LIST, Click(".more"), Press("Labels…"), Find("[role='dialog'] input")]),
    scene("forget", "", &[LIST, Click(".more"), Press("Forget…"), Find("[role='alertdialog']")]),
];

/// Where the vault is not open.
#[rustfmt::skip]
const GATES: &[Scene] = &[
    scene("first run", "state.gate = 'first_run'", &[Shows("Where the key will live")]),
    scene("first run: keys found", "state.gate = 'first_run_keys_found'", &[Find("main button")]),
    scene("waiting for the keyring", "state.gate = 'waiting_for_keyring'", &[Shows("Waiting for the keyring")]),
    scene("keyring locked", "state.gate = 'keyring_locked'", &[Shows("The keyring is locked")]),
    scene("keyring denied", "state.gate = 'keyring_denied'", &[Shows("The keyring said no")]),
    scene("keyring silent", "state.gate = 'keyring_silent'", &[Shows("The keyring does not answer")]),
    scene("keyring missing", "state.gate = 'keyring_missing'", &[Shows("There is no keyring")]),
    scene("key gone", "state.gate = 'key_gone'", &[Shows("The key is gone")]),
    scene("key gone: start a new vault", "state.gate = 'key_gone'", &[Press("Start a new vault…"), Find("[role='dialog'], [role='alertdialog']")]),
    scene("wrong key", "state.gate = 'wrong_key'", &[Shows("This key does not fit")]),
    scene("vault trouble", "state.gate = 'vault_trouble'; stage.answers.app_state = () => { const app = stage.answer(state, 'app_state', {}); return { ...app, vault: { ...app.vault, error: { code: 'vault_disk_full', facts: {} } } }; }", &[Shows("The disk is full")]),
    scene("in use", "state.gate = 'in_use'", &[Shows("Keyfob is already running")]),
    scene("locked", "state.gate = 'locked'", &[Shows("Keyfob is locked")]),
];

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Scene> {
    [SESSIONS, SECTIONS, DIALOGS, GATES].into_iter().flatten()
}
