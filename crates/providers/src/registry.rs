//! The adapters there are. The next one is one file and one line here.

use keyfob_oauth::Metadata;

use crate::{generic::GenericOidc, provider::Provider, scalekit::Scalekit};

static SCALEKIT: Scalekit = Scalekit::new();

/// From the most particular to the one that takes all.
static ADAPTERS: [&dyn Provider; 2] = [&SCALEKIT, &GenericOidc];

/// The adapter for an issuer.
pub fn for_issuer(issuer: &str, metadata: &Metadata) -> &'static dyn Provider {
    ADAPTERS
        .into_iter()
        .find(|adapter| adapter.recognises(issuer, metadata))
        .unwrap_or(&GenericOidc)
}

/// The adapter a session remembers; the generic one when this version doesn't know the name.
pub fn by_id(id: &str) -> &'static dyn Provider {
    ADAPTERS
        .into_iter()
        .find(|adapter| adapter.id() == id)
        .unwrap_or(&GenericOidc)
}

/// Forgets what the adapters keep of administrators' clients in memory.
pub fn forget_admins() {
    for adapter in ADAPTERS {
        adapter.forget_admin();
    }
}
