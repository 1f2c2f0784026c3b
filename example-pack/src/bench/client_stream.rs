//! The client's stream: sends text and receives lines, with a limit to all waiting.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::ClientError;
use super::line_reader::{Line, LineReader, timed_out};

/// How long connecting, or sending, may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest line a client takes.
const LINE_LIMIT: usize = 4096;

/// A connection to an instrument or a console.
#[derive(Debug)]
pub(super) struct ClientStream {
    output: TcpStream,
    input: LineReader<TcpStream>,
}

/// A limit to waiting: when it ends, and how long it was to begin with, for the message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    began: Instant,
    limit: Duration,
}

impl Deadline {
    /// The limit that ends after `limit` from now.
    pub(super) fn after(limit: Duration) -> Self {
        Self {
            began: Instant::now(),
            limit,
        }
    }

    /// What is left, or `None` if it has passed.
    fn left(&self) -> Option<Duration> {
        self.limit
            .checked_sub(self.began.elapsed())
            .filter(|left| !left.is_zero())
    }
}

impl ClientStream {
    /// Connects.
    pub(super) fn connect(address: SocketAddr) -> Result<Self, ClientError> {
        let open = || -> io::Result<Self> {
            let output = TcpStream::connect_timeout(&address, CONNECT_TIMEOUT)?;
            // Commands are short and each waits for its answer; collecting them would only delay
            // both.
            output.set_nodelay(true)?;
            output.set_write_timeout(Some(CONNECT_TIMEOUT))?;
            let input = LineReader::new(output.try_clone()?, LINE_LIMIT);
            Ok(Self { output, input })
        };
        open().map_err(|source| ClientError::Connect { address, source })
    }

    /// Sends all of `bytes`; `what` names them if that fails.
    pub(super) fn send(&mut self, bytes: &[u8], what: &str) -> Result<(), ClientError> {
        self.output
            .write_all(bytes)
            .map_err(|source| ClientError::Send {
                what: what.to_owned(),
                source,
            })
    }

    /// Receives one line; `expected` names what is waited for if it does not come.
    pub(super) fn receive(
        &mut self,
        expected: &str,
        deadline: Deadline,
    ) -> Result<String, ClientError> {
        let expected = || expected.to_owned();
        let late = || ClientError::TimedOut {
            expected: expected(),
            waited: deadline.limit,
            heard: String::new(),
        };
        let left = deadline.left().ok_or_else(late)?;
        let received = self
            .input
            .source()
            .set_read_timeout(Some(left))
            .and_then(|()| self.input.next_line());
        match received {
            Ok(Some(Line::Text(line))) => Ok(line),
            Ok(Some(Line::TooLong)) => Err(ClientError::TooLong {
                expected: expected(),
            }),
            Ok(None) => Err(ClientError::Closed {
                expected: expected(),
            }),
            Err(error) if timed_out(&error) => Err(late()),
            Err(source) => Err(ClientError::Receive {
                expected: expected(),
                source,
            }),
        }
    }

    /// Receives lines until `is_last` holds for one, which is among them.
    pub(super) fn receive_until(
        &mut self,
        expected: &str,
        deadline: Deadline,
        mut is_last: impl FnMut(&str) -> bool,
    ) -> Result<Vec<String>, ClientError> {
        let mut lines = Vec::new();
        loop {
            let line = self
                .receive(expected, deadline)
                .map_err(|error| having_heard(error, &lines))?;
            let last = is_last(&line);
            lines.push(line);
            if last {
                return Ok(lines);
            }
        }
    }
}

/// Adds to a time-out what came before it: mostly that tells why.
fn having_heard(error: ClientError, lines: &[String]) -> ClientError {
    match error {
        ClientError::TimedOut {
            expected, waited, ..
        } => ClientError::TimedOut {
            expected,
            waited,
            heard: lines.join("\n"),
        },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn pair() -> (ClientStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback is there");
        let client =
            ClientStream::connect(listener.local_addr().expect("bound")).expect("listening");
        let (server, _) = listener.accept().expect("connected");
        (client, server)
    }

    fn soon() -> Deadline {
        Deadline::after(Duration::from_millis(20))
    }

    fn late() -> Deadline {
        Deadline::after(Duration::from_secs(30))
    }

    #[test]
    fn nobody_there() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback is there");
        let address = listener.local_addr().expect("bound");
        drop(listener);
        assert!(matches!(
            ClientStream::connect(address),
            Err(ClientError::Connect { .. })
        ));
    }

    #[test]
    fn lines_up_to_the_last() {
        let (mut client, mut server) = pair();
        server.write_all(b"one\ntwo\nthree\n").expect("connected");
        let lines = client
            .receive_until("two", late(), |line| line == "two")
            .expect("sent");
        assert_eq!(lines, ["one", "two"]);
        assert_eq!(client.receive("three", late()).expect("sent"), "three");
    }

    #[test]
    fn a_time_out_tells_what_came() {
        let (mut client, mut server) = pair();
        server.write_all(b"one\n").expect("connected");
        client.receive("one", late()).expect("sent");
        server.write_all(b"half a line").expect("connected");
        let error = client.receive("more", soon());
        assert!(
            matches!(error, Err(ClientError::TimedOut { .. })),
            "{error:?}"
        );
        server.write_all(b", and the rest\n").expect("connected");
        assert_eq!(
            client.receive("the rest", late()).expect("sent"),
            "half a line, and the rest"
        );
    }

    #[test]
    fn a_passed_deadline_does_not_wait() {
        let (mut client, _server) = pair();
        let error = client.receive("anything", Deadline::after(Duration::ZERO));
        assert!(
            matches!(error, Err(ClientError::TimedOut { .. })),
            "{error:?}"
        );
    }

    #[test]
    fn a_closed_connection() {
        let (mut client, server) = pair();
        drop(server);
        let error = client.receive("anything", late());
        assert!(
            matches!(error, Err(ClientError::Closed { .. })),
            "{error:?}"
        );
    }

    #[test]
    fn a_line_without_end() {
        let (mut client, mut server) = pair();
        server
            .write_all(&[b'x'; 3 * LINE_LIMIT])
            .expect("connected");
        server.write_all(b"\n").expect("connected");
        let error = client.receive("a short line", late());
        assert!(
            matches!(error, Err(ClientError::TooLong { .. })),
            "{error:?}"
        );
    }
}
