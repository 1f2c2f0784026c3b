//! Runs in virtual time: scenarios as text, and random packs.

mod properties;
mod scenario;
mod simulation;
