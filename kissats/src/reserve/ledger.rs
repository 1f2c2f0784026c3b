//! The calendar of all instances: request, claim, renew, release, expire.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::model::{HeldResource, InstanceName, ResourceName, ResourceNeed, Timestamp};
use crate::reserve::instance::Hold;
use crate::reserve::{
    Availability, Claim, ClaimAnswer, HoldId, HoldTime, Instance, InstanceConfig, Obstacle,
    PreReservation, PreReservationId, ReservationId, ReservationRequest, ReserveError, TimeWindow,
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
    pools: BTreeMap<ResourceName, Vec<Instance>>,
    /// Granted and not yet claimed, or claimed; keyed by the number in either id.
    entries: BTreeMap<u64, Entry>,
    /// When entries end by themselves.
    deadlines: BTreeSet<(Timestamp, u64)>,
    /// What was asked for by those whose time to claim has passed.
    lapsed: BTreeMap<u64, ReservationRequest>,
    entries_made: u64,
}

#[derive(Debug)]
struct Entry {
    request: ReservationRequest,
    window: TimeWindow,
    /// The place in its pool of the instance that serves each need.
    places: Vec<usize>,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    PreReserved { expires_at: Timestamp },
    Claimed,
}

impl Entry {
    fn deadline(&self) -> Option<Timestamp> {
        match self.stage {
            Stage::PreReserved { expires_at } => Some(expires_at),
            Stage::Claimed => self.window.ends_at,
        }
    }
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
            pools: BTreeMap::new(),
            entries: BTreeMap::new(),
            deadlines: BTreeSet::new(),
            lapsed: BTreeMap::new(),
            entries_made: 0,
        }
    }

    /// Puts one more instance behind `resource`.
    pub(crate) fn add_instance(&mut self, resource: ResourceName, instance: Instance) {
        self.pools.entry(resource).or_default().push(instance);
    }

    /// Every resource that was declared or used.
    pub(crate) fn resources(&self) -> Vec<ResourceName> {
        self.pools.keys().cloned().collect()
    }

    /// Every resource of which an instance is free at this moment.
    pub(crate) fn available_resources(&mut self, now: Timestamp) -> Vec<ResourceName> {
        self.expire(now);
        let is_free = |instance: &Instance| {
            let holds = |hold: &Hold| hold.window.starts_at <= now;
            !instance.holds.iter().any(holds)
        };
        self.pools
            .iter()
            .filter(|(_, pool)| pool.iter().any(is_free))
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// The instances behind `resource`; one that was declared nowhere is one private instance.
    pub(crate) fn config(&self, resource: &ResourceName) -> Vec<InstanceConfig> {
        match self.pools.get(resource) {
            Some(pool) => pool.iter().map(|instance| instance.own.clone()).collect(),
            None => private_pool(resource)
                .into_iter()
                .map(|instance| instance.own)
                .collect(),
        }
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
        check(request)?;
        self.expire(now);
        let wanted_at = request.wanted_at(now);
        let soonest = self
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
        check(request)?;
        self.expire(now);
        let wanted_at = request.wanted_at(now);
        let wanted = request.hold_time.from(wanted_at);
        let obstacle = match self.place(&request.needs, wanted, None) {
            Ok(places) => return Ok(self.set_aside(request, wanted, places, None)),
            Err(obstacle) => obstacle,
        };
        let later = self.earliest(&request.needs, wanted_at, request.hold_time);
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
        let is_open = |entry: &&Entry| entry.stage != Stage::Claimed;
        let Some(entry) = self.entries.get(&number).filter(is_open) else {
            return self.next_slot(now, id);
        };
        if now < entry.window.starts_at {
            self.bring_forward(now, id)?;
        }
        self.restage(number, Stage::Claimed);
        let Some(entry) = self.entries.get(&number) else {
            return Err(ReserveError::NotPreReserved { id });
        };
        let mut resources = Vec::with_capacity(entry.places.len());
        for (need, place) in entry.request.needs.iter().zip(&entry.places) {
            let pool = self.pools.get_mut(&need.resource);
            let Some(instance) = pool.and_then(|pool| pool.get_mut(*place)) else {
                continue;
            };
            resources.push(HeldResource {
                resource: need.resource.clone(),
                instance: instance.own.instance.clone(),
                mode: need.mode,
                config: instance.configured(&need.config),
                attributes: instance.attributes.clone(),
                token: instance.next_token(),
            });
        }
        Ok(ClaimAnswer::Claimed(Claim::new(
            ReservationId::from_number(number),
            resources,
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
        let is_claimed = |entry: &&Entry| entry.stage == Stage::Claimed;
        let Some(entry) = self.entries.get(&number).filter(is_claimed) else {
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
        let in_the_way = entry.request.needs.iter().zip(&entry.places);
        let next = in_the_way
            .filter_map(|(need, place)| Some((need, self.pools.get(&need.resource)?.get(*place)?)))
            .flat_map(|(need, instance)| {
                let holds = instance.in_the_way(need.mode, more);
                holds.map(move |hold| (hold.window.starts_at, &need.resource, &hold.holder))
            })
            .min();
        if let Some((latest_end, resource, next)) = next {
            return Err(ReserveError::CannotRenew {
                id,
                resource: resource.clone(),
                next: next.clone(),
                latest_end,
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
            HoldId::Claimed(id) => match self.entries.get(&id.number()).map(|entry| entry.stage) {
                Some(Stage::Claimed) => {
                    self.remove(id.number());
                    Ok(())
                }
                _ => Err(ReserveError::NotReserved { id }),
            },
            HoldId::PreReserved(id) => {
                match self.entries.get(&id.number()).map(|entry| entry.stage) {
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

    /// Gives to others what was not claimed in time, and what was claimed and has ended.
    pub(crate) fn expire(&mut self, now: Timestamp) {
        while let Some(&(when, number)) = self.deadlines.first()
            && when <= now
        {
            let Some(entry) = self.remove(number) else {
                self.deadlines.pop_first();
                continue;
            };
            if entry.stage != Stage::Claimed {
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
        self.entries.is_empty() && self.deadlines.is_empty() && self.holds().is_empty()
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
        let mut holds = Vec::new();
        for (resource, pool) in &self.pools {
            for (place, instance) in pool.iter().enumerate() {
                holds.extend(
                    instance
                        .holds
                        .iter()
                        .map(|hold| (hold.entry, resource.clone(), place, hold.mode, hold.window)),
                );
            }
        }
        holds
    }

    fn set_aside(
        &mut self,
        request: &ReservationRequest,
        window: TimeWindow,
        places: Vec<usize>,
        waits_for: Option<Obstacle>,
    ) -> PreReservation {
        self.entries_made += 1;
        let number = self.entries_made;
        let keep_until = window.starts_at + self.keep;
        let expires_at = window.ends_at.map_or(keep_until, |end| end.min(keep_until));
        for need in &request.needs {
            if !self.pools.contains_key(&need.resource) {
                let pool = private_pool(&need.resource);
                self.pools.insert(need.resource.clone(), pool);
            }
        }
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
        let Some(entry) = self.entries.get(&number) else {
            return Err(ReserveError::NotPreReserved { id });
        };
        let window = entry.request.hold_time.from(now);
        let is_wanted = entry.request.wanted_at(now) == now;
        match self.place(&entry.request.needs, window, Some(number)) {
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

    /// The earliest window from `wanted_at` on in which every need can be met, and by which instances.
    ///
    /// Such a window starts when it is wanted, or where somebody's hold ends.
    fn earliest(
        &self,
        needs: &[ResourceNeed],
        wanted_at: Timestamp,
        hold_time: HoldTime,
    ) -> Option<(TimeWindow, Vec<usize>)> {
        let ends = needs
            .iter()
            .flat_map(|need| self.pool(&need.resource))
            .flat_map(|instance| &instance.holds)
            .filter_map(|hold| hold.window.ends_at);
        let starts: BTreeSet<Timestamp> = ends.chain([wanted_at]).collect();
        starts.range(wanted_at..).find_map(|&start| {
            let window = hold_time.from(start);
            let places = self.place(needs, window, None).ok()?;
            Some((window, places))
        })
    }

    /// For each need an instance that is free in the window, as if `except` held nothing.
    fn place(
        &self,
        needs: &[ResourceNeed],
        window: TimeWindow,
        except: Option<u64>,
    ) -> Result<Vec<usize>, Obstacle> {
        needs
            .iter()
            .map(|need| self.place_one(need, window, except))
            .collect()
    }

    fn place_one(
        &self,
        need: &ResourceNeed,
        window: TimeWindow,
        except: Option<u64>,
    ) -> Result<usize, Obstacle> {
        let pool = self.pool(&need.resource);
        if pool.is_empty() {
            // The private instance that nobody has asked for yet.
            return Ok(0);
        }
        let in_the_way = |instance: &'_ Instance| -> bool {
            let mut others = instance.in_the_way(need.mode, window);
            others.any(|hold| Some(hold.entry) != except)
        };
        // A shared holder joins others before it opens an instance that somebody may want alone.
        let joins = |instance: &Instance| {
            let in_use = |hold: &Hold| hold.window.overlaps(window);
            need.mode == crate::model::ReservationMode::Shared && instance.holds.iter().any(in_use)
        };
        let free = pool
            .iter()
            .enumerate()
            .filter(|(_, instance)| !in_the_way(instance));
        let best = free
            .max_by_key(|(place, instance)| (joins(instance), std::cmp::Reverse(*place)))
            .map(|(place, _)| place);
        best.ok_or_else(|| {
            let others = pool
                .iter()
                .flat_map(|instance| instance.in_the_way(need.mode, window));
            let held_by: BTreeSet<_> = others.map(|hold| hold.holder.clone()).collect();
            let held_by = held_by.into_iter().collect();
            Obstacle::new(need.resource.clone(), need.mode, held_by)
        })
    }

    fn pool(&self, resource: &ResourceName) -> &[Instance] {
        self.pools.get(resource).map_or(&[], Vec::as_slice)
    }

    fn enter(&mut self, number: u64, entry: Entry) {
        for (need, place) in entry.request.needs.iter().zip(&entry.places) {
            let pool = self.pools.get_mut(&need.resource);
            if let Some(instance) = pool.and_then(|pool| pool.get_mut(*place)) {
                instance.holds.push(Hold {
                    entry: number,
                    holder: entry.request.holder.clone(),
                    mode: need.mode,
                    window: entry.window,
                });
            }
        }
        self.deadlines
            .extend(entry.deadline().map(|when| (when, number)));
        self.entries.insert(number, entry);
    }

    fn remove(&mut self, number: u64) -> Option<Entry> {
        let entry = self.entries.remove(&number)?;
        for (need, place) in entry.request.needs.iter().zip(&entry.places) {
            let pool = self.pools.get_mut(&need.resource);
            if let Some(instance) = pool.and_then(|pool| pool.get_mut(*place)) {
                instance.holds.retain(|hold| hold.entry != number);
            }
        }
        if let Some(when) = entry.deadline() {
            self.deadlines.remove(&(when, number));
        }
        Some(entry)
    }

    fn move_to(&mut self, number: u64, change: impl FnOnce(&mut Entry)) {
        if let Some(mut entry) = self.remove(number) {
            change(&mut entry);
            self.enter(number, entry);
        }
    }

    /// The same holds, with another deadline.
    fn restage(&mut self, number: u64, stage: Stage) {
        let Some(entry) = self.entries.get_mut(&number) else {
            return;
        };
        if let Some(when) = entry.deadline() {
            self.deadlines.remove(&(when, number));
        }
        entry.stage = stage;
        self.deadlines
            .extend(entry.deadline().map(|when| (when, number)));
    }
}

/// What makes a request none.
fn check(request: &ReservationRequest) -> Result<(), ReserveError> {
    if request.hold_time == HoldTime::For(Duration::ZERO) {
        return Err(ReserveError::EmptyWindow);
    }
    let mut seen = BTreeSet::new();
    match request
        .needs
        .iter()
        .find(|need| !seen.insert(&need.resource))
    {
        Some(twice) => Err(ReserveError::AskedTwice {
            resource: twice.resource.clone(),
        }),
        None => Ok(()),
    }
}

/// What stands behind a name that was declared nowhere.
fn private_pool(resource: &ResourceName) -> Vec<Instance> {
    let name = InstanceName::new(resource.as_str());
    name.into_iter()
        .map(|name| Instance::new(name, serde_json::Value::Null))
        .collect()
}
