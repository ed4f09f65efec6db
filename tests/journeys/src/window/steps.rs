//! What a person does again and again in the window.

use anyhow::{Result, bail};
use fantoccini::Locator;
use serde_json::{Value, json};

use super::Window;
use crate::{provider::Provider, wait};

impl Window {
    /// First start: one button.
    pub async fn create_vault(&self) -> Result<()> {
        self.press("Create the vault").await?;
        self.shows("No sessions yet").await
    }

    /// Add session, the demonstration's card, the browser, Done; the new session's id.
    pub async fn sign_in(&self, provider: &Provider, user: &str) -> Result<String> {
        provider.user(user).await?;
        let before = self.ids().await?;
        self.press("Add session").await?;
        self.press("Sign in to a provider").await?;
        self.press("Demonstration").await?;
        self.shows("was added").await?;
        self.press("Done").await?;
        let fresh = || async {
            let ids = self.ids().await.ok()?;
            ids.into_iter().find(|id| !before.contains(id))
        };
        wait::until("the new row", fresh).await
    }

    /// The sessions in the list, from top to bottom.
    pub async fn ids(&self) -> Result<Vec<String>> {
        let script = "return [...document.querySelectorAll('[data-session]')].map((row) => row.dataset.session)";
        let ids = self.page.execute(script, vec![]).await?;
        Ok(serde_json::from_value(ids)?)
    }

    /// Waits until a row is in a state.
    pub async fn row_becomes(&self, id: &str, state: &str) -> Result<()> {
        let css = format!("[data-session='{id}'][data-state='{state}']");
        let found = self.find(&css).await;
        if found.is_err() {
            let rows = self.call("session_detail", json!({ "id": id })).await?;
            bail!("the session did not become {state}: {}", rows["row"]);
        }
        Ok(())
    }

    /// Waits until a row's text holds this.
    pub async fn row_says(&self, id: &str, text: &str) -> Result<()> {
        let css = format!("[data-session='{id}']");
        let look = || async { self.text_of(&css).await.ok()?.contains(text).then_some(()) };
        let found = wait::until(&format!("a row that says {text:?}"), look).await;
        if found.is_err() {
            let row = self.text_of(&css).await?;
            bail!("the row does not say {text:?} but {row:?}");
        }
        Ok(())
    }

    /// The visible text of what a selector finds, when it is there. (WebDriver's own way leaves
    /// out what is cut with an ellipsis.)
    pub async fn text_of(&self, css: &str) -> Result<String> {
        self.find(css).await?;
        let script = "return document.querySelector(arguments[0])?.innerText ?? ''";
        let text = self.page.execute(script, vec![json!(css)]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Opens a session's details on a tab.
    pub async fn details(&self, id: &str, tab: &str) -> Result<()> {
        self.click(&format!("[data-session='{id}'] .nm")).await?;
        self.find(&format!("[data-detail='{id}']")).await?;
        // By its id: the name of a tab may count what is in it.
        let tab = tab.to_lowercase();
        self.click(&format!("[role='tab'][id$='-{tab}']")).await
    }

    /// Types into a field by its label.
    pub async fn type_into(&self, label: &str, text: &str) -> Result<()> {
        let path = format!(
            "//input[@aria-label='{label}' or @id=//label[normalize-space(.)='{label}']/@for]"
        );
        let look = || async { self.page.find(Locator::XPath(&path)).await.ok() };
        let field = wait::until(&format!("the field {label:?}"), look).await?;
        field.send_keys(text).await?;
        Ok(())
    }

    /// Clicks what a selector finds.
    pub async fn click(&self, css: &str) -> Result<()> {
        let click = || async {
            let element = self.page.find(Locator::Css(css)).await.ok()?;
            element.click().await.ok()
        };
        wait::until(&format!("a click on {css}"), click).await
    }

    /// The details of a session as the engine tells them.
    pub async fn detail(&self, id: &str) -> Result<Value> {
        self.call("session_detail", json!({ "id": id })).await
    }
}
