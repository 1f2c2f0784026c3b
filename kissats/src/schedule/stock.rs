//! How much there is of a resource.

/// A resource as planning sees it: a lock, or a pool of equal units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stock {
    /// How many units there are.
    pub capacity: u32,
    /// How many units all those who share it take together, while there are any.
    pub shared_takes: u32,
}

impl Stock {
    /// A thing that one task holds alone, or several share.
    ///
    /// ```
    /// # use kissats::schedule::Stock;
    /// assert_eq!(Stock::lock(), Stock::pool(1));
    /// ```
    #[must_use]
    pub const fn lock() -> Self {
        Self::pool(1)
    }

    /// So many equal things. Those who share, share one of them.
    ///
    /// ```
    /// # use kissats::schedule::Stock;
    /// assert_eq!(Stock::pool(4).shared_takes, 1);
    /// ```
    #[must_use]
    pub const fn pool(capacity: u32) -> Self {
        Self {
            capacity,
            shared_takes: 1,
        }
    }

    /// The same, but who shares it keeps everybody else from all of it.
    ///
    /// ```
    /// # use kissats::schedule::Stock;
    /// assert_eq!(Stock::pool(4).shared_as_a_whole().shared_takes, 4);
    /// ```
    #[must_use]
    pub const fn shared_as_a_whole(mut self) -> Self {
        self.shared_takes = self.capacity;
        self
    }
}
