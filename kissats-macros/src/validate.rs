//! What no key can know alone, and the way from entries to a task.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt as _;

use crate::errors::Errors;
use crate::item::Item;
use crate::keys::{self, Kind};
use crate::model::{Setting, Task};
use crate::parse::{Entry, keys_written_twice};
use crate::role::Role;
use crate::value::{Prereq, Text, Value};

/// Finds every mistake that is left. `item` is `None` if it cannot be a task.
pub(crate) fn check(entries: &[Entry], item: Option<&Item>, errors: &mut Errors) {
    keys_written_twice(entries, errors);
    group_beside_groups(entries, errors);
    texts_written_twice(entries, errors);
    resources_in_both_lists(entries, errors);
    configs_of_other_resources(entries, item, errors);
    lists_that_accept_nothing(entries, errors);
    prereqs_written_twice(entries, errors);
    if let Some(item) = item {
        prereq_of_itself(entries, item, errors);
        functions_named_twice(entries, item, errors);
        let named_by_key = |role: Role| role.key().is_some_and(|key| find(entries, key).is_some());
        item.check(named_by_key, errors);
    }
}

/// To be called when there are no mistakes.
pub(crate) fn task(entries: Vec<Entry>, item: Item, source: TokenStream) -> Task {
    let described = entries.iter().any(|entry| entry.key.word == "description");
    let mut settings = Vec::new();
    let doc_comment = item.doc_comment();
    if !described && !doc_comment.is_empty() {
        let value = Value::Text(Text {
            text: doc_comment,
            span: Span::call_site(),
        });
        settings.push(Setting {
            key: "description",
            value,
        });
    }
    for Entry { key, value, .. } in entries {
        match (key.kind, value) {
            (_, None | Some(Value::NotIgnored)) => {}
            (Kind::Group, Some(Value::Text(group))) => {
                settings.push(Setting {
                    key: "groups",
                    value: Value::Texts(vec![group]),
                });
            }
            (_, Some(value)) => settings.push(Setting {
                key: key.word,
                value,
            }),
        }
    }
    Task {
        item,
        settings,
        source,
    }
}

fn find<'a>(entries: &'a [Entry], word: &str) -> Option<&'a Entry> {
    entries.iter().find(|entry| entry.key.word == word)
}

fn group_beside_groups(entries: &[Entry], errors: &mut Errors) {
    let position = |word| entries.iter().position(|entry| entry.key.word == word);
    if let (Some(one), Some(many)) = (position("group"), position("groups")) {
        let second = &entries[one.max(many)];
        errors.at(
            second.word.span(),
            "`group` is the short form of `groups` for one group: write one of the two",
        );
    }
}

fn texts_written_twice(entries: &[Entry], errors: &mut Errors) {
    for entry in entries {
        let Some(Value::Texts(texts)) = &entry.value else {
            continue;
        };
        for (position, text) in texts.iter().enumerate() {
            if contains(&texts[..position], &text.text) {
                errors.at(
                    text.span,
                    format!("\"{}\" is in `{}` twice", text.text, entry.key.word),
                );
            }
        }
    }
}

fn contains(texts: &[Text], wanted: &str) -> bool {
    texts.iter().any(|text| text.text == wanted)
}

/// The resources of the task by key; `None` for a list with mistakes of its own.
fn resources(entries: &[Entry]) -> impl Iterator<Item = (&'static str, Option<&[Text]>)> {
    entries
        .iter()
        .filter_map(|entry| match (entry.key.word, &entry.value) {
            (word @ ("exclusive_resources" | "shared_resources"), Some(Value::Texts(texts))) => {
                Some((word, Some(&**texts)))
            }
            (word @ ("exclusive_resources" | "shared_resources"), _) => Some((word, None)),
            _ => None,
        })
}

fn resources_in_both_lists(entries: &[Entry], errors: &mut Errors) {
    let mut earlier: Vec<(&str, &[Text])> = Vec::new();
    for (word, texts) in resources(entries) {
        let texts = texts.unwrap_or_default();
        for text in texts {
            let other = earlier
                .iter()
                .find(|(other, known)| *other != word && contains(known, &text.text));
            if let Some((other, _)) = other {
                let message = format!(
                    "\"{}\" is in `{other}` as well: a task holds a resource either alone or shared",
                    text.text
                );
                errors.at(text.span, message);
            }
        }
        earlier.push((word, texts));
    }
}

fn configs_of_other_resources(entries: &[Entry], item: Option<&Item>, errors: &mut Errors) {
    let Some(Value::Object(configs)) =
        find(entries, "resource_configs").and_then(|entry| entry.value.as_ref())
    else {
        return;
    };
    // The function that computes parameters may add resources.
    let known_later =
        find(entries, "params").is_some() || item.is_some_and(|item| item.brings(Role::Params));
    let Some(lists) = resources(entries)
        .map(|(_, texts)| texts)
        .collect::<Option<Vec<_>>>()
    else {
        return;
    };
    if known_later {
        return;
    }
    let names: Vec<_> = lists
        .into_iter()
        .flatten()
        .map(|text| &*text.text)
        .collect();
    for (name, _) in &configs.0 {
        let wrong = &name.text;
        if names.contains(&&**wrong) {
            continue;
        }
        let help = match keys::did_you_mean(wrong, names.iter().copied()) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => "name it in `exclusive_resources` or `shared_resources`".to_owned(),
        };
        errors.at(
            name.span,
            format!("\"{wrong}\" is no resource of this task; {help}"),
        );
    }
}

fn lists_that_accept_nothing(entries: &[Entry], errors: &mut Errors) {
    for entry in entries {
        let Some(Value::Texts(texts)) = &entry.value else {
            continue;
        };
        if entry.key.kind == Kind::Accepted && texts.is_empty() {
            let word = entry.key.word;
            let message = format!(
                "an empty list accepts nothing: leave `{word}` out, or write `{word} = [\"any\"]`"
            );
            errors.at(entry.word.span(), message);
        }
    }
}

fn prereqs(entries: &[Entry]) -> &[Prereq] {
    match find(entries, "prereq_tasks").and_then(|entry| entry.value.as_ref()) {
        Some(Value::Prereqs(prereqs)) => prereqs,
        _ => &[],
    }
}

fn prereqs_written_twice(entries: &[Entry], errors: &mut Errors) {
    let prereqs = prereqs(entries);
    for (position, prereq) in prereqs.iter().enumerate() {
        if prereqs[..position]
            .iter()
            .any(|earlier| earlier.spelling() == prereq.spelling())
        {
            prereq.tell(
                errors,
                &format!("{} is in `prereq_tasks` twice", prereq.spelling()),
            );
        }
    }
}

/// `setup = …` beside a `task_setup` in the module.
fn functions_named_twice(entries: &[Entry], item: &Item, errors: &mut Errors) {
    for role in Role::ALL.into_iter().filter(|role| item.brings(*role)) {
        if let Some(entry) = role.key().and_then(|key| find(entries, key)) {
            let message = format!(
                "the module has `{}`, which takes the place of the key `{}`: keep one of the two",
                role.function(),
                entry.key.word
            );
            errors.at(entry.word.span(), message);
        }
    }
}

fn prereq_of_itself(entries: &[Entry], item: &Item, errors: &mut Errors) {
    let itself = format!("`{}`", item.name().unraw());
    for prereq in prereqs(entries)
        .iter()
        .filter(|prereq| prereq.spelling() == itself)
    {
        prereq.tell(errors, "a task cannot be its own prerequisite");
    }
}
