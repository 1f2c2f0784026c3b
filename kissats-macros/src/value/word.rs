//! Values out of a few words: booleans, phases, and what `ignore` takes.

use proc_macro2::TokenTree;

use super::{Text, Value};
use crate::errors::Errors;
use crate::keys::{self, Key};
use crate::tokens::stream;

/// When a task runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Setup,
    Test,
    Teardown,
}

pub(super) fn phase(key: &Key, tokens: &[TokenTree], errors: &mut Errors) -> Option<Phase> {
    const WORDS: [(&str, Phase); 3] = [
        ("setup", Phase::Setup),
        ("test", Phase::Test),
        ("teardown", Phase::Teardown),
    ];
    let word = match tokens {
        [TokenTree::Ident(word)] => {
            let meant = keys::did_you_mean(&word.to_string(), WORDS.map(|(word, _)| word))
                .unwrap_or("setup");
            errors.at(
                word.span(),
                format!("a phase is written in quotes: `phase = \"{meant}\"`"),
            );
            return None;
        }
        [tree] => Text::read(tree),
        _ => None,
    };
    let Some(word) = word else {
        errors.over(stream(tokens), key.wrong_shape());
        return None;
    };
    let found = WORDS.into_iter().find(|(known, _)| *known == word.text);
    if found.is_none() {
        let message = match keys::did_you_mean(&word.text, WORDS.map(|(word, _)| word)) {
            Some(meant) => format!(
                "there is no phase \"{}\"; did you mean \"{meant}\"?",
                word.text
            ),
            None => format!(
                "there is no phase \"{}\"; the phases are {}",
                word.text,
                keys::listed(WORDS.map(|(word, _)| word))
            ),
        };
        errors.at(word.span, message.replace('`', "\""));
    }
    found.map(|(_, phase)| phase)
}

/// One of a few words in quotes.
pub(super) fn one_of(
    key: &Key,
    words: &[&'static str],
    tokens: &[TokenTree],
    errors: &mut Errors,
) -> Option<&'static str> {
    let [tree] = tokens else {
        errors.over(stream(tokens), key.wrong_shape());
        return None;
    };
    let Some(text) = Text::read(tree) else {
        errors.at(tree.span(), key.wrong_shape());
        return None;
    };
    let found = words.iter().find(|word| **word == text.text).copied();
    if found.is_none() {
        let meant = match keys::did_you_mean(&text.text, words.iter().copied()) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => format!("`{}` takes {}", key.word, key.kind.takes()),
        };
        let message = format!("\"{}\" is no value of `{}`; {meant}", text.text, key.word);
        errors.at(text.span, message);
    }
    found
}

pub(super) fn flag(key: &Key, tokens: &[TokenTree], errors: &mut Errors) -> Option<bool> {
    let flag = bare_flag(tokens);
    if flag.is_none() {
        let quoted = match tokens {
            [tree] => Text::read(tree).filter(|text| matches!(&*text.text, "true" | "false")),
            _ => None,
        };
        let message = match quoted {
            Some(text) => format!(
                "`{}` is written without quotes: `{} = {}`",
                text.text, key.word, text.text
            ),
            None => key.wrong_shape(),
        };
        errors.over(stream(tokens), message);
    }
    flag
}

pub(super) fn ignore(key: &Key, tokens: &[TokenTree], errors: &mut Errors) -> Option<Value> {
    match (bare_flag(tokens), tokens) {
        (Some(true), [tree, ..]) => return Some(Value::Ignore(Text::none(tree.span()))),
        (Some(false), _) => return Some(Value::NotIgnored),
        (_, [tree]) => {
            if let Some(reason) = Text::read(tree) {
                return Some(Value::Ignore(reason));
            }
        }
        _ => {}
    }
    errors.over(stream(tokens), key.wrong_shape());
    None
}

fn bare_flag(tokens: &[TokenTree]) -> Option<bool> {
    match tokens {
        [TokenTree::Ident(word)] if word == "true" => Some(true),
        [TokenTree::Ident(word)] if word == "false" => Some(false),
        _ => None,
    }
}
