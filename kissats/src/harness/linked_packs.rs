//! `task_package` and `package_version` against what is linked.

use std::collections::BTreeMap;

use semver::{Version, VersionReq};

use crate::config::Sourced;
use crate::model::{PackName, nearest};

/// A pack that was asked for and cannot be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum PackError {
    #[error(
        "{origin}: the pack `{pack}` is not linked{did_you_mean}; linked are: {linked}. Nothing is installed at run \
         time: `cargo add --dev {pack}{requirement}`, and name it in `kissats::main!({pack});`"
    )]
    NotLinked {
        origin: String,
        pack: PackName,
        did_you_mean: String,
        linked: String,
        requirement: String,
    },
    #[error(
        "{origin}: the pack `{pack}` is linked as {version}, and `{requirement}` was asked for; linked are: {linked}. \
         `cargo add --dev {pack}@'{requirement}'`"
    )]
    WrongVersion {
        origin: String,
        pack: PackName,
        version: String,
        requirement: VersionReq,
        linked: String,
    },
}

/// Checks the pack that was asked for; with a version only, every pack of the target has to have it.
pub(super) fn check(
    package: &Sourced<Option<PackName>>,
    version: &Sourced<Option<VersionReq>>,
    offered: &[&str],
    linked: &BTreeMap<&str, Option<&str>>,
) -> Vec<PackError> {
    let all = || {
        let packs = linked.iter().map(|(pack, version)| match version {
            Some(version) => format!("{pack} {version}"),
            None => (*pack).to_owned(),
        });
        packs.collect::<Vec<_>>().join(", ")
    };
    let wanted: Vec<&str> = match &package.value {
        Some(pack) => vec![pack.as_str()],
        None => offered.to_vec(),
    };
    let mut errors = Vec::new();
    for name in wanted {
        let Ok(pack) = PackName::new(name) else {
            continue;
        };
        let Some(found) = linked.get(name) else {
            // A pack of the target without tasks has an error of its own.
            if package.value.is_some() {
                errors.push(PackError::NotLinked {
                    origin: package.origin.to_string(),
                    pack,
                    did_you_mean: nearest(name, linked.keys())
                        .map(|near| format!("; did you mean `{near}`?"))
                        .unwrap_or_default(),
                    linked: all(),
                    requirement: version
                        .value
                        .as_ref()
                        .map(|requirement| format!("@'{requirement}'"))
                        .unwrap_or_default(),
                });
            }
            continue;
        };
        let Some(requirement) = &version.value else {
            continue;
        };
        let fits = found
            .and_then(|text| Version::parse(text).ok())
            .is_some_and(|version| requirement.matches(&version));
        if !fits {
            errors.push(PackError::WrongVersion {
                origin: version.origin.to_string(),
                pack,
                version: found.unwrap_or("a version that nobody knows").to_owned(),
                requirement: requirement.clone(),
                linked: all(),
            });
        }
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Origin;

    fn messages(package: Option<&str>, version: Option<&str>) -> Vec<String> {
        let linked = BTreeMap::from([("bench", Some("1.4.0")), ("helpers", None)]);
        let errors = check(
            &Sourced {
                value: package.map(|name| PackName::new(name).unwrap()),
                origin: Origin::Flag("--task-package"),
            },
            &Sourced {
                value: version.map(|text| VersionReq::parse(text).unwrap()),
                origin: Origin::Variable("KISSATS_PACKAGE_VERSION"),
            },
            &["bench"],
            &linked,
        );
        errors.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_linked_and_fits_is_well() {
        for (package, version) in [
            (None, None),
            (Some("bench"), None),
            (Some("bench"), Some(">=1.2, <2")),
            (None, Some("1")),
            (Some("helpers"), None),
        ] {
            assert_eq!(
                messages(package, version),
                [""; 0],
                "{package:?} {version:?}"
            );
        }
    }

    #[test]
    fn what_is_missing_says_how_to_get_it() {
        let missing = messages(Some("bnech"), Some(">=2"));
        assert_eq!(
            missing,
            [
                "flag --task-package: the pack `bnech` is not linked; did you mean `bench`?; linked are: \
              bench 1.4.0, helpers. Nothing is installed at run time: `cargo add --dev bnech@'>=2'`, and \
              name it in `kissats::main!(bnech);`"
            ]
        );
        let old = messages(None, Some(">=2"));
        assert_eq!(
            old,
            [
                "variable KISSATS_PACKAGE_VERSION: the pack `bench` is linked as 1.4.0, and `>=2` was asked \
              for; linked are: bench 1.4.0, helpers. `cargo add --dev bench@'>=2'`"
            ]
        );
        assert_eq!(messages(Some("helpers"), Some("1")).len(), 1);
    }
}
