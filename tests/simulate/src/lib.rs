//! What many desktops together do to one provider that goes down, and comes back.
//!
//! Every decision is made by the functions that Keyfob itself runs on (`keyfob_token::life`): the
//! due rule, `decide`, backoff, budget, breaker, catch-up, and the queue. Only the provider, the
//! network and time are made up. Desktops don't know of each other and the provider never tires,
//! so each desktop is played to its end by itself, and the load is the sum of all.

mod desktop;
mod picture;
mod plan;
mod tally;

pub use desktop::play;
pub use picture::picture;
pub use plan::{Down, Plan};
pub use tally::{BUCKET_MS, Tally};

/// Plays all desktops of a plan on this many threads. The result does not depend on how many.
pub fn run(plan: &Plan, threads: usize) -> Tally {
    let threads = threads.max(1);
    let share = |thread: usize| {
        let mut sum = Tally::new(plan);
        for desktop in (thread..plan.desktops).step_by(threads) {
            play(plan, desktop, &mut sum);
        }
        sum
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|thread| scope.spawn(move || share(thread)))
            .collect();
        workers.into_iter().fold(Tally::new(plan), |sum, worker| {
            sum.plus(&worker.join().expect("the rules don't panic"))
        })
    })
}
