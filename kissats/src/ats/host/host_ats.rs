//! Resources that the processes of this machine share.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::ats::host::desk::{Desk, InTheWay};
use crate::ats::host::folder::usual_folder;
use crate::ats::{AtsClient, AtsError};
use crate::model::{Clock, ResourceName, Timestamp};
use crate::reserve::{
    Availability, ClaimAnswer, HoldId, InstanceConfig, PreReservation, PreReservationId,
    ReservationId, ReservationRequest,
};

/// For how long nobody gets what a process had claimed that has died.
const QUARANTINE: Duration = Duration::from_secs(2);

/// The ATS of this machine: whoever asks for an instance of the same name, in any process of any user,
/// shares it or waits for it. There is no server; what a process holds is free when it ends.
///
/// It is [`LocalAts`](crate::LocalAts) with a ledger that is the same in all processes: each writes what
/// it holds on tickets in a folder, which it keeps locked. The folder is `$KISSATS_DIR`, or else
/// `/tmp/kissats`. Nothing is opened or written before something is requested.
///
/// ```
/// # use std::sync::Arc;
/// # use kissats::{AtsClient, HostAts, Holder, ReservationMode, ReservationRequest, ResourceName, ResourceNeed, SystemClock};
/// # let folder = std::env::temp_dir().join(format!("kissats-doc-{}", std::process::id()));
/// # let client = || HostAts::new(Arc::new(SystemClock::start())).in_folder(&folder);
/// let (here, there) = (client(), client()); // as if in two processes
/// let psu = ResourceNeed::new(ResourceName::new("psu")?, ReservationMode::Exclusive);
/// let request = |who| ReservationRequest::new(Holder::new(who), vec![psu.clone()]);
/// let held = here.request(&request("here"))?;
/// let refused = there.request(&request("there")).unwrap_err();
/// assert!(refused.to_string().starts_with("`psu` (exclusive) is held by `here (process "));
/// here.release(held.id.into())?;
/// there.request(&request("there"))?;
/// # drop((here, there));
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct HostAts {
    desk: Mutex<Desk>,
    clock: Arc<dyn Clock>,
}

impl HostAts {
    /// An ATS without declared resources, in the usual folder.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            desk: Mutex::new(Desk::new(usual_folder(), QUARANTINE)),
            clock,
        }
    }

    /// The same in another folder: only those who use that one share with it.
    #[must_use]
    pub fn in_folder(self, folder: impl Into<PathBuf>) -> Self {
        self.desk().folder = folder.into();
        self
    }

    /// The same with another time for which nobody gets what a process had claimed that has died: two
    /// seconds otherwise. The kernel frees the locks of such a process before it closes its devices.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use std::time::Duration;
    /// # use kissats::{HostAts, SystemClock};
    /// let slow_bench = HostAts::new(Arc::new(SystemClock::start())).with_quarantine(Duration::from_secs(10));
    /// ```
    #[must_use]
    pub fn with_quarantine(self, span: Duration) -> Self {
        self.desk().quarantine = span;
        self
    }

    /// Puts one more instance behind its resource, as this process sees it.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use kissats::{AtsClient, HostAts, InstanceConfig, InstanceName, ResourceName, SystemClock};
    /// let psu = InstanceConfig::new(ResourceName::new("psu")?, InstanceName::new("psu-1")?);
    /// let ats = HostAts::new(Arc::new(SystemClock::start())).with_instance(psu.clone());
    /// assert_eq!(ats.resource_config(&psu.resource)?, [psu]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_instance(self, instance: InstanceConfig) -> Self {
        self.desk().ledger.add_instance(instance);
        self
    }

    /// What a call has changed is written down or taken back, so a poisoned lock guards a sound desk.
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AtsClient for HostAts {
    fn resources(&self) -> Result<Vec<ResourceName>, AtsError> {
        Ok(self.desk().ledger.resources())
    }

    fn available_resources(&self) -> Result<Vec<ResourceName>, AtsError> {
        self.desk()
            .ask(&*self.clock, InTheWay::Everybody, |ledger, now| {
                Ok(ledger.available_resources(now))
            })
    }

    fn availability(&self, request: &ReservationRequest) -> Result<Availability, AtsError> {
        let in_the_way = InTheWay::OfNeeds(&request.needs);
        self.desk().ask(&*self.clock, in_the_way, |ledger, now| {
            ledger.availability(now, request)
        })
    }

    fn resource_config(&self, resource: &ResourceName) -> Result<Vec<InstanceConfig>, AtsError> {
        Ok(self.desk().ledger.config(resource))
    }

    fn request(&self, request: &ReservationRequest) -> Result<PreReservation, AtsError> {
        let in_the_way = InTheWay::OfNeeds(&request.needs);
        self.desk().ask(&*self.clock, in_the_way, |ledger, now| {
            ledger.request(now, request)
        })
    }

    fn claim(&self, id: PreReservationId) -> Result<ClaimAnswer, AtsError> {
        let in_the_way = InTheWay::Of(id.number());
        self.desk().ask(&*self.clock, in_the_way, |ledger, now| {
            ledger.claim(now, id)
        })
    }

    fn renew(&self, id: ReservationId, span: Duration) -> Result<Option<Timestamp>, AtsError> {
        self.desk()
            .ask(&*self.clock, InTheWay::Everybody, |ledger, now| {
                ledger.renew(now, id, span)
            })
    }

    fn release(&self, id: HoldId) -> Result<(), AtsError> {
        self.desk()
            .ask(&*self.clock, InTheWay::Nobody, |ledger, now| {
                ledger.expire(now);
                ledger.release(id)
            })
    }

    fn release_part(&self, id: ReservationId, resource: &ResourceName) -> Result<(), AtsError> {
        self.desk()
            .ask(&*self.clock, InTheWay::Nobody, |ledger, now| {
                ledger.expire(now);
                ledger.release_part(id, resource)
            })
    }
}

impl fmt::Debug for HostAts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostAts")
            .field("desk", &*self.desk())
            .finish_non_exhaustive()
    }
}
