//! Which tasks there are, and which of them were asked for.

use std::collections::BTreeMap;

use crate::harness::entry::texts;
use crate::harness::settings::Settings;
use crate::harness::{Harness, linked_packs};
use crate::model::{LoadedTask, PackName};
use crate::plan::{Catalog, PlanError, Selection};
use crate::registry::{Linked, RegistryError};

impl Harness {
    /// The tasks, checked as a whole, and those of them that were asked for.
    pub(super) fn choose(&self, settings: &Settings) -> Result<(Catalog, Selection), Vec<String>> {
        let is_offered = |pack: &str| match &settings.task_package.value {
            Some(package) => pack == package.as_str(),
            None => pack == self.target || self.packs.contains(&pack),
        };
        let catalog = self.tasks(settings)?;
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
        self.catalog(settings, &linked, tasks, errors)
    }

    fn catalog(
        &self,
        settings: &Settings,
        linked: &Linked,
        tasks: Vec<LoadedTask>,
        errors: Vec<RegistryError>,
    ) -> Result<Catalog, Vec<String>> {
        let mut mistakes = texts(errors);
        if tasks.is_empty() && !mistakes.is_empty() {
            return Err(mistakes);
        }
        let packs = linked.packs();
        mistakes.extend(texts(self.empty_packs(&packs)));
        mistakes.extend(texts(linked_packs::check(
            &settings.task_package,
            &settings.package_version,
            self.packs,
            &packs,
        )));
        match Catalog::new(tasks) {
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
