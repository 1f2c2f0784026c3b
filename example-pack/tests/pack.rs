//! The test target of the pack: `cargo test -p example-pack`.
//!
//! For most packs `kissats::main!(example_pack);` is all. This one also says which device stands on
//! the bench, and what its instruments are set to unless a task asks for something else.

use std::process::ExitCode;

use kissats::json;

fn main() -> ExitCode {
    kissats::harness!(example_pack)
        .dut("widget-a")
        .instance("psu", "bench-psu", json!({ "volts": 12.0, "amps": 2.0 }))
        .instance("dut", "widget-a-0001", json!({ "serial": "0001" }))
        .main()
}
