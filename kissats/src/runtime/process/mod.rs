//! Tasks in processes of their own: children of the same binary, one task at a time each.
//!
//! A worker is asked and answers through a socket that it gets as its stdin, because that is how a
//! process can inherit one and nobody else can find it. What its tasks write to stdout and stderr is
//! read from pipes. It leads a process group, so that whatever its tasks have started dies with it.

mod death;
mod group;
mod output_pipe;
mod worker;
mod worker_process;

pub(crate) use death::Death;
pub(crate) use group::ProcessGroup;
pub(crate) use worker::{WORKER_FLAG, serve};
pub(crate) use worker_process::{Served, WorkerProcess};
