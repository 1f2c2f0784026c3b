//! Tasks in processes of their own: children of the same binary, one task at a time each.
//!
//! A worker is asked and answers through a socket that it gets as its stdin, because that is how a
//! process can inherit one and nobody else can find it. What its tasks write to stdout and stderr is
//! read from pipes, unless it is to go out as it comes. It leads a process group, so that whatever its tasks have started dies with it.

mod death;
mod descriptor;
mod grip;
mod group;
mod guard;
mod output_pipe;
mod process_pool;
mod program;
mod surroundings;
mod worker;
mod worker_output;
mod worker_process;

use death::Death;
pub(super) use descriptor::empty_stdin;
use grip::Grip;
use group::ProcessGroup;
use guard::Guard;
pub(crate) use guard::{GUARD_FLAG, stand_guard};
use output_pipe::OutputPipe;
pub(crate) use process_pool::allow_workers;
pub(super) use process_pool::{ProcessJob, ProcessPool};
use program::program;
use surroundings::Surroundings;
pub(crate) use worker::{WORKER_FLAG, serve};
use worker_output::WorkerOutput;
use worker_process::WorkerProcess;
