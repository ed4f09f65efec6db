//! Bad inputs that need a whole engine, each with its right answer. All of them are listed, with
//! their tests, in the table beside this file.

use anyhow::{Context, Result};
use keyfob_engine::view::{ErrorCode, FlowStage, Row, State};
use keyfob_journeys::{host::put, rig::Rig};
use serde_json::{Value, json};

use super::fake::{self, Fake, comes_back, http, says, sent_to};

/// The next answer of the token endpoint of a session at the fake.
async fn refreshed_with(answer: Vec<u8>) -> Result<(Rig<Fake>, Row, Option<ErrorCode>)> {
    let rig = Fake::rig().await?;
    let row = fake::sign_in(&rig).await?;
    rig.provider.next(answer);
    let outcome = rig.engine.refresh_session(&row.id).await;
    let row = rig.row(&row.id)?;
    Ok((rig, row, outcome.err().map(|error| error.code())))
}

/// What the next refresh presents, and that it works.
async fn next_presents(rig: &Rig<Fake>, row: &Row, token: &str) -> Result<()> {
    let before = rig.provider.asked("/token").len();
    rig.engine.refresh_session(&row.id).await?;
    let asked = rig.provider.asked("/token");
    assert_eq!(asked.len(), before + 1);
    let form: String = asked[before].split("\r\n\r\n").skip(1).collect();
    let url = reqwest::Url::parse(&format!("http://form/?{form}"))?;
    let sent = url.query_pairs().find(|(name, _)| name == "refresh_token");
    assert_eq!(sent.map(|it| it.1.into_owned()).as_deref(), Some(token));
    assert_eq!(rig.row(&row.id)?.state, State::Active);
    Ok(())
}

fn with(field: &str, value: Value) -> Vec<u8> {
    let mut grant = fake::grant(90);
    grant[field] = value;
    says(200, &grant)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_key_causes_one_fetch_and_no_more() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    assert_eq!(rig.provider.asked("/jwks").await?, 1);
    for _ in 0..3 {
        let mut answer = rig.provider.mint("alice").await?;
        let id_token = answer["id_token"].as_str().context("an ID token")?;
        let (_, rest) = id_token.split_once('.').context("three parts")?;
        // {"alg":"RS256","kid":"nobody"}
        let header = "eyJhbGciOiJSUzI1NiIsImtpZCI6Im5vYm9keSJ9";
        answer["id_token"] = json!(format!("{header}.{rest}"));
        let fault = json!({ "path": "/token", "when": "before", "status": 200, "body": answer });
        rig.provider.fault(fault).await?;
        rig.engine.refresh_session(&row.id).await?;
    }
    assert_eq!(rig.provider.asked("/jwks").await?, 1);
    let claims = rig.engine.session_claims(&row.id, "id").await?;
    assert_eq!(claims.verification, "verified", "the old one is kept");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_two_megabyte_access_token_costs_itself_and_its_refresh_token_works() -> Result<()> {
    let large = json!("a".repeat(2 * 1024 * 1024));
    let (rig, row, error) = refreshed_with(with("access_token", large)).await?;
    assert_eq!(error, Some(ErrorCode::RefreshFailed));
    assert_eq!(rig.copied_token(&row.id).await?, fake::access(1));
    next_presents(&rig, &row, &fake::refresh(90)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn another_token_type_costs_the_access_token_alone() -> Result<()> {
    let (rig, row, error) = refreshed_with(with("token_type", json!("mac"))).await?;
    assert_eq!(error, Some(ErrorCode::RefreshFailed));
    assert_eq!(rig.copied_token(&row.id).await?, fake::access(1));
    next_presents(&rig, &row, &fake::refresh(90)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_life_of_zero_has_ended_and_one_of_a_thousand_years_is_unknown() -> Result<()> {
    let (rig, row, error) = refreshed_with(with("expires_in", json!(0))).await?;
    assert_eq!(error, None);
    let copied = rig.engine.copy_access_token(&row.id, false).await;
    assert_eq!(
        copied.expect_err("it has ended").code(),
        ErrorCode::AccessTokenEnded
    );
    assert_eq!(rig.engine.refresh_due().await?, 0, "not before a minute");
    let (rig, row, error) = refreshed_with(with("expires_in", json!(31_536_000_000_u64))).await?;
    assert_eq!(error, None);
    let detail = rig.engine.session_detail(&row.id).await?;
    assert_eq!(detail.tokens[0].life.at, None);
    rig.copied_token(&row.id).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_empty_or_null_refresh_token_keeps_the_old_one() -> Result<()> {
    for value in [Value::Null, json!("")] {
        let (rig, row, error) = refreshed_with(with("refresh_token", value)).await?;
        assert_eq!((error, row.state), (None, State::Active));
        assert_eq!(rig.copied_token(&row.id).await?, fake::access(90));
        next_presents(&rig, &row, &fake::refresh(1)).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_with_status_200_is_an_error() -> Result<()> {
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    for answer in [
        says(200, &json!({ "error": "temporarily_unavailable" })),
        http(200, form, "error=server_error&error_description=later"),
    ] {
        let (rig, row, error) = refreshed_with(answer).await?;
        assert_eq!(error, Some(ErrorCode::RefreshFailed));
        assert_eq!(row.state, State::Failed);
        assert_eq!(rig.copied_token(&row.id).await?, fake::access(1));
    }
    let refused = says(200, &json!({ "error": "invalid_grant" }));
    let (_, row, error) = refreshed_with(refused).await?;
    assert_eq!(error, Some(ErrorCode::SignInNeeded));
    assert_eq!(row.state, State::Relogin);
    Ok(())
}

/// An answer without a verdict: everything is kept, and the log calls it uncertain.
async fn is_uncertain(answer: Vec<u8>) -> Result<Rig<Fake>> {
    let (rig, row, error) = refreshed_with(answer).await?;
    assert_eq!(error, Some(ErrorCode::RefreshFailed));
    assert_ne!(row.state, State::Relogin);
    assert_eq!(rig.copied_token(&row.id).await?, fake::access(1));
    rig.newest("refresh.uncertain").await?;
    let presented = rig.provider.asked("/token");
    assert_eq!(presented.len(), 2, "the code, and one refresh");
    Ok(rig)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_in_place_of_an_answer_is_uncertain_and_keeps_everything() -> Result<()> {
    let page = "<!DOCTYPE html><title>Wi-Fi</title>Please sign in to the hotel.";
    is_uncertain(http(200, "Content-Type: text/html\r\n", page)).await?;
    Ok(())
}

/// `size` zero bytes as gzip in stored blocks of one repeated deflate run would need a library;
/// this is the smallest bomb: a fixed-Huffman run of zeros, 258 at a time.
fn bomb() -> Vec<u8> {
    struct Bits(Vec<u8>, u32);
    impl Bits {
        fn push(&mut self, value: u32, count: u32) {
            for bit in 0..count {
                if self.1 == 0 {
                    self.0.push(0);
                }
                if let Some(last) = self.0.last_mut() {
                    *last |= ((value >> bit & 1) as u8) << self.1;
                }
                self.1 = (self.1 + 1) % 8;
            }
        }
    }
    let mut bits = Bits(vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255], 0);
    bits.push(0b011, 3); // the last block, fixed codes (RFC 1951, section 3.2.6)
    bits.push(0b0000_1100, 8); // a literal zero: code 00110000, most significant bit first
    for _ in 0..40_000 {
        bits.push(0b1010_0011, 8); // length 258: code 11000101
        bits.push(0, 5); // distance 1
    }
    bits.0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_answer_that_inflates_beyond_all_bounds_is_uncertain() -> Result<()> {
    let packed = bomb();
    assert!(packed.len() < 100_000, "10 MB in {} bytes", packed.len());
    let headers = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
    is_uncertain(http(200, headers, packed)).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_of_the_token_endpoint_is_never_followed() -> Result<()> {
    for status in [301, 302, 307, 308] {
        let rig = Fake::rig().await?;
        let row = fake::sign_in(&rig).await?;
        let location = format!("Location: {}/elsewhere\r\n", rig.provider.issuer);
        rig.provider.next(http(status, &location, ""));
        rig.engine
            .refresh_session(&row.id)
            .await
            .expect_err("no tokens came");
        assert!(rig.provider.asked("/elsewhere").is_empty(), "{status}");
        assert_eq!(rig.provider.asked("/token").len(), 2, "{status}");
        assert_ne!(rig.row(&row.id)?.state, State::Relogin);
        assert_eq!(rig.copied_token(&row.id).await?, fake::access(1));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_of_another_issuer_is_refused_with_both_names() -> Result<()> {
    let rig = Fake::rig().await?;
    let other = format!("{}/", rig.provider.issuer);
    rig.provider.announce("issuer", json!(other));
    let flow = rig.engine.start_sign_in(fake::request(&rig.provider))?;
    let error = rig.ended(&flow.id).await?.error.context("it failed")?;
    assert_eq!(error.code, ErrorCode::IssuerMismatch);
    assert_eq!(error.facts.get("found"), Some(&other));
    assert_eq!(error.facts.get("expected"), Some(&rig.provider.issuer));
    assert_eq!(put(&rig.host.opened, |pages| pages.len()), 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn private_and_plain_addresses_need_the_users_word() -> Result<()> {
    let rig = Fake::rig().await?;
    let issuer = rig.provider.issuer.clone();
    let refused = rig.engine.discover_issuer(&issuer, false).await;
    let code = refused.expect_err("loopback").code();
    assert_eq!(code, ErrorCode::IssuerPrivateAddress);
    assert!(
        rig.provider
            .asked("/.well-known/openid-configuration")
            .is_empty()
    );
    rig.engine.discover_issuer(&issuer, true).await?;
    // Even then nobody may be sent in plain text to another machine.
    for field in ["token_endpoint", "jwks_uri", "revocation_endpoint"] {
        let rig = Fake::rig().await?;
        rig.provider.announce(field, json!("http://192.168.0.1/x"));
        let outcome = rig.engine.discover_issuer(&rig.provider.issuer, true).await;
        let error = outcome.expect_err("plain http to another machine");
        let refused = [ErrorCode::IssuerNotHttps, ErrorCode::IssuerPrivateAddress];
        assert!(refused.contains(&error.code()), "{field}: {error}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_another_account_freeze_the_session() -> Result<()> {
    let rig = Rig::new(&[]).await?;
    let row = rig.sign_in("alice").await?;
    let others = rig.provider.mint("mallory").await?;
    let access = others["access_token"]
        .as_str()
        .context("a token")?
        .to_owned();
    let fault = json!({ "path": "/token", "when": "before", "status": 200, "body": others });
    rig.provider.fault(fault).await?;
    // Whether the caller is told of an error is not the point here; the state is.
    let outcome = rig.engine.refresh_session(&row.id).await;
    let frozen = rig.becomes(&row.id, State::Theft).await?;
    assert_eq!(frozen.account.as_deref(), Some("alice@example.test"));
    let copied = rig.engine.copy_access_token(&row.id, false).await;
    assert_eq!(
        copied.expect_err("frozen").code(),
        ErrorCode::SessionFrozen,
        "{outcome:?}"
    );
    rig.newest("session.frozen").await?;
    let told = put(&rig.host.notices, |notices| notices.len());
    assert_eq!(told, 1, "the user is told even with notifications off");
    let dead = || async { (!rig.provider.takes(&access).await.ok()?).then_some(()) };
    keyfob_journeys::wait::until("the end of what came", dead).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_callback_is_ignored_and_the_sign_in_goes_on() -> Result<()> {
    let rig = Fake::rig().await?;
    rig.provider.announce(
        "authorization_response_iss_parameter_supported",
        json!(true),
    );
    let flow = rig.engine.start_sign_in(fake::request(&rig.provider))?;
    rig.waits(&flow.id).await?;
    let (redirect, state) = sent_to(&rig)?;
    let issuer = rig.provider.issuer.clone();
    for strange in [
        vec![
            ("code", "evil"),
            ("state", "another"),
            ("iss", issuer.as_str()),
        ],
        vec![("code", "evil"), ("iss", issuer.as_str())],
        vec![("error", "access_denied")],
        vec![
            ("code", "evil"),
            ("state", &state),
            ("iss", "https://evil.example"),
        ],
        vec![("code", "evil"), ("state", &state)],
    ] {
        comes_back(&redirect, &strange).await?;
        let view = rig.engine.flow_state(&flow.id)?;
        assert_eq!(view.stage, FlowStage::WaitingForBrowser, "{strange:?}");
    }
    comes_back(
        &redirect,
        &[("code", "good"), ("state", &state), ("iss", &issuer)],
    )
    .await?;
    rig.row_of(&rig.ended(&flow.id).await?)?;
    let sent = rig.provider.asked("/token");
    assert!(sent.len() == 1 && sent[0].contains("code=good"), "{sent:?}");
    Ok(())
}
