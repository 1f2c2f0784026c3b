//! The calendar of all instances: request, claim, renew, release, expire.

use std::time::Duration;

use crate::model::{ResourceName, ResourceNeed, Timestamp};
use crate::reserve::entries::Entries;
use crate::reserve::entry::{Entry, Stage};
use crate::reserve::pools::Pools;
use crate::reserve::record::{Record, RecordedNeed, RecordedStage};
use crate::reserve::{
    Availability, Claim, ClaimAnswer, HoldId, InstanceConfig, Obstacle, PreReservation,
    PreReservationId, ReservationId, ReservationRequest, ReserveError, TimeWindow,
};

/// How many expired pre-reservations are remembered for a claim that comes too late.
pub(super) const LAPSED_KEPT: usize = 1024;

/// How long a granted request waits for its claim, where nobody says otherwise.
const KEEP: Duration = Duration::from_secs(60);

/// Whoever comes next in line asks again after this time at least: a call takes a quarter of it.
const SHORTEST_PAUSE: Duration = Duration::from_micros(100);

/// Who has others before it, after this time for each of them at least.
const SHORTEST_PAUSE_BEHIND: Duration = Duration::from_millis(1);

/// Whoever is in line asks again after this time at most.
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

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
    /// What was asked for by those whose time to claim has passed, in the order of their numbers.
    lapsed: Vec<(u64, ReservationRequest)>,
    /// Every token that is given is above this number.
    tokens_above: u64,
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
            lapsed: Vec::new(),
            tokens_above: 0,
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
        let ahead = self.entries.ahead_of(now, u64::MAX);
        let soonest = self
            .pools
            .earliest(&request.needs, wanted_at, request.hold_time, &ahead)
            .map(|(window, _)| window);
        let available = soonest.is_some_and(|window| window.starts_at == wanted_at);
        Ok(Availability::new(available, soonest))
    }

    /// Sets aside everything that is asked for, in the earliest window in which all of it can be had.
    /// If nobody knows when that is, the request may be put in line.
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
        let ahead = self.entries.ahead_of(now, u64::MAX);
        let obstacle = match self.pools.place(&request.needs, wanted, None, &ahead) {
            Ok(places) => return Ok(self.set_aside(request, wanted, places, None)),
            Err(obstacle) => obstacle,
        };
        let later = self
            .pools
            .earliest(&request.needs, wanted_at, request.hold_time, &ahead);
        match later {
            None if request.in_line && request.next_available && wanted_at == now => {
                Ok(self.put_in_line(now, request, obstacle))
            }
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
        if entry.is_in_line() {
            self.take_turn(now, id)?;
        } else {
            if now < entry.window.starts_at {
                self.bring_forward(now, id)?;
            }
            self.entries.restage(number, Stage::Claimed);
        }
        let Some(entry) = self.entries.get(number) else {
            return Err(ReserveError::NotPreReserved { id });
        };
        Ok(ClaimAnswer::Claimed(Claim::new(
            ReservationId::from_number(number),
            self.pools.hand_out(entry, self.tokens_above),
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
                    Some(Stage::PreReserved { .. } | Stage::InLine { .. }) => {
                        self.remove(id.number());
                        Ok(())
                    }
                    None if self.forget_lapsed(id.number()) => Ok(()),
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
                match self.lapsed_place(number) {
                    Ok(place) => self.lapsed[place].1 = entry.request,
                    Err(place) => self.lapsed.insert(place, (number, entry.request)),
                }
                if self.lapsed.len() > LAPSED_KEPT {
                    self.lapsed.remove(0);
                }
            }
        }
    }

    /// Numbers and tokens that are given from now on are above this one, which others have given.
    pub(crate) fn count_from(&mut self, number: u64) {
        self.entries.count_from(number);
        self.tokens_above = number;
    }

    /// An entry, to be told to other ledgers; `None` if there is none, or not any more.
    pub(crate) fn record(&self, number: u64) -> Option<Record> {
        let entry = self.entries.get(number)?;
        let mut places = entry.places.iter();
        let needs = entry.request.needs.iter().map(|need| RecordedNeed {
            resource: need.resource.clone(),
            mode: need.mode,
            instance: places
                .next()
                .and_then(|place| self.pools.name_at(&need.resource, *place).cloned()),
        });
        Some(Record {
            number,
            holder: entry.request.holder.clone(),
            needs: needs.collect(),
            stage: match entry.stage {
                Stage::InLine { asked_at, .. } => RecordedStage::InLine { asked_at },
                Stage::PreReserved { expires_at } => RecordedStage::PreReserved {
                    window: entry.window,
                    expires_at,
                },
                Stage::Claimed => RecordedStage::Claimed {
                    window: entry.window,
                },
            },
        })
    }

    /// Takes over what another ledger has granted. An instance that does not exist here is in
    /// nobody's way.
    pub(crate) fn adopt(&mut self, record: Record) {
        self.remove(record.number);
        let (window, stage) = match record.stage {
            RecordedStage::InLine { asked_at } => (
                TimeWindow::new(asked_at, None),
                Stage::InLine {
                    since: asked_at,
                    asked_at,
                },
            ),
            RecordedStage::PreReserved { window, expires_at } => {
                (window, Stage::PreReserved { expires_at })
            }
            RecordedStage::Claimed { window } => (window, Stage::Claimed),
        };
        let (mut needs, mut places) = (Vec::new(), Vec::new());
        for recorded in record.needs {
            let need = ResourceNeed::new(recorded.resource, recorded.mode);
            self.pools.open(std::slice::from_ref(&need));
            match recorded.instance {
                None => needs.push(need),
                Some(instance) => {
                    if let Some(place) = self.pools.place_of(&need.resource, &instance) {
                        places.push(place);
                        needs.push(need);
                    }
                }
            }
        }
        let request = ReservationRequest::new(record.holder, needs);
        self.enter(
            record.number,
            Entry {
                request,
                window,
                places,
                stage,
            },
        );
    }

    /// Strikes out what another ledger has granted and is no more.
    pub(crate) fn strike(&mut self, number: u64) {
        self.remove(number);
    }

    /// What is needed for an entry.
    pub(crate) fn needs_of(&self, number: u64) -> &[ResourceNeed] {
        let entry = self.entries.get(number);
        entry.map_or(&[], |entry| &entry.request.needs)
    }

    /// The entries that may keep one with these needs waiting.
    pub(crate) fn in_the_way(&self, needs: &[ResourceNeed]) -> Vec<u64> {
        let conflicts = |entry: &Entry| {
            let mut theirs = entry.request.needs.iter();
            theirs.any(|theirs| needs.iter().any(|need| theirs.conflicts_with(need)))
        };
        let entries = self.entries.iter().filter(|(_, entry)| conflicts(entry));
        entries.map(|(number, _)| number).collect()
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

    fn put_in_line(
        &mut self,
        now: Timestamp,
        request: &ReservationRequest,
        waits_for: Obstacle,
    ) -> PreReservation {
        let number = self.entries.next_number();
        self.pools.open(&request.needs);
        self.enter(
            number,
            Entry {
                request: request.clone(),
                window: request.hold_time.from(now),
                places: Vec::new(),
                stage: Stage::InLine {
                    since: now,
                    asked_at: now,
                },
            },
        );
        let again_at = now + self.pause(now, number, now);
        PreReservation {
            in_line: true,
            waits_for: Some(waits_for),
            ..PreReservation::new(
                PreReservationId::from_number(number),
                again_at,
                again_at + self.keep,
            )
        }
    }

    /// Claims for one who is in line, if those who were in the way have gone.
    fn take_turn(&mut self, now: Timestamp, id: PreReservationId) -> Result<(), ReserveError> {
        let number = id.number();
        let (since, needs, window) = match self.entries.get(number) {
            Some(entry) => match entry.stage {
                Stage::InLine { since, .. } => (
                    since,
                    &entry.request.needs,
                    entry.request.hold_time.from(now),
                ),
                _ => return Err(ReserveError::NotPreReserved { id }),
            },
            None => return Err(ReserveError::NotPreReserved { id }),
        };
        let ahead = self.entries.ahead_of(now, number);
        match self.pools.place(needs, window, None, &ahead) {
            Ok(places) => {
                self.move_to(number, |entry| {
                    entry.window = window;
                    entry.places = places;
                    entry.stage = Stage::Claimed;
                });
                Ok(())
            }
            Err(obstacle) => {
                let asked_at = now;
                self.entries
                    .restage(number, Stage::InLine { since, asked_at });
                Err(ReserveError::TooEarly {
                    id,
                    claimable_at: now + self.pause(now, number, since),
                    waits_for: Some(obstacle),
                })
            }
        }
    }

    /// After what time one who is in line since then asks again: the longer it has been as it is, the less
    /// a moment more is. Who has others before it waits for them first.
    fn pause(&self, now: Timestamp, number: u64, since: Timestamp) -> Duration {
        let (mut unchanged, mut before) = (None, 0);
        for other in self.in_the_way(self.needs_of(number)) {
            match self.entries.get(other) {
                Some(entry) if entry.is_in_line() => {
                    before += u32::from(other < number && entry.insists(now));
                }
                Some(entry) => unchanged = unchanged.max(Some(entry.window.starts_at)),
                None => {}
            }
        }
        let shortest = match before {
            0 => SHORTEST_PAUSE,
            _ => (SHORTEST_PAUSE_BEHIND * before).min(LONGEST_PAUSE),
        };
        let so_far = now.since(unchanged.unwrap_or(since));
        (so_far / 16).clamp(shortest, LONGEST_PAUSE)
    }

    /// A claim that came too late is a new request, as soon as possible.
    fn next_slot(
        &mut self,
        now: Timestamp,
        id: PreReservationId,
    ) -> Result<ClaimAnswer, ReserveError> {
        let Ok(place) = self.lapsed_place(id.number()) else {
            return Err(ReserveError::NotPreReserved { id });
        };
        let mut again = self.lapsed[place].1.clone();
        again.needed_at = None;
        again.next_available = true;
        let slot = self.request(now, &again)?;
        self.forget_lapsed(id.number());
        Ok(ClaimAnswer::NextSlot(slot))
    }

    /// `true` if there was one.
    fn forget_lapsed(&mut self, number: u64) -> bool {
        let place = self.lapsed_place(number);
        if let Ok(place) = place {
            self.lapsed.remove(place);
        }
        place.is_ok()
    }

    /// Where the lapsed request of this number is, or would be.
    fn lapsed_place(&self, number: u64) -> Result<usize, usize> {
        self.lapsed
            .binary_search_by_key(&number, |(other, _)| *other)
    }

    /// Moves a pre-reservation to this moment, if those it waits for have gone.
    fn bring_forward(&mut self, now: Timestamp, id: PreReservationId) -> Result<(), ReserveError> {
        let number = id.number();
        let Some(entry) = self.entries.get(number) else {
            return Err(ReserveError::NotPreReserved { id });
        };
        let window = entry.request.hold_time.from(now);
        let is_wanted = entry.request.wanted_at(now) == now;
        let ahead = self.entries.ahead_of(now, number);
        let placed = self
            .pools
            .place(&entry.request.needs, window, Some(number), &ahead);
        match placed {
            Ok(places) if is_wanted => {
                self.move_to(number, |entry| {
                    entry.window = window;
                    entry.places = places;
                });
                Ok(())
            }
            placed => Err(ReserveError::TooEarly {
                id,
                claimable_at: entry.window.starts_at,
                waits_for: placed.err().filter(|_| is_wanted),
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
