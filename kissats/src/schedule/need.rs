//! What a task needs while it runs.

/// How much of a resource a task takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Share {
    /// Together with any number of others that share.
    Shared,
    /// So many units for itself. Of a lock, 1; of a pool, 1 for one instance, its capacity for all.
    Units(u32),
}

/// One resource that a task needs, by its number in the [`Workload`](crate::schedule::Workload).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Need {
    /// Which resource.
    pub resource: u32,
    /// How much of it.
    pub share: Share,
}

impl Need {
    /// The resource together with any number of others that share it.
    ///
    /// ```
    /// use kissats::schedule::{Need, Share};
    /// assert_eq!(Need::shared(3).share, Share::Shared);
    /// ```
    #[must_use]
    pub const fn shared(resource: u32) -> Self {
        Self {
            resource,
            share: Share::Shared,
        }
    }

    /// So many units of the resource.
    ///
    /// ```
    /// use kissats::schedule::{Need, Share};
    /// assert_eq!(Need::units(3, 2).share, Share::Units(2));
    /// ```
    #[must_use]
    pub const fn units(resource: u32, units: u32) -> Self {
        Self {
            resource,
            share: Share::Units(units),
        }
    }
}
