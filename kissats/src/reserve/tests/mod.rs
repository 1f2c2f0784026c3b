//! The rules of the ledger, and that they hold for any sequence of calls.

mod claiming;
mod granting;
mod in_line;
mod instances;
mod other_ledgers;
mod properties;
mod words;
