//! Strings of a policy that may hold wildcards and policy variables ("IAM policy elements: Variables and tags").
//!
//! `${key}` becomes the value of a single-valued condition key, `${key, 'default'}` the default where it is absent, and
//! `${*}`, `${?}`, `${$}` the characters themselves. What a variable brings is literal: a `*` in a tag is no wildcard.
//! Without a value and a default nothing equals the string ("Policy variables with no value").

use crate::budget::Budget;
use crate::context::{Context, Values};
use crate::pattern::{Pattern, Step, steps_match};
use std::borrow::Cow;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(Box<str>),
    Wild(Step),
    Variable { name: Box<str>, default: Option<Box<str>> },
}

/// How a string is to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// `*` and `?` are wildcards.
    pub(crate) wildcards: bool,
    /// `${…}` is a variable: only under version 2012-10-17.
    pub(crate) variables: bool,
    /// The string is a Resource. Variables count only behind the fifth colon, and a wildcard inside one of the five
    /// parts before it stays there, unless it ends the part ("IAM JSON policy elements: Resource", on wildcards in ARNs:
    /// only a `*` that is the last character of a part can reach past the colon).
    pub(crate) resource: bool,
}

/// A template with its variables replaced.
pub(crate) enum Expansion {
    /// A variable has no value.
    NoValue,
    /// It asks for more literal bytes than the text has: no match.
    TooLong,
    Steps(Vec<Step>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    pieces: Box<[Piece]>,
    /// Compiled, where nothing depends on the request.
    fixed: Option<Pattern>,
}

impl Template {
    pub(crate) fn parse(text: &str, reading: Reading) -> Self {
        let pieces = Parser::new(text, reading).pieces();
        let varies = pieces.iter().any(|piece| matches!(piece, Piece::Variable { .. }));
        let mut template = Template { pieces: pieces.into_boxed_slice(), fixed: None };
        if !varies {
            template.fixed = template.fixed_steps().map(Pattern::from_steps);
        }
        template
    }

    /// Whether the text matches; `None` where a variable has no value. Meaningless once the budget is spent.
    pub(crate) fn matches(&self, text: &str, context: &Context, budget: &Budget) -> Option<bool> {
        match &self.fixed {
            Some(pattern) => Some(pattern.matches(text, budget)),
            None => match self.steps(text.len(), context, budget) {
                Expansion::NoValue => None,
                Expansion::TooLong => Some(false),
                Expansion::Steps(steps) => Some(steps_match(&steps, text, budget)),
            },
        }
    }

    /// The compiled pattern, where nothing depends on the request.
    pub(crate) fn fixed(&self) -> Option<&Pattern> {
        self.fixed.as_ref()
    }

    /// The string with its variables replaced, wildcards as they stand; `None` where a variable has no value
    /// and where the budget is spent.
    pub(crate) fn text(&self, context: &Context, budget: &Budget) -> Option<Cow<'_, str>> {
        match &*self.pieces {
            [] => return Some(Cow::Borrowed("")),
            [Piece::Literal(text)] => return Some(Cow::Borrowed(text)),
            _ => {}
        }
        let mut whole = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => whole.push_str(text),
                Piece::Wild(Step::One | Step::OneInSegment) => whole.push('?'),
                Piece::Wild(_) => whole.push('*'),
                Piece::Variable { name, default } => {
                    let value = value_of(name, default.as_deref(), context)?;
                    if !budget.charge(context.len() + value.len()) {
                        return None;
                    }
                    whole.push_str(value);
                }
            }
        }
        Some(Cow::Owned(whole))
    }

    /// The steps to match with, variables replaced, for texts of at most `longest` bytes: variables may repeat what the
    /// request brings many times over, and what is longer than the text is never laid out.
    pub(crate) fn steps(&self, longest: usize, context: &Context, budget: &Budget) -> Expansion {
        let mut steps = Vec::with_capacity(64);
        let mut literal = 0_usize;
        for piece in &self.pieces {
            let text = match piece {
                Piece::Literal(text) => text,
                Piece::Wild(step) => {
                    steps.push(*step);
                    continue;
                }
                Piece::Variable { name, default } => {
                    if !budget.charge(context.len()) {
                        return Expansion::NoValue;
                    }
                    match value_of(name, default.as_deref(), context) {
                        Some(value) => value,
                        None => return Expansion::NoValue,
                    }
                }
            };
            literal = literal.saturating_add(text.len());
            // The rest is still looked through: whether all variables have a value counts in any case.
            if literal <= longest {
                budget.charge(text.len());
                steps.extend(text.bytes().map(Step::Byte));
            }
        }
        if literal > longest { Expansion::TooLong } else { Expansion::Steps(steps) }
    }

    /// The steps, where nothing depends on the request.
    pub(crate) fn fixed_steps(&self) -> Option<Vec<Step>> {
        match self.steps(usize::MAX, &Context::new(), &Budget::unlimited()) {
            Expansion::Steps(steps) => Some(steps),
            Expansion::NoValue | Expansion::TooLong => None,
        }
    }

    /// The condition keys that the variables name.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Variable { name, .. } => Some(&**name),
            _ => None,
        })
    }
}

/// Multivalued keys cannot be used as variables ("Single-valued vs. multivalued context keys").
fn value_of<'a>(name: &str, default: Option<&'a str>, context: &'a Context) -> Option<&'a str> {
    match context.get(name) {
        Some(Values::One(value)) => Some(value),
        _ => default,
    }
}

struct Parser<'a> {
    rest: &'a str,
    reading: Reading,
    /// Colons of the ARN passed so far.
    colons: usize,
    pieces: Vec<Piece>,
    literal: String,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, reading: Reading) -> Self {
        Parser { rest: text, reading, colons: 0, pieces: Vec::new(), literal: String::new() }
    }

    fn pieces(mut self) -> Vec<Piece> {
        while let Some(next) = self.rest.chars().next() {
            let variable = if next == '$' && self.reading.variables { variable(self.rest) } else { None };
            if let Some((inside, after)) = variable {
                self.variable(inside, after);
                continue;
            }
            self.rest = self.rest.get(next.len_utf8()..).unwrap_or_default();
            match next {
                '*' | '?' if self.reading.wildcards => {
                    let step = self.wildcard(next);
                    self.push(Piece::Wild(step));
                }
                _ => {
                    self.colons += usize::from(next == ':');
                    self.literal.push(next);
                }
            }
        }
        self.flush();
        self.pieces
    }

    fn wildcard(&self, sign: char) -> Step {
        let in_parts = self.reading.resource && self.colons < 5;
        let ends_part = self.rest.is_empty() || self.rest.starts_with(':');
        match sign {
            '?' if in_parts => Step::OneInSegment,
            '?' => Step::One,
            _ if in_parts && !ends_part => Step::ManyInSegment,
            _ => Step::Many,
        }
    }

    fn variable(&mut self, inside: &'a str, after: &'a str) {
        if matches!(inside, "*" | "?" | "$") {
            self.literal.push_str(inside);
        } else if self.reading.resource && self.colons < 5 {
            self.literal.push_str("${");
            self.literal.push_str(inside);
            self.literal.push('}');
        } else {
            let (name, default) = match inside.split_once(',') {
                Some((name, default)) => (name, quoted(default.trim())),
                None => (inside, None),
            };
            self.push(Piece::Variable { name: name.trim().into(), default: default.map(Into::into) });
        }
        self.rest = after;
    }

    fn push(&mut self, piece: Piece) {
        self.flush();
        self.pieces.push(piece);
    }

    fn flush(&mut self) {
        if !self.literal.is_empty() {
            self.pieces.push(Piece::Literal(std::mem::take(&mut self.literal).into_boxed_str()));
        }
    }
}

/// Splits `${inside}after`; a brace that never closes is no variable.
fn variable(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix("${")?.split_once('}')
}

fn quoted(text: &str) -> Option<&str> {
    text.strip_prefix('\'')?.strip_suffix('\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Reading = Reading { wildcards: true, variables: true, resource: false };
    const RESOURCE: Reading = Reading { resource: true, ..ALL };

    fn check(reading: Reading, pattern: &str, text: &str, expect: Option<bool>) {
        let mut context = Context::new();
        context.set("aws:username", "al*ce").set("aws:PrincipalTag/team", "red").set_many("aws:TagKeys", ["a"]);
        assert_eq!(
            Template::parse(pattern, reading).matches(text, &context, &Budget::unlimited()),
            expect,
            "{pattern} on {text}"
        );
    }

    #[test]
    fn variables_bring_literal_text_and_may_have_defaults() {
        check(ALL, "home/${aws:username}/*", "home/al*ce/x", Some(true));
        check(ALL, "home/${AWS:UserName}/*", "home/alXce/x", Some(false));
        check(ALL, "${aws:PrincipalTag/none, 'all'}", "all", Some(true));
        check(ALL, "${aws:PrincipalTag/none,'all'}", "all", Some(true));
        check(ALL, "${aws:PrincipalTag/team, 'all'}", "red", Some(true));
        check(ALL, "${aws:PrincipalTag/none}", "anything", None);
        check(ALL, "${aws:TagKeys}", "a", None);
        check(ALL, "${*}${?}${$}", "*?$", Some(true));
        check(ALL, "${*}", "x", Some(false));
        check(ALL, "${open", "${open", Some(true));
        check(Reading { variables: false, ..ALL }, "${aws:username}", "${aws:username}", Some(true));
        check(Reading { wildcards: false, ..ALL }, "a*", "a*", Some(true));
    }

    #[test]
    fn a_wildcard_inside_a_part_of_a_resource_stays_there_unless_it_ends_the_part() {
        check(RESOURCE, "arn:aws:ec2:us-*-1:1:x", "arn:aws:ec2:us-east-1:1:x", Some(true));
        check(RESOURCE, "arn:aws:ec2:us-*-1:1:x", "arn:aws:ec2:us-a:b-1:1:x", Some(false));
        check(RESOURCE, "arn:aws:ec2:us-*:x", "arn:aws:ec2:us-east-1:1:x", Some(true));
        check(RESOURCE, "arn:aws:s3:*", "arn:aws:s3:::b/k", Some(true));
        check(RESOURCE, "arn:aws:ec?:r:1:*", "arn:aws:ec2:r:1:x:y", Some(true));
        check(RESOURCE, "arn:aws:ec?r:1:*", "arn:aws:ec:r:1:*", Some(false));
        check(RESOURCE, "arn:aws:logs:r-*-1:1:log-group:*x:?", "arn:aws:logs:r-a-1:1:log-group:a:x:é", Some(true));
    }

    #[test]
    fn what_variables_bring_is_laid_out_no_longer_than_the_text() {
        let mut context = Context::new();
        context.set("aws:UserAgent", "a".repeat(8_000));
        let template = Template::parse(&"${aws:UserAgent}".repeat(1_150), ALL);
        let budget = Budget::unlimited();
        assert_eq!(template.matches(&"a".repeat(8_000), &context, &budget), Some(false));
        assert!(budget.taken() < 10_000, "{} steps", budget.taken());
        let unresolved = Template::parse(&format!("{}${{none}}", "${aws:UserAgent}".repeat(9)), ALL);
        assert_eq!(unresolved.matches("a", &context, &budget), None, "too long, and yet without a value");
        let spent = Budget::new(20_000);
        assert_eq!(template.text(&context, &spent), None);
        assert!(spent.is_spent());
    }

    #[test]
    fn a_variable_counts_only_behind_the_fifth_colon_of_a_resource() {
        check(RESOURCE, "arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b/al*ce", Some(true));
        check(RESOURCE, "arn:aws:iam::${aws:username}:role/x", "arn:aws:iam::al*ce:role/x", Some(false));
    }
}
