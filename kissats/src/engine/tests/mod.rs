//! Runs in virtual time: scenarios as text, random packs, and events by hand.

mod adding;
mod answers;
mod by_hand;
mod chains;
mod delay_queue;
mod expecting;
mod fault;
mod faults;
mod lanes;
mod properties;
mod scenario;
mod shared;
mod simulated_run;
mod simulation;
mod waiting;
