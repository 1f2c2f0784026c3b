//! What stands behind every declared resource.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::config::{PoolMember, ResourceTable};
use crate::model::{InstanceName, NameError, ResourceName};
use crate::reserve::InstanceConfig;

/// The instances of every resource: those of the configuration file, and of the test target where the
/// file says nothing of the resource. In order of the names.
#[derive(Debug)]
pub(super) struct Pools(Vec<(ResourceName, Vec<PoolMember>)>);

impl Pools {
    pub(super) fn new(
        table: &ResourceTable,
        of_target: Vec<(String, String, Value)>,
    ) -> Result<Self, NameError> {
        let mut pools = table.pools.clone();
        for (resource, instance, config) in of_target {
            let resource = ResourceName::new(resource)?;
            let member = PoolMember {
                name: InstanceName::new(instance)?,
                config,
                attributes: Map::new(),
            };
            if place_of(&table.pools, &resource).is_ok() {
                continue;
            }
            match place_of(&pools, &resource) {
                Ok(place) => pools[place].1.push(member),
                Err(place) => pools.insert(place, (resource, vec![member])),
            }
        }
        Ok(Self(pools))
    }

    pub(super) fn names(&self) -> Vec<&ResourceName> {
        self.0.iter().map(|(resource, _)| resource).collect()
    }

    /// How many instances there are of each.
    pub(super) fn capacities(&self) -> BTreeMap<ResourceName, u32> {
        let count = |members: &Vec<_>| u32::try_from(members.len()).unwrap_or(u32::MAX);
        let pools = self.0.iter();
        pools
            .map(|(resource, members)| (resource.clone(), count(members)))
            .collect()
    }

    /// All instances, as a client is told of them.
    pub(super) fn instances(self) -> Vec<InstanceConfig> {
        let of_resource = |(resource, members): (ResourceName, Vec<PoolMember>)| {
            members.into_iter().map(move |member| {
                InstanceConfig::new(resource.clone(), member.name)
                    .with_config(member.config)
                    .with_attributes(member.attributes)
            })
        };
        self.0.into_iter().flat_map(of_resource).collect()
    }
}

/// Where the resource is, or belongs.
fn place_of(
    pools: &[(ResourceName, Vec<PoolMember>)],
    resource: &ResourceName,
) -> Result<usize, usize> {
    pools.binary_search_by(|(known, _)| known.cmp(resource))
}
