//! The network comes back: what only waited for it goes at once, not after a pause of minutes.

use anyhow::Result;
use keyfob_journeys::{
    provider::Provider,
    wait,
    window::{
        Profile,
        peers::{Desktop, NetworkState},
    },
};
use serde_json::json;

use super::on;

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_waited_for_the_network_goes_when_that_is_back() -> Result<()> {
    let desktop = Desktop::start().await?;
    let folder = tempfile::tempdir()?;
    let state = folder.path().join("op.json").display().to_string();
    let settings = [("OP_STATE_FILE", state.as_str()), ("OP_TTL_ACCESS", "20")];
    let mut provider = Provider::start(&settings)?;
    let profile = Profile::new()?;
    let window = on(&desktop, &profile, &["--demo-issuer", &provider.issuer]).await?;
    window.create_vault().await?;
    let id = window.sign_in(&provider, "alice").await?;
    // After the window: a manager that is started anew is heard as well.
    let network = desktop.network().await?;
    for back in [NetworkState::Global, NetworkState::Site] {
        provider.stop()?;
        network.becomes(NetworkState::Disconnected).await?;
        // So many failures that the pause before the next try is minutes long.
        for _ in 0..12 {
            window
                .answer("refresh_session", json!({ "id": id }))
                .await?;
        }
        window.row_becomes(&id, "offline").await?;
        provider.start_again(&settings)?;
        let before = provider.granted_refreshes().await?;
        network.becomes(NetworkState::Connecting).await?;
        network.becomes(NetworkState::Local).await?;
        let renewed = || async {
            network.becomes(back).await.ok()?;
            (provider.granted_refreshes().await.ok()? > before).then_some(())
        };
        wait::until("a refresh once the network is back", renewed).await?;
        window.row_becomes(&id, "active").await?;
    }
    window.quit().await
}
