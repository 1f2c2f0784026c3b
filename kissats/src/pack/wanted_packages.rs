//! The linked packs that a configuration asks for.

use semver::Version;

use crate::model::{RunConfig, nearest};
use crate::pack::PackError;
use crate::registry::Linked;

/// Whether what the configuration asks for is linked.
pub(super) fn check_packages(config: &RunConfig) -> Result<(), PackError> {
    let linked = Linked::gather().packs();
    if let Some(package) = &config.task_package
        && !linked.contains_key(package.as_str())
    {
        return Err(PackError::NotLinked {
            nearest: nearest(package.as_str(), linked.keys()),
            linked: linked.keys().map(ToString::to_string).collect(),
            package: package.clone(),
        });
    }
    let Some(wanted) = &config.package_version else {
        return Ok(());
    };
    let asked = |name: &str| {
        let package = config.task_package.as_ref();
        package.is_none_or(|package| *package == *name)
    };
    for (&package, version) in linked.iter().filter(|(name, _)| asked(name)) {
        let fits = version
            .and_then(|text| Version::parse(text).ok())
            .is_some_and(|version| wanted.matches(&version));
        if !fits {
            return Err(PackError::WrongVersion {
                package: package.to_owned(),
                version: version.unwrap_or("a version that nobody knows").to_owned(),
                wanted: wanted.clone(),
            });
        }
    }
    Ok(())
}
