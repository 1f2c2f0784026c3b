//! The supply's client: what a test says to the power supply, in words instead of SCPI.

use std::net::SocketAddr;
use std::time::Duration;

use super::client_stream::{ClientStream, Deadline};
use super::{ClientError, ScpiError};

/// How long an answer may take, unless told otherwise.
const REPLY_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection to a power supply.
#[derive(Debug)]
pub struct PowerSupplyClient {
    stream: ClientStream,
    reply_timeout: Duration,
}

impl PowerSupplyClient {
    /// Connects to the supply at `address`.
    pub fn connect(address: SocketAddr) -> Result<Self, ClientError> {
        Ok(Self {
            stream: ClientStream::connect(address)?,
            reply_timeout: REPLY_TIMEOUT,
        })
    }

    /// Sets how long an answer may take.
    pub fn set_reply_timeout(&mut self, limit: Duration) {
        self.reply_timeout = limit;
    }

    /// Maker, model, serial number and firmware, with commas between them.
    pub fn identify(&mut self) -> Result<String, ClientError> {
        self.query("*IDN?")
    }

    /// Puts all settings back: 0 V, 1 A limit, output off, no load.
    pub fn reset(&mut self) -> Result<(), ClientError> {
        self.order("*RST")
    }

    /// Sets the voltage, in volt.
    pub fn set_voltage(&mut self, volts: f64) -> Result<(), ClientError> {
        self.order(&format!("VOLT {volts}"))
    }

    /// Sets the current above which the output trips, in ampere.
    pub fn set_current_limit(&mut self, amps: f64) -> Result<(), ClientError> {
        self.order(&format!("CURR {amps}"))
    }

    /// Switches the output.
    pub fn set_output(&mut self, on: bool) -> Result<(), ClientError> {
        self.order(if on { "OUTP ON" } else { "OUTP OFF" })
    }

    /// Whether the output is on.
    pub fn is_output_on(&mut self) -> Result<bool, ClientError> {
        self.query_switch("OUTP?")
    }

    /// Draws a current beside the device, in ampere.
    pub fn set_load(&mut self, amps: f64) -> Result<(), ClientError> {
        self.order(&format!("LOAD {amps}"))
    }

    /// The voltage at the terminals, in volt.
    pub fn measure_voltage(&mut self) -> Result<f64, ClientError> {
        self.query_number("MEAS:VOLT?")
    }

    /// The current through the terminals, in ampere.
    pub fn measure_current(&mut self) -> Result<f64, ClientError> {
        self.query_number("MEAS:CURR?")
    }

    /// Whether the over-current protection has tripped.
    pub fn is_tripped(&mut self) -> Result<bool, ClientError> {
        self.query_switch("CURR:PROT:TRIP?")
    }

    /// Releases the over-current protection; the output stays off.
    pub fn clear_trip(&mut self) -> Result<(), ClientError> {
        self.order("CURR:PROT:CLE")
    }

    /// Takes the oldest error from the supply's queue, `None` if there is none.
    ///
    /// A setter that the supply refuses is no [`ClientError`]: the supply keeps silent and queues
    /// the reason.
    pub fn next_error(&mut self) -> Result<Option<ScpiError>, ClientError> {
        const QUERY: &str = "SYST:ERR?";
        let answer = self.query(QUERY)?;
        match ScpiError::from_report(&answer) {
            Some(error) => Ok((error != ScpiError::NO_ERROR).then_some(error)),
            None => Err(unexpected(
                QUERY,
                "an error report such as 0,\"No error\"",
                answer,
            )),
        }
    }

    /// Sends a line to which there is no answer, and does not wait until it has been obeyed.
    pub fn write(&mut self, line: &str) -> Result<(), ClientError> {
        self.stream.send(format!("{line}\n").as_bytes(), line)
    }

    /// Sends a line and returns the answer.
    pub fn query(&mut self, line: &str) -> Result<String, ClientError> {
        self.write(line)?;
        self.stream.receive(
            &format!("an answer to {line:?}"),
            Deadline::after(self.reply_timeout),
        )
    }

    /// Sends a command and waits until it has been obeyed.
    ///
    /// A command has no answer, so without this a test could look at the device before the supply
    /// has even read the line. `*OPC?`, "operation complete", is what SCPI offers for it.
    fn order(&mut self, line: &str) -> Result<(), ClientError> {
        self.write(line)?;
        match self.query("*OPC?")? {
            answer if answer == "1" => Ok(()),
            answer => Err(unexpected("*OPC?", "1", answer)),
        }
    }

    fn query_number(&mut self, line: &str) -> Result<f64, ClientError> {
        let answer = self.query(line)?;
        answer
            .parse()
            .map_err(|error: std::num::ParseFloatError| ClientError::Unexpected {
                query: line.to_owned(),
                expected: "a number",
                answer,
                source: Some(error.into()),
            })
    }

    fn query_switch(&mut self, line: &str) -> Result<bool, ClientError> {
        match self.query(line)?.as_str() {
            "1" => Ok(true),
            "0" => Ok(false),
            answer => Err(unexpected(line, "0 or 1", answer.to_owned())),
        }
    }
}

fn unexpected(query: &str, expected: &'static str, answer: String) -> ClientError {
    ClientError::Unexpected {
        query: query.to_owned(),
        expected,
        answer,
        source: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{PowerSupply, SharedRail};
    use std::error::Error;
    use std::io::Write;
    use std::net::TcpListener;

    fn supply() -> (PowerSupply, PowerSupplyClient) {
        let supply = PowerSupply::start(SharedRail::new()).expect("loopback is there");
        let client = PowerSupplyClient::connect(supply.address()).expect("listening");
        (supply, client)
    }

    #[test]
    fn every_method() -> Result<(), ClientError> {
        let (_supply, mut client) = supply();
        assert_eq!(client.identify()?, "KISSATS,BENCH-PSU,SN0001,1.0");
        client.set_voltage(12.0)?;
        client.set_current_limit(0.5)?;
        assert!(!client.is_output_on()?);
        client.set_output(true)?;
        assert!(client.is_output_on()?);
        assert_eq!(client.measure_voltage()?, 11.9875);
        assert_eq!(client.measure_current()?, 0.25);
        client.set_load(0.3)?;
        assert!(client.is_tripped()?);
        assert_eq!(client.next_error()?, Some(ScpiError::OVER_CURRENT));
        client.clear_trip()?;
        assert!(!client.is_tripped()?);
        assert_eq!(client.query("VOLT?")?, "12.0000");
        client.reset()?;
        assert_eq!(client.query("VOLT?")?, "0.0000");
        Ok(())
    }

    #[test]
    fn refusals_are_in_the_queue() -> Result<(), ClientError> {
        let (_supply, mut client) = supply();
        client.set_voltage(f64::NAN)?;
        client.set_voltage(31.0)?;
        client.set_load(5.5)?;
        client.write("FLY TO THE MOON")?;
        for number in [-104, -222, -222, -113] {
            assert_eq!(
                client.next_error()?.map(|error| error.number()),
                Some(number)
            );
        }
        assert_eq!(client.next_error()?, None);
        Ok(())
    }

    #[test]
    fn a_question_nobody_answers_times_out() {
        let (_supply, mut client) = supply();
        client.set_reply_timeout(Duration::from_millis(20));
        let error = client
            .query("NONSENSE?")
            .expect_err("the supply only queues an error");
        assert_eq!(
            error.to_string(),
            "expected an answer to \"NONSENSE?\" within 20ms, but nothing came"
        );
    }

    #[test]
    fn a_strange_answer_is_told_with_its_cause() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback is there");
        let address = listener.local_addr().expect("bound");
        let mut client = PowerSupplyClient::connect(address).expect("listening");
        let (mut server, _) = listener.accept().expect("connected");
        server.write_all(b"warm\nmaybe\nfine\n").expect("connected");
        let error = client.measure_voltage().expect_err("not a number");
        assert_eq!(
            error.to_string(),
            "expected a number as the answer to \"MEAS:VOLT?\", but \"warm\" came"
        );
        assert!(error.source().is_some());
        let error = client.is_tripped().expect_err("neither 0 nor 1");
        assert!(error.to_string().starts_with("expected 0 or 1"), "{error}");
        let error = client.next_error().expect_err("no report");
        assert!(
            error.to_string().starts_with("expected an error report"),
            "{error}"
        );
    }

    #[test]
    fn a_stopped_supply_is_an_error() {
        let (mut supply, mut client) = supply();
        supply.stop();
        assert!(client.identify().is_err());
    }
}
