//! The instances behind each resource, and which of them is free when.

use std::cmp::Reverse;

use crate::model::{
    ByResource, HeldResource, InstanceName, ReservationMode, ResourceName, ResourceNeed, Timestamp,
};
use crate::reserve::entry::Entry;
use crate::reserve::instance::{Hold, Instance};
use crate::reserve::{HoldTime, Holder, InstanceConfig, Obstacle, TimeWindow};

/// All instances, by resource. The place of an instance in its pool is its number there.
#[derive(Debug, Default)]
pub(super) struct Pools(ByResource<Vec<Instance>>);

impl Pools {
    pub(super) fn add(&mut self, instance: InstanceConfig) {
        let resource = instance.resource.clone();
        let instance = Instance::new(instance);
        match self.0.get_mut(&resource) {
            Some(pool) => pool.push(instance),
            None => self.0.insert(&resource, vec![instance]),
        }
    }

    /// Declares each of these that is declared nowhere: it is one private instance.
    pub(super) fn open(&mut self, needs: &[ResourceNeed]) {
        for need in needs {
            if self.0.get(&need.resource).is_none() {
                self.0.insert(&need.resource, private_pool(&need.resource));
            }
        }
    }

    pub(super) fn resources(&self) -> Vec<ResourceName> {
        self.0.iter().map(|(name, _)| name.clone()).collect()
    }

    pub(super) fn free_resources(&self, now: Timestamp) -> Vec<ResourceName> {
        let is_free = |instance: &Instance| {
            let holds = |hold: &Hold| hold.window.starts_at <= now;
            !instance.holds.iter().any(holds)
        };
        self.0
            .iter()
            .filter(|(_, pool)| pool.iter().any(is_free))
            .map(|(name, _)| name.clone())
            .collect()
    }

    pub(super) fn config(&self, resource: &ResourceName) -> Vec<InstanceConfig> {
        match self.0.get(resource) {
            Some(pool) => pool.iter().map(|instance| instance.own.clone()).collect(),
            None => private_pool(resource)
                .into_iter()
                .map(|instance| instance.own)
                .collect(),
        }
    }

    /// The earliest window from `wanted_at` on in which every need can be met, and by which instances.
    ///
    /// Such a window starts when it is wanted, or where somebody's hold ends.
    pub(super) fn earliest(
        &self,
        needs: &[ResourceNeed],
        wanted_at: Timestamp,
        hold_time: HoldTime,
        ahead: &[&Entry],
    ) -> Option<(TimeWindow, Vec<usize>)> {
        let next_end = |start: &Timestamp| {
            let pools = needs.iter().flat_map(|need| self.pool(&need.resource));
            let holds = pools.flat_map(|instance| &instance.holds);
            let ends = holds.filter_map(|hold| hold.window.ends_at);
            ends.filter(|end| end > start).min()
        };
        let mut starts = std::iter::successors(Some(wanted_at), next_end);
        starts.find_map(|start| {
            let window = hold_time.from(start);
            let places = self.place(needs, window, None, ahead).ok()?;
            Some((window, places))
        })
    }

    /// For each need an instance that is free in the window, as if `except` held nothing. Those who are
    /// `ahead` in line are left one each of what they wait for.
    pub(super) fn place(
        &self,
        needs: &[ResourceNeed],
        window: TimeWindow,
        except: Option<u64>,
        ahead: &[&Entry],
    ) -> Result<Vec<usize>, Obstacle> {
        needs
            .iter()
            .map(|need| self.place_one(need, window, except, ahead))
            .collect()
    }

    fn place_one(
        &self,
        need: &ResourceNeed,
        window: TimeWindow,
        except: Option<u64>,
        ahead: &[&Entry],
    ) -> Result<usize, Obstacle> {
        let pool = self.pool(&need.resource);
        // Whoever is in line for it has made it known.
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
            need.mode == ReservationMode::Shared && instance.holds.iter().any(in_use)
        };
        let free = pool
            .iter()
            .enumerate()
            .filter(|(_, instance)| !in_the_way(instance));
        let waits = |entry: &&&Entry| {
            let mut theirs = entry.request.needs.iter();
            theirs.any(|theirs| theirs.conflicts_with(need))
        };
        let is_welcome = |instance: &Instance| !need.avoid.contains(&instance.own.instance);
        let best = free
            .clone()
            .max_by_key(|(place, instance)| {
                (is_welcome(instance), joins(instance), Reverse(*place))
            })
            .map(|(place, _)| place);
        let is_enough =
            |_: &usize| ahead.is_empty() || free.count() > ahead.iter().filter(waits).count();
        best.filter(is_enough).ok_or_else(|| {
            let others = pool
                .iter()
                .flat_map(|instance| instance.in_the_way(need.mode, window))
                .filter(|hold| Some(hold.entry) != except)
                .map(|hold| hold.holder.clone());
            let before = ahead.iter().filter(waits);
            let before = before.map(|entry| entry.request.holder.clone());
            let mut held_by: Vec<Holder> = others.chain(before).collect();
            held_by.sort_unstable();
            held_by.dedup();
            Obstacle::new(need.resource.clone(), need.mode, held_by)
        })
    }

    /// What keeps `entry` from lasting longer: the first hold of others within `more`.
    pub(super) fn first_in_the_way<'a>(
        &'a self,
        entry: &'a Entry,
        more: TimeWindow,
    ) -> Option<(&'a ResourceName, &'a Hold)> {
        let needs = entry.request.needs.iter().zip(&entry.places);
        needs
            .filter_map(|(need, place)| Some((need, self.pool(&need.resource).get(*place)?)))
            .flat_map(|(need, instance)| {
                let holds = instance.in_the_way(need.mode, more);
                holds.map(move |hold| (&need.resource, hold))
            })
            .min_by_key(|(resource, hold)| (hold.window.starts_at, *resource, &hold.holder))
    }

    /// Writes the holds of an entry down.
    pub(super) fn hold(&mut self, number: u64, entry: &Entry) {
        for (need, place) in entry.request.needs.iter().zip(&entry.places) {
            if let Some(instance) = self.instance_mut(&need.resource, *place) {
                instance.holds.push(Hold {
                    entry: number,
                    holder: entry.request.holder.clone(),
                    mode: need.mode,
                    window: entry.window,
                });
            }
        }
    }

    /// Strikes the holds of an entry out.
    pub(super) fn let_go(&mut self, number: u64, entry: &Entry) {
        for (need, place) in entry.request.needs.iter().zip(&entry.places) {
            if let Some(instance) = self.instance_mut(&need.resource, *place) {
                instance.holds.retain(|hold| hold.entry != number);
            }
        }
    }

    /// What an entry holds once it is claimed, each with a new fencing token `above` a number.
    pub(super) fn hand_out(&mut self, entry: &Entry, above: u64) -> Vec<HeldResource> {
        let mut resources = Vec::with_capacity(entry.places.len());
        for (need, place) in entry.request.needs.iter().zip(&entry.places) {
            let Some(instance) = self.instance_mut(&need.resource, *place) else {
                continue;
            };
            resources.push(HeldResource {
                resource: need.resource.clone(),
                instance: instance.own.instance.clone(),
                mode: need.mode,
                config: instance.configured(&need.config),
                attributes: instance.own.attributes.clone(),
                token: instance.next_token(above),
            });
        }
        resources
    }

    /// Everything that is held or set aside: by whom, of what, how, and when.
    #[cfg(test)]
    pub(super) fn holds(&self) -> Vec<(u64, ResourceName, usize, ReservationMode, TimeWindow)> {
        let mut holds = Vec::new();
        for (resource, pool) in self.0.iter() {
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

    /// Where in its pool the instance of that name stands.
    pub(super) fn place_of(&self, resource: &ResourceName, name: &InstanceName) -> Option<usize> {
        let mut pool = self.pool(resource).iter();
        pool.position(|instance| instance.own.instance == *name)
    }

    /// The name of the instance at a place.
    pub(super) fn name_at(&self, resource: &ResourceName, place: usize) -> Option<&InstanceName> {
        let instance = self.pool(resource).get(place)?;
        Some(&instance.own.instance)
    }

    fn pool(&self, resource: &ResourceName) -> &[Instance] {
        self.0.get(resource).map_or(&[], Vec::as_slice)
    }

    fn instance_mut(&mut self, resource: &ResourceName, place: usize) -> Option<&mut Instance> {
        self.0.get_mut(resource)?.get_mut(place)
    }
}

/// What stands behind a name that was declared nowhere.
fn private_pool(resource: &ResourceName) -> Vec<Instance> {
    let name = InstanceName::new(resource.as_str());
    name.into_iter()
        .map(|name| Instance::new(InstanceConfig::new(resource.clone(), name)))
        .collect()
}
