//! All instances and all holds: request, claim, release, expire.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::{
    HeldResource, InstanceName, ReservationMode, ResourceName, ResourceNeed, Timestamp,
};
use crate::reserve::instance::Hold;
use crate::reserve::{
    Claim, Holder, Instance, PreReservation, PreReservationId, ReservationId, ReserveError,
};

/// The book of who holds what.
///
/// A request takes everything or nothing, so a holder that waits holds nothing and no two can wait
/// for each other.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pools: BTreeMap<ResourceName, Vec<Instance>>,
    /// Granted and not yet claimed, or claimed; keyed by the number in either id.
    entries: BTreeMap<u64, Entry>,
    entries_made: u64,
}

#[derive(Debug)]
struct Entry {
    claimed: bool,
    shares: Vec<Share>,
}

/// One need of an entry and the instance that serves it.
#[derive(Debug)]
struct Share {
    need: ResourceNeed,
    instance: usize,
}

impl Ledger {
    /// Puts one more instance behind `resource`.
    pub(crate) fn add_instance(&mut self, resource: ResourceName, instance: Instance) {
        self.pools.entry(resource).or_default().push(instance);
    }

    /// Sets aside everything that is asked for until `now + keep`, or nothing.
    ///
    /// A resource that was declared nowhere is one private instance of that name.
    ///
    /// # Errors
    /// [`ReserveError::Unavailable`] names the first need that cannot be met and who holds it.
    pub(crate) fn request(
        &mut self,
        now: Timestamp,
        holder: &Holder,
        needs: &[ResourceNeed],
        keep: Duration,
    ) -> Result<PreReservation, ReserveError> {
        self.expire(now);
        let mut shares = Vec::with_capacity(needs.len());
        for need in needs {
            shares.push(self.find_share(need)?);
        }
        self.entries_made += 1;
        let entry = self.entries_made;
        let expires_at = now + keep;
        for share in &shares {
            if let Some(instance) = self.instance(&share.need.resource, share.instance) {
                instance.holds.push(Hold {
                    entry,
                    holder: holder.clone(),
                    mode: share.need.mode,
                    until: Some(expires_at),
                });
            }
        }
        self.entries.insert(
            entry,
            Entry {
                claimed: false,
                shares,
            },
        );
        Ok(PreReservation {
            id: PreReservationId::from_number(entry),
            claimable_at: now,
            expires_at,
        })
    }

    /// Turns a pre-reservation into a claim, which lasts until it is released.
    ///
    /// # Errors
    /// [`ReserveError::NotPreReserved`] if it came too late.
    pub(crate) fn claim(
        &mut self,
        now: Timestamp,
        id: PreReservationId,
    ) -> Result<Claim, ReserveError> {
        self.expire(now);
        let number = id.number();
        let Some(entry) = self.entries.get_mut(&number).filter(|entry| !entry.claimed) else {
            return Err(ReserveError::NotPreReserved { id });
        };
        entry.claimed = true;
        let mut resources = Vec::with_capacity(entry.shares.len());
        for share in &entry.shares {
            let pool = self.pools.get_mut(&share.need.resource);
            let Some(instance) = pool.and_then(|pool| pool.get_mut(share.instance)) else {
                continue;
            };
            for hold in instance
                .holds
                .iter_mut()
                .filter(|hold| hold.entry == number)
            {
                hold.until = None;
            }
            resources.push(HeldResource {
                resource: share.need.resource.clone(),
                instance: instance.name.clone(),
                mode: share.need.mode,
                config: instance.configured(&share.need.config),
                attributes: instance.attributes.clone(),
                token: instance.next_token(),
            });
        }
        resources.sort_by(|a, b| a.resource.cmp(&b.resource));
        Ok(Claim {
            id: ReservationId::from_number(number),
            resources,
        })
    }

    /// Gives back a claim.
    ///
    /// # Errors
    /// [`ReserveError::NotReserved`] if there is none.
    pub(crate) fn release(&mut self, id: ReservationId) -> Result<(), ReserveError> {
        let number = id.number();
        match self.entries.get(&number) {
            Some(entry) if entry.claimed => {
                self.drop_entry(number);
                Ok(())
            }
            _ => Err(ReserveError::NotReserved { id }),
        }
    }

    /// Gives up a pre-reservation. One that is gone already is no mistake.
    pub(crate) fn abandon(&mut self, id: PreReservationId) {
        if self
            .entries
            .get(&id.number())
            .is_some_and(|entry| !entry.claimed)
        {
            self.drop_entry(id.number());
        }
    }

    /// Whether nobody holds anything and nothing is set aside.
    #[cfg(test)]
    pub(crate) fn is_idle(&self) -> bool {
        self.entries.is_empty()
            && self
                .pools
                .values()
                .flatten()
                .all(|instance| instance.holds.is_empty())
    }

    /// Gives to others what was set aside and not claimed in time.
    fn expire(&mut self, now: Timestamp) {
        let lapsed = |hold: &Hold| hold.until.is_some_and(|until| until <= now);
        let mut numbers: Vec<u64> = self
            .pools
            .values()
            .flatten()
            .flat_map(|instance| &instance.holds)
            .filter(|hold| lapsed(hold))
            .map(|hold| hold.entry)
            .collect();
        numbers.dedup();
        for number in numbers {
            self.drop_entry(number);
        }
    }

    fn drop_entry(&mut self, number: u64) {
        for share in self
            .entries
            .remove(&number)
            .map(|entry| entry.shares)
            .into_iter()
            .flatten()
        {
            if let Some(instance) = self.instance(&share.need.resource, share.instance) {
                instance.holds.retain(|hold| hold.entry != number);
            }
        }
    }

    fn instance(&mut self, resource: &ResourceName, position: usize) -> Option<&mut Instance> {
        self.pools.get_mut(resource)?.get_mut(position)
    }

    fn find_share(&mut self, need: &ResourceNeed) -> Result<Share, ReserveError> {
        let pool = self
            .pools
            .entry(need.resource.clone())
            .or_insert_with(|| private_instance(&need.resource));
        // A shared holder joins others before it opens an instance that somebody may want alone.
        let joins = |instance: &Instance| {
            need.mode == ReservationMode::Shared && !instance.holds.is_empty()
        };
        let free = pool
            .iter()
            .enumerate()
            .filter(|(_, instance)| instance.admits(need.mode));
        match free
            .max_by_key(|(position, instance)| (joins(instance), std::cmp::Reverse(*position)))
        {
            Some((position, _)) => Ok(Share {
                need: need.clone(),
                instance: position,
            }),
            None => Err(unavailable(need, pool)),
        }
    }
}

/// What stands behind a name that was declared nowhere.
fn private_instance(resource: &ResourceName) -> Vec<Instance> {
    let name = InstanceName::new(resource.as_str());
    name.into_iter()
        .map(|name| Instance::new(name, serde_json::Value::Null))
        .collect()
}

fn unavailable(need: &ResourceNeed, pool: &[Instance]) -> ReserveError {
    let holds = || pool.iter().flat_map(|instance| &instance.holds);
    let mut held_by: Vec<Holder> = holds().map(|hold| hold.holder.clone()).collect();
    held_by.sort();
    held_by.dedup();
    ReserveError::Unavailable {
        resource: need.resource.clone(),
        mode: need.mode,
        held_by,
        available_at: holds()
            .map(|hold| hold.until)
            .min_by_key(|until| (until.is_none(), *until))
            .flatten(),
    }
}
