//! The line reader: takes lines of limited length from a socket, and raw bytes where a protocol
//! mixes both.
//!
//! `BufReader::read_line` does not fit: it grows without limit, and it loses its place when a read
//! times out in the middle of a line.

use std::io::{self, ErrorKind, Read};
use std::net::TcpStream;

/// How much is asked from the source at a time.
const CHUNK: usize = 4096;

/// What came in place of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line without its line end; what is not UTF-8 has been replaced.
    Text(String),
    /// A line beyond the limit, which has been thrown away.
    TooLong,
}

/// Splits what it reads into lines.
#[derive(Debug)]
pub(super) struct LineReader<R> {
    source: R,
    limit: usize,
    pending: Vec<u8>,
    overrun: bool,
}

impl<R: Read> LineReader<R> {
    /// Reads from `source` lines of at most `limit` bytes.
    pub(super) fn new(source: R, limit: usize) -> Self {
        Self {
            source,
            limit,
            pending: Vec::new(),
            overrun: false,
        }
    }

    /// Where the bytes come from, to change its time-outs.
    pub(super) fn source(&self) -> &R {
        &self.source
    }

    /// The next line, or `None` when the other side has closed.
    ///
    /// After an error of the kind [`timed_out`] knows, half a line is kept and the call may be
    /// repeated.
    pub(super) fn next_line(&mut self) -> io::Result<Option<Line>> {
        loop {
            if let Some(line) = self.take_line() {
                return Ok(Some(line));
            }
            self.shed_overrun();
            if self.fill()? == 0 {
                return Ok(None);
            }
        }
    }

    /// At most `most` bytes as they come; an empty answer means that the other side has closed.
    pub(super) fn next_bytes(&mut self, most: usize) -> io::Result<Vec<u8>> {
        if self.pending.is_empty() {
            self.fill()?;
        }
        let count = most.min(self.pending.len());
        Ok(self.pending.drain(..count).collect())
    }

    fn take_line(&mut self) -> Option<Line> {
        let end = self.pending.iter().position(|&byte| byte == b'\n')?;
        let bytes: Vec<u8> = self.pending.drain(..=end).collect();
        if std::mem::take(&mut self.overrun) || end > self.limit {
            return Some(Line::TooLong);
        }
        let text = String::from_utf8_lossy(&bytes[..end]);
        Some(Line::Text(
            text.strip_suffix('\r').unwrap_or(&text).to_owned(),
        ))
    }

    /// Keeps a line that never ends from filling the memory.
    fn shed_overrun(&mut self) {
        if self.pending.len() > self.limit {
            self.pending.clear();
            self.overrun = true;
        }
    }

    fn fill(&mut self) -> io::Result<usize> {
        let mut chunk = [0; CHUNK];
        loop {
            match self.source.read(&mut chunk) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(count) => {
                    self.pending.extend_from_slice(&chunk[..count]);
                    return Ok(count);
                }
            }
        }
    }
}

impl LineReader<TcpStream> {
    /// Throws away everything that has arrived so far.
    pub(super) fn discard_arrived(&mut self) -> io::Result<()> {
        self.pending.clear();
        self.overrun = false;
        self.source.set_nonblocking(true)?;
        let mut chunk = [0; CHUNK];
        // Whatever ends this loop, a closed connection too, shows again at the next read.
        while self.source.read(&mut chunk).is_ok_and(|count| count > 0) {}
        self.source.set_nonblocking(false)
    }
}

/// Whether a read only ran out of time; platforms do not agree on the name of that.
pub(super) fn timed_out(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    /// Hands out prepared pieces, an empty answer standing for a time-out.
    struct Pieces(VecDeque<&'static [u8]>);

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.pop_front() {
                None => Ok(0),
                Some([]) => Err(ErrorKind::WouldBlock.into()),
                Some(piece) => {
                    buffer[..piece.len()].copy_from_slice(piece);
                    Ok(piece.len())
                }
            }
        }
    }

    fn reader(pieces: &[&'static [u8]]) -> LineReader<Pieces> {
        LineReader::new(Pieces(pieces.iter().copied().collect()), 8)
    }

    fn next_text(reader: &mut LineReader<Pieces>) -> Option<Line> {
        reader.next_line().expect("no time-out was prepared")
    }

    fn text(text: &str) -> Option<Line> {
        Some(Line::Text(text.to_owned()))
    }

    #[test]
    fn lines_across_pieces() {
        let mut reader = reader(&[b"one\r\ntw", b"o\n\nthree"]);
        assert_eq!(next_text(&mut reader), text("one"));
        assert_eq!(next_text(&mut reader), text("two"));
        assert_eq!(next_text(&mut reader), text(""));
        assert_eq!(
            next_text(&mut reader),
            None,
            "an unfinished line is no line"
        );
    }

    #[test]
    fn half_a_line_survives_a_time_out() {
        let mut reader = reader(&[b"he", b"", b"llo\n"]);
        assert!(reader.next_line().is_err_and(|error| timed_out(&error)));
        assert_eq!(next_text(&mut reader), text("hello"));
    }

    #[test]
    fn too_long_lines_are_dropped_whole() {
        let mut reader = reader(&[
            b"12345678\n123456789\n",
            b"0123456789",
            b"0123456789",
            b"tail\nok\n",
        ]);
        assert_eq!(next_text(&mut reader), text("12345678"));
        assert_eq!(next_text(&mut reader), Some(Line::TooLong));
        assert_eq!(next_text(&mut reader), Some(Line::TooLong));
        assert_eq!(next_text(&mut reader), text("ok"));
    }

    #[test]
    fn garbage_is_still_a_line() {
        let mut reader = reader(&[b"\xff\xfe\n"]);
        assert_eq!(next_text(&mut reader), text("\u{fffd}\u{fffd}"));
    }

    #[test]
    fn bytes_after_a_line() {
        let mut reader = reader(&[b"go\n\x00\n\x01", b"\x02\x03"]);
        assert_eq!(next_text(&mut reader), text("go"));
        assert_eq!(reader.next_bytes(2).expect("prepared"), b"\x00\n");
        assert_eq!(reader.next_bytes(9).expect("prepared"), b"\x01");
        assert_eq!(reader.next_bytes(9).expect("prepared"), b"\x02\x03");
        assert_eq!(reader.next_bytes(9).expect("prepared"), b"");
    }
}
