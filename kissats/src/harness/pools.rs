//! What stands behind every declared resource.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::config::{PoolMember, ResourceTable};
use crate::model::{InstanceName, NameError, ResourceName};
use crate::reserve::InstanceConfig;

/// The instances of every resource: those of the configuration file, and of the test target where the
/// file says nothing of the resource.
#[derive(Debug)]
pub(super) struct Pools(BTreeMap<ResourceName, Vec<PoolMember>>);

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
            if !table.pools.contains_key(&resource) {
                pools.entry(resource).or_default().push(member);
            }
        }
        Ok(Self(pools))
    }

    pub(super) fn names(&self) -> Vec<&ResourceName> {
        self.0.keys().collect()
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
