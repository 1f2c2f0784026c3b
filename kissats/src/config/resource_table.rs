//! The table `[resources]`: what stands behind the names that tasks ask for.

use serde_json::{Map, Value};

use crate::model::schema::{Fields, Node};
use crate::model::{InstanceName, ResourceName, SchemaProblem};

/// A pool of more is a mistake in the file, and would only cost memory.
const MOST: u64 = 10_000;

/// All declared resources.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ResourceTable {
    /// Whether a task may ask only for what is declared.
    pub(crate) strict: bool,
    /// In order of the names.
    pub(crate) pools: Vec<(ResourceName, Vec<PoolMember>)>,
}

/// One instance.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PoolMember {
    pub(crate) name: InstanceName,
    pub(crate) config: Value,
    pub(crate) attributes: Map<String, Value>,
}

impl ResourceTable {
    pub(crate) fn read(fields: &mut Fields<'_>) -> Self {
        let strict = fields.read("strict", Node::flag).unwrap_or_default();
        let mut pools = Vec::new();
        // The keys of a document of ours are in order.
        for (name, node) in fields.others() {
            let pool = pool(name, &node);
            match ResourceName::new(name) {
                Ok(name) => {
                    pools.push((name, pool.unwrap_or_default()));
                }
                Err(error) => {
                    node.refuse::<()>(error.into());
                }
            }
        }
        Self { strict, pools }
    }
}

fn pool(resource: &str, node: &Node<'_>) -> Option<Vec<PoolMember>> {
    let mut fields = node.fields()?;
    let instances = fields.find("instances");
    let capacity = fields.find("capacity");
    let config = fields.read("config", |node| Some(node.value.clone()));
    let attributes = fields.read("attributes", |node| node.object().cloned());
    fields.refuse_rest();
    let contradicts = |what: &str| {
        node.refuse(SchemaProblem::Contradiction(format!(
            "{what}; give either `capacity = 4` or `instances = [{{ name = \"{resource}-1\" }}]`"
        )))
    };
    match (instances, capacity) {
        (Some(_), Some(_)) => contradicts("both `capacity` and `instances`"),
        (None, None) => contradicts("neither `capacity` nor `instances`"),
        (Some(_), None) if config.is_some() || attributes.is_some() => {
            node.refuse(SchemaProblem::Contradiction(
                "`config` and `attributes` beside `instances`; write them into each instance"
                    .to_owned(),
            ))
        }
        (Some(instances), None) => members(&instances),
        (None, Some(capacity)) => {
            let count = capacity.whole_number::<u64>(1)?;
            if count > MOST {
                return capacity.expected(format!("at most {MOST}"));
            }
            let numbered = (1..=count).map(|number| {
                let name = InstanceName::new(format!("{resource}-{number}")).ok()?;
                Some(PoolMember {
                    name,
                    config: config.clone().unwrap_or_default(),
                    attributes: attributes.clone().unwrap_or_default(),
                })
            });
            numbered.collect()
        }
    }
}

fn members(node: &Node<'_>) -> Option<Vec<PoolMember>> {
    let members = node.list(|node| Some((node.path().clone(), member(node)?)))?;
    if members.is_empty() {
        return node.expected("a list of at least one instance");
    }
    for (position, (path, member)) in members.iter().enumerate() {
        let earlier = members[..position]
            .iter()
            .any(|(_, other)| other.name == member.name);
        if earlier {
            node.note(
                path.key("name"),
                SchemaProblem::Contradiction(format!(
                    "a second instance `{}`; each needs a name of its own",
                    member.name
                )),
            );
        }
    }
    Some(members.into_iter().map(|(_, member)| member).collect())
}

fn member(node: &Node<'_>) -> Option<PoolMember> {
    let mut fields = node.fields()?;
    let name = fields
        .required("name", "the name of the instance")
        .and_then(|name| name.name(InstanceName::new));
    let config = fields.read("config", |node| Some(node.value.clone()));
    let attributes = fields.read("attributes", |node| node.object().cloned());
    fields.refuse_rest();
    Some(PoolMember {
        name: name?,
        config: config.unwrap_or_default(),
        attributes: attributes.unwrap_or_default(),
    })
}
