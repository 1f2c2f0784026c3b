//! What a task writes, shown as it comes and kept: where somebody else shows it once more.

#![expect(
    unsafe_code,
    reason = "std cannot replace stdout and stderr; each call is one line on descriptors that are open"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "a thread for each stream reads it while the task writes"
)]

use std::fs::File;
use std::io::{self, BufRead, BufReader, PipeReader, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crate::model::CapturedOutput;

/// Where stdout and stderr go while they are kept, for [`show_directly`].
static KEPT: Mutex<Vec<(RawFd, OwnedFd)>> = Mutex::new(Vec::new());

/// Everything that this process writes to stdout and stderr until it is taken.
///
/// It is shown line by line with the name of the task before it: it is not the output of the task that
/// the process is there for, and nobody who looks for a panic shall take it for that.
#[derive(Debug)]
pub(in crate::runtime) struct Tee(Vec<JoinHandle<Vec<u8>>>);

impl Tee {
    /// Keeps what is written from now on.
    ///
    /// # Errors
    /// If the system has no pipes or threads to give.
    pub(in crate::runtime) fn begin(name: &str) -> io::Result<Self> {
        let (stdout, stderr) = (io::stdout(), io::stderr());
        let streams = [
            (libc::STDOUT_FILENO, stdout.as_fd()),
            (libc::STDERR_FILENO, stderr.as_fd()),
        ];
        let mut tee = Self(Vec::new());
        for (number, stream) in streams {
            if let Err(error) = tee.keep(name, number, stream) {
                drop(tee.take());
                return Err(error);
            }
        }
        Ok(tee)
    }

    fn keep(&mut self, name: &str, number: RawFd, stream: BorrowedFd<'_>) -> io::Result<()> {
        let real = stream.try_clone_to_owned()?;
        let shown = File::from(real.try_clone()?);
        let (reader, writer) = io::pipe()?;
        let prefix = format!("[{name}] ");
        let reading = thread::Builder::new()
            .name("kissats output".to_owned())
            .spawn(move || show_and_keep(reader, shown, &prefix))?;
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        replace(writer.as_raw_fd(), number)?;
        kept.push((number, real));
        self.0.push(reading);
        Ok(())
    }

    /// All that was written; from now on it is shown as it is.
    ///
    /// What the task has started and left behind may go on writing; that is not waited for.
    pub(in crate::runtime) fn take(self) -> Option<Box<CapturedOutput>> {
        let _ = io::stdout().flush();
        mark_the_end();
        show_directly();
        let mut texts = self.0.into_iter().map(|reading| reading.join().unwrap_or_default());
        let (stdout, stderr) = (texts.next(), texts.next());
        CapturedOutput::new(&stdout.unwrap_or_default(), &stderr.unwrap_or_default())
    }
}

/// Puts stdout and stderr back to where they went. For those who must be heard whatever a task does.
pub(in crate::runtime) fn show_directly() {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    for (number, real) in kept.drain(..) {
        let _ = replace(real.as_raw_fd(), number);
    }
}

/// What no task writes.
const END: &[u8] = b"\x1ekissats: the task has ended\x1e";

fn mark_the_end() {
    let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    for (number, _) in kept.iter() {
        // SAFETY: the descriptor is open, and the bytes are there for the whole call.
        unsafe { libc::write(*number, END.as_ptr().cast(), END.len()) };
    }
}

/// Until the mark, or until nobody can write any more.
fn show_and_keep(reader: PipeReader, mut shown: File, prefix: &str) -> Vec<u8> {
    let mut reader = BufReader::new(reader);
    let mut all = Vec::new();
    loop {
        let mut line = Vec::new();
        // A mark ends a line as well: it ends with the byte that is looked for, or with a line.
        let length = read_line(&mut reader, &mut line);
        let is_last = line.ends_with(END);
        if is_last {
            line.truncate(line.len() - END.len());
        }
        if !line.is_empty() {
            let end: &[u8] = if line.ends_with(b"\n") { b"" } else { b"\n" };
            let _ = shown.write_all(&[prefix.as_bytes(), &line, end].concat());
            all.extend_from_slice(&line);
        }
        if is_last || length == 0 {
            return all;
        }
    }
}

/// A line with its end, or what comes before the end mark with the mark; 0 if there is no more.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> usize {
    loop {
        let Ok(bytes) = reader.fill_buf() else {
            return line.len();
        };
        if bytes.is_empty() {
            return line.len();
        }
        let mut used = 0;
        for &byte in bytes {
            used += 1;
            line.push(byte);
            if byte == b'\n' || line.ends_with(END) {
                reader.consume(used);
                return line.len();
            }
        }
        reader.consume(used);
    }
}

fn replace(by: RawFd, number: RawFd) -> io::Result<()> {
    // SAFETY: `by` is open; that what stood at the number is replaced is the purpose.
    match unsafe { libc::dup2(by, number) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}
