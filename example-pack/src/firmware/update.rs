//! Tasks that build on each other.
//!
//! A good image is only worth sending to a device that refuses a bad one: the second task needs the
//! first, and its needs are needed in turn. `retries` gives a task that failed another try, for what
//! is known to fail now and then; if that passes, the task is flaky, and says so in reports.

use kissats::prelude::*;

use crate::bench::{Image, Version, crc32};
use crate::firmware::boot::banner_is_complete;
use crate::lab::{self, Done};

/// The version that the good image brings.
const NEW: Version = Version::new(2, 4, 0);

fn image() -> Vec<u8> {
    let payload = (0..=255).cycle().take(4096).collect();
    Image {
        version: NEW,
        payload,
    }
    .to_bytes()
}

/// An image that was damaged on its way is refused, and the old firmware stays.
#[kiss_task(
    group = "firmware",
    prereq_tasks = [banner_is_complete],
    exclusive_resources = ["dut"],
    timeout = "30s",
    est_task_time = 2,
)]
pub fn corrupted_image_is_refused() -> Done {
    let mut console = lab::console()?;
    let before = console.command("version")?;
    let mut damaged = image();
    let crc = crc32(&damaged);
    damaged[100] ^= 0x01;

    let answer = console.update(&damaged, crc)?;
    if !answer.contains("refused") {
        return Err(format!("a damaged image was answered with {answer:?}").into());
    }
    let after = console.command("version")?;
    if after != before {
        return Err(format!("a refused update changed {before:?} to {after:?}").into());
    }
    Ok(())
}

/// A good image is installed and runs after the next start.
#[kiss_task(
    group = "firmware",
    prereq_tasks = [corrupted_image_is_refused],
    exclusive_resources = ["dut"],
    timeout = "30s",
    retries = 1,
    est_task_time = 3,
)]
pub fn good_image_is_installed() -> Done {
    let mut console = lab::console()?;
    let image = image();
    let answer = console.update(&image, crc32(&image))?;
    if !answer.contains("update ok") {
        return Err(format!("a good image was answered with {answer:?}").into());
    }
    console.command("reboot")?;
    let version = console.command("version")?;
    if !version.contains(&NEW.to_string()) {
        return Err(format!("expected version {NEW} after the update, found {version:?}").into());
    }
    Ok(())
}
