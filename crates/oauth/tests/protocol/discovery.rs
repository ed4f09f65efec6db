//! From an issuer to its endpoints.

use keyfob_oauth::{
    AddressPolicy, Metadata,
    discovery::{DiscoveryError, discover},
    http::{AddressProblem, NotSent},
};
use serde_json::json;

use super::{
    fake::{Fake, Reply, answer, json as json_reply},
    http,
    provider::Provider,
};

async fn found(reply: Reply) -> Result<Metadata, DiscoveryError> {
    let fake = Fake::says([reply]).await;
    discover(&http(), &fake.url).await
}

/// A server whose document is in the second place alone.
async fn second_place(first: Reply) -> (Fake, Result<Metadata, DiscoveryError>) {
    let fake = Fake::says_of(|url| {
        let issuer = format!("{url}/realms/a");
        let document = json!({"issuer": issuer, "token_endpoint": format!("{issuer}/token")});
        [first, json_reply(200, &document)]
    })
    .await;
    let result = discover(&http(), &format!("{}/realms/a", fake.url)).await;
    (fake, result)
}

#[tokio::test]
async fn finds_every_endpoint_of_a_certified_provider() {
    let provider = Provider::start(&[]).await;
    let metadata = discover(&http(), &provider.issuer).await.unwrap();
    assert_eq!(metadata.issuer, provider.issuer);
    assert!(metadata.authorization_response_iss_parameter_supported);
    assert!(
        metadata
            .code_challenge_methods_supported
            .contains(&"S256".to_owned())
    );
    assert!(
        metadata
            .scopes_supported
            .contains(&"offline_access".to_owned())
    );
    for endpoint in [
        &metadata.authorization_endpoint,
        &metadata.jwks_uri,
        &metadata.userinfo_endpoint,
        &metadata.revocation_endpoint,
        &metadata.introspection_endpoint,
        &metadata.end_session_endpoint,
        &metadata.device_authorization_endpoint,
    ] {
        assert!(
            endpoint
                .as_ref()
                .unwrap()
                .as_str()
                .starts_with(&provider.issuer)
        );
    }
    let stored = serde_json::to_string(&metadata).unwrap();
    assert_eq!(serde_json::from_str::<Metadata>(&stored).unwrap(), metadata);
}

#[tokio::test]
async fn a_slash_makes_another_issuer_and_both_are_shown() {
    let provider = Provider::start(&[]).await;
    let asked = format!("{}/", provider.issuer);
    let error = discover(&http(), &asked).await.unwrap_err();
    assert!(matches!(error, DiscoveryError::OtherIssuer { .. }));
    let shown = error.to_string();
    assert!(shown.contains(&format!("asked for {asked}")), "{shown}");
    assert!(
        shown.contains(&format!("found {}", provider.issuer)),
        "{shown}"
    );
}

#[tokio::test]
async fn falls_back_to_the_place_of_rfc_8414() {
    for first in [
        answer(404, "", ""),
        answer(200, "Content-Type: text/html\r\n", "<html>"),
    ] {
        let (fake, result) = second_place(first).await;
        assert!(
            result
                .unwrap()
                .token_endpoint
                .path()
                .ends_with("/realms/a/token")
        );
        let requests = fake.requests();
        assert!(requests[0].starts_with("GET /realms/a/.well-known/openid-configuration "));
        assert!(requests[1].starts_with("GET /.well-known/oauth-authorization-server/realms/a "));
    }
}

#[tokio::test]
async fn each_kind_of_nothing_is_told_apart() {
    let page = answer(200, "Content-Type: text/html\r\n", "<p>hi</p>");
    assert!(matches!(found(page).await, Err(DiscoveryError::WebPage)));
    let page = answer(200, "Content-Type: text/plain\r\n", "\n<!DOCTYPE html>");
    assert!(matches!(found(page).await, Err(DiscoveryError::WebPage)));
    assert!(matches!(
        found(answer(200, "", "hello")).await,
        Err(DiscoveryError::NotJson)
    ));
    assert!(matches!(
        found(answer(200, "", "[]")).await,
        Err(DiscoveryError::NotJson)
    ));
    assert!(matches!(
        found(answer(404, "", "")).await,
        Err(DiscoveryError::NoDocument { status: 404 })
    ));
    let moved = answer(302, "Location: https://id.example/\r\n", "");
    assert!(matches!(
        found(moved).await,
        Err(DiscoveryError::NoDocument { status: 302 })
    ));
    assert!(matches!(
        found(answer(500, "", "")).await,
        Err(DiscoveryError::Unreadable)
    ));
    assert!(matches!(
        found(Reply::Bytes(Vec::new())).await,
        Err(DiscoveryError::Unreadable)
    ));
    let later = found(answer(503, "Retry-After: 9\r\n", "")).await;
    assert!(matches!(
        later,
        Err(DiscoveryError::TurnedAway {
            retry_after_ms: Some(9_000)
        })
    ));
    let foreign = json!({"issuer": "https://id.example", "token_endpoint": "https://id.example/t"});
    let foreign = found(json_reply(200, &foreign)).await;
    assert!(matches!(foreign, Err(DiscoveryError::OtherIssuer { .. })));
}

#[tokio::test]
async fn issuers_that_cannot_be_or_may_not_be_reached_are_told_apart() {
    let error = discover(&http(), "https://nothing.invalid")
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        DiscoveryError::NotReached(NotSent::NameNotResolved)
    ));
    let public_only = http().under(AddressPolicy::PublicOnly);
    let cases = [
        ("http://id.example", AddressProblem::NotHttps),
        ("https://127.0.0.1:1", AddressProblem::Private),
        ("https://192.168.0.1", AddressProblem::Private),
        ("https://169.254.169.254", AddressProblem::Reserved),
    ];
    for (issuer, expected) in cases {
        let error = discover(&public_only, issuer).await.unwrap_err();
        let DiscoveryError::IssuerNotAllowed(problem) = error else {
            panic!("{issuer}: {error}")
        };
        assert_eq!(problem, expected, "{issuer}");
    }
}
