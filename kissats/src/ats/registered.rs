//! Clients by name.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
#[cfg(unix)]
use std::time::Duration;

use serde_json::{Map, Value};

#[cfg(unix)]
use crate::ats::HostAts;
use crate::ats::{AtsClient, AtsClientError, LocalAts};
use crate::model::{AtsName, Clock};
use crate::reserve::InstanceConfig;

/// The client in this process, which needs no registration.
const LOCAL: &str = "local";

/// The client of this machine, which needs none either.
#[cfg(unix)]
const HOST: &str = "host";

/// The client that is registered under the name of the run's test system.
const AUTO: &str = "auto";

/// What a client is started with.
///
/// ```
/// # use std::sync::Arc;
/// # use kissats::{AtsClientConfig, AtsName, InstanceConfig, InstanceName, ResourceName, SystemClock, connect_ats_client, json};
/// let psu = InstanceConfig::new(ResourceName::new("psu")?, InstanceName::new("psu-1")?);
/// let config = AtsClientConfig::new(Arc::new(SystemClock::start()))
///     .for_ats(AtsName::new("rack-3")?)
///     .with_kwarg("port", json!(5025))
///     .with_instance(psu.with_config(json!({ "limit": 2 })));
/// let client = connect_ats_client("local", &config)?;
/// assert_eq!(client.resources()?, [ResourceName::new("psu")?]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct AtsClientConfig {
    /// The clock of the run, on which all instants are counted.
    pub clock: Arc<dyn Clock>,
    /// The test system of the run, if one is named.
    pub ats: Option<AtsName>,
    /// Values for the client (`ats_client_kwargs`).
    pub kwargs: Map<String, Value>,
    /// The instances that the test target declares, for a client that owns them.
    pub instances: Vec<InstanceConfig>,
}

impl AtsClientConfig {
    /// A configuration with nothing but a clock.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            ats: None,
            kwargs: Map::new(),
            instances: Vec::new(),
        }
    }

    /// The same for the test system `ats`.
    #[must_use]
    pub fn for_ats(mut self, ats: AtsName) -> Self {
        self.ats = Some(ats);
        self
    }

    /// The same with one more value for the client.
    #[must_use]
    pub fn with_kwarg(mut self, key: impl Into<String>, value: Value) -> Self {
        self.kwargs.insert(key.into(), value);
        self
    }

    /// The same with one more instance behind its resource.
    #[must_use]
    pub fn with_instance(mut self, instance: InstanceConfig) -> Self {
        self.instances.push(instance);
        self
    }
}

impl fmt::Debug for AtsClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AtsClientConfig")
            .field("ats", &self.ats)
            .field("kwargs", &self.kwargs)
            .field("instances", &self.instances)
            .finish_non_exhaustive()
    }
}

/// What the function of a registered client returns.
type Connected = Result<Arc<dyn AtsClient>, Box<dyn Error + Send + Sync>>;

/// A client that was linked; made by [`register_ats_client!`](crate::register_ats_client).
///
/// ```standalone_crate
/// # use std::sync::Arc;
/// # use kissats::LocalAts;
/// kissats::register_ats_client!("bench", |config| Ok(Arc::new(LocalAts::new(config.clock.clone()))));
/// # fn main() {}
/// ```
#[derive(Debug, Clone, Copy)]
pub struct AtsRegistration {
    name: &'static str,
    module: &'static str,
    connect: fn(&AtsClientConfig) -> Connected,
}

impl AtsRegistration {
    /// For [`register_ats_client!`](crate::register_ats_client), which knows the module.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        module: &'static str,
        connect: fn(&AtsClientConfig) -> Connected,
    ) -> Self {
        Self {
            name,
            module,
            connect,
        }
    }
}

inventory::collect!(AtsRegistration);

/// Registers a client of an ATS under a name, for `ats_client = "name"` and, if that is the name of
/// the run's test system, for `ats_client = "auto"`.
///
/// The function is called when a run needs the client, with an [`AtsClientConfig`]. Nothing is
/// installed at run time: what is not linked is not there.
///
/// ```
/// # use std::sync::Arc;
/// # use kissats::{AtsClient, AtsClientConfig, LocalAts, SystemClock, connect_ats_client};
/// kissats::register_ats_client!("bench", |config| {
///     let port = config.kwargs.get("port").and_then(|port| port.as_u64());
///     port.ok_or("`ats_client_kwargs` needs `port`, a number")?;
///     Ok(Arc::new(LocalAts::new(config.clock.clone())))
/// });
///
/// # fn main() {
/// let config = AtsClientConfig::new(Arc::new(SystemClock::start()));
/// assert!(connect_ats_client("bench", &config.clone().with_kwarg("port", 5025.into())).is_ok());
/// let error = connect_ats_client("bnch", &config).err().unwrap();
/// assert_eq!(
///     error.to_string(),
///     "no ATS client is called `bnch`; there are `bench`, `host`, `local`; did you mean `bench`?"
/// );
/// # }
/// ```
#[macro_export]
macro_rules! register_ats_client {
    ($name:expr, $connect:expr $(,)?) => {
        $crate::__private0_1_0::inventory::submit! {
            $crate::AtsRegistration::new($name, ::core::module_path!(), $connect)
        }
    };
}

/// Starts the client of that name: `local` or `host`, which are always there, one that was registered with
/// [`register_ats_client!`](crate::register_ats_client), or `auto`, the one registered under the name
/// of the run's test system.
///
/// ```
/// # use std::sync::Arc;
/// # use kissats::{AtsClientConfig, SystemClock, connect_ats_client};
/// let config = AtsClientConfig::new(Arc::new(SystemClock::start()));
/// let client = connect_ats_client("local", &config)?;
/// assert!(client.resources()?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`AtsClientError`] names the clients that are there, or what the client says.
pub fn connect_ats_client(
    name: &str,
    config: &AtsClientConfig,
) -> Result<Arc<dyn AtsClient>, AtsClientError> {
    connect_among(inventory::iter::<AtsRegistration>, name, config)
}

fn connect_among<'a>(
    registrations: impl IntoIterator<Item = &'a AtsRegistration>,
    name: &str,
    config: &AtsClientConfig,
) -> Result<Arc<dyn AtsClient>, AtsClientError> {
    let own = |name| AtsRegistration::new(name, "kissats", |config| Ok(local(config)));
    let ours = [
        own(LOCAL),
        own(AUTO),
        #[cfg(unix)]
        AtsRegistration::new(HOST, "kissats", host),
    ];
    let mut known: Vec<AtsRegistration> = Vec::new();
    for client in registrations.into_iter().copied().chain(ours) {
        let comes_before =
            |other: &AtsRegistration| (other.name, other.module) <= (client.name, client.module);
        known.insert(known.partition_point(comes_before), client);
    }
    let mut neighbours = known.windows(2);
    if let Some(twins) = neighbours.find(|pair| pair[0].name == pair[1].name) {
        return Err(AtsClientError::RegisteredTwice {
            name: twins[0].name,
            first: twins[0].module,
            second: twins[1].module,
        });
    }
    let wanted = match (name, &config.ats) {
        (AUTO, Some(ats)) => ats.as_str(),
        (AUTO, None) => return Err(AtsClientError::AutoWithoutAts),
        (name, _) => name,
    };
    known.retain(|client| client.name != AUTO);
    let Some(found) = known.iter().find(|client| client.name == wanted) else {
        let registered: Vec<_> = known.iter().map(|client| client.name).collect();
        return Err(AtsClientError::Unknown {
            name: wanted.to_owned(),
            nearest: nearest(wanted, &registered),
            registered,
        });
    };
    (found.connect)(config).map_err(|source| AtsClientError::Failed {
        name: wanted.to_owned(),
        source,
    })
}

fn local(config: &AtsClientConfig) -> Arc<dyn AtsClient> {
    let ats = LocalAts::new(Arc::clone(&config.clock));
    let instances = config.instances.iter().cloned();
    Arc::new(instances.fold(ats, LocalAts::with_instance))
}

#[cfg(unix)]
fn host(config: &AtsClientConfig) -> Connected {
    let mut ats = HostAts::new(Arc::clone(&config.clock));
    for (key, value) in &config.kwargs {
        let text = value.as_str();
        ats = match (key.as_str(), text, value.as_f64()) {
            ("folder", Some(folder), _) => ats.in_folder(folder),
            ("quarantine", Some(span), _) => ats.with_quarantine(humantime::parse_duration(span)?),
            ("quarantine", None, Some(seconds)) => {
                ats.with_quarantine(Duration::try_from_secs_f64(seconds)?)
            }
            _ => {
                let expected = "`folder`, a path, and `quarantine`, such as \"2s\" or 2";
                return Err(format!("`{key}` = {value}: expected {expected}").into());
            }
        };
    }
    let instances = config.instances.iter().cloned();
    Ok(Arc::new(instances.fold(ats, HostAts::with_instance)))
}

/// What was probably meant.
pub(super) fn nearest(word: &str, known: &[&str]) -> Option<String> {
    let likeness = |known: &str| strsim::jaro_winkler(word, known);
    let best = known
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) > 0.8).then(|| (*best).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ats::hand_clock::HandClock;
    use crate::model::{InstanceName, ResourceName};

    fn connect(
        names: &[&'static str],
        name: &str,
        ats: Option<&str>,
    ) -> Result<Vec<ResourceName>, String> {
        let client = |name| {
            AtsRegistration::new(name, "bench::client", |config| {
                if config.kwargs.contains_key("broken") {
                    return Err("the bench is off".into());
                }
                Ok(local(config))
            })
        };
        let registrations: Vec<_> = names.iter().copied().map(client).collect();
        let psu = InstanceConfig::new(
            ResourceName::new("psu").unwrap(),
            InstanceName::new("psu-1").unwrap(),
        );
        let mut config = AtsClientConfig::new(Arc::new(HandClock::default())).with_instance(psu);
        config.ats = ats.map(|name| AtsName::new(name).unwrap());
        if name == "broken" {
            config = config.with_kwarg("broken", true.into());
        }
        let client =
            connect_among(&registrations, name, &config).map_err(|error| error.to_string())?;
        Ok(client.resources().unwrap())
    }

    #[test]
    fn local_is_always_there_and_auto_is_the_client_of_the_test_system() {
        for (name, ats) in [("local", None), ("bench", None), ("auto", Some("bench"))] {
            assert_eq!(connect(&["bench", "rack"], name, ats).unwrap(), ["psu"]);
        }
    }

    #[test]
    fn what_is_not_there_says_what_is() {
        for (names, name, ats, message) in [
            (
                &["rack", "bench"][..],
                "auto",
                Some("bnch"),
                "no ATS client is called `bnch`; there are `bench`, `host`, `local`, `rack`; did you mean `bench`?",
            ),
            (
                &[],
                "bench",
                None,
                "no ATS client is called `bench`; there are `host`, `local`",
            ),
            (
                &[],
                "auto",
                None,
                "`ats_client = auto` takes the client of the run's test system, and none is named; \
                 name one with `--ats`, or the client itself",
            ),
            (
                &["local"],
                "local",
                None,
                "the ATS client `local` is registered by bench::client and kissats; rename one of the two",
            ),
            (
                &["broken"],
                "broken",
                None,
                "the ATS client `broken` could not be started",
            ),
        ] {
            assert_eq!(connect(names, name, ats).unwrap_err(), message);
        }
    }
}
