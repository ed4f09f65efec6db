//! The main job in the window: first start, sign in, claims, revoke.

use anyhow::Result;
use keyfob_journeys::{provider::Provider, window::Window};

#[tokio::test(flavor = "multi_thread")]
async fn first_start_keeps_the_key_in_the_keyring_and_opens_an_empty_vault() -> Result<()> {
    let provider = Provider::start(&[])?;
    let profile = tempfile::tempdir()?;
    let window = Window::open(profile.path(), &["--demo-issuer", &provider.issuer]).await?;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    window.picture(std::path::Path::new("/tmp/w1.png")).await?;
    println!("{}", window.body().await?);
    Ok(())
}
