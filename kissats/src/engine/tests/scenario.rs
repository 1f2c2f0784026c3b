//! Every file of `scenarios/` is a pack in a few lines and, after `---`, the transcript of its run.
//!
//! To write down what the engine does now: `KISSATS_BLESS=1 cargo test -p kissats scenario`.

use std::fs;
use std::path::Path;

use super::simulated_run::Record;
use super::simulation::Simulation;

/// A pack and what became of it, as a file of `scenarios/`.
pub(super) fn scenario(pack: &str, record: &Record) -> String {
    let pack = pack.trim_end();
    format!("{pack}\n---\n{}\n", record.transcript.join("\n"))
}

/// The pack of a scenario, and what is to become of it.
pub(super) fn read(text: &str) -> (&str, &str) {
    text.split_once("---\n").unwrap_or((text, ""))
}

#[test]
fn every_scenario_runs_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/engine/tests/scenarios");
    let bless = std::env::var_os("KISSATS_BLESS").is_some();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let (pack, expected) = read(&text);
        let record = Simulation::parse(pack).run();
        let found = record.transcript.join("\n") + "\n";
        assert!(
            record.ledger_is_idle && record.violations.is_empty(),
            "{}: {:?}, or something is still held",
            path.display(),
            record.violations
        );
        seen += 1;
        if found != expected {
            if bless {
                fs::write(&path, scenario(pack, &record)).unwrap();
            } else {
                wrong.push(format!(
                    "{}\n--- expected\n{expected}--- found\n{found}",
                    path.display()
                ));
            }
        }
    }
    assert!(seen >= 10, "the scenarios are gone");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
