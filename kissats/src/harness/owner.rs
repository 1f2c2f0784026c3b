//! Who owns the resources of a run.

use std::error::Error;
use std::sync::Arc;

use crate::ats::{AtsClient, AtsClientConfig, connect_ats_client};
use crate::engine::Capacities;
use crate::harness::pools::Pools;
use crate::harness::settings::Settings;
use crate::model::Clock;

/// The client where none is named: two runs on one machine do not get into each other's way. A pack
/// whose resources are private names `local`.
const USUAL_CLIENT: &str = if cfg!(unix) { "host" } else { "local" };

/// Whoever owns the resources.
pub(super) fn client(
    settings: &Settings,
    pools: Pools,
    clock: Arc<dyn Clock>,
) -> Result<Arc<dyn AtsClient>, String> {
    let name = settings.ats_client.as_deref().unwrap_or(USUAL_CLIENT);
    let mut config = AtsClientConfig::new(clock);
    config.ats = settings.params.ats().cloned();
    config.kwargs = settings.ats_client_kwargs.clone();
    config.instances = pools.instances();
    connect_ats_client(name, &config).map_err(|error| match error.source() {
        Some(why) => format!("{error}: {why}"),
        None => error.to_string(),
    })
}

/// How many there are of each resource.
pub(super) fn capacities(settings: &Settings, pools: &Pools) -> Capacities {
    Capacities {
        known: pools.capacities(),
        // What is declared nowhere is one instance, unless somebody else owns it.
        others: matches!(
            settings.ats_client.as_deref(),
            None | Some("host" | "local")
        )
        .then_some(1),
        ..Capacities::default()
    }
}
