//! The page keeps nothing: what the web view leaves on the disk.

use std::path::Path;

use anyhow::Result;
use keyfob_journeys::{
    canary::Canary,
    provider::Provider,
    wait,
    window::{Profile, Window},
};
use serde_json::json;

/// An address of an account that signs in: personal, and in the page.
const ACCOUNT: &str = "wilhelmina-marie@example.test";

#[tokio::test(flavor = "multi_thread")]
async fn the_page_leaves_nothing_in_the_data_of_the_web_view() -> Result<()> {
    let provider = Provider::start(&[])?;
    let profile = Profile::new()?;
    let home = profile.beside("home").display().to_string();
    let homes = ["HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"]
        .map(|name| (name, home.as_str()));
    std::fs::create_dir(&home)?;
    let demo = ["--demo-issuer", provider.issuer.as_str()];
    let window = Window::open_with(&profile, &demo, &homes).await?;
    window.create_vault().await?;
    let id = window.sign_in(&provider, "wilhelmina-marie").await?;
    window.row_says(&id, ACCOUNT).await?;
    for tab in ["Claims", "Lineage", "History", "Overview"] {
        window.details(&id, tab).await?;
    }
    window
        .type_into("Search sessions", "wilhelmina-marie")
        .await?;
    let stored = window
        .page
        .execute_async(
            "const [done] = arguments; (async () => [localStorage.length, sessionStorage.length, document.cookie, \
             (await indexedDB.databases()).length, (await caches.keys()).length])().then(done, (error) => done(String(error)));",
            vec![],
        )
        .await?;
    assert_eq!(stored, json!([0, 0, "", 0, 0]));
    let mut canaries = vec![ACCOUNT.to_owned()];
    for tokens in profile.tokens().await? {
        canaries.extend(tokens.all().map(str::to_owned));
    }
    window.quit().await?;

    let left = files_below(&[&profile.dir().join("webview"), Path::new(&home)])?;
    for secret in &canaries {
        let canary = Canary::of(secret);
        for (path, bytes) in &left {
            assert_eq!(canary.found_in(bytes), Vec::<&str>::new(), "{path}");
        }
    }
    let stores = ["localstorage", "indexeddb", "cookies", "serviceworkers"];
    for (path, bytes) in &left {
        let kept = stores
            .iter()
            .any(|store| path.to_lowercase().contains(store));
        assert!(
            !kept || bytes.is_empty() || is_bookkeeping(path),
            "{path} holds {} bytes",
            bytes.len()
        );
    }

    // The same search finds what a page would have stored.
    let window = Window::open_with(&profile, &demo, &homes).await?;
    window.row_says(&id, ACCOUNT).await?;
    window
        .page
        .execute(
            "localStorage.setItem('account', arguments[0])",
            vec![json!(ACCOUNT)],
        )
        .await?;
    let canary = Canary::of(ACCOUNT);
    // WebKit writes a while after the page has stored.
    wait::until("the control is found", || async {
        let left = files_below(&[&profile.dir().join("webview"), Path::new(&home)]).ok()?;
        left.iter()
            .any(|(_, bytes)| !canary.found_in(bytes).is_empty())
            .then_some(())
    })
    .await?;
    window.quit().await?;
    Ok(())
}

/// What WebKit itself writes beside its stores, before anything is in them.
fn is_bookkeeping(path: &str) -> bool {
    path.ends_with("/salt")
}

fn files_below(folders: &[&Path]) -> Result<Vec<(String, Vec<u8>)>> {
    let mut all = Vec::new();
    for folder in folders {
        let Ok(entries) = std::fs::read_dir(folder) else {
            continue;
        };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                all.extend(files_below(&[&path])?);
            } else if path.is_file() {
                all.push((path.display().to_string(), std::fs::read(&path)?));
            }
        }
    }
    Ok(all)
}
