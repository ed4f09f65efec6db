//! From a discovery document to [`Metadata`]. Pure.

use keyfob_secret::escape_untrusted;
use serde_json::{Map, Value};
use url::Url;

use super::{DiscoveryError, Metadata};
use crate::http::AddressPolicy;

const LONGEST_URL: usize = 2_048;
const MOST_ENTRIES: usize = 64;
const LONGEST_ENTRY: usize = 200;
const LONGEST_SHOWN_ISSUER: usize = 300;

/// Reads a document that must speak for exactly `issuer`.
///
/// Every endpoint that Keyfob or the browser may be sent to is checked, the optional ones too:
/// they are pinned, and nobody looks at them again.
pub(super) fn read(
    body: &[u8],
    issuer: &str,
    policy: AddressPolicy,
) -> Result<Metadata, DiscoveryError> {
    let fields: Map<String, Value> =
        serde_json::from_slice(body).map_err(|_| DiscoveryError::NotJson)?;
    let found = fields.get("issuer").and_then(Value::as_str);
    let found = found.ok_or(DiscoveryError::Incomplete { field: "issuer" })?;
    if found != issuer {
        return Err(DiscoveryError::OtherIssuer {
            asked: issuer.to_owned(),
            found: escape_untrusted(found, LONGEST_SHOWN_ISSUER),
        });
    }
    let endpoint = |field| endpoint(&fields, field, policy);
    let list = |field| list(&fields, field);
    let flag = |field| fields.get(field) == Some(&Value::Bool(true));
    Ok(Metadata {
        issuer: issuer.to_owned(),
        authorization_endpoint: endpoint("authorization_endpoint")?,
        token_endpoint: endpoint("token_endpoint")?.ok_or(DiscoveryError::Incomplete {
            field: "token_endpoint",
        })?,
        jwks_uri: endpoint("jwks_uri")?,
        userinfo_endpoint: endpoint("userinfo_endpoint")?,
        revocation_endpoint: endpoint("revocation_endpoint")?,
        introspection_endpoint: endpoint("introspection_endpoint")?,
        end_session_endpoint: endpoint("end_session_endpoint")?,
        device_authorization_endpoint: endpoint("device_authorization_endpoint")?,
        authorization_response_iss_parameter_supported: flag(
            "authorization_response_iss_parameter_supported",
        ),
        token_endpoint_auth_methods_supported: list("token_endpoint_auth_methods_supported"),
        code_challenge_methods_supported: list("code_challenge_methods_supported"),
        scopes_supported: list("scopes_supported"),
        grant_types_supported: list("grant_types_supported"),
        id_token_signing_alg_values_supported: list("id_token_signing_alg_values_supported"),
        dpop_signing_alg_values_supported: list("dpop_signing_alg_values_supported"),
        tls_client_certificate_bound_access_tokens: flag(
            "tls_client_certificate_bound_access_tokens",
        ),
    })
}

fn endpoint(
    fields: &Map<String, Value>,
    field: &'static str,
    policy: AddressPolicy,
) -> Result<Option<Url>, DiscoveryError> {
    let text = match fields.get(field) {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value.as_str().filter(|text| text.len() <= LONGEST_URL),
    };
    let url = text.and_then(|text| Url::parse(text).ok());
    let url = url.ok_or(DiscoveryError::Incomplete { field })?;
    match policy.check_url(&url) {
        Ok(()) => Ok(Some(url)),
        Err(problem) => Err(DiscoveryError::EndpointNotAllowed { field, problem }),
    }
}

/// Nothing depends on a list being whole: what is too long or no text is left out.
fn list(fields: &Map<String, Value>, field: &str) -> Vec<String> {
    let entries = fields
        .get(field)
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let texts = entries.iter().take(MOST_ENTRIES).filter_map(Value::as_str);
    texts
        .filter(|text| text.len() <= LONGEST_ENTRY)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http::AddressProblem;

    fn document() -> Value {
        json!({
            "issuer": "https://id.example",
            "token_endpoint": "https://id.example/token",
            "jwks_uri": "https://id.example/keys",
            "scopes_supported": ["openid", 7, "x".repeat(201), "email"],
            "authorization_response_iss_parameter_supported": true,
            "dpop_signing_alg_values_supported": ["ES256"],
            "tls_client_certificate_bound_access_tokens": "yes",
            "something_new": {"deep": [1]},
        })
    }

    fn read_value(document: &Value) -> Result<Metadata, DiscoveryError> {
        read(
            document.to_string().as_bytes(),
            "https://id.example",
            AddressPolicy::PublicOnly,
        )
    }

    #[test]
    fn keeps_what_it_knows_and_ignores_the_rest() {
        let metadata = read_value(&document()).unwrap();
        assert_eq!(metadata.scopes_supported, ["openid", "email"]);
        assert!(metadata.authorization_response_iss_parameter_supported);
        assert_eq!(metadata.dpop_signing_alg_values_supported, ["ES256"]);
        assert!(!metadata.tls_client_certificate_bound_access_tokens);
        assert_eq!(metadata.revocation_endpoint, None);
        let stored = serde_json::to_string(&metadata).unwrap();
        assert_eq!(serde_json::from_str::<Metadata>(&stored).unwrap(), metadata);
    }

    #[test]
    fn a_document_of_another_issuer_is_refused_with_both_values() {
        for other in [
            "https://id.example/",
            "https://ID.example",
            "https://evil.example",
        ] {
            let mut document = document();
            document["issuer"] = other.into();
            let DiscoveryError::OtherIssuer { asked, found } = read_value(&document).unwrap_err()
            else {
                panic!("{other} was not told apart");
            };
            assert_eq!(
                (asked.as_str(), found.as_str()),
                ("https://id.example", other)
            );
        }
    }

    #[test]
    fn endpoints_in_clear_text_or_private_networks_are_refused() {
        let cases = [
            (
                "jwks_uri",
                "http://id.example/keys",
                AddressProblem::NotHttps,
            ),
            (
                "token_endpoint",
                "https://127.0.0.1/token",
                AddressProblem::Private,
            ),
            (
                "revocation_endpoint",
                "https://10.0.0.1/revoke",
                AddressProblem::Private,
            ),
            (
                "userinfo_endpoint",
                "https://169.254.169.254/me",
                AddressProblem::Reserved,
            ),
            (
                "authorization_endpoint",
                "file:///etc/passwd",
                AddressProblem::Malformed,
            ),
            (
                "end_session_endpoint",
                "ftp://id.example/end",
                AddressProblem::NotHttps,
            ),
        ];
        for (field, url, expected) in cases {
            let mut document = document();
            document[field] = url.into();
            let error = read_value(&document).unwrap_err();
            let DiscoveryError::EndpointNotAllowed {
                field: named,
                problem,
            } = error
            else {
                panic!("{field} was not refused: {error:?}");
            };
            assert_eq!((named, problem), (field, expected));
        }
    }

    #[test]
    fn a_missing_or_misshapen_field_is_named() {
        for (field, value) in [
            ("token_endpoint", Value::Null),
            ("issuer", json!(7)),
            ("jwks_uri", json!("not a URL")),
        ] {
            let mut document = document();
            document[field] = value;
            let error = read_value(&document).unwrap_err();
            assert!(
                matches!(error, DiscoveryError::Incomplete { field: f } if f == field),
                "{error}"
            );
        }
    }

    #[test]
    fn what_is_no_json_object_is_told() {
        for body in [
            &b"[]"[..],
            b"",
            b"\xff\xfe",
            b"{\"issuer\":",
            b"\"https://id.example\"",
        ] {
            let error = read(body, "https://id.example", AddressPolicy::PublicOnly).unwrap_err();
            assert!(matches!(error, DiscoveryError::NotJson), "{body:?}");
        }
    }
}
