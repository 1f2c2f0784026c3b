//! The command words.

use kissats::{Command, Reply, Value, json, server_communicate};

use crate::ats_contract::bench::Bench;

pub(super) fn understands_commands(bench: &Bench) {
    let ask = |command: Value| {
        let command = Command::from_json(command).expect("a command");
        server_communicate(&*bench.client, command).expect("an answer")
    };
    let names = ask(json!({ "command": "get_all_resources" }));
    assert_eq!(
        names,
        Reply::Resources {
            resource_list: vec!["dut".into(), "lan".into(), "psu".into()]
        }
    );
    let Reply::PreReserved {
        pre_reservation_id, ..
    } = ask(json!({ "command": "request_reservation", "resource": "psu" }))
    else {
        panic!("nobody is in the way")
    };
    let busy = ask(json!({ "command": "check_available", "resource": "psu" }));
    assert!(
        matches!(
            busy,
            Reply::Availability {
                available: false,
                ..
            }
        ),
        "{busy:?}"
    );
    let Reply::Claimed { reservation_id, .. } =
        ask(json!({ "command": "claim_reservation", "pre_reservation_id": pre_reservation_id }))
    else {
        panic!("it is in time")
    };
    let release = json!({ "command": "release_reservation", "reservation_id": reservation_id });
    for release_status in [true, false] {
        assert_eq!(ask(release.clone()), Reply::Released { release_status });
    }
    bench.expect_idle();
}
