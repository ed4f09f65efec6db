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
    /// The user allowed private networks for this provider; and `http`, to loopback alone.
    AllowPrivate,
}

/// Why a URL or an address is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AddressProblem {
    /// Not `https` (`http` is for loopback, where private addresses are allowed).
    #[error("the address is not https")]
    NotHttps,
    /// Loopback, link-local, private or reserved.
    #[error("the address is in a private network, which this provider may not use")]
    Private,
    /// No host, or a user name and password in it.
    #[error("the address is not one of a provider")]
    Malformed,
}
