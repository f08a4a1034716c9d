//! Wildcards and variables, by plain recursion over characters.

use bastide_policy::{Context, Values};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Unit {
    Character(char),
    AnyOne,
    AnyRun,
    AnyOneButColon,
    AnyRunButColon,
}

#[derive(Debug, Clone)]
pub struct Pattern(Vec<Unit>);

impl Pattern {
    /// With wildcards, without variables.
    pub fn plain(text: &str) -> Self {
        Pattern(text.chars().map(wildcard).collect())
    }

    /// With wildcards and, under the current version, variables anywhere.
    pub fn like(text: &str, variables: bool, context: &Context) -> Option<Self> {
        Some(Pattern(expand(text, variables, context, wildcard)?))
    }

    /// The literal text with its variables replaced.
    pub fn literal(text: &str, variables: bool, context: &Context) -> Option<String> {
        let units = expand(text, variables, context, Unit::Character)?;
        Some(
            units.into_iter().map(|unit| if let Unit::Character(character) = unit { character } else { '*' }).collect(),
        )
    }

    /// A Resource: variables behind the fifth colon only; wildcards of the five parts before it stay in their part unless
    /// they are its last character.
    pub fn resource(text: &str, variables: bool, context: &Context) -> Option<Self> {
        let mut head = String::new();
        let mut tail = text;
        let mut braces = 0;
        let mut colons = 0;
        while colons < 5 {
            let Some(character) = tail.chars().next() else { break };
            if variables && tail.starts_with("${") && tail.contains('}') {
                braces = 1;
            }
            if character == '}' {
                braces = 0;
            }
            if character == ':' && braces == 0 {
                colons += 1;
            }
            head.push(character);
            tail = &tail[character.len_utf8()..];
        }
        let characters: Vec<char> = head.chars().collect();
        let mut units = Vec::new();
        for (at, character) in characters.iter().enumerate() {
            let ends_part = matches!(characters.get(at + 1), None | Some(':'));
            units.push(match character {
                '*' if ends_part => Unit::AnyRun,
                '*' => Unit::AnyRunButColon,
                '?' => Unit::AnyOneButColon,
                other => Unit::Character(*other),
            });
        }
        units.extend(expand(tail, variables, context, wildcard)?);
        Some(Pattern(units))
    }

    /// An ARN in a condition: six parts, each on its own.
    pub fn matches_arn(&self, arn: &str) -> bool {
        if self.0 == [Unit::AnyRun] {
            return true;
        }
        let patterns: Vec<&[Unit]> = self.0.splitn(6, |unit| *unit == Unit::Character(':')).collect();
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        patterns.len() == 6
            && parts.len() == 6
            && patterns.iter().zip(parts).all(|(pattern, part)| matches(pattern, &part.chars().collect::<Vec<_>>()))
    }

    pub fn matches(&self, text: &str) -> bool {
        matches(&self.0, &text.chars().collect::<Vec<_>>())
    }
}

fn wildcard(character: char) -> Unit {
    match character {
        '*' => Unit::AnyRun,
        '?' => Unit::AnyOne,
        other => Unit::Character(other),
    }
}

fn matches(pattern: &[Unit], text: &[char]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        ([], _) => false,
        ([Unit::AnyRun, rest @ ..], _) => (0..=text.len()).any(|taken| matches(rest, &text[taken..])),
        ([Unit::AnyRunButColon, rest @ ..], _) => {
            let most = text.iter().position(|character| *character == ':').unwrap_or(text.len());
            (0..=most).any(|taken| matches(rest, &text[taken..]))
        }
        ([Unit::AnyOne, rest @ ..], [_, text @ ..]) => matches(rest, text),
        ([Unit::AnyOneButColon, rest @ ..], [character, text @ ..]) => *character != ':' && matches(rest, text),
        ([Unit::Character(want), rest @ ..], [have, text @ ..]) => want == have && matches(rest, text),
        (_, []) => false,
    }
}

fn expand(text: &str, variables: bool, context: &Context, plain: impl Fn(char) -> Unit) -> Option<Vec<Unit>> {
    let mut units = Vec::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if variables && rest.starts_with("${") && rest.contains('}') {
            let end = rest.find('}').unwrap();
            let inside = &rest[2..end];
            rest = &rest[end + 1..];
            let value = match inside {
                "*" | "?" | "$" => inside.to_owned(),
                _ => variable(inside, context)?,
            };
            units.extend(value.chars().map(Unit::Character));
        } else {
            units.push(plain(character));
            rest = &rest[character.len_utf8()..];
        }
    }
    Some(units)
}

fn variable(inside: &str, context: &Context) -> Option<String> {
    let name = inside.split(',').next().unwrap().trim();
    let found = context.iter().find(|(key, _)| key.to_lowercase() == name.to_lowercase());
    if let Some((_, Values::One(value))) = found {
        return Some(value.to_string());
    }
    let default = inside.split_once(',')?.1.trim();
    Some(default.strip_prefix('\'')?.strip_suffix('\'')?.to_owned())
}
