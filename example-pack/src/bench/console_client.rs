//! The console's client: what a test types at the device, and reads from it.

use std::net::SocketAddr;
use std::time::Duration;

use super::ClientError;
use super::client_stream::{ClientStream, Deadline};
use super::console_session::PROMPT;

/// How long an answer may take, unless told otherwise.
const REPLY_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection to the console of a device.
#[derive(Debug)]
pub struct ConsoleClient {
    stream: ClientStream,
    reply_timeout: Duration,
    at_prompt: bool,
}

impl ConsoleClient {
    /// Connects to the console at `address`, which works without power too.
    pub fn connect(address: SocketAddr) -> Result<Self, ClientError> {
        Ok(Self {
            stream: ClientStream::connect(address)?,
            reply_timeout: REPLY_TIMEOUT,
            at_prompt: false,
        })
    }

    /// Sets how long the answer to a command may take.
    pub fn set_reply_timeout(&mut self, limit: Duration) {
        self.reply_timeout = limit;
    }

    /// Reads until a line contains `text`, and returns everything up to and with that line.
    pub fn wait_for(&mut self, text: &str, limit: Duration) -> Result<String, ClientError> {
        let lines = self.read_until(
            &format!("{text:?} on the console"),
            Deadline::after(limit),
            |line| line.contains(text),
        )?;
        Ok(lines.join("\n"))
    }

    /// Types a command and returns its answer, without the echo and without the prompt that
    /// follows.
    ///
    /// The device does not listen before its prompt, so this waits for one that is still to come.
    /// The answer to `reboot` ends with the prompt of the next boot and so holds the whole banner.
    pub fn command(&mut self, command: &str) -> Result<String, ClientError> {
        self.type_line(command, &[])
    }

    /// Sends a firmware image and returns the answer, such as `update ok 2.4.0`.
    ///
    /// A refusal is an answer as well, and no error.
    pub fn update(&mut self, image: &[u8], crc: u32) -> Result<String, ClientError> {
        self.type_line(&format!("update {} {crc:08x}", image.len()), image)
    }

    /// Sends bytes as they are and waits for nothing: for half an update, or for garbage.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), ClientError> {
        self.at_prompt = false;
        self.stream.send(bytes, &format!("{} bytes", bytes.len()))
    }

    fn type_line(&mut self, line: &str, attachment: &[u8]) -> Result<String, ClientError> {
        let deadline = Deadline::after(self.reply_timeout);
        if !self.at_prompt {
            self.read_until(&format!("the prompt {PROMPT:?}"), deadline, |line| {
                line == PROMPT
            })?;
        }
        self.at_prompt = false;
        self.stream
            .send(&[line.as_bytes(), b"\n", attachment].concat(), line)?;
        // Older text may come first, of a command that was given up for instance; the echo marks
        // its end.
        self.read_until(&format!("the echo of {line:?}"), deadline, |heard| {
            heard == line.trim()
        })?;
        let mut answer = self.read_until(&format!("an answer to {line:?}"), deadline, |line| {
            line == PROMPT
        })?;
        answer.pop();
        Ok(answer.join("\n"))
    }

    fn read_until(
        &mut self,
        expected: &str,
        deadline: Deadline,
        is_last: impl FnMut(&str) -> bool,
    ) -> Result<Vec<String>, ClientError> {
        // Unknown after an error, so the next command waits for a prompt.
        self.at_prompt = false;
        let lines = self.stream.receive_until(expected, deadline, is_last)?;
        self.at_prompt = lines.last().is_some_and(|line| line == PROMPT);
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{Dut, Image, SharedRail, Version, crc32};

    const PATIENCE: Duration = Duration::from_secs(30);

    fn switch(rail: &SharedRail, on: bool) {
        rail.change(|rail| {
            rail.set_voltage(12.0);
            rail.set_output(on).expect("not tripped");
        });
    }

    fn console() -> (SharedRail, Dut, ConsoleClient) {
        let rail = SharedRail::new();
        let dut = Dut::start(rail.clone()).expect("loopback is there");
        let client = ConsoleClient::connect(dut.address()).expect("listening");
        (rail, dut, client)
    }

    #[test]
    fn nothing_comes_without_power() {
        let (_rail, _dut, mut client) = console();
        let error = client
            .wait_for("ready>", Duration::from_millis(20))
            .expect_err("it has no power");
        assert_eq!(
            error.to_string(),
            "expected \"ready>\" on the console within 20ms, but nothing came"
        );
        client.set_reply_timeout(Duration::from_millis(20));
        assert!(matches!(
            client.command("version"),
            Err(ClientError::TimedOut { .. })
        ));
    }

    #[test]
    fn commands_wait_for_the_prompt() -> Result<(), ClientError> {
        let (rail, _dut, mut client) = console();
        switch(&rail, true);
        assert_eq!(client.command("version")?, "2.3.1");
        assert_eq!(client.command("serial")?, "WA-000042");
        assert_eq!(client.command("")?, "");
        assert_eq!(
            client.command("nonsense")?,
            "error: unknown command \"nonsense\""
        );
        Ok(())
    }

    #[test]
    fn the_banner_in_pieces() -> Result<(), ClientError> {
        let (rail, _dut, mut client) = console();
        switch(&rail, true);
        assert_eq!(
            client.wait_for("bootloader", PATIENCE)?,
            "widget-a bootloader 1.0"
        );
        assert_eq!(
            client.wait_for("ready>", PATIENCE)?,
            "firmware 2.3.1\nready>"
        );
        Ok(())
    }

    #[test]
    fn reboot_answers_with_the_banner() -> Result<(), ClientError> {
        let (rail, _dut, mut client) = console();
        switch(&rail, true);
        for _ in 0..3 {
            assert_eq!(
                client.command("reboot")?,
                "rebooting\nwidget-a bootloader 1.0\nfirmware 2.3.1"
            );
        }
        Ok(())
    }

    #[test]
    fn update_and_refusal() -> Result<(), ClientError> {
        let (rail, _dut, mut client) = console();
        switch(&rail, true);
        let image = Image {
            version: Version::new(2, 4, 0),
            payload: vec![b'\n'; 10_000],
        }
        .to_bytes();
        assert_eq!(
            client.update(&image, !crc32(&image))?,
            "update refused: crc mismatch"
        );
        client.command("reboot")?;
        assert_eq!(client.command("version")?, "2.3.1");
        assert_eq!(client.update(&image, crc32(&image))?, "update ok 2.4.0");
        client.command("reboot")?;
        assert_eq!(client.command("version")?, "2.4.0");
        Ok(())
    }

    #[test]
    fn survives_a_power_cycle() -> Result<(), ClientError> {
        let (rail, _dut, mut client) = console();
        switch(&rail, true);
        client.wait_for("ready>", PATIENCE)?;
        switch(&rail, false);
        switch(&rail, true);
        client.wait_for("ready>", PATIENCE)?;
        assert_eq!(client.command("version")?, "2.3.1");
        Ok(())
    }

    #[test]
    fn a_stopped_device_is_an_error() {
        let (rail, mut dut, mut client) = console();
        switch(&rail, true);
        dut.stop();
        // The prompt may have come before the end; a command cannot have been answered.
        assert!(client.command("version").is_err());
    }
}
