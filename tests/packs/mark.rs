//! Marks for the tests of kissats: see `Marks`.

use std::fmt::Display;
use std::fs::{OpenOptions, read_to_string};
use std::io::Write;

/// Adds a line to the file that the test named.
pub fn mark(what: impl Display) {
    let Some(path) = std::env::var_os("MARKS") else {
        return;
    };
    let mut file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .expect("the marks can be opened");
    file.write_all(format!("{what}\n").as_bytes())
        .expect("a mark can be left");
}

/// Waits until somebody has left the mark, and not for ever: a test that broke leaves no program behind.
#[allow(dead_code)]
pub fn wait_for(mark: &str) {
    let path = std::env::var_os("MARKS").expect("the test says where the marks are");
    for _ in 0..12_000 {
        if read_to_string(&path)
            .unwrap_or_default()
            .lines()
            .any(|line| line == mark)
        {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("the mark `{mark}` does not come");
}

/// How often the mark was left.
#[allow(dead_code)]
pub fn count(mark: &str) -> usize {
    let path = std::env::var_os("MARKS").expect("the test says where the marks are");
    let text = read_to_string(path).unwrap_or_default();
    text.lines().filter(|line| *line == mark).count()
}
