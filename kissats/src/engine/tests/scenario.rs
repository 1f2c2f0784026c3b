//! Every file of `scenarios/` is a pack in a few lines and, after `---`, the transcript of its run.
//!
//! To write down what the engine does now: `KISSATS_BLESS=1 cargo test -p kissats scenario`.

use std::fs;
use std::path::Path;

use super::simulation::Simulation;

#[test]
fn every_scenario_runs_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/engine/tests/scenarios");
    let bless = std::env::var_os("KISSATS_BLESS").is_some();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let (pack, expected) = text.split_once("---\n").unwrap_or((&text, ""));
        let record = Simulation::parse(pack).run();
        let found = record.transcript.join("\n") + "\n";
        assert!(
            record.ledger_is_idle,
            "{}: something is still held",
            path.display()
        );
        seen += 1;
        if found != expected {
            if bless {
                fs::write(&path, format!("{pack}---\n{found}")).unwrap();
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
