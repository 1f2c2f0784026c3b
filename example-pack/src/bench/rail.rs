//! The rail: the 12 V line that joins the power supply and the device, as plain arithmetic.
//!
//! Nothing here knows about sockets, threads or clocks, so every number can be checked by hand.

/// Resistance between the supply's set point and the terminals, in ohm.
const INTERNAL_RESISTANCE: f64 = 0.05;
/// What the device draws while its firmware runs, in ampere.
const RUNNING_CURRENT: f64 = 0.40;
/// What the device draws while it has power but has not booted, in ampere.
const IDLE_CURRENT: f64 = 0.25;
/// Below this voltage the device is as good as switched off.
const MINIMUM_VOLTAGE: f64 = 10.5;
/// The current limit after a reset, in ampere.
const DEFAULT_CURRENT_LIMIT: f64 = 1.0;

/// The output was asked to switch on while the over-current protection is still latched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StillTripped;

impl std::fmt::Display for StillTripped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the over-current protection is still tripped and must be cleared first")
    }
}

impl std::error::Error for StillTripped {}

/// The rail's settings and what follows from them.
///
/// Each setter settles the rail at once: when it returns, the protection has tripped or has not,
/// and the device has power or has not.
#[derive(Debug, Clone, PartialEq)]
pub struct Rail {
    voltage: f64,
    current_limit: f64,
    load: f64,
    output_on: bool,
    tripped: bool,
    trip_unreported: bool,
    powered: bool,
    booted: bool,
    power_ups: u64,
}

impl Default for Rail {
    fn default() -> Self {
        Self::new()
    }
}

impl Rail {
    /// A rail as it is after a reset: 0 V, 1 A limit, output off, no extra load.
    pub fn new() -> Self {
        Self {
            voltage: 0.0,
            current_limit: DEFAULT_CURRENT_LIMIT,
            load: 0.0,
            output_on: false,
            tripped: false,
            trip_unreported: false,
            powered: false,
            booted: false,
            power_ups: 0,
        }
    }

    /// Puts the settings back to those of [`Rail::new`].
    pub fn reset(&mut self) {
        // A trip nobody has read about and the count of power-ups are history, not settings.
        *self = Self {
            trip_unreported: self.trip_unreported,
            power_ups: self.power_ups,
            ..Self::new()
        };
    }

    /// The voltage asked for, in volt.
    pub fn voltage(&self) -> f64 {
        self.voltage
    }

    /// Asks for a voltage, in volt.
    pub fn set_voltage(&mut self, volts: f64) {
        self.voltage = volts;
        self.settle();
    }

    /// The current above which the output trips, in ampere.
    pub fn current_limit(&self) -> f64 {
        self.current_limit
    }

    /// Sets the current above which the output trips, in ampere.
    pub fn set_current_limit(&mut self, amps: f64) {
        self.current_limit = amps;
        self.settle();
    }

    /// The extra load, in ampere.
    pub fn load(&self) -> f64 {
        self.load
    }

    /// Sets the extra load that the tester draws beside the device, in ampere.
    pub fn set_load(&mut self, amps: f64) {
        self.load = amps;
        self.settle();
    }

    /// Whether the output is switched on.
    pub fn is_output_on(&self) -> bool {
        self.output_on
    }

    /// Switches the output; refused while the protection is latched, as a bench supply does.
    pub fn set_output(&mut self, on: bool) -> Result<(), StillTripped> {
        if on && self.tripped {
            return Err(StillTripped);
        }
        self.output_on = on;
        self.settle();
        Ok(())
    }

    /// Whether the over-current protection has switched the output off and is still latched.
    pub fn is_tripped(&self) -> bool {
        self.tripped
    }

    /// Releases the protection; the output stays off until it is switched on again.
    pub fn clear_trip(&mut self) {
        self.tripped = false;
    }

    /// Tells, once for each trip, that the protection has tripped.
    ///
    /// The rail can trip behind the supply's back, when the device boots and draws more; the supply
    /// asks here for what it has to put in its error queue.
    pub fn take_trip_report(&mut self) -> bool {
        std::mem::take(&mut self.trip_unreported)
    }

    /// Tells the rail that the device has finished booting, or has left its firmware again.
    pub fn set_booted(&mut self, booted: bool) {
        self.booted = booted && self.powered;
        self.settle();
    }

    /// Whether the device has enough voltage to run.
    pub fn is_powered(&self) -> bool {
        self.powered
    }

    /// The number of the present power-up, or `None` without power.
    ///
    /// A device that compares two answers notices a power cut even if it was too short to be seen.
    pub fn power_up(&self) -> Option<u64> {
        self.powered.then_some(self.power_ups)
    }

    /// The voltage at the terminals, in volt.
    pub fn measure_voltage(&self) -> f64 {
        if self.output_on {
            (self.voltage - self.measure_current() * INTERNAL_RESISTANCE).max(0.0)
        } else {
            0.0
        }
    }

    /// The current through the terminals, in ampere.
    pub fn measure_current(&self) -> f64 {
        if self.output_on {
            self.device_current() + self.load
        } else {
            0.0
        }
    }

    fn device_current(&self) -> f64 {
        match (self.powered, self.booted) {
            (false, _) => 0.0,
            (true, false) => IDLE_CURRENT,
            (true, true) => RUNNING_CURRENT,
        }
    }

    fn settle(&mut self) {
        self.settle_power();
        if self.measure_current() > self.current_limit {
            self.output_on = false;
            self.tripped = true;
            self.trip_unreported = true;
            self.settle_power();
        }
    }

    fn settle_power(&mut self) {
        let powered = self.output_on && self.voltage_while_running() >= MINIMUM_VOLTAGE;
        if powered != self.powered {
            self.booted = false;
        }
        if powered && !self.powered {
            self.power_ups += 1;
        }
        self.powered = powered;
    }

    /// Reckoned with the running current whatever the device draws now: a device that started on
    /// less would pull the rail down by booting, lose power, and start again for ever.
    fn voltage_while_running(&self) -> f64 {
        self.voltage - (self.load + RUNNING_CURRENT) * INTERNAL_RESISTANCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-9
    }

    fn powered_rail() -> Rail {
        let mut rail = Rail::new();
        rail.set_voltage(12.0);
        rail.set_output(true).expect("a fresh rail is not tripped");
        rail
    }

    #[test]
    fn output_off_measures_nothing() {
        let mut rail = Rail::new();
        rail.set_voltage(12.0);
        rail.set_load(0.5);
        assert_eq!((rail.measure_voltage(), rail.measure_current()), (0.0, 0.0));
        assert_eq!(rail.power_up(), None);
    }

    #[test]
    fn voltage_sags_with_current() {
        let cases = [
            (false, 0.0, 0.25, 11.9875),
            (true, 0.0, 0.40, 11.98),
            (true, 0.5, 0.90, 11.955),
        ];
        for (booted, load, amps, volts) in cases {
            let mut rail = powered_rail();
            rail.set_booted(booted);
            rail.set_load(load);
            assert!(
                close(rail.measure_current(), amps),
                "booted {booted}, load {load}"
            );
            assert!(
                close(rail.measure_voltage(), volts),
                "booted {booted}, load {load}"
            );
        }
    }

    #[test]
    fn voltage_never_falls_below_zero() {
        let mut rail = Rail::new();
        rail.set_load(0.5);
        rail.set_output(true).expect("not tripped");
        assert_eq!(rail.measure_voltage(), 0.0);
    }

    #[test]
    fn exactly_the_limit_does_not_trip() {
        let mut rail = powered_rail();
        rail.set_booted(true);
        rail.set_current_limit(0.40);
        assert!(!rail.is_tripped());
    }

    #[test]
    fn too_much_current_trips_and_is_reported_once() {
        let mut rail = powered_rail();
        rail.set_load(0.9);
        assert!(rail.is_tripped());
        assert!(!rail.is_output_on() && !rail.is_powered());
        assert!(rail.take_trip_report());
        assert!(!rail.take_trip_report());
    }

    #[test]
    fn booting_can_trip() {
        let mut rail = powered_rail();
        rail.set_current_limit(0.3);
        assert!(!rail.is_tripped());
        rail.set_booted(true);
        assert!(rail.is_tripped());
    }

    #[test]
    fn a_tripped_rail_stays_off_until_cleared() {
        let mut rail = powered_rail();
        rail.set_load(0.9);
        rail.set_load(0.0);
        assert_eq!(rail.set_output(true), Err(StillTripped));
        rail.clear_trip();
        assert!(!rail.is_output_on(), "clearing does not switch on");
        assert_eq!(rail.set_output(true), Ok(()));
        assert!(rail.is_powered());
    }

    #[test]
    fn clearing_without_removing_the_load_trips_again() {
        let mut rail = powered_rail();
        rail.set_load(0.9);
        rail.clear_trip();
        assert_eq!(rail.set_output(true), Ok(()));
        assert!(rail.is_tripped());
    }

    #[test]
    fn low_voltage_leaves_the_device_dark() {
        let mut rail = powered_rail();
        rail.set_booted(true);
        rail.set_voltage(10.5);
        assert!(!rail.is_powered(), "10.5 V minus the sag is too little");
        assert!(rail.is_output_on());
        rail.set_voltage(10.53);
        assert!(rail.is_powered());
        assert!(close(rail.measure_current(), 0.25), "it has to boot again");
    }

    #[test]
    fn each_power_up_has_its_own_number() {
        let mut rail = powered_rail();
        let first = rail.power_up();
        rail.set_output(false)
            .expect("switching off is never refused");
        rail.set_output(true).expect("not tripped");
        assert_ne!(first, rail.power_up());
    }

    #[test]
    fn without_power_nothing_boots() {
        let mut rail = Rail::new();
        rail.set_booted(true);
        rail.set_voltage(12.0);
        rail.set_output(true).expect("not tripped");
        assert!(close(rail.measure_current(), 0.25));
    }

    #[test]
    fn reset_restores_the_settings_but_not_history() {
        let mut rail = powered_rail();
        rail.set_load(0.9);
        rail.reset();
        assert!(!rail.is_tripped());
        assert!(rail.take_trip_report());
        assert_eq!(
            (rail.voltage(), rail.current_limit(), rail.load()),
            (0.0, 1.0, 0.0)
        );
    }
}
