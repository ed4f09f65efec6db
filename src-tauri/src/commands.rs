//! What the page may call. Each command parses, calls a use case, and hands its view back.

pub(crate) mod audit;
pub(crate) mod checks;
pub(crate) mod sessions;
pub(crate) mod signin;
pub(crate) mod vault;

use keyfob_engine::{EngineError, view::ErrorView};

/// An answer for the page.
pub(crate) type Answer<T> = Result<T, ErrorView>;

/// An error as the page sees it.
pub(crate) fn seen(error: EngineError) -> ErrorView {
    error.view()
}
