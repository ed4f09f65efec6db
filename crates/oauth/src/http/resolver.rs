//! Name resolution that hands out allowed addresses only.

use std::{collections::HashSet, io, net::SocketAddr, sync::Arc};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::AddressPolicy;

/// The system's resolver under a policy.
///
/// The connection goes to an address from the very answer that was checked, so a name that changes
/// its mind between a check and a connection ("DNS rebinding") gains nothing.
pub(super) struct FilteredResolver {
    pub(super) policy: AddressPolicy,
    /// Hosts of the system's own proxies: the user chose them, wherever they are.
    pub(super) proxies: Arc<HashSet<String>>,
}

impl Resolve for FilteredResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.policy;
        let is_proxy = self.proxies.contains(name.as_str());
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let usable = if is_proxy {
                found
            } else {
                allowed(policy, found)?
            };
            Ok(Box::new(usable.into_iter()) as Addrs)
        })
    }
}

/// A name with one forbidden address is forbidden: a mixture is the mark of rebinding.
fn allowed(policy: AddressPolicy, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, io::Error> {
    let problem = found
        .iter()
        .find_map(|address| policy.check_address(address.ip()).err());
    match problem {
        Some(problem) => Err(io::Error::new(io::ErrorKind::PermissionDenied, problem)),
        None => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::AddressProblem;

    #[test]
    fn one_private_address_among_public_ones_refuses_the_name() {
        let found = vec!["8.8.8.8:0".parse().unwrap(), "10.0.0.1:0".parse().unwrap()];
        let error = allowed(AddressPolicy::PublicOnly, found.clone()).unwrap_err();
        let problem = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<AddressProblem>());
        assert_eq!(problem, Some(&AddressProblem::Private));
        assert_eq!(
            allowed(AddressPolicy::AllowPrivate, found.clone()).unwrap(),
            found
        );
    }

    #[tokio::test]
    async fn names_of_this_machine_need_the_opt_in() {
        let resolve = async |policy, proxies: HashSet<String>| {
            let resolver = FilteredResolver {
                policy,
                proxies: Arc::new(proxies),
            };
            resolver.resolve("localhost".parse().unwrap()).await.is_ok()
        };
        assert!(!resolve(AddressPolicy::PublicOnly, HashSet::new()).await);
        assert!(resolve(AddressPolicy::AllowPrivate, HashSet::new()).await);
        assert!(
            resolve(
                AddressPolicy::PublicOnly,
                HashSet::from(["localhost".to_owned()])
            )
            .await
        );
    }
}
