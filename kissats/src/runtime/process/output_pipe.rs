//! What comes out of one pipe.

use std::fs::File;
use std::io::{self, Read};
use std::mem;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use crate::runtime::process::descriptor;

/// How much is read at a time.
const PIECE: usize = 16 * 1024;

/// More pieces than a pipe can hold: that is 1 MiB, unless the administrator allows more.
const PIECES: usize = 80;

/// One of a worker's two outputs.
#[derive(Debug)]
pub(super) struct OutputPipe {
    /// `None` when nobody can write to it any more.
    pipe: Option<File>,
    bytes: Vec<u8>,
}

impl OutputPipe {
    pub(super) fn new(pipe: impl Into<OwnedFd>) -> Self {
        Self {
            pipe: Some(File::from(pipe.into())),
            bytes: Vec::new(),
        }
    }

    /// What to wait for.
    pub(super) fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.pipe.as_ref().map(AsFd::as_fd)
    }

    /// Reads what is there; waits if nothing is.
    pub(super) fn read(&mut self) {
        let Some(pipe) = &mut self.pipe else { return };
        let mut piece = [0; PIECE];
        match pipe.read(&mut piece) {
            Ok(count) if count > 0 => self.bytes.extend_from_slice(&piece[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            _ => self.pipe = None,
        }
    }

    /// Reads what is there, and waits for nothing.
    pub(super) fn drain(&mut self) {
        for _ in 0..PIECES {
            match descriptor::wait_for([self.descriptor()], Duration::ZERO) {
                Ok([true]) => self.read(),
                _ => break,
            }
        }
    }

    /// Everything that was written so far. What the task has written is in the pipe by the time that
    /// it is heard of its end; what it has left running may go on writing for ever.
    pub(super) fn take(&mut self) -> Vec<u8> {
        self.drain();
        mem::take(&mut self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn what_was_written_is_there_although_the_pipe_stays_open() {
        let (reader, mut writer) = io::pipe().unwrap();
        let mut pipe = OutputPipe::new(reader);
        assert_eq!(pipe.take(), b"");
        writer.write_all(b"one\n").unwrap();
        assert_eq!(pipe.take(), b"one\n");
        writer.write_all(b"two").unwrap();
        drop(writer);
        assert_eq!(pipe.take(), b"two");
        assert!(pipe.descriptor().is_none());
        assert_eq!(pipe.take(), b"");
    }
}
