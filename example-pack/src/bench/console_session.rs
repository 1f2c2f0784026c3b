//! The console session: one connection to the console of the device.
//!
//! What the device prints while it boots is shown to every session, also to one that connects
//! afterwards, as console servers replay what was missed. What is sent before the prompt is lost,
//! as on any serial line whose other end is not listening yet.

use std::io::{self, ErrorKind, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::device::{Boot, Device, Stage};
use super::line_reader::{Line, LineReader, timed_out};
use super::{Image, crc32};

/// The line with which the device asks for a command.
pub(super) const PROMPT: &str = "ready>";

const BANNER: &str = "widget-a bootloader 1.0";
const SERIAL_NUMBER: &str = "WA-000042";
const REBOOTING: &str = "rebooting";
/// The longest line that is taken.
const LINE_LIMIT: usize = 256;
/// The largest image that fits into the flash.
const MAX_IMAGE: u64 = 1024 * 1024;
/// How often a session looks up from its socket to see what the device does.
const LOOK_UP: Duration = Duration::from_millis(5);
/// How long an image may stop coming before the device gives it up.
const STALLED_AFTER: Duration = Duration::from_secs(2);

/// One connection and what it has been shown so far.
#[derive(Debug)]
pub(super) struct ConsoleSession {
    device: Arc<Device>,
    output: TcpStream,
    input: LineReader<TcpStream>,
    shown: Boot,
}

/// How the bytes of an image came to an end.
enum Transfer {
    Complete(Vec<u8>),
    TooLarge,
    Stalled,
    PowerLost,
}

impl ConsoleSession {
    /// Serves a connection until either side ends it.
    pub(super) fn serve(device: Arc<Device>, stream: TcpStream) {
        // An error means that the client is gone, and with it everyone who could be told.
        let _ = Self::open(device, stream).and_then(Self::run);
    }

    fn open(device: Arc<Device>, stream: TcpStream) -> io::Result<Self> {
        stream.set_read_timeout(Some(LOOK_UP))?;
        let output = stream.try_clone()?;
        let shown = Boot {
            number: 0,
            ..device.boot()
        };
        Ok(Self {
            device,
            output,
            input: LineReader::new(stream, LINE_LIMIT),
            shown,
        })
    }

    fn run(mut self) -> io::Result<()> {
        self.show(self.device.boot())?;
        loop {
            match self.input.next_line() {
                Ok(Some(line)) => self.hear(&line)?,
                Ok(None) => return Ok(()),
                Err(error) if timed_out(&error) => {}
                Err(error) => return Err(error),
            }
            self.follow_device()?;
        }
    }

    fn follow_device(&mut self) -> io::Result<()> {
        let boot = self.device.boot();
        if boot == self.shown {
            return Ok(());
        }
        // What came before the prompt was meant for an earlier boot, such as the rest of an image
        // that a power cut interrupted. It must not be taken for a command.
        self.input.discard_arrived()?;
        // Shown is the boot from before the discarding: a later one is followed, and discarded for,
        // next time.
        if boot == self.device.boot() {
            self.show(boot)
        } else {
            Ok(())
        }
    }

    /// Prints what the device has printed since this was last called.
    fn show(&mut self, boot: Boot) -> io::Result<()> {
        let is_new = boot.number != self.shown.number;
        let was_ready = !is_new && self.shown.stage == Stage::Ready;
        self.shown = boot;
        match boot.stage {
            Stage::Loading if is_new => self.print(&format!("{BANNER}\n")),
            Stage::Ready if is_new => {
                self.print(&format!("{BANNER}\nfirmware {}\n{PROMPT}\n", boot.firmware))
            }
            Stage::Ready if !was_ready => {
                self.print(&format!("firmware {}\n{PROMPT}\n", boot.firmware))
            }
            _ => Ok(()),
        }
    }

    fn hear(&mut self, line: &Line) -> io::Result<()> {
        if !self.is_listening() {
            return Ok(());
        }
        match line {
            Line::TooLong => self.answer("error: line too long"),
            Line::Text(text) => self.obey(text.trim()),
        }
    }

    /// Whether the boot whose prompt was shown still runs.
    fn is_listening(&self) -> bool {
        self.shown.stage == Stage::Ready && self.device.boot() == self.shown
    }

    fn obey(&mut self, text: &str) -> io::Result<()> {
        // The echo. A client that looks for it cannot take an older text for its answer.
        self.print(&format!("{text}\n"))?;
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            [] => self.print(&format!("{PROMPT}\n")),
            ["version"] => self.answer(&self.shown.firmware.to_string()),
            ["serial"] => self.answer(SERIAL_NUMBER),
            ["uptime"] => self.answer_uptime(),
            ["reboot"] => self.reboot(),
            ["update", length, crc] => self.update(length, crc),
            ["update", ..] => self.answer("error: update takes a length and a crc"),
            _ => self.answer(&format!("error: unknown command {text:?}")),
        }
    }

    fn answer_uptime(&mut self) -> io::Result<()> {
        match self.device.uptime(self.shown.number) {
            Some(uptime) => self.answer(&format!("{:.3} s", uptime.as_secs_f64())),
            None => Ok(()),
        }
    }

    fn reboot(&mut self) -> io::Result<()> {
        // No prompt here: the next one belongs to the next boot.
        self.print(&format!("{REBOOTING}\n"))?;
        self.device.reboot(self.shown.number);
        Ok(())
    }

    fn update(&mut self, length: &str, crc: &str) -> io::Result<()> {
        let (Ok(length), Ok(crc)) = (length.parse(), u32::from_str_radix(crc, 16)) else {
            return self.answer("error: update takes a length and a crc");
        };
        match self.receive(length)? {
            Transfer::Complete(bytes) => self.install(&bytes, crc),
            Transfer::TooLarge => self.answer("update refused: image too large"),
            Transfer::Stalled => self.answer("update refused: image incomplete"),
            Transfer::PowerLost => Ok(()),
        }
    }

    fn receive(&mut self, length: u64) -> io::Result<Transfer> {
        let mut image = Vec::new();
        let mut missing = length;
        let mut last_arrival = Instant::now();
        while missing > 0 {
            match self
                .input
                .next_bytes(usize::try_from(missing).unwrap_or(usize::MAX))
            {
                Ok(bytes) if bytes.is_empty() => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(bytes) => {
                    missing -= bytes.len() as u64;
                    last_arrival = Instant::now();
                    // One that is too large is still read to its end, lest it be taken for
                    // commands.
                    if length <= MAX_IMAGE {
                        image.extend(bytes);
                    }
                }
                Err(error) if timed_out(&error) && last_arrival.elapsed() > STALLED_AFTER => {
                    return Ok(Transfer::Stalled);
                }
                Err(error) if timed_out(&error) => {}
                Err(error) => return Err(error),
            }
            if !self.is_listening() {
                return Ok(Transfer::PowerLost);
            }
        }
        Ok(if length <= MAX_IMAGE {
            Transfer::Complete(image)
        } else {
            Transfer::TooLarge
        })
    }

    fn install(&mut self, bytes: &[u8], announced_crc: u32) -> io::Result<()> {
        if crc32(bytes) != announced_crc {
            return self.answer("update refused: crc mismatch");
        }
        match Image::from_bytes(bytes) {
            Err(error) => self.answer(&format!("update refused: {error}")),
            Ok(image) => match self.device.install(self.shown.number, image.version) {
                Some(()) => self.answer(&format!("update ok {}", image.version)),
                // The power went at the last moment; nothing was installed and nobody is there to
                // say so.
                None => Ok(()),
            },
        }
    }

    fn answer(&mut self, text: &str) -> io::Result<()> {
        self.print(&format!("{text}\n{PROMPT}\n"))
    }

    fn print(&mut self, text: &str) -> io::Result<()> {
        self.output.write_all(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{Dut, Rail, SharedRail, Version};
    use std::io::{BufRead, BufReader};

    /// Speaks plain text, so that the protocol is tested and not our own client.
    struct Terminal {
        stream: BufReader<TcpStream>,
    }

    impl Terminal {
        fn open(dut: &Dut) -> Self {
            Self {
                stream: BufReader::new(TcpStream::connect(dut.address()).expect("listening")),
            }
        }

        fn send(&mut self, bytes: &[u8]) {
            self.stream
                .get_mut()
                .write_all(bytes)
                .expect("the console reads");
        }

        /// Everything up to the next prompt.
        fn read_to_prompt(&mut self) -> String {
            let mut text = String::new();
            while !text.ends_with("ready>\n") {
                assert_ne!(
                    self.stream
                        .read_line(&mut text)
                        .expect("the console answers"),
                    0,
                    "closed after {text:?}"
                );
            }
            text.trim_end_matches("ready>\n").to_owned()
        }

        fn ask(&mut self, line: &str) -> String {
            self.send(format!("{line}\n").as_bytes());
            let text = self.read_to_prompt();
            text.strip_prefix(&format!("{line}\n"))
                .expect("the echo comes first")
                .trim_end()
                .to_owned()
        }
    }

    fn switch(rail: &SharedRail, on: bool) {
        rail.change(|rail| {
            rail.set_voltage(12.0);
            rail.set_output(on).expect("not tripped");
        });
    }

    fn ready_device() -> (SharedRail, Dut, Terminal) {
        let rail = SharedRail::new();
        let dut = Dut::start(rail.clone()).expect("loopback is there");
        let mut terminal = Terminal::open(&dut);
        switch(&rail, true);
        terminal.read_to_prompt();
        (rail, dut, terminal)
    }

    fn new_image() -> Vec<u8> {
        // Newlines in the payload: raw bytes must not be taken for lines.
        Image {
            version: Version::new(2, 4, 0),
            payload: b"\n\nversion\n".repeat(500),
        }
        .to_bytes()
    }

    fn update_command(image: &[u8], crc: u32) -> Vec<u8> {
        let header = format!("update {} {crc:08x}\n", image.len());
        [header.as_bytes(), image].concat()
    }

    fn send_update(terminal: &mut Terminal, image: &[u8], crc: u32) -> String {
        terminal.send(&update_command(image, crc));
        let text = terminal.read_to_prompt();
        text.lines()
            .nth(1)
            .expect("the answer follows the echo")
            .to_owned()
    }

    const BOOT_TEXT: &str = "widget-a bootloader 1.0\nfirmware 2.3.1\n";

    #[test]
    fn prints_the_banner_to_whoever_connects_and_when() {
        let rail = SharedRail::new();
        let dut = Dut::start(rail.clone()).expect("loopback is there");
        let mut early = Terminal::open(&dut);
        switch(&rail, true);
        let mut halfway = Terminal::open(&dut);
        assert_eq!(early.read_to_prompt(), BOOT_TEXT);
        assert_eq!(halfway.read_to_prompt(), BOOT_TEXT);
        assert_eq!(Terminal::open(&dut).read_to_prompt(), BOOT_TEXT);
    }

    #[test]
    fn every_command_is_answered() {
        let (_rail, _dut, mut terminal) = ready_device();
        let cases = [
            ("version", "2.3.1"),
            ("serial", "WA-000042"),
            ("", ""),
            (
                "frobnicate now",
                "error: unknown command \"frobnicate now\"",
            ),
            ("version 2", "error: unknown command \"version 2\""),
            ("update", "error: update takes a length and a crc"),
            ("update 12", "error: update takes a length and a crc"),
            (
                "update -1 00000000",
                "error: update takes a length and a crc",
            ),
            ("update 1 xyz", "error: update takes a length and a crc"),
            ("update 0 00000000", "update refused: not a widget-a image"),
        ];
        for (line, answer) in cases {
            assert_eq!(terminal.ask(line), answer, "{line:?}");
        }
        let uptime = terminal.ask("uptime");
        assert!(
            uptime
                .strip_suffix(" s")
                .is_some_and(|number| number.parse::<f64>().is_ok()),
            "{uptime}"
        );
    }

    #[test]
    fn a_command_right_after_connecting_is_heard() {
        let (_rail, dut, _first) = ready_device();
        let mut late = Terminal::open(&dut);
        late.send(b"version\n");
        assert_eq!(late.read_to_prompt(), BOOT_TEXT);
        assert_eq!(late.read_to_prompt(), "version\n2.3.1\n");
    }

    #[test]
    fn reboots_again_and_again() {
        let (_rail, _dut, mut terminal) = ready_device();
        for round in 0..5 {
            assert_eq!(
                terminal.ask("reboot"),
                format!("rebooting\n{}", BOOT_TEXT.trim_end()),
                "round {round}"
            );
        }
        assert_eq!(terminal.ask("version"), "2.3.1");
    }

    #[test]
    fn a_reboot_is_seen_by_every_session() {
        let (_rail, dut, mut first) = ready_device();
        let mut second = Terminal::open(&dut);
        second.read_to_prompt();
        first.ask("reboot");
        assert_eq!(second.read_to_prompt(), BOOT_TEXT);
    }

    #[test]
    fn nothing_answers_without_power() {
        let (rail, dut, mut terminal) = ready_device();
        switch(&rail, false);
        terminal.send(b"version\n");
        Terminal::open(&dut).send(b"version\nreboot\n");
        switch(&rail, true);
        assert_eq!(
            terminal.read_to_prompt(),
            BOOT_TEXT,
            "no answer came before the banner"
        );
        assert_eq!(terminal.ask("version"), "2.3.1");
    }

    #[test]
    fn low_voltage_is_no_power() {
        let (rail, _dut, mut terminal) = ready_device();
        rail.change(|rail| rail.set_voltage(10.0));
        terminal.send(b"version\n");
        assert!(!rail.read(Rail::is_powered));
        rail.change(|rail| rail.set_voltage(12.0));
        assert_eq!(terminal.read_to_prompt(), BOOT_TEXT);
    }

    #[test]
    fn a_good_image_runs_after_the_reboot() {
        let (rail, _dut, mut terminal) = ready_device();
        let image = new_image();
        assert_eq!(
            send_update(&mut terminal, &image, crc32(&image)),
            "update ok 2.4.0"
        );
        assert_eq!(terminal.ask("version"), "2.3.1");
        assert!(terminal.ask("reboot").ends_with("firmware 2.4.0"));
        assert_eq!(terminal.ask("version"), "2.4.0");
        switch(&rail, false);
        switch(&rail, true);
        assert!(
            terminal.read_to_prompt().ends_with("firmware 2.4.0\n"),
            "it outlives a power cut"
        );
    }

    #[test]
    fn a_corrupted_image_is_refused() {
        let (_rail, _dut, mut terminal) = ready_device();
        let mut image = new_image();
        let crc = crc32(&image);
        image[100] ^= 1;
        assert_eq!(
            send_update(&mut terminal, &image, crc),
            "update refused: crc mismatch"
        );
        assert!(terminal.ask("reboot").ends_with("firmware 2.3.1"));
    }

    #[test]
    fn an_image_for_something_else_is_refused() {
        let (_rail, _dut, mut terminal) = ready_device();
        let image = b"\x7fELF, or whatever";
        assert_eq!(
            send_update(&mut terminal, image, crc32(image)),
            "update refused: not a widget-a image"
        );
    }

    #[test]
    fn an_image_too_large_is_read_to_its_end_and_refused() {
        let (_rail, _dut, mut terminal) = ready_device();
        let image = vec![b'\n'; 1024 * 1024 + 1];
        assert_eq!(
            send_update(&mut terminal, &image, 0),
            "update refused: image too large"
        );
        assert_eq!(terminal.ask("version"), "2.3.1");
    }

    #[test]
    fn losing_power_in_mid_update_keeps_the_old_firmware() {
        let (rail, _dut, mut terminal) = ready_device();
        let image = new_image();
        let command = update_command(&image, crc32(&image));
        terminal.send(&command[..command.len() / 2]);
        switch(&rail, false);
        terminal.send(&command[command.len() / 2..]);
        switch(&rail, true);
        assert!(
            terminal.read_to_prompt().ends_with(BOOT_TEXT),
            "the echo may come first, an answer may not"
        );
        assert_eq!(terminal.ask("version"), "2.3.1");
    }

    #[test]
    fn leaving_in_mid_update_keeps_the_old_firmware() {
        let (_rail, dut, mut terminal) = ready_device();
        let image = new_image();
        let mut rude = Terminal::open(&dut);
        rude.read_to_prompt();
        rude.send(&update_command(&image, crc32(&image))[..200]);
        drop(rude);
        assert!(terminal.ask("reboot").ends_with("firmware 2.3.1"));
    }

    #[test]
    fn an_image_that_stops_coming_is_refused() {
        let (_rail, _dut, mut terminal) = ready_device();
        let image = new_image();
        terminal.send(&update_command(&image, crc32(&image))[..200]);
        assert!(
            terminal
                .read_to_prompt()
                .ends_with("update refused: image incomplete\n")
        );
        assert_eq!(terminal.ask("version"), "2.3.1");
    }

    #[test]
    fn garbage_and_endless_lines_do_no_harm() {
        let (_rail, _dut, mut terminal) = ready_device();
        terminal.send(b"\xff\x00\xfe\n");
        assert!(terminal.read_to_prompt().contains("error: unknown command"));
        terminal.send(&[b'v'; 100_000]);
        terminal.send(b"\n");
        assert_eq!(terminal.read_to_prompt(), "error: line too long\n");
        assert_eq!(terminal.ask("version"), "2.3.1");
    }
}
