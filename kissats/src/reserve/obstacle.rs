//! What a request has to wait for.

use std::fmt;

use crate::model::{ReservationMode, ResourceName};
use crate::reserve::Holder;

/// The first need that could not be met when it was wanted, and who is in the way.
///
/// ```
/// # use kissats::{Holder, Obstacle, ReservationMode, ResourceName};
/// let psu = ResourceName::new("psu")?;
/// let obstacle = Obstacle::new(psu, ReservationMode::Exclusive, vec![Holder::new("soak")]);
/// assert_eq!(obstacle.to_string(), "`psu` (exclusive) is held by `soak`");
/// # Ok::<(), kissats::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Obstacle {
    /// What was wanted.
    pub resource: ResourceName,
    /// How it was wanted.
    pub mode: ReservationMode,
    /// Who holds it, or has it set aside, sorted.
    pub held_by: Vec<Holder>,
}

impl Obstacle {
    /// An obstacle, for a client that has it from elsewhere.
    #[must_use]
    pub fn new(resource: ResourceName, mode: ReservationMode, held_by: Vec<Holder>) -> Self {
        Self {
            resource,
            mode,
            held_by,
        }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({}) is held by ", self.resource, self.mode)?;
        for (position, holder) in self.held_by.iter().enumerate() {
            let comma = if position > 0 { ", " } else { "" };
            write!(f, "{comma}`{holder}`")?;
        }
        Ok(())
    }
}
