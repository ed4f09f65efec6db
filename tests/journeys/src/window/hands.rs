//! The keyboard alone: keys go to whatever has the focus, as they do from a person.

use anyhow::{Result, bail};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};

use super::Window;
use crate::wait;

/// Keys that are no letters, as WebDriver writes them.
pub mod key {
    #![expect(missing_docs, reason = "they are named after their key")]
    pub const TAB: char = '\u{E004}';
    pub const ENTER: char = '\u{E007}';
    pub const SHIFT: char = '\u{E008}';
    pub const CONTROL: char = '\u{E009}';
    pub const ESCAPE: char = '\u{E00C}';
    pub const HOME: char = '\u{E011}';
    pub const DOWN: char = '\u{E015}';
    pub const DELETE: char = '\u{E017}';
    pub const F6: char = '\u{E036}';
}

/// More steps than any screen has.
const MOST_TABS: usize = 60;

impl Window {
    /// Presses a key, with others held.
    pub async fn stroke(&self, held: &[char], pressed: char) -> Result<()> {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for value in held {
            actions = actions.then(KeyAction::Down { value: *value });
        }
        actions = actions
            .then(KeyAction::Down { value: pressed })
            .then(KeyAction::Up { value: pressed });
        for value in held.iter().rev() {
            actions = actions.then(KeyAction::Up { value: *value });
        }
        self.page.perform_actions(actions).await?;
        Ok(())
    }

    /// Types a text to whatever has the focus.
    pub async fn type_blindly(&self, text: &str) -> Result<()> {
        for letter in text.chars() {
            self.stroke(&[], letter).await?;
        }
        Ok(())
    }

    /// The name of what has the focus: its label, else its text; `None` when nothing has it.
    pub async fn focused(&self) -> Result<Option<String>> {
        let script = "const at = document.activeElement; \
            if (!at || at === document.body) return null; \
            return at.ariaLabel || at.innerText || at.dataset.session || at.tagName;";
        let name = self.page.execute(script, vec![]).await?;
        Ok(name.as_str().map(|text| text.trim().to_owned()))
    }

    /// Tabs on until what has the focus is named like this, or starts like it.
    pub async fn tab_to(&self, name: &str) -> Result<()> {
        let mut met = Vec::new();
        for _ in 0..MOST_TABS {
            let focused = self.focused().await?.unwrap_or_default();
            if focused.starts_with(name) {
                return Ok(());
            }
            met.push(focused);
            self.stroke(&[], key::TAB).await?;
        }
        bail!("Tab does not come to {name:?} but to {met:?}")
    }

    /// Waits until something has the focus: it may move with what is drawn, but is never lost.
    pub async fn keeps_focus(&self, after: &str) -> Result<()> {
        let look = || async { self.focused().await.ok().flatten() };
        wait::until(&format!("the focus after {after}"), look).await?;
        Ok(())
    }
}
