//! The one HTTP client, and what it never does: follow a redirect, repeat a request, keep a
//! connection, talk without TLS or to a private address unless told so, read without end, log a
//! query or a body.
//!
//! Must not know OAuth: it carries requests and tells exactly how far a failed one got.

mod address;
mod answer;
mod carrier;
mod failure;
mod packing;
mod proxy;
mod request;
mod resolver;
mod retry_after;

pub use address::{AddressPolicy, AddressProblem};
pub use answer::Answer;
pub(crate) use answer::strip_mark;
pub use carrier::{Http, HttpOptions, HttpSetupError, Patience};
pub use failure::{HttpError, Lost, NotSent};
pub use request::{Form, Request};
pub use retry_after::wait_ms as retry_after_ms;
