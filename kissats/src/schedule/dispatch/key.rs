//! Who goes first.

/// What one class or task is worth now; the greater goes first.
///
/// One number, because it is compared more often than anything else: the author's priority, the
/// urgency, the level, and last the order of declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Key(u128);

const LEVEL_BITS: u32 = 56;
const LEVEL_MAX: u64 = (1 << LEVEL_BITS) - 1;

/// The powers of 1.25, rounded down, each greater than the one before, up to the highest level.
static STEPS: [u64; STEP_COUNT] = steps();
const STEP_COUNT: usize = 176;

const fn steps() -> [u64; STEP_COUNT] {
    let mut steps = [1; STEP_COUNT];
    let mut place = 1;
    while place < STEP_COUNT {
        let before = steps[place - 1];
        let grown = before + before / 4;
        steps[place] = if grown == before { before + 1 } else { grown };
        place += 1;
    }
    steps
}

/// For every number of binary digits, how many steps have fewer.
static FIRST_STEPS: [u8; u64::BITS as usize + 1] = first_steps();

const fn first_steps() -> [u8; u64::BITS as usize + 1] {
    let mut first = [0; u64::BITS as usize + 1];
    let mut place = 0;
    while place < STEP_COUNT {
        let mut longer = (u64::BITS - STEPS[place].leading_zeros()) as usize + 1;
        while longer < first.len() {
            first[longer] = place as u8 + 1;
            longer += 1;
        }
        place += 1;
    }
    first
}

/// How long a thing takes, in steps of a quarter.
///
/// Keys that follow every change of a load would have to be computed anew all the time. In coarse steps
/// they change seldom, and the schedules are as good.
fn step_of(ticks: u64) -> u8 {
    // Asked for at every decision, and by packs that are built without optimisation: the steps of each
    // power of two are few, so they are walked.
    let mut steps = FIRST_STEPS[(u64::BITS - ticks.leading_zeros()) as usize];
    while (steps as usize) < STEP_COUNT && STEPS[steps as usize] <= ticks {
        steps += 1;
    }
    steps
}

impl Key {
    /// Before everything else: all that it needs is kept for it. Whose pin is the older goes first.
    pub(crate) fn pinned(number: u64) -> Self {
        Self(u128::MAX - u128::from(number))
    }

    /// `level`: how long it takes from the start of the task to the end of what waits for it.
    pub(crate) fn new(priority: i32, level: u64, task: u32) -> Self {
        // Lower priorities come first.
        let priority = !(priority as u32 ^ 0x8000_0000);
        let level = level.min(LEVEL_MAX);
        let key = u128::from(priority) << 96 | u128::from(level) << 32 | u128::from(!task);
        Self(key).raised(0)
    }

    /// The same, when what the task wants for itself is wanted for so long by all who have not started:
    /// its urgency is that, if it is more than the level.
    pub(crate) fn raised(self, load: u64) -> Self {
        let urgency = step_of(self.level().max(load));
        Self(self.0 & !(0xff << 88) | u128::from(urgency) << 88)
    }

    /// The same task with another level, and no load.
    pub(crate) fn with_level(self, level: u64) -> Self {
        let level = level.min(LEVEL_MAX);
        Self(self.0 & !(u128::from(LEVEL_MAX) << 32) | u128::from(level) << 32).raised(0)
    }

    fn level(self) -> u64 {
        (self.0 >> 32) as u64 & LEVEL_MAX
    }

    pub(crate) fn task(self) -> u32 {
        !(self.0 as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priority_then_urgency_then_level_then_declaration() {
        let ordered = [
            Key::pinned(0),
            Key::pinned(1),
            Key::new(-1, 1, 9),
            Key::new(0, 10, 9).raised(1000),
            Key::new(0, 200, 9),
            Key::new(0, 199, 7),
            Key::new(0, 199, 8),
            Key::new(1, u64::MAX, 0).raised(u64::MAX),
        ];
        assert!(ordered.windows(2).all(|two| two[0] > two[1]), "{ordered:?}");
    }

    #[test]
    fn a_key_knows_its_task() {
        assert_eq!(Key::new(-3, 17, 5).raised(99).task(), 5);
        assert_eq!(Key::new(3, 17, 5).raised(99).raised(0), Key::new(3, 17, 5));
        assert_eq!(Key::new(3, 17, 5).with_level(1999), Key::new(3, 1999, 5));
    }

    #[test]
    fn a_step_is_a_quarter() {
        assert_eq!(step_of(0), 0);
        assert!(step_of(1000) < step_of(1300));
        assert_eq!(step_of(1000), step_of(1001));
        assert!(STEPS[STEP_COUNT - 1] > LEVEL_MAX / 2);
        let around = STEPS.iter().flat_map(|step| [step - 1, *step, step + 1]);
        for ticks in around.chain([u64::MAX]) {
            let steps = STEPS.partition_point(|step| *step <= ticks);
            assert_eq!(usize::from(step_of(ticks)), steps, "{ticks}");
        }
    }
}
