//! The body of a test target.

/// Makes a test target of packs: `kissats::main!(my_pack);` is all of `tests/pack.rs`.
///
/// The target needs `harness = false` in `Cargo.toml`:
///
/// ```toml
/// [[test]]
/// name = "pack"
/// harness = false
/// ```
///
/// Without it, the target's one test is one that fails and says so.
///
/// It runs the tasks of the packs named, and those in the target's own crate. The packs are named
/// because the linker drops a crate that nothing names, and its tasks with it.
///
/// ```no_run
/// // tests/pack.rs
/// # mod my_pack {}
/// # /*
/// kissats::main!(my_pack);
/// # */ kissats::main!();
/// ```
#[macro_export]
macro_rules! main {
    ($($pack:ident),* $(,)?) => {
        fn main() -> ::std::process::ExitCode {
            $crate::harness!($($pack),*).main()
        }

        // Only the harness of libtest compiles it. It would find no test, call nobody's `main`, and be content.
        #[test]
        fn this_target_needs_harness_false() {
            ::core::panic!(
                "no task was run: this test target has the harness of libtest; \
                 write `harness = false` below its name in Cargo.toml"
            );
        }
    };
}

/// Starts a [`Harness`](crate::Harness) for packs, for a target that has more to say than
/// [`main!`](crate::main).
///
/// ```no_run
/// // tests/pack.rs
/// # mod my_pack {}
/// fn main() -> std::process::ExitCode {
///     kissats::harness!().dut("widget-a").ats("rack-3").main()
/// }
/// ```
#[macro_export]
macro_rules! harness {
    ($($pack:ident),* $(,)?) => {{
        $(use $pack as _;)*
        $crate::Harness::new(::core::module_path!(), &[$(::core::stringify!($pack)),*])
            .package_folder(::core::option_env!("CARGO_MANIFEST_DIR"))
    }};
}
