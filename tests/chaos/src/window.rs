//! How long an answer that has been read is not on the disk yet: measured inside the engine, by
//! its own traces, while nothing is killed.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use keyfob_audit::Actor;
use keyfob_engine::view::Gate;
use serde_json::{Map, Value, json};
use tracing::{Event, Metadata, Subscriber, field::Visit};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt},
};

use crate::{ground::Ground, worker::engine_at};

const TARGET: &str = "keyfob_engine::refresh::send";
const READ: &str = "an answer was read";
const SAVED: &str = "an answer is on the disk";

/// The windows that were measured.
#[derive(Clone, Debug, Default)]
pub struct Windows(Vec<Duration>);

/// Refreshes so many sessions one after the other.
///
/// # Errors
/// The ground can't be laid, or a refresh fails.
pub fn measure(count: usize) -> Result<Windows> {
    let watch = Stopwatch::default();
    let subscriber = tracing_subscriber::registry().with(watch.clone());
    // The traces of one thread are heard, so everything runs on it.
    let _heard = tracing::subscriber::set_default(subscriber);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(refresh(count))?;
    let mut all = watch.inner().all.clone();
    ensure!(
        all.len() == count,
        "{} windows in {count} refreshes",
        all.len()
    );
    all.sort_unstable();
    Ok(Windows(all))
}

async fn refresh(count: usize) -> Result<()> {
    let ground = Ground::lay(&[]).await?;
    let sessions = ground.seed(count, 0).await?;
    let engine = engine_at(&ground.data_dir(), Actor::User)?;
    let view = engine.open().await;
    ensure!(view.gate == Gate::Open, "the gate is {:?}", view.gate);
    for session in sessions {
        engine.refresh_session(&session.id.0.to_string()).await?;
    }
    engine.wind_up().await;
    Ok(())
}

impl Windows {
    /// The figures, by name.
    pub fn figures(&self) -> Map<String, Value> {
        let share = |of: usize| {
            let index = self.0.len() * of / 100;
            self.0.get(index.min(self.0.len().saturating_sub(1)))
        };
        let mut figures = Map::new();
        for (name, of) in [("median", 50), ("p95", 95), ("longest", 100)] {
            let value = share(of).map(Duration::as_micros);
            figures.insert(format!("window_traced_{name}_us"), json!(value));
        }
        figures.insert("window_traced".into(), json!(self.0.len()));
        figures
    }
}

#[derive(Clone, Default)]
struct Stopwatch(Arc<Mutex<Times>>);

#[derive(Default)]
struct Times {
    read: Option<Instant>,
    all: Vec<Duration>,
}

impl Stopwatch {
    fn inner(&self) -> std::sync::MutexGuard<'_, Times> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Subscriber> Layer<S> for Stopwatch {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target() == TARGET
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let now = Instant::now();
        let mut message = Message(String::new());
        event.record(&mut message);
        let mut times = self.inner();
        match message.0.as_str() {
            READ => times.read = Some(now),
            SAVED => {
                let window = times.read.take().map(|read| now - read);
                times.all.extend(window);
            }
            _ => {}
        }
    }
}

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}
