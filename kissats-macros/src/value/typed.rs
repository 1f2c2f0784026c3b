//! What may stand behind a key.

use std::time::Duration;

use proc_macro2::TokenTree;

use super::text::Rule;
use super::{
    FunctionPath, Object, Prereq, Retries, Text, duration, json, list, number, prereq, retries,
    word,
};
use crate::errors::Errors;
use crate::keys::{Key, Kind};

#[derive(Debug)]
pub(crate) enum Value {
    Text(Text),
    Texts(Vec<Text>),
    Phase(word::Phase),
    Flag(bool),
    Count(u32),
    Retries(Retries),
    /// One of a few.
    Word(&'static str),
    Priority(i32),
    Duration(Duration),
    Object(Object),
    Prereqs(Vec<Prereq>),
    Function(FunctionPath),
    /// The reason, empty if there is none.
    Ignore(Text),
    /// `ignore = false`.
    NotIgnored,
}

impl Value {
    /// Reads the value of `key`. `None` after a mistake, which is then among the errors.
    pub(crate) fn read(
        key: &'static Key,
        tokens: &[TokenTree],
        errors: &mut Errors,
    ) -> Option<Self> {
        match key.kind {
            Kind::Text => Text::expect(key, Rule::Any, tokens, errors).map(Self::Text),
            Kind::Name => Text::expect(key, Rule::Name, tokens, errors).map(Self::Text),
            Kind::Group => Text::expect(key, Rule::Group, tokens, errors).map(Self::Text),
            Kind::Names | Kind::Accepted => {
                Text::expect_list(key, Rule::Name, tokens, errors).map(Self::Texts)
            }
            Kind::Groups => Text::expect_list(key, Rule::Group, tokens, errors).map(Self::Texts),
            Kind::Phase => word::phase(key, tokens, errors).map(Self::Phase),
            Kind::Flag => word::flag(key, tokens, errors).map(Self::Flag),
            Kind::Count => number::whole(key, 0, u32::MAX, tokens, errors).map(Self::Count),
            Kind::Retries => retries::expect(key, tokens, errors),
            Kind::Times => number::whole(key, 0, 1000, tokens, errors).map(Self::Count),
            Kind::Backoff => {
                word::one_of(key, &["fixed", "exponential"], tokens, errors).map(Self::Word)
            }
            Kind::RetryOn => word::one_of(key, &["any-instance", "other-instance"], tokens, errors)
                .map(Self::Word),
            Kind::Priority => {
                number::whole(key, i32::MIN, i32::MAX, tokens, errors).map(Self::Priority)
            }
            Kind::Wait | Kind::Limit => duration::expect(key, tokens, errors).map(Self::Duration),
            Kind::Json => json::expect(key, tokens, errors).map(Self::Object),
            Kind::Prereqs => list::expect(key, tokens, errors, prereq::read).map(Self::Prereqs),
            Kind::Function => FunctionPath::expect(key, tokens, errors).map(Self::Function),
            Kind::Ignore => word::ignore(key, tokens, errors),
        }
    }
}
