//! Whatever kissats shows to the world is shown in use.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::compiler::why_it_is_another;
use crate::public_api::rustdoc_json;

/// An example stands at the item itself, or at the type or trait that it belongs to, on the same page.
#[test]
fn every_public_item_has_an_example() {
    if let Some(why) = why_it_is_another() {
        println!("{why}");
        return;
    }
    let json = std::fs::read_to_string(rustdoc_json()).expect("rustdoc wrote it");
    let docs = Docs {
        json: serde_json::from_str(&json).expect("rustdoc writes JSON"),
    };
    let mut missing = BTreeSet::new();
    let root = docs.json["root"].to_string();
    docs.look_through_module(&docs.json["index"][root.as_str()], "kissats", &mut missing);
    assert!(
        missing.is_empty(),
        "{} public items without an example:\n{}",
        missing.len(),
        missing.into_iter().collect::<Vec<_>>().join("\n")
    );
}

struct Docs {
    json: Value,
}

impl Docs {
    fn item(&self, id: &Value) -> Option<&Value> {
        self.json["index"].get(id.to_string())
    }

    fn items<'a>(&'a self, ids: &'a Value) -> impl Iterator<Item = &'a Value> {
        let ids = ids.as_array().into_iter().flatten();
        ids.filter_map(|id| self.item(id))
    }

    fn look_through_module(&self, module: &Value, path: &str, missing: &mut BTreeSet<String>) {
        for item in self.items(&module["inner"]["module"]["items"]) {
            if is_hidden(item) {
                continue;
            }
            let (item, name) = match item["inner"].get("use") {
                // What another crate documents is no concern of this test.
                Some(again) => match self.item(&again["id"]) {
                    Some(target) if target["crate_id"] == module["crate_id"] => {
                        (target, again["name"].as_str())
                    }
                    _ => continue,
                },
                None => (item, item["name"].as_str()),
            };
            let path = format!("{path}::{}", name.unwrap_or_default());
            if item["inner"].get("module").is_some() {
                self.look_through_module(item, &path, missing);
                if path.starts_with("kissats::guide") {
                    continue;
                }
            }
            if examples(item).is_empty() {
                missing.insert(path.clone());
            }
            self.look_at_members(item, &path, missing);
        }
    }

    /// Methods and constants. Fields and variants say what they are.
    fn look_at_members(&self, owner: &Value, path: &str, missing: &mut BTreeSet<String>) {
        let Some((_, inner)) = owner["inner"]
            .as_object()
            .and_then(|inner| inner.iter().next())
        else {
            return;
        };
        let own = self.items(&inner["impls"]).filter_map(|found| {
            let of = &found["inner"]["impl"];
            of["trait"].is_null().then_some(&of["items"])
        });
        let of_trait = inner["items"].is_array().then_some(&inner["items"]);
        let shared = examples(owner);
        for member in own.chain(of_trait).flat_map(|ids| self.items(ids)) {
            let name = member["name"].as_str().unwrap_or_default();
            let is_used = || {
                let words = shared.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
                words.into_iter().any(|word| word == name)
            };
            let is_seen = owner["inner"].get("trait").is_some() || member["visibility"] == "public";
            if is_seen && !is_hidden(member) && examples(member).is_empty() && !is_used() {
                missing.insert(format!("{path}::{name}"));
            }
        }
    }
}

fn is_hidden(item: &Value) -> bool {
    let attributes = item["attrs"].to_string();
    attributes.contains("doc(hidden)") || attributes.contains("doc_hidden")
}

/// The code in the documentation of an item.
fn examples(item: &Value) -> String {
    let docs = item["docs"].as_str().unwrap_or_default();
    let blocks = docs.split("```").skip(1).step_by(2);
    let is_code = |block: &&str| !block.starts_with("text") && !block.starts_with("toml");
    blocks.filter(is_code).collect()
}
