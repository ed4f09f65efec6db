//! The device flow: a code here, the sign-in elsewhere.

use std::time::Duration;

use anyhow::Result;
use keyfob_engine::view::{ErrorCode, FlowStage, FlowView, SignInRequest};
use keyfob_journeys::{host::put, rig::Rig, wait};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::fake::{self, Fake, says};

/// A fake whose codes live for `seconds`, and a sign-in that waits for its device.
async fn waiting(seconds: u32) -> Result<(Rig<Fake>, FlowView)> {
    let rig = Fake::rig().await?;
    rig.provider.device(json!({
        "device_code": "device-code-canary", "user_code": "ABCD-EFGH", "interval": 1,
        "verification_uri": format!("{}/device", rig.provider.issuer), "expires_in": seconds,
    }));
    for _ in 0..2 {
        rig.provider.next(refusal("authorization_pending"));
    }
    let request = SignInRequest {
        device: true,
        ..fake::request(&rig.provider)
    };
    let flow = rig.engine.start_sign_in(request)?;
    let view = rig.waits(&flow.id).await?;
    Ok((rig, view))
}

fn refusal(code: &str) -> Vec<u8> {
    says(400, &json!({ "error": code }))
}

async fn polls(rig: &Rig<Fake>, count: usize) -> Result<Instant> {
    let there = || async { (rig.provider.asked("/token").len() >= count).then(Instant::now) };
    wait::until(&format!("poll {count}"), there).await
}

#[tokio::test(flavor = "multi_thread")]
async fn signs_in_by_a_code_at_a_certified_provider() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let request = SignInRequest {
        device: true,
        ..rig.request()
    };
    let flow = rig.engine.start_sign_in(request)?;
    let view = rig.waits(&flow.id).await?;
    let device = view.device.expect("a code is shown");
    assert_eq!(view.stage, FlowStage::WaitingForDevice);
    assert!(device.qr_size >= 29 && device.qr_path.starts_with('M'));
    assert!(device.expires_at > rig.engine.app_state(false).now);
    rig.engine.copy_user_code(&flow.id)?;
    let copied = put(&rig.host.clipboard, |text| text.clone());
    assert_eq!(copied.as_deref(), Some(device.user_code.as_str()));
    put(&rig.host.user, |who| *who = Some("dave".into()));
    rig.engine.open_flow_page(&flow.id)?;
    let row = rig.row_of(&rig.ended(&flow.id).await?)?;
    assert_eq!(row.account.as_deref(), Some("dave@example.test"));
    assert_eq!(rig.engine.session_detail(&row.id).await?.origin, "device");
    rig.engine.refresh_session(&row.id).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_down_adds_five_seconds() -> Result<()> {
    let (rig, flow) = waiting(60).await?;
    rig.provider.next(refusal("slow_down"));
    let slowed = polls(&rig, 3).await?;
    let next = polls(&rig, 4).await?;
    // A poll is seen up to 50 ms late.
    assert!(next - slowed >= Duration::from_millis(5_900));
    rig.row_of(&rig.ended(&flow.id).await?)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_runs_out_is_said() -> Result<()> {
    let (rig, flow) = waiting(2).await?;
    let ended = rig.ended(&flow.id).await?;
    assert_eq!(
        ended.error.expect("it failed").code,
        ErrorCode::DeviceExpired
    );
    assert!(rig.rows()?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_providers_own_word_that_a_code_ran_out_or_was_refused_is_taken() -> Result<()> {
    for (code, expected) in [
        ("expired_token", ErrorCode::DeviceExpired),
        ("access_denied", ErrorCode::SignInRefused),
    ] {
        let (rig, flow) = waiting(60).await?;
        rig.provider.next(refusal(code));
        let ended = rig.ended(&flow.id).await?;
        assert_eq!(ended.error.expect("it failed").code, expected);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn giving_up_stops_the_polling() -> Result<()> {
    let (rig, flow) = waiting(60).await?;
    polls(&rig, 1).await?;
    rig.engine.cancel_flow(&flow.id)?;
    let ended = rig.ended(&flow.id).await?;
    assert_eq!(
        ended.error.expect("it failed").code,
        ErrorCode::SignInCancelled
    );
    let asked = rig.provider.asked("/token").len();
    rig.engine.wind_up().await;
    assert_eq!(rig.provider.asked("/token").len(), asked);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_without_the_device_flow_is_told() -> Result<()> {
    let rig = Fake::rig().await?;
    rig.provider
        .announce("device_authorization_endpoint", Value::Null);
    let request = SignInRequest {
        device: true,
        ..fake::request(&rig.provider)
    };
    let flow = rig.engine.start_sign_in(request)?;
    let ended = rig.ended(&flow.id).await?;
    assert_eq!(
        ended.error.expect("it failed").code,
        ErrorCode::DeviceNotOffered
    );
    Ok(())
}
