//! What is planned of packs that are written in a few words.

mod choosing;
mod declared;
mod leaving_out;
mod mistakes;
mod ordering;
mod words;

pub(crate) use words::{catalog, task};
