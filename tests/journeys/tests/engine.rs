//! Journeys through the engine: vault and provider are real, only the desktop is not.

mod engine {
    mod life;
}
