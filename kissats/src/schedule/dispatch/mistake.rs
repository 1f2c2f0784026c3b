//! Mistakes that tests plant into the dispatcher: properties that do not notice them are worth nothing.

use super::dispatcher::Dispatcher;

/// What the dispatcher does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistake {
    /// What comes back wakes nobody.
    WakesNobody,
    /// A task starts although not all that it needs is free.
    TakesWhatIsTaken,
    /// Who lacks something takes what else it needs, and keeps it while it waits.
    TakesOneByOne,
    /// Who looked at a resource in vain does not pass the word on.
    PassesNothingOn,
    /// A task that will not run keeps its place among those who wait.
    CountsTheDead,
    /// What is kept for a moment is kept until something happens.
    KeepsForEver,
}

impl Dispatcher {
    /// What the class can have now, it has from now on, whenever it starts.
    pub(super) fn take_all_but(&mut self, lacking: u32, class: u32) {
        for place in 0..self.classes[class as usize].needs.len() {
            let need = self.classes[class as usize].needs[place];
            let holding = &mut self.holdings[need.resource as usize];
            if need.queue != lacking && holding.allows(need.share) {
                holding.take(need.share, 0);
            }
        }
    }
}
