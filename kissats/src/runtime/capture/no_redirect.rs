//! In the place of `redirect` where descriptors cannot be replaced: what tasks print goes out as it comes.

use std::fs::File;

/// There is none.
#[derive(Debug)]
pub(in crate::runtime) enum Redirect {}

/// Nor is anything redirected.
#[derive(Debug)]
pub(in crate::runtime) enum Redirected {}

impl Redirect {
    pub(in crate::runtime) fn of_process() -> Option<&'static Self> {
        None
    }

    pub(super) fn real_stderr() -> Option<&'static File> {
        None
    }

    pub(in crate::runtime) fn begin(&'static self) -> Option<Redirected> {
        match *self {}
    }

    pub(in crate::runtime) fn so_far(&self) -> (Vec<u8>, Vec<u8>) {
        match *self {}
    }
}

impl Redirected {
    pub(in crate::runtime) fn end(self) -> (Vec<u8>, Vec<u8>) {
        match self {}
    }
}
