//! What comes out of one pipe, divided by task.

#![expect(
    clippy::disallowed_methods,
    reason = "a pipe is read on a thread of its own, or the worker would wait for a place to write to"
)]

use std::io::{self, Read};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How long to wait for the end mark of a task that has ended: something that it left behind may
/// have closed or filled the pipe.
const PATIENCE: Duration = Duration::from_secs(2);

/// One of a worker's two outputs.
#[derive(Debug, Clone)]
pub(super) struct OutputPipe(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    read: Mutex<Text>,
    grown: Condvar,
}

#[derive(Debug, Default)]
struct Text {
    bytes: Vec<u8>,
    is_closed: bool,
}

impl OutputPipe {
    /// Starts to read.
    pub(super) fn read(name: &str, mut pipe: impl Read + Send + 'static) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let reader = Arc::clone(&shared);
        let body = move || {
            let mut buffer = [0; 8192];
            loop {
                match pipe.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(count) => reader.add(&buffer[..count]),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
            reader.lock().is_closed = true;
            reader.grown.notify_all();
        };
        thread::Builder::new().name(name.to_owned()).spawn(body)?;
        Ok(Self(shared))
    }

    /// What was written before `mark`, which is taken out too.
    pub(super) fn take_until(&self, mark: &[u8]) -> Vec<u8> {
        let mut from = 0;
        let is_missing = |read: &mut Text| {
            let found = find(&read.bytes[from..], mark).is_some();
            from = read.bytes.len().saturating_sub(mark.len());
            !found && !read.is_closed
        };
        let waited = self
            .0
            .grown
            .wait_timeout_while(self.0.lock(), PATIENCE, is_missing);
        let (mut read, _) = waited.unwrap_or_else(PoisonError::into_inner);
        match find(&read.bytes, mark) {
            Some(end) => {
                let rest = read.bytes.split_off(end + mark.len());
                let mut taken = mem::replace(&mut read.bytes, rest);
                taken.truncate(end);
                taken
            }
            None => mem::take(&mut read.bytes),
        }
    }

    /// What was written since it was taken last.
    pub(super) fn so_far(&self) -> Vec<u8> {
        self.0.lock().bytes.clone()
    }

    /// Everything up to the end of the pipe.
    pub(super) fn take_all(&self) -> Vec<u8> {
        let is_open = |read: &mut Text| !read.is_closed;
        let waited = self
            .0
            .grown
            .wait_timeout_while(self.0.lock(), PATIENCE, is_open);
        let (mut read, _) = waited.unwrap_or_else(PoisonError::into_inner);
        mem::take(&mut read.bytes)
    }
}

impl Shared {
    fn add(&self, bytes: &[u8]) {
        self.lock().bytes.extend_from_slice(bytes);
        self.grown.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Text> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_gets_what_it_wrote() {
        let text = "one\n<end 1>two\n<end 2>three";
        let pipe = OutputPipe::read("test", text.as_bytes()).unwrap();
        assert_eq!(pipe.take_until(b"<end 1>"), b"one\n");
        assert_eq!(pipe.take_until(b"<end 2>"), b"two\n");
        assert_eq!(pipe.take_all(), b"three");
    }

    #[test]
    fn without_its_mark_a_task_gets_what_there_is() {
        let pipe = OutputPipe::read("test", &b"killed in the mid"[..]).unwrap();
        assert_eq!(pipe.take_until(b"<end 1>"), b"killed in the mid");
    }
}
