//! The device itself: what widget-a is and does between power-up and power loss, its console aside.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Rail, SharedRail, Version};

/// How long the bootloader takes.
const BOOT_TIME: Duration = Duration::from_millis(30);
/// What the device was delivered with.
const FACTORY_FIRMWARE: Version = Version::new(2, 3, 1);

/// How far the device has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Without power, or between two boots.
    Dark,
    /// The bootloader runs.
    Loading,
    /// The firmware runs and takes commands.
    Ready,
}

/// One boot of the device, as it looks at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Boot {
    /// Counts the boots; 0 stands for "never".
    pub(super) number: u64,
    /// How far it has come.
    pub(super) stage: Stage,
    /// The firmware that runs, or will.
    pub(super) firmware: Version,
}

/// A widget-a on a rail.
///
/// Two locks meet here, the rail's and the state's. Whoever needs both takes the rail's first.
#[derive(Debug)]
pub(super) struct Device {
    rail: SharedRail,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    boot: Boot,
    /// The power-up to which the boot belongs.
    power_up: Option<u64>,
    since: Instant,
    /// What the next boot will run; the only thing that outlives a power cut.
    flash: Version,
    removed: bool,
}

impl Device {
    /// A device fresh from the factory.
    pub(super) fn new(rail: SharedRail) -> Self {
        let boot = Boot {
            number: 0,
            stage: Stage::Dark,
            firmware: FACTORY_FIRMWARE,
        };
        let since = Instant::now();
        let state = State {
            boot,
            power_up: None,
            since,
            flash: FACTORY_FIRMWARE,
            removed: false,
        };
        Self {
            rail,
            state: Mutex::new(state),
        }
    }

    /// Lives until [`Device::remove`] is called: boots, runs, loses power, boots again.
    pub(super) fn live(&self) {
        loop {
            self.rail
                .wait_until(|rail| self.is_removed() || rail.is_powered());
            if self.is_removed() {
                return;
            }
            if let Some(power_up) = self.rail.read(Rail::power_up) {
                self.live_one_boot(power_up);
            }
        }
    }

    /// Ends [`Device::live`].
    pub(super) fn remove(&self) {
        self.state().removed = true;
        self.rail.wake();
    }

    /// The present boot.
    pub(super) fn boot(&self) -> Boot {
        self.with_power(|boot, _| boot)
    }

    /// How long boot `number` has been ready; `None` if it is over.
    pub(super) fn uptime(&self, number: u64) -> Option<Duration> {
        self.while_ready(number, |state| state.since.elapsed())
    }

    /// Puts a firmware into the flash, for the next boot; `None` if boot `number` is over.
    pub(super) fn install(&self, number: u64, firmware: Version) -> Option<()> {
        self.while_ready(number, |state| state.flash = firmware)
    }

    /// Ends boot `number`, if it is not over already, and lets another begin.
    pub(super) fn reboot(&self, number: u64) {
        // Dark at once, so that nothing sent after `reboot` still reaches the old boot.
        self.while_ready(number, |state| state.boot.stage = Stage::Dark);
        self.rail.wake();
    }

    fn live_one_boot(&self, power_up: u64) {
        self.begin_boot(power_up);
        let cut = |rail: &Rail| self.is_removed() || rail.power_up() != Some(power_up);
        if self.rail.wait_until_within(BOOT_TIME, cut) {
            return;
        }
        // In one step with the rail: whoever sees the prompt also measures the current that goes
        // with it.
        self.rail.change(|rail| {
            if rail.power_up() == Some(power_up) {
                rail.set_booted(true);
                self.finish_boot();
            }
        });
        self.rail
            .wait_until(|rail| cut(rail) || self.state().boot.stage == Stage::Dark);
        self.rail.change(|rail| rail.set_booted(false));
    }

    fn begin_boot(&self, power_up: u64) {
        let mut state = self.state();
        let boot = Boot {
            number: state.boot.number + 1,
            stage: Stage::Loading,
            firmware: state.flash,
        };
        state.boot = boot;
        state.power_up = Some(power_up);
    }

    fn finish_boot(&self) {
        let mut state = self.state();
        state.boot.stage = Stage::Ready;
        state.since = Instant::now();
    }

    fn while_ready<T>(&self, number: u64, act: impl FnOnce(&mut State) -> T) -> Option<T> {
        self.with_power(|boot, state| {
            (boot.number == number && boot.stage == Stage::Ready).then(|| act(state))
        })
    }

    /// Looks at the boot as the rail leaves it: a power cut counts before the device's own thread,
    /// which may not have run since, has noticed.
    fn with_power<T>(&self, look: impl FnOnce(Boot, &mut State) -> T) -> T {
        self.rail.read(|rail| {
            let mut state = self.state();
            let mut boot = state.boot;
            if rail.power_up().is_none() || rail.power_up() != state.power_up {
                boot.stage = Stage::Dark;
            }
            look(boot, &mut state)
        })
    }

    fn is_removed(&self) -> bool {
        self.state().removed
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::thread::JoinHandle;

    struct Alive {
        device: Arc<Device>,
        rail: SharedRail,
        life: Option<JoinHandle<()>>,
    }

    impl Alive {
        fn start() -> Self {
            let rail = SharedRail::new();
            let device = Arc::new(Device::new(rail.clone()));
            let life = std::thread::spawn({
                let device = Arc::clone(&device);
                move || device.live()
            });
            Self {
                device,
                rail,
                life: Some(life),
            }
        }

        fn switch(&self, on: bool) {
            self.rail.change(|rail| {
                rail.set_voltage(12.0);
                rail.set_output(on).expect("not tripped");
            });
        }

        /// Waits for the device, without a limit: a test that hangs tells more than one that is
        /// flaky.
        fn wait_for_ready(&self, number: u64) -> Boot {
            loop {
                let boot = self.device.boot();
                if boot.number >= number && boot.stage == Stage::Ready {
                    return boot;
                }
                std::thread::yield_now();
            }
        }
    }

    impl Drop for Alive {
        fn drop(&mut self) {
            self.device.remove();
            if let Some(life) = self.life.take() {
                assert!(life.join().is_ok() || std::thread::panicking());
            }
        }
    }

    #[test]
    fn stays_dark_without_power() {
        let alive = Alive::start();
        assert_eq!(alive.device.boot().number, 0);
        assert_eq!(alive.device.boot().stage, Stage::Dark);
    }

    #[test]
    fn draws_more_once_booted() {
        let alive = Alive::start();
        alive.switch(true);
        let boot = alive.wait_for_ready(1);
        assert_eq!(boot.firmware, FACTORY_FIRMWARE);
        assert_eq!(alive.rail.read(Rail::measure_current), 0.40);
    }

    #[test]
    fn is_dark_at_the_moment_power_goes() {
        let alive = Alive::start();
        alive.switch(true);
        let boot = alive.wait_for_ready(1);
        alive.switch(false);
        assert_eq!(alive.device.boot().stage, Stage::Dark);
        assert_eq!(alive.device.uptime(boot.number), None);
    }

    #[test]
    fn notices_a_power_cut_of_no_length() {
        let alive = Alive::start();
        alive.switch(true);
        let boot = alive.wait_for_ready(1);
        alive.rail.change(|rail| {
            rail.set_output(false).expect("never refused");
            rail.set_output(true).expect("not tripped");
        });
        assert_ne!(alive.device.boot(), boot);
        assert!(alive.wait_for_ready(boot.number + 1).number > boot.number);
    }

    #[test]
    fn an_installed_firmware_runs_after_the_reboot() {
        let alive = Alive::start();
        alive.switch(true);
        let boot = alive.wait_for_ready(1);
        let newer = Version::new(2, 4, 0);
        assert_eq!(alive.device.install(boot.number, newer), Some(()));
        assert_eq!(alive.device.boot().firmware, FACTORY_FIRMWARE);
        alive.device.reboot(boot.number);
        assert_eq!(alive.wait_for_ready(boot.number + 1).firmware, newer);
        assert_eq!(
            alive.device.install(boot.number, FACTORY_FIRMWARE),
            None,
            "that boot is over"
        );
    }

    #[test]
    fn trips_the_supply_by_booting() {
        let alive = Alive::start();
        alive.rail.change(|rail| rail.set_current_limit(0.3));
        alive.switch(true);
        alive.rail.wait_until(Rail::is_tripped);
        assert_eq!(alive.device.boot().stage, Stage::Dark);
    }
}
