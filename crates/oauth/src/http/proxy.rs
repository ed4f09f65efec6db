//! The system's proxy (environment, desktop settings), as curl reads it.
//!
//! Behind a proxy it is the proxy that resolves names, so there the address filter sees the URL
//! alone. Loopback is never sent to a proxy, and neither is anything in clear text.

use std::{collections::HashSet, sync::Arc};

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{Proxy, header::HeaderValue};
use url::Url;

use super::address::is_loopback;

/// What the system says.
pub(super) struct SystemProxy {
    matcher: Matcher,
    /// The proxy for `https`, and how to log in to it.
    https: Option<(Url, Option<HeaderValue>)>,
}

impl SystemProxy {
    pub(super) fn read() -> Self {
        Self::of(Matcher::from_system())
    }

    pub(super) fn of(matcher: Matcher) -> Self {
        // A host that no exception of the user's names: there is one proxy for all of `https`.
        let probe = uri_of("https://keyfob.invalid/");
        let https = probe
            .and_then(|probe| matcher.intercept(&probe))
            .and_then(|found| {
                let mut url = Url::parse(&found.uri().to_string()).ok()?;
                if let Some((user, password)) = found.raw_auth() {
                    url.set_username(user).ok()?;
                    url.set_password(Some(password)).ok()?;
                }
                Some((url, found.basic_auth().cloned()))
            });
        Self { matcher, https }
    }

    /// The names of proxies, which may be resolved to private addresses.
    pub(super) fn hosts(&self) -> HashSet<String> {
        self.https
            .iter()
            .filter_map(|(url, _)| url.host_str().map(str::to_owned))
            .collect()
    }

    /// The rule for reqwest.
    pub(super) fn into_rule(self) -> Proxy {
        let login = self.https.as_ref().and_then(|(_, login)| login.clone());
        let this = Arc::new(self);
        let rule = Proxy::custom(move |url| this.proxy_for(url));
        match login {
            Some(login) => rule.custom_http_auth(login),
            None => rule,
        }
    }

    fn proxy_for(&self, url: &Url) -> Option<Url> {
        if url.scheme() != "https" || url.host().is_none_or(|host| is_loopback(&host)) {
            return None;
        }
        let (proxy, _) = self.https.as_ref()?;
        self.matcher.intercept(&uri_of(url.as_str())?)?;
        Some(proxy.clone())
    }
}

fn uri_of(url: &str) -> Option<http::Uri> {
    url.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy_for(url: &str) -> Option<String> {
        let matcher = Matcher::builder()
            .all("http://proxy.corp:3128")
            .no("inside.example")
            .build();
        let proxy = SystemProxy::of(matcher);
        assert_eq!(proxy.hosts(), HashSet::from(["proxy.corp".to_owned()]));
        proxy.proxy_for(&Url::parse(url).unwrap()).map(String::from)
    }

    #[test]
    fn https_goes_through_the_proxy_but_for_the_users_exceptions() {
        assert_eq!(
            proxy_for("https://id.example/token").as_deref(),
            Some("http://proxy.corp:3128/")
        );
        assert_eq!(proxy_for("https://inside.example/token"), None);
    }

    #[test]
    fn loopback_and_clear_text_never_do() {
        for url in [
            "https://127.0.0.1/token",
            "https://localhost/",
            "http://127.0.0.1:9100/token",
        ] {
            assert_eq!(proxy_for(url), None, "{url}");
        }
    }
}
