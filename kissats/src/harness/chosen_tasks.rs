//! Which tasks there are, and which of them were asked for.

use std::collections::BTreeMap;

use crate::harness::entry::texts;
use crate::harness::settings::Settings;
use crate::harness::{Harness, linked_packs};
use crate::model::PackName;
use crate::plan::{Catalog, NameFilter, PlanError, Selection};
use crate::registry::{Linked, NeededTasks, RegistryError};

impl Harness {
    /// The tasks, checked, and those of them that were asked for.
    ///
    /// Who names tasks one by one gets what these need, and no others are looked at. If anything is wrong
    /// with that, everything that is wrong is told.
    pub(super) fn choose(&self, settings: &Settings) -> Result<(Catalog, Selection), Vec<String>> {
        // A list is what the whole is checked by. What groups there are, only the whole can tell.
        let looks_at_few =
            settings.names.is_of_names() && settings.narrowing.groups.is_empty() && !settings.list;
        if looks_at_few
            && let Ok(catalog) = self.tasks_for(&settings.names, settings)
            && let Ok(chosen) = self.choose_among(catalog, settings)
        {
            return Ok(chosen);
        }
        self.choose_among(self.tasks(settings)?, settings)
    }

    fn choose_among(
        &self,
        catalog: Catalog,
        settings: &Settings,
    ) -> Result<(Catalog, Selection), Vec<String>> {
        let is_offered = |pack: &str| match &settings.task_package.value {
            Some(package) => pack == package.as_str(),
            None => pack == self.target || self.packs.contains(&pack),
        };
        let selection = Selection::new(
            &catalog,
            is_offered,
            &settings.params,
            &settings.names,
            settings.ignored,
            &settings.narrowing,
        )
        .map_err(texts)?;
        Ok((catalog, selection))
    }

    /// All tasks that are linked, checked as a whole.
    pub(super) fn tasks(&self, settings: &Settings) -> Result<Catalog, Vec<String>> {
        let linked = Linked::gather();
        let (tasks, errors) = linked.tasks(&settings.params, &settings.task_defaults);
        self.check(settings, &linked.packs(), errors, || Catalog::new(tasks))
    }

    /// Those that are named and what can matter to them, checked with no regard to the others.
    pub(super) fn tasks_for(
        &self,
        names: &NameFilter,
        settings: &Settings,
    ) -> Result<Catalog, Vec<String>> {
        let needed = NeededTasks::of(names, &settings.params, &settings.task_defaults);
        self.check(settings, &needed.packs, needed.errors, || {
            Catalog::of_part(needed.tasks, needed.sizes)
        })
    }

    fn check(
        &self,
        settings: &Settings,
        packs: &BTreeMap<&'static str, Option<&'static str>>,
        errors: Vec<RegistryError>,
        catalog: impl FnOnce() -> Result<Catalog, Vec<PlanError>>,
    ) -> Result<Catalog, Vec<String>> {
        let mut mistakes = texts(errors);
        mistakes.extend(texts(self.empty_packs(packs)));
        mistakes.extend(texts(linked_packs::check(
            &settings.task_package,
            &settings.package_version,
            self.packs,
            packs,
        )));
        match catalog() {
            Ok(catalog) if mistakes.is_empty() => Ok(catalog),
            Ok(_) => Err(mistakes),
            Err(errors) => {
                mistakes.extend(texts(errors));
                Err(mistakes)
            }
        }
    }

    fn empty_packs(&self, linked: &BTreeMap<&str, Option<&str>>) -> Vec<PlanError> {
        if linked.is_empty() {
            // The catalog says so.
            return Vec::new();
        }
        let names = linked.keys().filter_map(|name| PackName::new(name).ok());
        let names: Vec<PackName> = names.collect();
        let empty = self.packs.iter().filter(|pack| !linked.contains_key(*pack));
        empty
            .map(|pack| PlanError::EmptyPack {
                pack: (*pack).to_owned(),
                linked: names.clone(),
            })
            .collect()
    }
}
