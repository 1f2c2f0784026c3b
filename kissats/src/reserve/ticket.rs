//! What passes between a holder and the ledger.

use std::fmt;
use std::sync::Arc;

use crate::model::{HeldResource, Timestamp};
use crate::reserve::Obstacle;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// ```
        #[doc = concat!("# use kissats::", stringify!($name), ";")]
        #[doc = concat!("assert_eq!(", stringify!($name), "::from_number(7).number(), 7);")]
        /// ```
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
///
/// ```
/// # use kissats::Holder;
/// let holder = Holder::new("rail_voltage");
/// assert_eq!(holder.as_str(), "rail_voltage");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Holder(Arc<str>);

impl Holder {
    /// A holder that is shown as `text`.
    #[must_use]
    pub fn new(text: impl AsRef<str>) -> Self {
        Self(text.as_ref().into())
    }

    /// The holder as it is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What a holder gives back: something set aside, or something claimed.
///
/// There is nothing else to give back, so a client matches it without a last arm.
///
/// ```
/// # use kissats::{HoldId, ReservationId};
/// let id: HoldId = ReservationId::from_number(7).into();
/// assert!(matches!(id, HoldId::Claimed(_)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HoldId {
    /// Granted and not claimed.
    PreReserved(PreReservationId),
    /// Claimed.
    Claimed(ReservationId),
}

impl From<PreReservationId> for HoldId {
    fn from(id: PreReservationId) -> Self {
        Self::PreReserved(id)
    }
}

impl From<ReservationId> for HoldId {
    fn from(id: ReservationId) -> Self {
        Self::Claimed(id)
    }
}

/// A granted request: everything that was asked for, set aside for one window.
///
/// ```
/// # use std::time::Duration;
/// # use kissats::{PreReservation, PreReservationId, Timestamp};
/// let at = |seconds| Timestamp::from_start(Duration::from_secs(seconds));
/// let granted = PreReservation::new(PreReservationId::from_number(3), at(60), at(120));
/// assert_eq!(granted.ends_at, None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PreReservation {
    /// What to claim.
    pub id: PreReservationId,
    /// From when on it may be claimed.
    pub claimable_at: Timestamp,
    /// When it is given to others if nobody claimed it.
    pub expires_at: Timestamp,
    /// When the window ends; `None` if it lasts until it is released.
    pub ends_at: Option<Timestamp>,
    /// Whether nobody knows when it may be claimed: `claimable_at` is when to try.
    pub in_line: bool,
    /// Why it is later than it was wanted, if it is.
    pub waits_for: Option<Obstacle>,
}

impl PreReservation {
    /// A pre-reservation until it is released, for a client that has it from elsewhere.
    #[must_use]
    pub fn new(id: PreReservationId, claimable_at: Timestamp, expires_at: Timestamp) -> Self {
        Self {
            id,
            claimable_at,
            expires_at,
            ends_at: None,
            in_line: false,
            waits_for: None,
        }
    }
}

/// A claimed pre-reservation: everything that was asked for is held.
///
/// ```
/// # use kissats::{Claim, FencingToken, HeldResource, InstanceName, ReservationId, ReservationMode, ResourceName};
/// let held = HeldResource::new(
///     ResourceName::new("psu")?,
///     InstanceName::new("psu-1")?,
///     ReservationMode::Exclusive,
///     FencingToken::from_number(12),
/// );
/// let claim = Claim::new(ReservationId::from_number(7), vec![held], None);
/// assert_eq!(claim.resources[0].instance, "psu-1");
/// # Ok::<(), kissats::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Claim {
    /// What to renew and to release.
    pub id: ReservationId,
    /// One for each need, sorted by resource.
    pub resources: Vec<HeldResource>,
    /// When it ends unless it is renewed; `None` if it lasts until it is released.
    pub ends_at: Option<Timestamp>,
}

impl Claim {
    /// A claim of `resources`, for a client that has it from elsewhere.
    #[must_use]
    pub fn new(
        id: ReservationId,
        mut resources: Vec<HeldResource>,
        ends_at: Option<Timestamp>,
    ) -> Self {
        resources.sort_by(|a, b| a.resource.cmp(&b.resource));
        Self {
            id,
            resources,
            ends_at,
        }
    }
}

/// What a claim is answered with.
///
/// ```
/// # use kissats::{ClaimAnswer, PreReservation, PreReservationId, Timestamp};
/// let slot = PreReservation::new(PreReservationId::from_number(4), Timestamp::START, Timestamp::START);
/// let answer = ClaimAnswer::NextSlot(slot.clone());
/// assert!(matches!(answer, ClaimAnswer::NextSlot(next) if next == slot));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ClaimAnswer {
    /// It is yours.
    Claimed(Claim),
    /// It came too late and was given to others; this is set aside in its place.
    NextSlot(PreReservation),
}
