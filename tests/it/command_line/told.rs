//! What the tasks are told.

use super::support::cargo_test;

#[test]
fn the_device_and_the_test_system_come_from_flag_or_variable() {
    struct Case {
        words: &'static [&'static str],
        variables: &'static [(&'static str, &'static str)],
        told: &'static [&'static str],
    }
    let cases = [
        Case {
            words: &[],
            variables: &[],
            told: &[],
        },
        Case {
            words: &["--dut", "widget-b"],
            variables: &[],
            told: &["dut is widget-b"],
        },
        Case {
            words: &[],
            variables: &[("KISSATS_DUT", "widget-b")],
            told: &["dut is widget-b"],
        },
        Case {
            words: &["--dut=widget-b", "--ats=lab"],
            variables: &[("KISSATS_DUT", "widget-a"), ("KISSATS_ATS", "desk")],
            told: &["dut is widget-b", "ats is lab"],
        },
        Case {
            words: &[],
            variables: &[("KISSATS_DUT", ""), ("KISSATS_ATS", "lab")],
            told: &["ats is lab"],
        },
    ];
    for Case {
        words,
        variables,
        told,
    } in cases
    {
        let ran = cargo_test("device", words, variables);
        // Whoever named one named the one that all tasks are for.
        ran.expect_everything();
        let position = ran
            .marks
            .iter()
            .position(|mark| mark == "parameters")
            .expect("the last task has run");
        assert_eq!(
            ran.marks[position + 1..],
            *told,
            "{words:?} {variables:?}\n{ran}"
        );
    }
    let ran = cargo_test(
        "device",
        &[],
        &[("KISSATS_DUT", "widget-a"), ("KISSATS_ATS", "desk")],
    );
    ran.expect_success();
    ran.expect_counts([7, 0, 4, 0]);
}

#[test]
fn parameters_are_json_or_else_text() {
    let words =
        "parameters --param number=3 --param text=three --param list=[1,2] --param quoted=\"3\"";
    let ran = cargo_test("parameters", &words.split(' ').collect::<Vec<_>>(), &[]);
    ran.expect_success();
    let marks = [
        "params of dut::boot",
        "parameters",
        "number is 3",
        "text is \"three\"",
        "list is [1,2]",
        "quoted is \"3\"",
    ];
    assert_eq!(ran.marks, marks, "{ran}");
    // The last one counts; an equals sign may be part of the value.
    let ran = cargo_test(
        "parameters",
        &[
            "--exact",
            "parameters",
            "--param=text=a",
            "--param",
            "text=a=b",
        ],
        &[],
    );
    ran.expect_success();
    assert_eq!(ran.marks[2..], ["text is \"a=b\""], "{ran}");
}

#[test]
fn bad_values_are_refused_all_at_once() {
    let words = [
        "--dut",
        " x",
        "--ats",
        "[x",
        "--param",
        "novalue",
        "--param",
        "=3",
        "--test-threads",
        "0",
    ];
    cargo_test("bad-values", &words, &[]).expect_refused(&[
        "Error: nothing was run: 5 mistakes",
        "--dut: \" x\" is no DUT name: it starts or ends with white space",
        "--ats: \"[x\" is no ATS name: it starts with `[`",
        "--param novalue: expected KEY=VALUE, for example `--param serial=4711`",
        "--param =3: expected KEY=VALUE",
        "--test-threads: expected a whole number of at least 1, found 0",
    ]);
    cargo_test("bad-values", &["--list", "--dut", ""], &[])
        .expect_refused(&["--dut: \"\" is no DUT name: it is empty"]);
    cargo_test(
        "bad-values",
        &[],
        &[("KISSATS_DUT", "[x"), ("KISSATS_ATS", " ")],
    )
    .expect_refused(&[
        "2 mistakes",
        "KISSATS_DUT: \"[x\" is no DUT name",
        "KISSATS_ATS: \" \" is no ATS name",
    ]);
}
