//! stdout and stderr of this process, while one body has them for itself.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::os::fd::{AsFd, RawFd};
use std::os::unix::fs::FileExt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::runtime::capture::descriptor::{nameless_file, put};
use crate::runtime::capture::last_words::have_last_words;
use crate::runtime::streams::flush_stdout;

/// The descriptors belong to the process, so there is one of these.
static OF_PROCESS: OnceLock<Option<Redirect>> = OnceLock::new();

/// Files in the place of stdout and stderr. No pipes: nobody has to read them while a task writes.
#[derive(Debug)]
pub(in crate::runtime) struct Redirect {
    stdout: Stream,
    stderr: Stream,
    /// There is a body, and nobody has told what it has written.
    is_untold: AtomicBool,
}

/// One of the two.
#[derive(Debug)]
struct Stream {
    descriptor: RawFd,
    /// Where it went before.
    real: File,
    file: File,
}

/// While it lives, whatever this process and its children write is kept.
#[derive(Debug)]
#[must_use = "dropping it gives stdout and stderr back at once"]
pub(in crate::runtime) struct Redirected(&'static Redirect);

impl Redirect {
    /// `None` if the system gives no files: then everything goes out as it comes.
    pub(in crate::runtime) fn of_process() -> Option<&'static Self> {
        OF_PROCESS.get_or_init(|| Self::new().ok()).as_ref()
    }

    /// stderr as it was before anything was redirected, if anything ever was.
    pub(super) fn real_stderr() -> Option<&'static File> {
        let redirect = OF_PROCESS.get()?.as_ref()?;
        Some(&redirect.stderr.real)
    }

    fn new() -> io::Result<Self> {
        let stream = |descriptor, std: &dyn AsFd, name| {
            Ok::<_, io::Error>(Stream {
                descriptor,
                real: File::from(std.as_fd().try_clone_to_owned()?),
                file: nameless_file(name)?,
            })
        };
        // Before anything can be redirected.
        have_last_words(tell_what_is_untold)?;
        Ok(Self {
            stdout: stream(libc::STDOUT_FILENO, &io::stdout(), "stdout")?,
            stderr: stream(libc::STDERR_FILENO, &io::stderr(), "stderr")?,
            is_untold: AtomicBool::new(false),
        })
    }

    /// Gives stdout and stderr to a body; `None` if that fails. There is one at a time.
    pub(in crate::runtime) fn begin(&'static self) -> Option<Redirected> {
        // What stands there belongs to the report.
        flush_stdout();
        let redirected = Redirected(self);
        self.is_untold.store(true, Ordering::Relaxed);
        // Dropping it undoes half of it, too.
        self.stdout.divert().ok()?;
        self.stderr.divert().ok()?;
        Some(redirected)
    }

    /// What the body has written until now, for whoever tells it before the process ends.
    pub(in crate::runtime) fn so_far(&self) -> (Vec<u8>, Vec<u8>) {
        self.is_untold.store(false, Ordering::Relaxed);
        (self.stdout.text(), self.stderr.text())
    }
}

/// The process ends while a body is at work: what it has written goes where it would have gone, and with it
/// the reason, if it wrote one. Called by a signal handler.
fn tell_what_is_untold() {
    let Some(Some(redirect)) = OF_PROCESS.get() else {
        return;
    };
    if redirect.is_untold.swap(false, Ordering::Relaxed) {
        for stream in [&redirect.stdout, &redirect.stderr] {
            stream.give_back();
            stream.copy();
        }
    }
}

impl Redirected {
    /// Gives stdout and stderr back, and what was written to them.
    pub(in crate::runtime) fn end(self) -> (Vec<u8>, Vec<u8>) {
        let Redirect { stdout, stderr, .. } = self.0;
        drop(self);
        (stdout.take(), stderr.take())
    }
}

impl Drop for Redirected {
    fn drop(&mut self) {
        // A line that has no end yet is the body's.
        flush_stdout();
        self.0.stdout.give_back();
        self.0.stderr.give_back();
        self.0.is_untold.store(false, Ordering::Relaxed);
    }
}

impl Stream {
    fn divert(&self) -> io::Result<()> {
        put(&self.file, self.descriptor)
    }

    fn give_back(&self) {
        // It is open, so there is nothing that could fail.
        let _ = put(&self.real, self.descriptor);
    }

    fn text(&self) -> Vec<u8> {
        // Cheaper than asking for its size. Where it stands is of no matter: what is written is appended.
        let length = (&self.file).seek(SeekFrom::End(0)).unwrap_or(0);
        if length == 0 {
            return Vec::new();
        }
        let mut text = vec![0; usize::try_from(length).unwrap_or(0)];
        match self.file.read_exact_at(&mut text, 0) {
            Ok(()) => text,
            Err(_) => Vec::new(),
        }
    }

    /// Without memory from the heap.
    fn copy(&self) {
        let mut buffer = [0; 512];
        let mut place = 0;
        while let Ok(length @ 1..) = self.file.read_at(&mut buffer, place)
            && (&self.real).write_all(&buffer[..length]).is_ok()
        {
            place += length as u64;
        }
    }

    fn take(&self) -> Vec<u8> {
        let text = self.text();
        if !text.is_empty() {
            let _ = self.file.set_len(0);
        }
        text
    }
}
