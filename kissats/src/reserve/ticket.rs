//! What passes between a holder and the ledger.

use std::fmt;
use std::sync::Arc;

use crate::model::{HeldResource, Timestamp};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// The id with this number, for a client that has it from elsewhere.
            #[must_use]
            pub const fn from_number(number: u64) -> Self {
                Self(number)
            }

            /// The id as a number.
            #[must_use]
            pub const fn number(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// Names a request that was granted and not yet claimed.
    PreReservationId;
    /// Names a claim.
    ReservationId;
}

/// Who asks: shown to those who have to wait.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Holder(Arc<str>);

impl Holder {
    /// A holder that is shown as `text`.
    #[must_use]
    pub fn new(text: impl AsRef<str>) -> Self {
        Self(text.as_ref().into())
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A granted request: everything that was asked for, set aside until `expires_at`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PreReservation {
    /// What to claim.
    pub id: PreReservationId,
    /// From when on it may be claimed.
    pub claimable_at: Timestamp,
    /// When it is given to others if nobody claimed it.
    pub expires_at: Timestamp,
}

/// A claimed pre-reservation: everything that was asked for is held.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Claim {
    /// What to release.
    pub id: ReservationId,
    /// One for each need, sorted by resource.
    pub resources: Vec<HeldResource>,
}
