//! The calendar of all instances: request, claim, renew, release, expire.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::{ResourceName, Timestamp};
use crate::reserve::entries::Entries;
use crate::reserve::entry::{Entry, Stage};
use crate::reserve::pools::Pools;
use crate::reserve::{
    Availability, Claim, ClaimAnswer, HoldId, InstanceConfig, Obstacle, PreReservation,
    PreReservationId, ReservationId, ReservationRequest, ReserveError, TimeWindow,
};

/// How many expired pre-reservations are remembered for a claim that comes too late.
pub(super) const LAPSED_KEPT: usize = 1024;

/// How long a granted request waits for its claim, where nobody says otherwise.
const KEEP: Duration = Duration::from_secs(60);

/// The book of who holds what, and when.
///
/// A request takes everything or nothing, so a holder that waits holds nothing and no two can wait
/// for each other. What is set aside for a later window keeps others out of that window, whoever
/// they are, so nobody is overtaken for ever.
#[derive(Debug)]
pub(crate) struct Ledger {
    /// How long a granted request waits for its claim.
    keep: Duration,
    pools: Pools,
    entries: Entries,
    /// What was asked for by those whose time to claim has passed.
    lapsed: BTreeMap<u64, ReservationRequest>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self::new(KEEP)
    }
}

impl Ledger {
    pub(crate) fn new(keep: Duration) -> Self {
        Self {
            keep,
            pools: Pools::default(),
            entries: Entries::default(),
            lapsed: BTreeMap::new(),
        }
    }

    /// Puts one more instance behind its resource.
    pub(crate) fn add_instance(&mut self, instance: InstanceConfig) {
        self.pools.add(instance);
    }

    /// Every resource that was declared or used.
    pub(crate) fn resources(&self) -> Vec<ResourceName> {
        self.pools.resources()
    }

    /// Every resource of which an instance is free at this moment.
    pub(crate) fn available_resources(&mut self, now: Timestamp) -> Vec<ResourceName> {
        self.expire(now);
        self.pools.free_resources(now)
    }

    /// The instances behind `resource`; one that was declared nowhere is one private instance.
    pub(crate) fn config(&self, resource: &ResourceName) -> Vec<InstanceConfig> {
        self.pools.config(resource)
    }

    /// When `request` could be met. Sets nothing aside.
    ///
    /// # Errors
    /// Whatever makes it no request.
    pub(crate) fn availability(
        &mut self,
        now: Timestamp,
        request: &ReservationRequest,
    ) -> Result<Availability, ReserveError> {
        request.check()?;
        self.expire(now);
        let wanted_at = request.wanted_at(now);
        let soonest = self
            .pools
            .earliest(&request.needs, wanted_at, request.hold_time)
            .map(|(window, _)| window);
        let available = soonest.is_some_and(|window| window.starts_at == wanted_at);
        Ok(Availability::new(available, soonest))
    }

    /// Sets aside everything that is asked for, in the earliest window in which all of it can be had.
    ///
    /// # Errors
    /// [`ReserveError::Unavailable`] names the first need that cannot be met, who holds it, and
    /// when all could be had. Nothing is set aside then.
    pub(crate) fn request(
        &mut self,
        now: Timestamp,
        request: &ReservationRequest,
    ) -> Result<PreReservation, ReserveError> {
        request.check()?;
        self.expire(now);
        let wanted_at = request.wanted_at(now);
        let wanted = request.hold_time.from(wanted_at);
        let obstacle = match self.pools.place(&request.needs, wanted, None) {
            Ok(places) => return Ok(self.set_aside(request, wanted, places, None)),
            Err(obstacle) => obstacle,
        };
        let later = self
            .pools
            .earliest(&request.needs, wanted_at, request.hold_time);
        match later {
            Some((window, places)) if request.next_available => {
                Ok(self.set_aside(request, window, places, Some(obstacle)))
            }
            later => Err(ReserveError::Unavailable {
                obstacle,
                available_at: later.map(|(window, _)| window.starts_at),
            }),
        }
    }

    /// Turns a pre-reservation into a claim, which lasts until its window ends or it is released.
    ///
    /// A pre-reservation that had to wait for others may be claimed before its time if they have
    /// gone before theirs. One that came too late gets the next slot, if there is one.
    ///
    /// # Errors
    /// [`ReserveError::TooEarly`] says when it may be claimed; [`ReserveError::Unavailable`] if it
    /// came too late and there is no next slot; [`ReserveError::NotPreReserved`] otherwise.
    pub(crate) fn claim(
        &mut self,
        now: Timestamp,
        id: PreReservationId,
    ) -> Result<ClaimAnswer, ReserveError> {
        self.expire(now);
        let number = id.number();
        let is_open = |entry: &&Entry| !entry.is_claimed();
        let Some(entry) = self.entries.get(number).filter(is_open) else {
            return self.next_slot(now, id);
        };
        if now < entry.window.starts_at {
            self.bring_forward(now, id)?;
        }
        self.entries.restage(number, Stage::Claimed);
        let Some(entry) = self.entries.get(number) else {
            return Err(ReserveError::NotPreReserved { id });
        };
        Ok(ClaimAnswer::Claimed(Claim::new(
            ReservationId::from_number(number),
            self.pools.hand_out(entry),
            entry.window.ends_at,
        )))
    }

    /// Lets a claim last until `now + span`, if it does not anyway. Says when it ends.
    ///
    /// # Errors
    /// [`ReserveError::CannotRenew`] if something is set aside for others before that;
    /// [`ReserveError::NotReserved`] if it has ended.
    pub(crate) fn renew(
        &mut self,
        now: Timestamp,
        id: ReservationId,
        span: Duration,
    ) -> Result<Option<Timestamp>, ReserveError> {
        self.expire(now);
        let number = id.number();
        let is_claimed = |entry: &&Entry| entry.is_claimed();
        let Some(entry) = self.entries.get(number).filter(is_claimed) else {
            return Err(ReserveError::NotReserved { id });
        };
        let Some(present_end) = entry.window.ends_at else {
            return Ok(None);
        };
        let new_end = now + span;
        if new_end <= present_end {
            return Ok(Some(present_end));
        }
        let more = TimeWindow::new(present_end, Some(new_end));
        if let Some((resource, next)) = self.pools.first_in_the_way(entry, more) {
            return Err(ReserveError::CannotRenew {
                id,
                resource: resource.clone(),
                next: next.holder.clone(),
                latest_end: next.window.starts_at,
            });
        }
        self.move_to(number, |entry| entry.window.ends_at = Some(new_end));
        Ok(Some(new_end))
    }

    /// Gives back a claim, or gives up what was set aside.
    ///
    /// A pre-reservation that has expired is no mistake: that is what giving it up is for.
    ///
    /// # Errors
    /// [`ReserveError::NotReserved`] and [`ReserveError::NotPreReserved`] if there is none.
    pub(crate) fn release(&mut self, id: HoldId) -> Result<(), ReserveError> {
        match id {
            HoldId::Claimed(id) => match self.entries.get(id.number()).map(|entry| entry.stage) {
                Some(Stage::Claimed) => {
                    self.remove(id.number());
                    Ok(())
                }
                _ => Err(ReserveError::NotReserved { id }),
            },
            HoldId::PreReserved(id) => {
                match self.entries.get(id.number()).map(|entry| entry.stage) {
                    Some(Stage::PreReserved { .. }) => {
                        self.remove(id.number());
                        Ok(())
                    }
                    None if self.lapsed.remove(&id.number()).is_some() => Ok(()),
                    _ => Err(ReserveError::NotPreReserved { id }),
                }
            }
        }
    }

    /// Gives back one resource of a claim, and keeps the rest.
    ///
    /// # Errors
    /// [`ReserveError::NotReserved`] if there is no such claim, or the resource is not part of it.
    pub(crate) fn release_part(
        &mut self,
        id: ReservationId,
        resource: &ResourceName,
    ) -> Result<(), ReserveError> {
        let number = id.number();
        let entry = self.entries.get(number).filter(|entry| entry.is_claimed());
        let needs = entry.map(|entry| entry.request.needs.as_slice());
        let place = needs
            .unwrap_or_default()
            .iter()
            .position(|need| need.resource == *resource);
        let Some(place) = place else {
            return Err(ReserveError::NotReserved { id });
        };
        self.move_to(number, |entry| {
            entry.request.needs.remove(place);
            entry.places.remove(place);
        });
        Ok(())
    }

    /// Gives to others what was not claimed in time, and what was claimed and has ended.
    pub(crate) fn expire(&mut self, now: Timestamp) {
        while let Some(number) = self.entries.first_due(now) {
            let Some(entry) = self.remove(number) else {
                return;
            };
            if !entry.is_claimed() {
                self.lapsed.insert(number, entry.request);
                if self.lapsed.len() > LAPSED_KEPT {
                    self.lapsed.pop_first();
                }
            }
        }
    }

    /// Whether nobody holds anything and nothing is set aside.
    #[cfg(test)]
    pub(crate) fn is_idle(&self) -> bool {
        self.entries.is_empty() && self.holds().is_empty()
    }

    /// Everything that is held or set aside: by whom, of what, how, and when.
    #[cfg(test)]
    pub(crate) fn holds(
        &self,
    ) -> Vec<(
        u64,
        ResourceName,
        usize,
        crate::model::ReservationMode,
        TimeWindow,
    )> {
        self.pools.holds()
    }

    fn set_aside(
        &mut self,
        request: &ReservationRequest,
        window: TimeWindow,
        places: Vec<usize>,
        waits_for: Option<Obstacle>,
    ) -> PreReservation {
        let number = self.entries.next_number();
        let keep_until = window.starts_at + self.keep;
        let expires_at = window.ends_at.map_or(keep_until, |end| end.min(keep_until));
        self.pools.open(&request.needs);
        self.enter(
            number,
            Entry {
                request: request.clone(),
                window,
                places,
                stage: Stage::PreReserved { expires_at },
            },
        );
        PreReservation {
            ends_at: window.ends_at,
            waits_for,
            ..PreReservation::new(
                PreReservationId::from_number(number),
                window.starts_at,
                expires_at,
            )
        }
    }

    /// A claim that came too late is a new request, as soon as possible.
    fn next_slot(
        &mut self,
        now: Timestamp,
        id: PreReservationId,
    ) -> Result<ClaimAnswer, ReserveError> {
        let Some(lapsed) = self.lapsed.get(&id.number()) else {
            return Err(ReserveError::NotPreReserved { id });
        };
        let mut again = lapsed.clone();
        again.needed_at = None;
        again.next_available = true;
        let slot = self.request(now, &again)?;
        self.lapsed.remove(&id.number());
        Ok(ClaimAnswer::NextSlot(slot))
    }

    /// Moves a pre-reservation to this moment, if those it waits for have gone.
    fn bring_forward(&mut self, now: Timestamp, id: PreReservationId) -> Result<(), ReserveError> {
        let number = id.number();
        let Some(entry) = self.entries.get(number) else {
            return Err(ReserveError::NotPreReserved { id });
        };
        let window = entry.request.hold_time.from(now);
        let is_wanted = entry.request.wanted_at(now) == now;
        match self.pools.place(&entry.request.needs, window, Some(number)) {
            Ok(places) if is_wanted => {
                self.move_to(number, |entry| {
                    entry.window = window;
                    entry.places = places;
                });
                Ok(())
            }
            _ => Err(ReserveError::TooEarly {
                id,
                claimable_at: entry.window.starts_at,
            }),
        }
    }

    fn enter(&mut self, number: u64, entry: Entry) {
        self.pools.hold(number, &entry);
        self.entries.insert(number, entry);
    }

    fn remove(&mut self, number: u64) -> Option<Entry> {
        let entry = self.entries.remove(number)?;
        self.pools.let_go(number, &entry);
        Some(entry)
    }

    fn move_to(&mut self, number: u64, change: impl FnOnce(&mut Entry)) {
        if let Some(mut entry) = self.remove(number) {
            change(&mut entry);
            self.enter(number, entry);
        }
    }
}
