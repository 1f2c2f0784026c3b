//! The device under test: a widget-a together with the TCP port that leads to its console.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use super::SharedRail;
use super::console_session::ConsoleSession;
use super::device::Device;
use super::listener::Listener;

/// A simulated device; it is taken off the rail when dropped.
#[derive(Debug)]
pub struct Dut {
    device: Arc<Device>,
    listener: Listener,
    life: Option<JoinHandle<()>>,
}

impl Dut {
    /// Puts a device fresh from the factory on `rail`. Like a serial port server, its console can
    /// be connected to at any time; the device answers only when it has power.
    pub fn start(rail: SharedRail) -> io::Result<Self> {
        let device = Arc::new(Device::new(rail));
        let listener = Listener::start("bench-console", {
            let device = Arc::clone(&device);
            move |stream| ConsoleSession::serve(Arc::clone(&device), stream)
        })?;
        let life = thread::Builder::new()
            .name("bench-device".to_owned())
            .spawn({
                let device = Arc::clone(&device);
                move || device.live()
            })?;
        Ok(Self {
            device,
            listener,
            life: Some(life),
        })
    }

    /// Where the console listens.
    pub fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// Closes all consoles, ends the device, and waits until both have ended.
    pub fn stop(&mut self) {
        self.listener.stop();
        self.device.remove();
        if let Some(life) = self.life.take() {
            // An error here is a panic that has been reported already.
            let _ = life.join();
        }
    }
}

impl Drop for Dut {
    fn drop(&mut self) {
        self.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::net::TcpStream;

    #[test]
    fn takes_connections_without_power_and_closes_them_at_the_end() {
        let mut dut = Dut::start(SharedRail::new()).expect("loopback is there");
        let mut console = TcpStream::connect(dut.address()).expect("listening");
        dut.stop();
        assert!(matches!(console.read(&mut [0; 8]), Ok(0) | Err(_)));
        dut.stop();
    }

    #[test]
    fn stops_with_power_on() {
        let rail = SharedRail::new();
        let mut dut = Dut::start(rail.clone()).expect("loopback is there");
        rail.change(|rail| {
            rail.set_voltage(12.0);
            rail.set_output(true).expect("not tripped");
        });
        dut.stop();
    }
}
