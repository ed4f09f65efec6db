//! The life of a session, rule by rule and as random histories.

#[path = "life/clocks.rs"]
mod clocks;
#[path = "life/display.rs"]
mod display;
#[path = "life/due.rs"]
mod due;
#[path = "life/ended.rs"]
mod ended;
#[path = "life/histories.rs"]
mod histories;
#[path = "life/policy.rs"]
mod policy;
#[path = "life/refresh.rs"]
mod refresh;
#[path = "life/revoke.rs"]
mod revoke;
#[path = "life/sample.rs"]
mod sample;
#[path = "life/schedule.rs"]
mod schedule;
#[path = "life/uncertain.rs"]
mod uncertain;
#[path = "life/world.rs"]
mod world;
