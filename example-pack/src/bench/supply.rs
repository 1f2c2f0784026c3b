//! The power supply: obeys SCPI lines that come over TCP, and drives its end of the rail.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use super::line_reader::{Line, LineReader};
use super::listener::Listener;
use super::{Command, ErrorQueue, Rail, ScpiError, SharedRail};

/// What `*IDN?` answers: maker, model, serial number, firmware.
const IDENTITY: &str = "KISSATS,BENCH-PSU,SN0001,1.0";
/// The longest line that is taken.
const LINE_LIMIT: usize = 256;

/// A simulated programmable power supply; it is switched off when dropped.
#[derive(Debug)]
pub struct PowerSupply {
    listener: Listener,
}

impl PowerSupply {
    /// Starts a supply that drives `rail`.
    pub fn start(rail: SharedRail) -> io::Result<Self> {
        let instrument = Arc::new(Instrument {
            rail,
            errors: Mutex::default(),
        });
        let listener = Listener::start("bench-supply", move |stream| {
            // An error here means that the client is gone, and with it everyone who could be told.
            let _ = instrument.serve(stream);
        })?;
        Ok(Self { listener })
    }

    /// Where the supply listens.
    pub fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// Closes all connections and waits until they have ended.
    pub fn stop(&mut self) {
        self.listener.stop();
    }
}

/// What all connections share; the error queue belongs to the instrument and not to a connection.
#[derive(Debug)]
struct Instrument {
    rail: SharedRail,
    errors: Mutex<ErrorQueue>,
}

impl Instrument {
    fn serve(&self, stream: TcpStream) -> io::Result<()> {
        let mut answers = stream.try_clone()?;
        let mut lines = LineReader::new(stream, LINE_LIMIT);
        while let Some(line) = lines.next_line()? {
            if let Some(answer) = self.hear(&line) {
                // One write for the whole answer, so that it travels as one packet.
                answers.write_all(format!("{answer}\n").as_bytes())?;
            }
        }
        Ok(())
    }

    fn hear(&self, line: &Line) -> Option<String> {
        // Held throughout, so that commands of two connections never mix.
        let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        self.collect_trip(&mut errors);
        let answer = match read_command(line) {
            Ok(Some(command)) => self.obey(command, &mut errors),
            Ok(None) => None,
            Err(error) => {
                errors.push(error);
                None
            }
        };
        self.collect_trip(&mut errors);
        answer
    }

    fn collect_trip(&self, errors: &mut ErrorQueue) {
        if self.rail.change(Rail::take_trip_report) {
            errors.push(ScpiError::OVER_CURRENT);
        }
    }

    fn obey(&self, command: Command, errors: &mut ErrorQueue) -> Option<String> {
        match command {
            Command::NextError => return Some(errors.pop().to_string()),
            Command::ClearStatus => errors.clear(),
            Command::SetOutput(on) => {
                if self.rail.change(|rail| rail.set_output(on)).is_err() {
                    errors.push(ScpiError::SETTINGS_CONFLICT);
                }
            }
            Command::SetVoltage(volts) => self.rail.change(|rail| rail.set_voltage(volts)),
            Command::SetCurrentLimit(amps) => self.rail.change(|rail| rail.set_current_limit(amps)),
            Command::SetLoad(amps) => self.rail.change(|rail| rail.set_load(amps)),
            Command::ClearTrip => self.rail.change(Rail::clear_trip),
            Command::Reset => self.rail.change(Rail::reset),
            question => return self.rail.read(|rail| answer(question, rail)),
        }
        None
    }
}

/// `None` for an empty line, which is no mistake.
fn read_command(line: &Line) -> Result<Option<Command>, ScpiError> {
    match line {
        Line::TooLong => Err(ScpiError::INPUT_OVERRUN),
        Line::Text(text) if text.trim().is_empty() => Ok(None),
        Line::Text(text) => Command::parse(text).map(Some),
    }
}

fn answer(question: Command, rail: &Rail) -> Option<String> {
    match question {
        Command::Voltage => Some(decimal(rail.voltage())),
        Command::MeasureVoltage => Some(decimal(rail.measure_voltage())),
        Command::CurrentLimit => Some(decimal(rail.current_limit())),
        Command::MeasureCurrent => Some(decimal(rail.measure_current())),
        Command::Load => Some(decimal(rail.load())),
        Command::Output => Some(digit(rail.is_output_on())),
        Command::IsTripped => Some(digit(rail.is_tripped())),
        Command::Identify => Some(IDENTITY.to_owned()),
        // A command is done before the next line is read, so the answer never has to wait.
        Command::OperationComplete => Some(digit(true)),
        _ => None,
    }
}

fn decimal(number: f64) -> String {
    format!("{number:.4}")
}

fn digit(on: bool) -> String {
    u8::from(on).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader};

    /// Speaks plain text, so that the protocol is tested and not our own client.
    struct Terminal {
        _supply: PowerSupply,
        rail: SharedRail,
        stream: BufReader<TcpStream>,
    }

    impl Terminal {
        fn open() -> Self {
            let rail = SharedRail::new();
            let supply = PowerSupply::start(rail.clone()).expect("loopback is there");
            let stream = BufReader::new(TcpStream::connect(supply.address()).expect("listening"));
            Self {
                _supply: supply,
                rail,
                stream,
            }
        }

        fn send(&mut self, bytes: &[u8]) {
            self.stream
                .get_mut()
                .write_all(bytes)
                .expect("the supply reads");
        }

        fn ask(&mut self, line: &str) -> String {
            self.send(format!("{line}\n").as_bytes());
            let mut answer = String::new();
            self.stream
                .read_line(&mut answer)
                .expect("the supply answers");
            answer.trim_end().to_owned()
        }
    }

    #[test]
    fn every_question_is_answered() {
        let cases = [
            ("*IDN?", "KISSATS,BENCH-PSU,SN0001,1.0"),
            ("VOLT?", "0.0000"),
            ("VOLT 12\nVOLT?", "12.0000"),
            ("CURR?", "1.0000"),
            ("CURR 0.6\nCURR?", "0.6000"),
            ("LOAD?", "0.0000"),
            ("OUTP?", "0"),
            ("MEAS:VOLT?", "0.0000"),
            ("OUTP ON\nOUTP?", "1"),
            ("MEAS:VOLT?", "11.9875"),
            ("MEAS:CURR?", "0.2500"),
            ("LOAD 0.1\nMEAS:CURR?", "0.3500"),
            ("CURR:PROT:TRIP?", "0"),
            ("*OPC?", "1"),
            ("OUTP 0\nMEAS:CURR?", "0.0000"),
            ("*RST\nVOLT?", "0.0000"),
            ("LOAD?", "0.0000"),
            ("SYST:ERR?", "0,\"No error\""),
        ];
        let mut terminal = Terminal::open();
        for (line, answer) in cases {
            assert_eq!(terminal.ask(line), answer, "{line:?}");
        }
    }

    #[test]
    fn errors_queue_up_in_order() {
        let mut terminal = Terminal::open();
        terminal.send(b"NONSENSE\r\n\r\nVOLT twelve\nVOLT 99\nVOLT\n");
        for number in ["-113,", "-104,", "-222,", "-109,", "0,"] {
            let report = terminal.ask("SYST:ERR?");
            assert!(report.starts_with(number), "{report} instead of {number}");
        }
        assert_eq!(terminal.ask("BAD\n*CLS\nSYST:ERR?"), "0,\"No error\"");
    }

    #[test]
    fn trip_and_recover() {
        let mut terminal = Terminal::open();
        assert_eq!(
            terminal.ask("VOLT 12\nOUTP ON\nLOAD 2\nCURR:PROT:TRIP?"),
            "1"
        );
        assert_eq!(terminal.ask("OUTP?"), "0");
        assert_eq!(terminal.ask("OUTP ON\nOUTP?"), "0");
        assert_eq!(
            terminal.ask("SYST:ERR?"),
            "301,\"Over-current protection tripped\""
        );
        assert_eq!(terminal.ask("SYST:ERR?"), "-221,\"Settings conflict\"");
        assert_eq!(terminal.ask("LOAD 0\nCURR:PROT:CLE\nOUTP ON\nOUTP?"), "1");
        assert_eq!(terminal.ask("CURR:PROT:TRIP?"), "0");
        assert_eq!(terminal.ask("SYST:ERR?"), "0,\"No error\"");
    }

    #[test]
    fn a_trip_behind_its_back_is_reported() {
        let mut terminal = Terminal::open();
        assert_eq!(terminal.ask("VOLT 12\nCURR 0.3\nOUTP ON\nOUTP?"), "1");
        terminal.rail.change(|rail| rail.set_booted(true));
        assert_eq!(
            terminal.ask("SYST:ERR?"),
            "301,\"Over-current protection tripped\""
        );
    }

    #[test]
    fn garbage_and_endless_lines_do_no_harm() {
        let mut terminal = Terminal::open();
        terminal.send(b"\xff\x00\xfe\n");
        terminal.send(&[b'V'; 100_000]);
        terminal.send(b"\n");
        assert!(terminal.ask("SYST:ERR?").starts_with("-113,"));
        assert!(terminal.ask("SYST:ERR?").starts_with("-363,"));
        assert_eq!(terminal.ask("*OPC?"), "1");
    }

    #[test]
    fn a_client_that_leaves_in_mid_line_changes_nothing() {
        let mut terminal = Terminal::open();
        let mut rude = TcpStream::connect(terminal._supply.address()).expect("listening");
        rude.write_all(b"*IDN?\nVOLT 1").expect("the supply reads");
        drop(rude);
        assert_eq!(terminal.ask("VOLT?"), "0.0000");
    }

    #[test]
    fn connections_share_one_instrument() {
        let mut first = Terminal::open();
        let second = TcpStream::connect(first._supply.address()).expect("listening");
        let mut second = BufReader::new(second);
        second
            .get_mut()
            .write_all(b"VOLT 7\nBAD\n*OPC?\n")
            .expect("the supply reads");
        second
            .read_line(&mut String::new())
            .expect("the supply answers");
        assert_eq!(first.ask("VOLT?"), "7.0000");
        assert!(first.ask("SYST:ERR?").starts_with("-113,"));
    }
}
