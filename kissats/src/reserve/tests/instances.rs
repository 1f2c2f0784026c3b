//! What stands behind a name.

use serde_json::{Value, json};

use super::words::*;
use crate::model::{InstanceName, ResourceName, ResourceNeed};

#[test]
fn a_pool_gives_each_holder_an_instance_with_its_configuration_and_a_growing_token() {
    let mut ledger = ledger();
    for (name, port) in [("psu-1", 5025), ("psu-2", 5026)] {
        let config = json!({ "port": port, "limit": 3.0 });
        ledger.add_instance(instance("psu", name).with_config(config));
    }
    let wish = exclusive("psu").with_config(json!({ "limit": 1.5 }));
    let first = take(&mut ledger, "a", &[wish]).unwrap();
    assert_eq!(first.resources[0].instance, "psu-1");
    assert_eq!(
        first.resources[0].config,
        json!({ "port": 5025, "limit": 1.5 })
    );
    let second = take(&mut ledger, "b", &[exclusive("psu")]).unwrap();
    assert_eq!(second.resources[0].instance, "psu-2");
    assert!(take(&mut ledger, "c", &[shared("psu")]).is_err());
    ledger.release(first.id.into()).unwrap();
    let again = take(&mut ledger, "c", &[shared("psu")]).unwrap();
    assert!(again.resources[0].token > first.resources[0].token);
    // A second shared holder joins the first although psu-2 may be wanted alone.
    ledger.release(second.id.into()).unwrap();
    let joined = take(&mut ledger, "d", &[shared("psu")]).unwrap();
    assert_eq!(joined.resources[0].instance, again.resources[0].instance);
    assert_eq!(ledger.available_resources(at(0)), ["psu"], "psu-2 is free");
}

#[test]
fn what_is_to_be_avoided_is_given_only_if_nothing_else_is_free() {
    let avoiding = |mut need: ResourceNeed, names: &[&str]| {
        let names = names.iter().map(|name| InstanceName::new(*name).unwrap());
        need = need.avoiding(names);
        need
    };
    let mut ledger = ledger_with("psu", &["psu-1", "psu-2", "psu-3"]);
    let wants = avoiding(exclusive("psu"), &["psu-1", "psu-2"]);
    let first = take(&mut ledger, "a", std::slice::from_ref(&wants)).unwrap();
    assert_eq!(first.resources[0].instance, "psu-3");
    let second = take(&mut ledger, "b", &[wants]).unwrap();
    assert_eq!(
        second.resources[0].instance, "psu-1",
        "no wait is longer for it"
    );
    // It is worth more than to join others.
    let joins = take(&mut ledger, "c", &[shared("psu")]).unwrap();
    assert_eq!(joins.resources[0].instance, "psu-2");
    ledger.release(first.id.into()).unwrap();
    let other = take(&mut ledger, "d", &[avoiding(shared("psu"), &["psu-2"])]).unwrap();
    assert_eq!(other.resources[0].instance, "psu-3");
    let only = take(&mut ledger, "e", &[avoiding(exclusive("dut"), &["dut"])]).unwrap();
    assert_eq!(only.resources[0].instance, "dut", "a ban would be for ever");
    let unknown = avoiding(exclusive("lan"), &["nobody"]);
    assert_eq!(
        take(&mut ledger, "f", &[unknown]).unwrap().resources[0].instance,
        "lan"
    );
}

#[test]
fn an_undeclared_resource_is_one_private_instance() {
    let mut ledger = ledger();
    let claim = take(&mut ledger, "a", &[exclusive("port 8080")]).unwrap();
    assert_eq!(claim.resources[0].instance, "port 8080");
    assert_eq!(claim.resources[0].config, Value::Null);
    assert_eq!(ledger.resources(), ["port 8080"]);
    assert!(ledger.available_resources(at(0)).is_empty());
    assert_eq!(
        ledger.config(&ResourceName::new("port 8081").unwrap())[0].instance,
        "port 8081"
    );
}

#[test]
fn a_shared_holder_joins_others_and_leaves_the_rest_to_those_who_want_one_alone() {
    let mut ledger = ledger_with("psu", &["psu-1", "psu-2", "psu-3"]);
    let first = take(&mut ledger, "a", &[exclusive("psu")]).unwrap();
    let second = take(&mut ledger, "b", &[shared("psu")]).unwrap();
    assert_eq!(second.resources[0].instance, "psu-2");
    ledger.release(first.id.into()).unwrap();
    let third = take(&mut ledger, "c", &[shared("psu")]).unwrap();
    assert_eq!(
        third.resources[0].instance, "psu-2",
        "not the first free one"
    );
    let alone = take(&mut ledger, "d", &[exclusive("psu")]).unwrap();
    assert_eq!(alone.resources[0].instance, "psu-1");
}
