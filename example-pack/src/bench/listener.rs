//! The listener: a TCP server on loopback with a thread for each connection, and an end to all of
//! them.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long an answer may wait for a client that does not read.
const WRITE_TIMEOUT: Duration = Duration::from_secs(1);
/// How long to wait for the connection that wakes our own accept thread.
const WAKE_TIMEOUT: Duration = Duration::from_secs(1);
/// How long to rest when a connection cannot be accepted, for want of file handles for instance.
const REST_AFTER_FAILURE: Duration = Duration::from_millis(10);

/// A running server; it ends with [`Listener::stop`] or when dropped.
#[derive(Debug)]
pub(super) struct Listener {
    address: SocketAddr,
    connections: Arc<Connections>,
    accepting: Option<JoinHandle<()>>,
}

impl Listener {
    /// Listens on a free port of 127.0.0.1 and hands each connection to `serve`, in a thread of its
    /// own.
    pub(super) fn start(
        name: &str,
        serve: impl Fn(TcpStream) + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = socket.local_addr()?;
        let connections = Arc::new(Connections::default());
        let accepting = thread::Builder::new().name(name.to_owned()).spawn({
            let connections = Arc::clone(&connections);
            let serve: Arc<Serve> = Arc::new(serve);
            move || accept_all(&socket, &connections, &serve)
        })?;
        Ok(Self {
            address,
            connections,
            accepting: Some(accepting),
        })
    }

    /// Where the server listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes every connection and waits for every thread; does nothing the second time.
    pub(super) fn stop(&mut self) {
        let Some(accepting) = self.accepting.take() else {
            return;
        };
        self.connections.close();
        // `accept` knows no time-out, so a connection of our own ends its wait. If even that fails
        // the thread is left behind, which does not keep the process alive; waiting for it would.
        let is_awake = match TcpStream::connect_timeout(&self.address, WAKE_TIMEOUT) {
            Ok(_) => true,
            // Then the thread has closed its socket already and needs no waking.
            Err(error) => error.kind() == io::ErrorKind::ConnectionRefused,
        };
        if is_awake {
            // An error here is a panic that has been reported already.
            let _ = accepting.join();
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop();
    }
}

type Serve = dyn Fn(TcpStream) + Send + Sync;

fn accept_all(socket: &TcpListener, connections: &Arc<Connections>, serve: &Arc<Serve>) {
    let mut threads: Vec<JoinHandle<()>> = Vec::new();
    while !connections.are_closed() {
        threads.retain(|thread| !thread.is_finished());
        match socket.accept() {
            Ok((stream, _)) => threads.extend(start_connection(stream, connections, serve)),
            Err(_) => thread::sleep(REST_AFTER_FAILURE),
        }
    }
    for thread in threads {
        let _ = thread.join();
    }
}

/// A connection that cannot be set up is dropped, which the client sees as closed.
fn start_connection(
    stream: TcpStream,
    connections: &Arc<Connections>,
    serve: &Arc<Serve>,
) -> Option<JoinHandle<()>> {
    stream.set_nodelay(true).ok()?;
    stream.set_write_timeout(Some(WRITE_TIMEOUT)).ok()?;
    let admission = connections.admit(&stream)?;
    let serve = Arc::clone(serve);
    let serve_one = move || {
        // Moved in so that it is given back when serving ends, by a panic too.
        let _admission = admission;
        serve(stream);
    };
    thread::Builder::new()
        .name("bench-connection".to_owned())
        .spawn(serve_one)
        .ok()
}

/// The open connections, each with a second handle by which it can be shut from outside.
#[derive(Debug, Default)]
struct Connections {
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    closed: bool,
    next: u64,
    streams: HashMap<u64, TcpStream>,
}

impl Connections {
    /// Notes a connection; `None` after [`Connections::close`].
    fn admit(self: &Arc<Self>, stream: &TcpStream) -> Option<Admission> {
        let handle = stream.try_clone().ok()?;
        let mut open = self.lock();
        if open.closed {
            return None;
        }
        let number = open.next;
        open.next += 1;
        open.streams.insert(number, handle);
        Some(Admission {
            connections: Arc::clone(self),
            number,
        })
    }

    fn are_closed(&self) -> bool {
        self.lock().closed
    }

    /// Ends all reads and writes that are under way, and admits nobody any more.
    fn close(&self) {
        let mut open = self.lock();
        open.closed = true;
        for stream in open.streams.values() {
            // Fails only if the client was faster.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The note of one open connection, taken back when dropped.
#[derive(Debug)]
struct Admission {
    connections: Arc<Connections>,
    number: u64,
}

impl Drop for Admission {
    fn drop(&mut self) {
        let _handle = self.connections.lock().streams.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};

    fn echo_server() -> Listener {
        Listener::start("echo", |mut stream| {
            let mut buffer = [0; 64];
            while let Ok(count @ 1..) = stream.read(&mut buffer) {
                if stream.write_all(&buffer[..count]).is_err() {
                    return;
                }
            }
        })
        .expect("loopback is there")
    }

    fn echo(stream: &mut TcpStream, text: &[u8]) -> Vec<u8> {
        stream.write_all(text).expect("the server reads");
        let mut answer = vec![0; text.len()];
        stream.read_exact(&mut answer).expect("the server answers");
        answer
    }

    #[test]
    fn serves_several_at_once() {
        let server = echo_server();
        let mut first = TcpStream::connect(server.address()).expect("listening");
        let mut second = TcpStream::connect(server.address()).expect("listening");
        assert_eq!(echo(&mut first, b"one"), b"one");
        assert_eq!(echo(&mut second, b"two"), b"two");
        assert_eq!(echo(&mut first, b"three"), b"three");
    }

    #[test]
    fn stop_closes_idle_connections() {
        let mut server = echo_server();
        let mut client = TcpStream::connect(server.address()).expect("listening");
        assert_eq!(echo(&mut client, b"hello"), b"hello");
        server.stop();
        assert!(matches!(client.read(&mut [0; 8]), Ok(0) | Err(_)));
        server.stop();
    }

    #[test]
    fn a_panicking_connection_harms_no_other() {
        let server = Listener::start("panics", |mut stream| {
            let mut byte = [0];
            let _ = stream.read(&mut byte);
            assert_ne!(byte, *b"!", "asked to panic");
            let _ = stream.write_all(&byte);
        })
        .expect("loopback is there");
        let mut bad = TcpStream::connect(server.address()).expect("listening");
        bad.write_all(b"!").expect("connected");
        assert!(matches!(bad.read(&mut [0; 8]), Ok(0) | Err(_)));
        let mut good = TcpStream::connect(server.address()).expect("listening");
        assert_eq!(echo(&mut good, b"."), b".");
    }

    #[test]
    fn finished_connections_are_forgotten() {
        let server = echo_server();
        for _ in 0..50 {
            let mut client = TcpStream::connect(server.address()).expect("listening");
            assert_eq!(echo(&mut client, b"x"), b"x");
            client.shutdown(Shutdown::Write).expect("connected");
            // The server's last handle goes with the note of the connection, so the end follows it.
            assert_eq!(client.read(&mut [0; 8]).expect("an orderly end"), 0);
        }
        assert!(server.connections.lock().streams.is_empty());
    }
}
