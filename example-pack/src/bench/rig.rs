//! The bench put together: a supply, a device, and the rail between them.

use std::io;
use std::net::SocketAddr;

use super::{Dut, PowerSupply, SharedRail};

/// A supply wired to a device. Each bench has ports of its own, so any number can stand side by
/// side.
///
/// The supply starts with its output off, so the device starts dark.
#[derive(Debug)]
pub struct Bench {
    supply: PowerSupply,
    dut: Dut,
}

impl Bench {
    /// Starts both.
    pub fn start() -> io::Result<Self> {
        let rail = SharedRail::new();
        Ok(Self {
            supply: PowerSupply::start(rail.clone())?,
            dut: Dut::start(rail)?,
        })
    }

    /// Where the supply takes SCPI commands.
    pub fn supply_address(&self) -> SocketAddr {
        self.supply.address()
    }

    /// Where the console of the device is.
    pub fn console_address(&self) -> SocketAddr {
        self.dut.address()
    }

    /// Closes every connection and waits until every thread has ended; dropping the bench does the
    /// same.
    pub fn stop(mut self) {
        self.supply.stop();
        self.dut.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{ClientError, ConsoleClient, Image, PowerSupplyClient, Version, crc32};
    use std::time::Duration;

    const PATIENCE: Duration = Duration::from_secs(30);

    fn connect(bench: &Bench) -> (PowerSupplyClient, ConsoleClient) {
        let supply = PowerSupplyClient::connect(bench.supply_address()).expect("listening");
        let console = ConsoleClient::connect(bench.console_address()).expect("listening");
        (supply, console)
    }

    fn power_on(supply: &mut PowerSupplyClient) -> Result<(), ClientError> {
        supply.set_voltage(12.0)?;
        supply.set_current_limit(1.0)?;
        supply.set_output(true)
    }

    #[test]
    fn power_on_and_measure() -> Result<(), ClientError> {
        let bench = Bench::start().expect("loopback is there");
        let (mut supply, mut console) = connect(&bench);
        power_on(&mut supply)?;
        console.wait_for("ready>", PATIENCE)?;
        assert_eq!(supply.measure_current()?, 0.40);
        assert_eq!(supply.measure_voltage()?, 11.98);
        bench.stop();
        Ok(())
    }

    #[test]
    fn a_trip_takes_the_device_down_and_it_recovers() -> Result<(), ClientError> {
        let bench = Bench::start().expect("loopback is there");
        let (mut supply, mut console) = connect(&bench);
        power_on(&mut supply)?;
        console.wait_for("ready>", PATIENCE)?;
        supply.set_load(2.0)?;
        assert!(supply.is_tripped()?);
        assert_eq!(supply.measure_voltage()?, 0.0);
        assert_eq!(supply.next_error()?.map(|error| error.number()), Some(301));
        supply.set_load(0.0)?;
        supply.clear_trip()?;
        supply.set_output(true)?;
        console.wait_for("widget-a bootloader", PATIENCE)?;
        console.wait_for("ready>", PATIENCE)?;
        assert_eq!(supply.next_error()?, None);
        Ok(())
    }

    #[test]
    fn a_power_cut_in_mid_update_keeps_the_old_firmware() -> Result<(), ClientError> {
        let bench = Bench::start().expect("loopback is there");
        let (mut supply, mut console) = connect(&bench);
        power_on(&mut supply)?;
        console.wait_for("ready>", PATIENCE)?;
        let image = Image {
            version: Version::new(2, 4, 0),
            payload: vec![7; 4000],
        }
        .to_bytes();
        console.send(format!("update {} {:08x}\n", image.len(), crc32(&image)).as_bytes())?;
        console.send(&image[..2000])?;
        supply.set_output(false)?;
        supply.set_output(true)?;
        console.wait_for("firmware 2.3.1", PATIENCE)?;
        assert_eq!(console.command("version")?, "2.3.1");
        Ok(())
    }

    #[test]
    fn benches_do_not_disturb_each_other() -> Result<(), ClientError> {
        let benches = [
            Bench::start().expect("loopback is there"),
            Bench::start().expect("loopback is there"),
        ];
        let [mut first, mut second] = benches.each_ref().map(|bench| connect(bench).0);
        power_on(&mut first)?;
        assert_eq!(second.measure_voltage()?, 0.0);
        second.write("NONSENSE")?;
        second.query("*OPC?")?;
        assert_eq!(first.next_error()?, None);
        Ok(())
    }

    #[test]
    fn stopping_ends_clients_that_wait() {
        let bench = Bench::start().expect("loopback is there");
        let (_supply, mut console) = connect(&bench);
        let waiting = std::thread::spawn(move || console.wait_for("ready>", PATIENCE));
        bench.stop();
        let ended = waiting.join().expect("no panic");
        assert!(
            matches!(
                ended,
                Err(ClientError::Closed { .. } | ClientError::Receive { .. })
            ),
            "{ended:?}"
        );
    }
}
