//! The rules of the ledger, and that they hold for any sequence of calls.

mod claiming;
mod granting;
mod instances;
mod properties;
mod words;
