//! Every word of the command line, with the exit code, the lines and the counts that it leads to.

mod support;

mod accepted;
mod output;
mod selecting;
mod told;
