//! An environment of Scalekit on loopback: sign-in by OpenID Connect, and its session API as
//! documented, with its real shapes and errors, and what can go wrong.
#![forbid(unsafe_code)]

mod api;
mod oidc;
mod world;

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::task::JoinHandle;

pub use world::{ADMIN, ADMIN_SECRET, USER, World};

/// What all routes share.
type Shared = Arc<Mutex<World>>;

/// A running environment; it ends when it is dropped.
pub struct Environment {
    /// Its issuer identifier, and where its API is.
    pub issuer: String,
    world: Shared,
    task: JoinHandle<()>,
}

impl Environment {
    /// One with three active sessions and one that has ended.
    ///
    /// # Errors
    /// There is no free port.
    pub async fn start() -> io::Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let issuer = format!("http://{}", listener.local_addr()?);
        let world = Arc::new(Mutex::new(World::new(&issuer)));
        let router = api::routes()
            .merge(oidc::routes())
            .fallback(|| async { api::error(404, 5, &[]) })
            .with_state(Arc::clone(&world));
        let task = tokio::spawn(async move {
            // It ends with the test.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            issuer,
            world,
            task,
        })
    }

    /// What it holds, to look at and to change.
    pub fn world(&self) -> MutexGuard<'_, World> {
        look(&self.world)
    }

    /// The status of a session; empty when there is none of this name.
    pub fn status_of(&self, session: &str) -> String {
        let world = self.world();
        let status = world
            .sessions
            .get(session)
            .and_then(|it| it["status"].as_str());
        status.unwrap_or_default().to_owned()
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn look(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}
