//! SCPI: from one line of text to one typed command.
//!
//! SCPI is the command language of bench instruments. A keyword has a short and a long form,
//! written together as `VOLTage`: the capitals are the short form, the whole is the long one, and
//! either may be sent in any case. A command that ends in `?` asks and is answered; all others are
//! obeyed in silence.

use super::ScpiError;

/// The highest voltage that can be set, in volt.
const MAX_VOLTAGE: f64 = 30.0;
/// The highest current that can be set, as a limit or as a load, in ampere.
const MAX_CURRENT: f64 = 5.0;

/// What the supply can be told or asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Command {
    /// `VOLT <volts>`
    SetVoltage(f64),
    /// `VOLT?`
    Voltage,
    /// `MEAS:VOLT?`
    MeasureVoltage,
    /// `CURR <amps>`
    SetCurrentLimit(f64),
    /// `CURR?`
    CurrentLimit,
    /// `MEAS:CURR?`
    MeasureCurrent,
    /// `OUTP ON|OFF|1|0`
    SetOutput(bool),
    /// `OUTP?`
    Output,
    /// `LOAD <amps>`
    SetLoad(f64),
    /// `LOAD?`
    Load,
    /// `CURR:PROT:TRIP?`
    IsTripped,
    /// `CURR:PROT:CLE`
    ClearTrip,
    /// `SYST:ERR?`
    NextError,
    /// `*IDN?`
    Identify,
    /// `*RST`
    Reset,
    /// `*CLS`
    ClearStatus,
    /// `*OPC?`
    OperationComplete,
}

/// What follows a header, and how to make a command of it.
enum Parameter {
    None(Command),
    Number { make: fn(f64) -> Command, max: f64 },
    Switch(fn(bool) -> Command),
}

const HEADERS: &[(&str, Parameter)] = &[
    (
        "VOLTage",
        Parameter::Number {
            make: Command::SetVoltage,
            max: MAX_VOLTAGE,
        },
    ),
    ("VOLTage?", Parameter::None(Command::Voltage)),
    ("MEASure:VOLTage?", Parameter::None(Command::MeasureVoltage)),
    (
        "CURRent",
        Parameter::Number {
            make: Command::SetCurrentLimit,
            max: MAX_CURRENT,
        },
    ),
    ("CURRent?", Parameter::None(Command::CurrentLimit)),
    ("MEASure:CURRent?", Parameter::None(Command::MeasureCurrent)),
    ("OUTPut", Parameter::Switch(Command::SetOutput)),
    ("OUTPut?", Parameter::None(Command::Output)),
    (
        "LOAD",
        Parameter::Number {
            make: Command::SetLoad,
            max: MAX_CURRENT,
        },
    ),
    ("LOAD?", Parameter::None(Command::Load)),
    (
        "CURRent:PROTection:TRIPped?",
        Parameter::None(Command::IsTripped),
    ),
    (
        "CURRent:PROTection:CLEar",
        Parameter::None(Command::ClearTrip),
    ),
    ("SYSTem:ERRor?", Parameter::None(Command::NextError)),
    ("*IDN?", Parameter::None(Command::Identify)),
    ("*RST", Parameter::None(Command::Reset)),
    ("*CLS", Parameter::None(Command::ClearStatus)),
    ("*OPC?", Parameter::None(Command::OperationComplete)),
];

impl Command {
    /// Reads one line; the error is what an instrument queues for it.
    pub fn parse(line: &str) -> Result<Self, ScpiError> {
        let line = line.trim();
        let (header, text) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let text = text.trim();
        match parameter_of(header)? {
            Parameter::None(command) if text.is_empty() => Ok(*command),
            Parameter::None(_) => Err(ScpiError::PARAMETER_NOT_ALLOWED),
            _ if text.is_empty() => Err(ScpiError::MISSING_PARAMETER),
            Parameter::Number { make, max } => number(text, *max).map(make),
            Parameter::Switch(make) => switch(text).map(make),
        }
    }
}

fn parameter_of(header: &str) -> Result<&'static Parameter, ScpiError> {
    // A leading colon means "from the root", and every header here starts there anyway.
    let header = header.strip_prefix(':').unwrap_or(header);
    HEADERS
        .iter()
        .find(|(pattern, _)| header_matches(pattern, header))
        .map(|(_, parameter)| parameter)
        .ok_or(ScpiError::UNDEFINED_HEADER)
}

fn header_matches(pattern: &str, header: &str) -> bool {
    pattern.split(':').count() == header.split(':').count()
        && pattern
            .split(':')
            .zip(header.split(':'))
            .all(|(pattern, keyword)| keyword_matches(pattern, keyword))
}

fn keyword_matches(pattern: &str, keyword: &str) -> bool {
    let short = pattern.chars().filter(|c| !c.is_ascii_lowercase());
    pattern.eq_ignore_ascii_case(keyword)
        || short.eq(keyword.chars().map(|c| c.to_ascii_uppercase()))
}

fn number(text: &str, max: f64) -> Result<f64, ScpiError> {
    // Rust also reads `inf` and `NaN` as numbers; SCPI does not.
    if !text
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
    {
        return Err(ScpiError::DATA_TYPE);
    }
    let number: f64 = text.parse().map_err(|_| ScpiError::DATA_TYPE)?;
    if (0.0..=max).contains(&number) {
        Ok(number)
    } else {
        Err(ScpiError::OUT_OF_RANGE)
    }
}

fn switch(text: &str) -> Result<bool, ScpiError> {
    match text.to_ascii_uppercase().as_str() {
        "ON" | "1" => Ok(true),
        "OFF" | "0" => Ok(false),
        _ => Err(ScpiError::DATA_TYPE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_in_its_forms() {
        let cases = [
            ("VOLT 12", Command::SetVoltage(12.0)),
            ("voltage 12.5", Command::SetVoltage(12.5)),
            (":VOLT +1.2e1", Command::SetVoltage(12.0)),
            ("VOLT 30", Command::SetVoltage(30.0)),
            ("VOLT?", Command::Voltage),
            ("Voltage?", Command::Voltage),
            ("MEAS:VOLT?", Command::MeasureVoltage),
            ("measure:volt?", Command::MeasureVoltage),
            ("MEAS:VOLTAGE?", Command::MeasureVoltage),
            ("CURR 0.5", Command::SetCurrentLimit(0.5)),
            ("CURRENT .5", Command::SetCurrentLimit(0.5)),
            ("CURR?", Command::CurrentLimit),
            ("MEAS:CURR?", Command::MeasureCurrent),
            ("OUTP ON", Command::SetOutput(true)),
            ("outp on", Command::SetOutput(true)),
            ("OUTPUT 1", Command::SetOutput(true)),
            ("OUTP OFF", Command::SetOutput(false)),
            ("OUTP\t0", Command::SetOutput(false)),
            ("OUTP?", Command::Output),
            ("LOAD 0", Command::SetLoad(0.0)),
            ("LOAD   2.5  ", Command::SetLoad(2.5)),
            ("LOAD?", Command::Load),
            ("CURR:PROT:TRIP?", Command::IsTripped),
            ("current:protection:tripped?", Command::IsTripped),
            ("CURR:PROT:CLE", Command::ClearTrip),
            ("CURR:PROT:CLEAR", Command::ClearTrip),
            ("SYST:ERR?", Command::NextError),
            ("SYSTEM:ERROR?\r", Command::NextError),
            ("*IDN?", Command::Identify),
            ("*idn?", Command::Identify),
            ("*RST", Command::Reset),
            ("*CLS", Command::ClearStatus),
            ("*OPC?", Command::OperationComplete),
        ];
        for (line, command) in cases {
            assert_eq!(Command::parse(line), Ok(command), "{line:?}");
        }
    }

    #[test]
    fn every_mistake_has_its_number() {
        let cases = [
            ("", -113),
            ("?", -113),
            (":", -113),
            ("VOL 1", -113),
            ("VOLTA 1", -113),
            ("VOLTAGES 1", -113),
            ("VOLT:MEAS?", -113),
            ("MEAS:VOLT", -113),
            ("MEAS", -113),
            ("OUTP:ON", -113),
            ("*RST?", -113),
            ("\u{fffd}\u{fffd}", -113),
            ("VOLT twelve", -104),
            ("VOLT 12V", -104),
            ("VOLT 1 2", -104),
            ("VOLT inf", -104),
            ("VOLT NaN", -104),
            ("VOLT -", -104),
            ("OUTP MAYBE", -104),
            ("OUTP 2", -104),
            ("VOLT -1", -222),
            ("VOLT 30.001", -222),
            ("VOLT 1e999", -222),
            ("CURR 5.1", -222),
            ("LOAD -0.1", -222),
            ("VOLT", -109),
            ("OUTP  ", -109),
            ("*RST now", -108),
            ("VOLT? 1", -108),
        ];
        for (line, number) in cases {
            assert_eq!(
                Command::parse(line).map_err(|error| error.number()),
                Err(number),
                "{line:?}"
            );
        }
    }
}
