//! Which URLs and addresses may be talked to.
//!
//! Checked on the URL, because hyper asks no resolver for an IP literal, and on every resolved
//! address, because a name may point anywhere and change its mind between two look-ups.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use thiserror::Error;
use url::{Host, Url};

/// Where a provider may live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AddressPolicy {
    /// `https` to public addresses only.
    #[default]
    PublicOnly,
    /// The user allowed private networks and loopback for this provider; `http` to loopback alone.
    AllowPrivate,
}

/// Why a URL or an address is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AddressProblem {
    /// Not `https`; `http` is for loopback alone.
    #[error("the address is not https")]
    NotHttps,
    /// Loopback or private: the user may allow it for a provider.
    #[error("the address is in a private network, which this provider may not use")]
    Private,
    /// Link-local (cloud metadata services live there), multicast or reserved: never allowed.
    #[error("the address is one that no provider can have")]
    Reserved,
    /// No host, or a user name or password in it.
    #[error("the address is not one of a provider")]
    Malformed,
}

impl AddressPolicy {
    /// Checks a URL as far as it can be without resolving its host.
    ///
    /// # Errors
    /// The URL may not be talked to.
    pub fn check_url(self, url: &Url) -> Result<(), AddressProblem> {
        let host = url.host().ok_or(AddressProblem::Malformed)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressProblem::Malformed);
        }
        let loopback = is_loopback(&host);
        match url.scheme() {
            "https" => {}
            "http" if loopback => {
                // What stands in the way of a loopback address is that nobody has allowed it yet.
                if self == Self::PublicOnly {
                    return Err(AddressProblem::Private);
                }
            }
            _ => return Err(AddressProblem::NotHttps),
        }
        match host {
            Host::Ipv4(address) => self.check_address(IpAddr::V4(address)),
            Host::Ipv6(address) => self.check_address(IpAddr::V6(address)),
            Host::Domain(_) if loopback && self == Self::PublicOnly => Err(AddressProblem::Private),
            Host::Domain(_) => Ok(()),
        }
    }

    /// Checks an address that a name was resolved to.
    ///
    /// # Errors
    /// The address may not be talked to.
    pub fn check_address(self, address: IpAddr) -> Result<(), AddressProblem> {
        match (reach_of(address), self) {
            (Reach::Public, _) | (Reach::Private, Self::AllowPrivate) => Ok(()),
            (Reach::Private, Self::PublicOnly) => Err(AddressProblem::Private),
            (Reach::Reserved, _) => Err(AddressProblem::Reserved),
        }
    }
}

/// Whether a host is this machine by its spelling alone. `localhost` and below it count
/// (RFC 6761 §6.3); where they resolve to is checked again when they do.
pub(super) fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Public,
    Private,
    Reserved,
}

fn reach_of(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_of_v4(address),
        IpAddr::V6(address) => reach_of_v6(address),
    }
}

/// By the IANA IPv4 Special-Purpose Address Registry.
fn reach_of_v4(address: Ipv4Addr) -> Reach {
    match address.octets() {
        [10, ..] | [127, ..] | [192, 168, ..] => Reach::Private,
        [172, 16..=31, ..] => Reach::Private,
        // Shared address space of carriers (RFC 6598), used by overlay networks too.
        [100, 64..=127, ..] => Reach::Private,
        [0, ..] | [169, 254, ..] | [192, 0, 0, _] | [192, 0, 2, _] | [192, 88, 99, _] => {
            Reach::Reserved
        }
        [198, 18..=19, ..] | [198, 51, 100, _] | [203, 0, 113, _] | [224..=255, ..] => {
            Reach::Reserved
        }
        _ => Reach::Public,
    }
}

/// By the IANA IPv6 Special-Purpose Address Registry; what embeds an IPv4 address reaches as far
/// as that address.
fn reach_of_v6(address: Ipv6Addr) -> Reach {
    let segments = address.segments();
    let [.., c, d] = segments;
    let embedded = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        reach_of_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 1] => Reach::Private,
        // Unspecified, IPv4-compatible (RFC 4291 §2.5.5.1), IPv4-mapped, NAT64 (RFC 6052).
        [0, 0, 0, 0, 0, 0, _, _] => embedded(c, d),
        [0, 0, 0, 0, 0, 0xffff, _, _] | [0x64, 0xff9b, 0, 0, 0, 0, _, _] => embedded(c, d),
        // 6to4 (RFC 3056).
        [0x2002, high, low, ..] => embedded(high, low),
        [0xfc00..=0xfdff, ..] | [0x64, 0xff9b, 1, ..] => Reach::Private,
        // Global unicast but for protocol assignments (Teredo among them) and documentation.
        [0x2001, 0..=0x01ff, ..] | [0x2001, 0x0db8, ..] | [0x3fff, 0..=0x0fff, ..] => {
            Reach::Reserved
        }
        [0x2000..=0x3fff, ..] => Reach::Public,
        _ => Reach::Reserved,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(policy: AddressPolicy, url: &str) -> Result<(), AddressProblem> {
        policy.check_url(&Url::parse(url).unwrap())
    }

    #[test]
    fn public_only_takes_https_to_public_addresses() {
        for url in [
            "https://id.example",
            "https://8.8.8.8/token",
            "https://[2606:4700::1111]/",
        ] {
            assert_eq!(check(AddressPolicy::PublicOnly, url), Ok(()), "{url}");
        }
        for url in ["http://id.example", "http://8.8.8.8", "ftp://id.example"] {
            let problem = check(AddressPolicy::PublicOnly, url).unwrap_err();
            assert_eq!(problem, AddressProblem::NotHttps, "{url}");
        }
    }

    #[test]
    fn public_only_refuses_private_addresses_in_every_spelling() {
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f.1",
            "0177.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "100.64.0.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:10.0.0.1]",
            "[::127.0.0.1]",
            "[64:ff9b::192.168.0.1]",
            "[2002:7f00:1::]",
            "[fd00::1]",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "a.localhost",
        ] {
            let url = format!("https://{host}/");
            assert_eq!(
                check(AddressPolicy::PublicOnly, &url),
                Err(AddressProblem::Private),
                "{url}"
            );
        }
    }

    #[test]
    fn no_policy_reaches_link_local_or_reserved_addresses() {
        for host in [
            "169.254.169.254",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.18.0.1",
            "[fe80::1]",
            "[::]",
            "[ff02::1]",
            "[2001:db8::1]",
            "[::ffff:169.254.169.254]",
            "[100::1]",
        ] {
            let url = format!("https://{host}/");
            for policy in [AddressPolicy::PublicOnly, AddressPolicy::AllowPrivate] {
                assert_eq!(
                    check(policy, &url),
                    Err(AddressProblem::Reserved),
                    "{url} {policy:?}"
                );
            }
        }
    }

    #[test]
    fn the_opt_in_allows_http_on_loopback_alone() {
        for url in [
            "http://127.0.0.1:9100/token",
            "http://localhost:9100",
            "http://[::1]:1",
            "https://10.0.0.1",
        ] {
            assert_eq!(check(AddressPolicy::AllowPrivate, url), Ok(()), "{url}");
        }
        for url in [
            "http://10.0.0.1",
            "http://id.example",
            "http://localhost.example",
        ] {
            let problem = check(AddressPolicy::AllowPrivate, url).unwrap_err();
            assert_eq!(problem, AddressProblem::NotHttps, "{url}");
        }
    }

    #[test]
    fn http_on_loopback_wants_the_opt_in_not_https() {
        for url in [
            "http://127.0.0.1:9100",
            "http://localhost",
            "http://[::1]:1",
        ] {
            let problem = check(AddressPolicy::PublicOnly, url).unwrap_err();
            assert_eq!(problem, AddressProblem::Private, "{url}");
        }
    }

    #[test]
    fn a_password_in_the_address_is_refused() {
        let problem = check(AddressPolicy::AllowPrivate, "https://u:p@id.example").unwrap_err();
        assert_eq!(problem, AddressProblem::Malformed);
    }

    proptest! {
        #[test]
        fn an_embedded_address_reaches_no_farther_than_itself(bits: u32) {
            let v4 = Ipv4Addr::from(bits);
            prop_assert_eq!(reach_of_v6(v4.to_ipv6_mapped()), reach_of_v4(v4));
        }

        #[test]
        fn what_the_standard_library_calls_private_is_never_public(bits: u32) {
            let v4 = Ipv4Addr::from(bits);
            if v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast() {
                prop_assert_ne!(reach_of_v4(v4), Reach::Public);
            }
        }
    }
}
