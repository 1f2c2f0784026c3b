//! Records and folders, as several processes find them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, json};

use super::file_name::file_name;
use super::{JoinError, Look, Member, Process, Role, RunFolder, RunId, state_folder};
use crate::model::{Outcome, TaskName, TaskResult, TaskReturn, Verdict};

/// A folder of its own for each test, which goes with it.
pub(super) struct State(PathBuf);

impl State {
    pub(super) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("kissats-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        Self(folder)
    }

    pub(super) fn folder(&self) -> RunFolder {
        RunFolder::join(&self.0, &nextest("r"), |_| {}, |_| {}).unwrap()
    }

    fn member(&self, binary: &str, attempt: u32, repetition: u32) -> Member {
        let process = Process {
            binary: binary.to_owned(),
            test: "p::own".to_owned(),
            attempt,
            attempts: 2,
            repetition,
        };
        Member::new(self.folder(), process)
    }

    fn path(&self) -> PathBuf {
        self.0.join("runs-1").join("r")
    }
}

impl Drop for State {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn nextest(name: &str) -> RunId {
    RunId {
        name: name.to_owned(),
        of_nextest: true,
    }
}

fn outcome(verdict: Verdict) -> Outcome {
    let attempts = vec![TaskResult::new(
        TaskReturn::new(verdict.clone()),
        std::time::Duration::from_secs(1),
    )];
    match verdict {
        Verdict::Passed => Outcome::Passed(attempts),
        _ => Outcome::Failed(attempts),
    }
}

fn look(member: &Member, role: Role) -> Look {
    member.look("p::t", role, false, true).unwrap()
}

/// Runs the task, if it is to be run.
fn run(member: &Member, role: Role, verdict: Verdict) {
    match look(member, role) {
        Look::Claimed(claim) => claim.record(&outcome(verdict), Map::new()).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn recorded(member: &Member, role: Role) -> Outcome {
    match look(member, role) {
        Look::Recorded(recorded) => recorded.outcome,
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_process_runs_a_task_and_the_others_see_what_came_of_it() {
    let state = State::new("records");
    let (one, other) = (state.member("b", 1, 0), state.member("b", 1, 0));
    let Look::Claimed(claim) = look(&one, Role::Needed) else {
        panic!("nobody has run it")
    };
    let Look::Elsewhere {
        by: Some((pid, test)),
    } = look(&other, Role::Needed)
    else {
        panic!("it is being run")
    };
    assert_eq!((pid, test.as_str()), (std::process::id(), "p::own"));
    let changed: Map<_, _> = [("port".to_owned(), json!(5025))].into_iter().collect();
    claim
        .record(&outcome(Verdict::Passed), changed.clone())
        .unwrap();
    let Look::Recorded(found) = look(&other, Role::Needed) else {
        panic!("it was recorded")
    };
    assert_eq!(
        (found.outcome, found.changed),
        (outcome(Verdict::Passed), changed)
    );
    assert_eq!((found.pid, found.attempt), (std::process::id(), 1));
}

#[test]
fn what_a_dead_process_has_left_is_run_again() {
    let state = State::new("dead");
    let member = state.member("b", 1, 0);
    drop(look(&member, Role::Needed));
    assert!(matches!(look(&member, Role::Needed), Look::Claimed(_)));
    // Killed in the middle of a line, or written by nobody.
    run(&member, Role::Needed, Verdict::Passed);
    let file = state.path().join("tasks").join(file_name("p::t"));
    let text = fs::read(&file).unwrap();
    for length in (0..text.len() - 1).step_by(7) {
        fs::write(&file, &text[..length]).unwrap();
        assert!(
            matches!(look(&member, Role::Needed), Look::Claimed(_)),
            "{length}"
        );
    }
    for rubbish in [&b"\xff\xfe"[..], b"{}\n", b"\n\n", b"no record\n"] {
        fs::write(&file, rubbish).unwrap();
        assert!(matches!(look(&member, Role::Needed), Look::Claimed(_)));
    }
}

#[test]
fn its_own_process_shows_an_outcome_once_and_then_runs_the_task() {
    let state = State::new("own");
    let first = state.member("b", 1, 0);
    run(&first, Role::Needed, Verdict::Failed);
    assert_eq!(recorded(&first, Role::Own), outcome(Verdict::Failed));
    // The same task in another binary.
    assert_eq!(
        recorded(&state.member("c", 1, 0), Role::Own),
        outcome(Verdict::Failed)
    );
    let second = state.member("b", 2, 0);
    run(&second, Role::Own, Verdict::Passed);
    assert_eq!(recorded(&first, Role::Needed), outcome(Verdict::Passed));
    // It has been shown by the process that has run it.
    assert!(matches!(look(&second, Role::Own), Look::Claimed(_)));
}

#[test]
fn a_later_attempt_of_the_runner_tries_again_what_failed_and_keeps_what_passed() {
    let state = State::new("attempts");
    let first = state.member("b", 1, 0);
    run(&first, Role::Needed, Verdict::Failed);
    assert_eq!(recorded(&first, Role::Needed), outcome(Verdict::Failed));
    let second = state.member("b", 2, 0);
    run(&second, Role::Needed, Verdict::Passed);
    assert_eq!(recorded(&second, Role::Needed), outcome(Verdict::Passed));
    assert_eq!(
        recorded(&state.member("b", 3, 0), Role::Needed),
        outcome(Verdict::Passed)
    );
    // It has not been shown, and it is of a later attempt.
    assert_eq!(recorded(&first, Role::Own), outcome(Verdict::Passed));
}

#[test]
fn a_repetition_of_the_run_runs_tests_again_and_set_up_not() {
    let state = State::new("stress");
    run(&state.member("b", 1, 0), Role::Own, Verdict::Passed);
    let again = state.member("b", 1, 1);
    assert_eq!(recorded(&again, Role::Needed), outcome(Verdict::Passed));
    run(&again, Role::Own, Verdict::Failed);
    assert_eq!(recorded(&again, Role::Needed), outcome(Verdict::Passed));
    let setup = again.look("p::t", Role::Own, false, false).unwrap();
    assert!(matches!(setup, Look::Recorded(_)));
}

#[test]
fn what_runs_alone_runs_alone_and_what_is_private_is_no_concern_of_others() {
    let state = State::new("alone");
    let (one, other) = (state.member("b", 1, 0), state.member("b", 1, 0));
    let alone = |member: &Member, task: &str, role| member.look(task, role, true, true).unwrap();
    let Look::Claimed(claim) = alone(&one, "p::a", Role::Needed) else {
        panic!("nobody is at anything")
    };
    assert!(matches!(
        alone(&other, "p::b", Role::Needed),
        Look::Elsewhere { .. }
    ));
    assert!(matches!(
        alone(&other, "p::b", Role::Private),
        Look::Elsewhere { .. }
    ));
    assert!(matches!(look(&other, Role::Needed), Look::Claimed(_)));
    drop(claim);
    let held = alone(&other, "p::b", Role::Needed);
    assert!(matches!(held, Look::Claimed(_)));
    assert!(matches!(look(&one, Role::Private), Look::Claimed(_)));
    assert!(matches!(look(&other, Role::Private), Look::Claimed(_)));
}

#[test]
fn the_first_process_begins_the_run_before_any_other_goes_on() {
    let state = State::new("begin");
    let begun = std::sync::atomic::AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let begin = |_: &Path| {
                    begun.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                };
                let joined = RunFolder::join(&state.0, &nextest("r"), begin, |_| {});
                assert!(joined.is_ok());
                assert_eq!(begun.load(std::sync::atomic::Ordering::SeqCst), 1);
            });
        }
    });
}

#[test]
fn the_first_failure_that_stops_the_run_is_the_one_unless_the_runner_tries_again() {
    let state = State::new("stop");
    let name = |name: &str| TaskName::new(name).unwrap();
    let other = state.member("b", 1, 0);
    assert_eq!(other.suite_stop(), None);
    // The first of two attempts.
    state.member("b", 1, 0).stop_suite(&name("t")).unwrap();
    assert_eq!(other.suite_stop(), None);
    state.member("b", 2, 0).stop_suite(&name("t")).unwrap();
    state.member("b", 2, 0).stop_suite(&name("u")).unwrap();
    let place = format!("process {}, attempt 2", std::process::id());
    assert_eq!(other.suite_stop(), Some((name("t"), place)));
    fs::write(state.path().join("stop"), "{").unwrap();
    assert_eq!(
        other.suite_stop(),
        None,
        "what cannot be understood stops nothing"
    );
}

#[test]
fn a_run_that_is_over_takes_nobody_in() {
    let state = State::new("over");
    drop(state.folder());
    RunFolder::close(&state.path()).unwrap().end().unwrap();
    let again = RunFolder::join(&state.0, &nextest("r"), |_| {}, |_| {});
    assert!(matches!(again, Err(JoinError::Over(_))));
    // A name that a person gave is given again.
    let id = RunId {
        of_nextest: false,
        ..nextest("r")
    };
    let again = RunFolder::join(&state.0, &id, |_| {}, |_| {}).unwrap();
    assert_eq!(RunFolder::others(again.path()).len(), 1);
}

#[test]
fn what_is_no_state_is_set_aside_and_said() {
    let state = State::new("corrupt");
    fs::create_dir_all(state.path()).unwrap();
    fs::write(state.path().join("run"), "something else").unwrap();
    let said = std::sync::Mutex::new(Vec::new());
    let say = |text: &str| said.lock().unwrap().push(text.to_owned());
    let folder = RunFolder::join(&state.0, &nextest("r"), |_| {}, say).unwrap();
    let said = said.into_inner().unwrap();
    assert!(
        said.len() == 1 && said[0].contains("it is set aside"),
        "{said:?}"
    );
    let aside = &RunFolder::others(folder.path())[0];
    assert_eq!(
        fs::read_to_string(aside.join("run")).unwrap(),
        "something else"
    );
    // A file where the folder should be.
    let state = State::new("file");
    fs::write(&state.0, "").unwrap();
    let joined = RunFolder::join(&state.0, &nextest("r"), |_| {}, |_| {});
    assert!(matches!(joined, Err(JoinError::State { .. })));
    fs::remove_file(&state.0).unwrap();
}

#[test]
fn old_runs_go_unless_somebody_is_at_them_or_they_owe_something() {
    let state = State::new("prune");
    for number in 0..30 {
        let id = nextest(&number.to_string());
        drop(RunFolder::join(&state.0, &id, |_| {}, |_| {}).unwrap());
    }
    let folder = state.folder();
    let others = RunFolder::others(folder.path());
    assert_eq!(others.len(), 30);
    let at_work = fs::File::open(others[25].join("run")).unwrap();
    at_work.lock_shared().unwrap();
    RunFolder::prune(&others, |run| run == others[27]);
    let left: Vec<_> = others.iter().filter(|run| run.exists()).collect();
    assert_eq!(left.len(), 22, "{left:?}");
    assert!(others[25].exists() && others[27].exists());
}

#[test]
fn state_lies_in_the_target_folder() {
    let target = State::new("target");
    fs::create_dir_all(&target.0).unwrap();
    fs::write(target.0.join("CACHEDIR.TAG"), "").unwrap();
    let elsewhere = Path::new("/elsewhere");
    for program in [
        "debug/deps/pack-1",
        "x86_64-unknown-linux-gnu/debug/deps/pack-1",
    ] {
        let found = state_folder(None, &target.0.join(program), elsewhere);
        assert_eq!(found, target.0.join("kissats"));
    }
    let program = Path::new("/nowhere/pack-1");
    assert_eq!(
        state_folder(None, program, elsewhere),
        Path::new("/elsewhere/kissats")
    );
    assert_eq!(
        state_folder(Some("/told"), program, elsewhere),
        Path::new("/told")
    );
}

#[test]
fn the_environment_says_which_run_it_is() {
    let of = |variables: &'static [(&'static str, &'static str)]| {
        move |name: &str| {
            let mut found = variables.iter().filter(|(known, _)| *known == name);
            found.next().map(|(_, value)| *value)
        }
    };
    let both = of(&[("NEXTEST_RUN_ID", "n"), ("KISSATS_RUN_ID", "k")]);
    assert_eq!(RunId::of(both), Some(nextest("n")));
    let id = RunId::of(of(&[("KISSATS_RUN_ID", "k")])).unwrap();
    assert_eq!((id.name.as_str(), id.of_nextest), ("k", false));
    assert_eq!(RunId::of(of(&[])), None);
    let process = Process::of("pack-1", of(&[]));
    assert_eq!((process.attempt, process.repetition), (1, 0));
    let variables = of(&[
        ("NEXTEST_BINARY_ID", "p::pack"),
        ("NEXTEST_TEST_NAME", "[g] t"),
        ("NEXTEST_ATTEMPT", "3"),
        ("NEXTEST_STRESS_CURRENT", "none"),
    ]);
    let process = Process::of("pack-1", variables);
    assert_eq!(
        (process.binary.as_str(), process.test.as_str()),
        ("p::pack", "[g] t")
    );
    assert_eq!((process.attempt, process.repetition), (3, 0));
}
