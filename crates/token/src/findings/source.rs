//! Where good practice is written down.

/// A section of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The document: `RFC 9700`, `OWASP ASVS 5.0`.
    pub document: &'static str,
    /// The section or the number of the requirement, such as `4.14.2`.
    pub section: &'static str,
}

const fn of(document: &'static str, section: &'static str) -> Source {
    Source { document, section }
}

/// The OAuth 2.0 Authorization Framework.
pub(crate) const fn rfc6749(section: &'static str) -> Source {
    of("RFC 6749", section)
}

/// Bearer Token Usage.
pub(crate) const fn rfc6750(section: &'static str) -> Source {
    of("RFC 6750", section)
}

/// Token Revocation.
pub(crate) const fn rfc7009(section: &'static str) -> Source {
    of("RFC 7009", section)
}

/// JSON Web Algorithms.
pub(crate) const fn rfc7518(section: &'static str) -> Source {
    of("RFC 7518", section)
}

/// JSON Web Token.
pub(crate) const fn rfc7519(section: &'static str) -> Source {
    of("RFC 7519", section)
}

/// Mutual-TLS Client Authentication and Certificate-Bound Access Tokens.
pub(crate) const fn rfc8705(section: &'static str) -> Source {
    of("RFC 8705", section)
}

/// JSON Web Token Best Current Practices.
pub(crate) const fn rfc8725(section: &'static str) -> Source {
    of("RFC 8725", section)
}

/// JWT Profile for OAuth 2.0 Access Tokens.
pub(crate) const fn rfc9068(section: &'static str) -> Source {
    of("RFC 9068", section)
}

/// Demonstrating Proof of Possession.
pub(crate) const fn rfc9449(section: &'static str) -> Source {
    of("RFC 9449", section)
}

/// Best Current Practice for OAuth 2.0 Security.
pub(crate) const fn rfc9700(section: &'static str) -> Source {
    of("RFC 9700", section)
}

/// OWASP Application Security Verification Standard 5.0.
pub(crate) const fn asvs(requirement: &'static str) -> Source {
    of("OWASP ASVS 5.0", requirement)
}
