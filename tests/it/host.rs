//! Resources that the processes of one machine share.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use kissats_tests::host::judge;
use kissats_tests::{Finished, Marks, Project, own_host};

/// A folder of this test alone, empty.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("host-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

/// What a program of its own has to say of a history: no fault.
fn check(history: &Path) {
    let mut check = Command::new(env!("CARGO_BIN_EXE_host-check"));
    check.arg(history).args(["--quarantine", "20"]);
    let verdict = Finished::of(&mut check);
    assert_eq!(verdict.code, Some(0), "{}", verdict.stdout);
    assert!(verdict.stdout.contains(" kills ("), "{}", verdict.stdout);
}

#[test]
fn eight_processes_that_contend_and_die_never_hold_together_what_they_must_not() {
    let folder = folder("contention");
    let history = folder.join("history");
    let mut contention = Command::new(env!("CARGO_BIN_EXE_host-contention"));
    contention.arg("--folder").arg(folder.join("tickets"));
    contention.arg("--history").arg(&history);
    contention.args(["--processes", "8", "--claims", "200", "--kills", "100"]);
    let done = Finished::of(&mut contention);
    assert_eq!(done.code, Some(0), "{done:?}");
    check(&history);
    // Whoever comes after the last quarantine clears away the last of the dead.
    let mut next = Command::new(env!("CARGO_BIN_EXE_host-contention"));
    next.args(["--contend", "--claims", "100"]);
    next.arg("--folder").arg(folder.join("tickets"));
    next.arg("--history").arg(&history);
    assert_eq!(Finished::of(&mut next).code, Some(0));
    let left = fs::read_dir(folder.join("tickets/v1")).unwrap().flatten();
    let left: Vec<_> = left.map(|entry| entry.file_name()).collect();
    assert_eq!(left, ["gate"], "the dead are cleared away");
}

/// A folder that goes when the test does, where every user can go.
struct Commons(PathBuf);

impl Commons {
    fn new(name: &str) -> Self {
        let name = format!("kissats-test-{name}-{}", std::process::id());
        let folder = Path::new("/tmp").join(name);
        fs::create_dir(&folder).expect("a new folder");
        fs::set_permissions(&folder, Permissions::from_mode(0o1777)).expect("our own folder");
        Self(folder)
    }
}

impl Drop for Commons {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn users_share_and_clear_away_what_the_others_have_left() {
    const NOBODY: u32 = 65534;
    let commons = Commons::new("users");
    if fs::metadata(&commons.0).unwrap().uid() != 0 {
        eprintln!("skipped: only the superuser can be several users");
        return;
    }
    // Where the programs lie, the other user need not be let in.
    let program = commons.0.join("host-contention");
    fs::copy(env!("CARGO_BIN_EXE_host-contention"), &program).unwrap();
    let history = commons.0.join("history");
    fs::write(&history, "").unwrap();
    fs::set_permissions(&history, Permissions::from_mode(0o666)).unwrap();
    let tickets = commons.0.join("tickets");
    let mut contention = Command::new(&program);
    contention.arg("--folder").arg(&tickets);
    contention.arg("--history").arg(&history);
    contention.args(["--processes", "6", "--claims", "40", "--kills", "20"]);
    contention.args(["--other-user", &NOBODY.to_string()]);
    let done = Finished::of(&mut contention);
    assert_eq!(done.code, Some(0), "{done:?}");
    check(&history);
    // What a dead process of the one has left that cannot be read, the other sets aside, and back.
    for user in [0, NOBODY, 0] {
        let broken = tickets.join(format!("v1/{user}-broken.ticket"));
        fs::write(&broken, "{").unwrap();
        std::os::unix::fs::chown(&broken, Some(user), None).unwrap();
        let mut next = Command::new(&program);
        next.args(["--contend", "--claims", "1"])
            .uid(NOBODY - user)
            .gid(NOBODY - user);
        next.arg("--folder").arg(&tickets);
        next.arg("--history").arg(&history);
        let done = Finished::of(&mut next);
        assert_eq!(done.code, Some(0), "{done:?}");
        assert!(!broken.exists(), "{done:?}");
    }
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
    let parts = "+ 10 1 exclusive:lan:6 exclusive:psu:7\n- 20 1 lan\n- 30 1\n";
    for (second, faults) in [("lan:8", 0), ("psu:8", 1)] {
        let second = format!("+ 20 2 exclusive:{second}\n- 30 2\n");
        assert_eq!(judged(&format!("{parts}{second}")), faults, "{second}");
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

static PACK: LazyLock<Project> = LazyLock::new(|| {
    let files = [
        ("src/lib.rs", include_str!("../packs/host.rs")),
        ("src/mark.rs", Marks::SOURCE),
        ("tests/pack.rs", "kissats::main!(host_pack);\n"),
    ];
    Project::with_files("host-pack", &files)
});

/// The program of the pack, in a run of its own on this host.
fn run(host: &Path, words: &[&str], marks: &Marks) -> Command {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| PACK.program());
    let mut command = Command::new(&*PROGRAM);
    command
        .args(words)
        .env("KISSATS_DIR", host)
        .env(Marks::VARIABLE, marks.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

#[test]
fn two_runs_of_a_pack_that_says_nothing_of_it_keep_out_of_each_others_way() {
    let (host, marks) = (own_host(), Marks::new("host-two-runs"));
    let runs = [(); 3].map(|()| run(&host, &[], &marks).spawn().unwrap());
    let mut said = String::new();
    for run in runs {
        let output = run.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
        said += &String::from_utf8_lossy(&output.stderr);
    }
    assert_eq!(marks.lines(), ["+", "-"].repeat(3), "one after the other");
    let waits = "waits: `host-test-psu` (exclusive) is held by `a run (process ";
    assert!(said.contains(waits), "{said}");
}

/// A run that holds the device of `measures` for as long as the test likes.
fn long_run(host: &Path, marks: &Marks) -> Child {
    let words = ["--include-ignored", "begins", "goes_on_until_told"];
    let run = run(host, &words, marks).spawn().expect("the pack starts");
    marks.wait_for("goes on");
    run
}

#[test]
fn a_run_waits_for_a_longer_one_and_says_for_whom_unless_its_tasks_have_said_how_long() {
    let (host, marks) = (own_host(), Marks::new("host-patience"));
    let long = long_run(&host, &marks);
    let words = ["--ignored", "is_impatient"];
    let impatient = Finished::of(&mut run(&host, &words, &marks));
    assert_eq!(impatient.code, Some(101), "{impatient:?}");
    let holder = format!("is held by `a run (process {} of ", long.id());
    for part in ["waited 100ms (max_resource_wait)", &holder] {
        assert!(impatient.stdout.contains(part), "{}", impatient.stdout);
    }
    let mut patient = run(&host, &["measures"], &marks).spawn().unwrap();
    let mut said = String::new();
    let stderr = patient.stderr.as_mut().unwrap();
    BufReader::new(stderr).read_line(&mut said).unwrap();
    let waits = format!("kissats: the run waits: `host-test-psu` (exclusive) {holder}");
    assert!(said.starts_with(&waits), "{said}");
    marks.leave("end");
    for run in [long, patient] {
        let output = run.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    assert_eq!(marks.lines()[2..], ["end", "over", "+", "-"]);
}

#[test]
fn a_run_gives_each_resource_to_others_when_its_last_task_is_over() {
    let (host, marks) = (own_host(), Marks::new("host-parts"));
    let long = long_run(&host, &marks);
    let other = Finished::of(&mut run(&host, &["--ignored", "begins"], &marks));
    assert_eq!(other.code, Some(0), "{other:?}");
    assert_eq!(marks.lines(), ["begun", "goes on", "begun"]);
    marks.leave("end");
    assert!(long.wait_with_output().unwrap().status.success());
}

#[test]
fn a_run_whose_tasks_need_nothing_or_are_listed_leaves_no_trace() {
    let (host, marks) = (own_host(), Marks::new("host-no-trace"));
    for words in [&["needs_nothing"][..], &["--list"]] {
        let run = Finished::of(&mut run(&host, words, &marks));
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(!host.exists(), "{words:?}");
    }
}

#[test]
fn private_resources_are_those_of_the_process() {
    let (host, marks) = (own_host(), Marks::new("host-private"));
    let words = ["--ats-client", "local", "measures"];
    let run = Finished::of(&mut run(&host, &words, &marks));
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(!host.exists());
}

#[test]
fn a_folder_that_cannot_be_used_is_told_with_what_to_do() {
    let marks = Marks::new("host-no-folder");
    let run = Finished::of(&mut run(Path::new("/dev/null"), &["measures"], &marks));
    assert_eq!(run.code, Some(101), "{run:?}");
    for part in ["/dev/null is no folder", "KISSATS_DIR"] {
        assert!(run.stdout.contains(part), "{}", run.stdout);
    }
}

#[test]
fn what_was_claimed_by_a_killed_run_is_free_after_the_quarantine() {
    let (host, marks) = (own_host(), Marks::new("host-killed"));
    let mut killed = run(&host, &[], &marks).spawn().unwrap();
    marks.wait_for("+");
    killed.kill().unwrap();
    killed.wait().unwrap();
    let next = Finished::of(&mut run(&host, &[], &marks));
    assert_eq!(next.code, Some(0), "{next:?}");
    assert_eq!(marks.lines(), ["+", "+", "-"]);
    assert!(
        next.stderr.contains("which died: in quarantine"),
        "{}",
        next.stderr
    );
}
