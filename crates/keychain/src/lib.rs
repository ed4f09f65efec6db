//! Fetch and store the wrapping key: the OS store, an in-memory fake.
