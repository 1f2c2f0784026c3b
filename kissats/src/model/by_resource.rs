//! Values for resources.

use std::collections::BTreeMap;

use crate::model::ResourceName;

/// A value for each of some resources, in the order of their names.
///
/// All of these have one kind of tree: each kind is 35 KB in a pack that is not optimised.
#[derive(Debug)]
pub(crate) struct ByResource<T> {
    /// Where the value of a resource is.
    places: BTreeMap<ResourceName, u32>,
    values: Vec<T>,
}

impl<T> Default for ByResource<T> {
    fn default() -> Self {
        Self {
            places: BTreeMap::new(),
            values: Vec::new(),
        }
    }
}

impl<T> ByResource<T> {
    pub(crate) fn get(&self, resource: &ResourceName) -> Option<&T> {
        let place = *self.places.get(resource)?;
        Some(&self.values[place as usize])
    }

    pub(crate) fn get_mut(&mut self, resource: &ResourceName) -> Option<&mut T> {
        let place = *self.places.get(resource)?;
        Some(&mut self.values[place as usize])
    }

    /// Gives a value to a resource that has none.
    pub(crate) fn insert(&mut self, resource: &ResourceName, value: T) {
        let place = u32::try_from(self.values.len()).expect("there are fewer than four billion");
        self.places.insert(resource.clone(), place);
        self.values.push(value);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&ResourceName, &T)> {
        let values = &self.values;
        let places = self.places.iter();
        places.map(|(resource, place)| (resource, &values[*place as usize]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_value_and_they_come_by_name() {
        let name = |text| ResourceName::new(text).unwrap();
        let mut volts = ByResource::default();
        for (resource, value) in [("psu", 12), ("dut", 5), ("lan", 48)] {
            assert_eq!(volts.get(&name(resource)), None);
            assert_eq!(volts.get_mut(&name(resource)), None);
            volts.insert(&name(resource), value);
        }
        *volts.get_mut(&name("dut")).unwrap() += 1;
        assert_eq!(volts.get(&name("lan")), Some(&48));
        let all: Vec<_> = volts
            .iter()
            .map(|(name, volt)| (name.as_str(), *volt))
            .collect();
        assert_eq!(all, [("dut", 6), ("lan", 48), ("psu", 12)]);
    }
}
