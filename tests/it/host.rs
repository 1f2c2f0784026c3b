//! Resources that the processes of one machine share.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use kissats_tests::Finished;
use kissats_tests::host::judge;

/// A folder of this test alone, empty.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("host-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn processes_that_contend_and_die_never_hold_together_what_they_must_not() {
    let folder = folder("contention");
    let history = folder.join("history");
    let mut contention = Command::new(env!("CARGO_BIN_EXE_host-contention"));
    contention.arg("--folder").arg(folder.join("tickets"));
    contention.arg("--history").arg(&history);
    contention.args(["--processes", "6", "--claims", "40", "--kills", "20"]);
    let done = Finished::of(&mut contention);
    assert_eq!(done.code, Some(0), "{done:?}");
    let mut check = Command::new(env!("CARGO_BIN_EXE_host-check"));
    check.arg(&history).args(["--quarantine", "20"]);
    let verdict = Finished::of(&mut check);
    assert_eq!(verdict.code, Some(0), "{}", verdict.stdout);
    assert!(verdict.stdout.contains(" kills ("), "{}", verdict.stdout);
    let left = fs::read_dir(folder.join("tickets/v1")).unwrap().flatten();
    let left: Vec<_> = left.map(|entry| entry.file_name()).collect();
    assert!(left.len() < 8, "the dead are cleared away: {left:?}");
}

#[test]
fn the_check_finds_what_should_not_be() {
    let judged = |text: &str| judge(text, Duration::from_nanos(5)).unwrap().faults.len();
    let first = "+ 10 1 exclusive:psu:7\n- 20 1\n";
    for (second, faults) in [
        ("+ 20 2 exclusive:psu:8\n- 30 2\n", 0),
        ("+ 19 2 exclusive:psu:8\n- 30 2\n", 1),
        ("+ 19 2 shared:psu:8\n- 30 2\n", 1),
        ("+ 19 2 shared:lan:8\n- 30 2\n", 0),
        ("+ 20 2 exclusive:psu:7\n- 30 2\n", 1),
    ] {
        assert_eq!(judged(&format!("{first}{second}")), faults, "{second}");
    }
    let killed = "+ 10 1 exclusive:psu:7\nx 20 1\n";
    for (second, faults) in [
        ("+ 25 2 exclusive:psu:8\n- 30 2\n", 0),
        ("+ 24 2 exclusive:psu:8\n- 30 2\n", 1),
    ] {
        assert_eq!(judged(&format!("{killed}{second}")), faults, "{second}");
    }
    assert!(judge("+ 1 1 both:psu:1", Duration::ZERO).is_err());
}
