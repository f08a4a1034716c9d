//! The models' patterns are Java regular expressions that must match the whole value. They are translated to an engine
//! that runs in linear time; the few with look-around or back-references go to one that backtracks, within bounds. What
//! neither can express is not checked, and a test lists it.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{LazyLock, RwLock};

use regex::{Regex, RegexBuilder};

/// Memory that one compiled pattern may take.
const SIZE_LIMIT: usize = 8 << 20;
/// Steps that a backtracking match may take before it is given up.
const STEP_LIMIT: usize = 100_000;

/// Why a pattern is not checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsupported(pub String);

/// Whether a pattern of a model can be checked here.
///
/// # Errors
/// It uses what no engine here has, or is too large.
pub fn supported(pattern: &str) -> Result<(), Unsupported> {
    Matcher::new(pattern).map(drop)
}

/// Whether the whole text matches; `true` for patterns that cannot be checked.
pub(crate) fn matches(pattern: &'static str, text: &str) -> bool {
    static COMPILED: LazyLock<RwLock<HashMap<&'static str, Option<&'static Matcher>>>> = LazyLock::new(RwLock::default);
    let known = COMPILED.read().unwrap_or_else(|poisoned| poisoned.into_inner()).get(pattern).copied();
    let matcher = known.unwrap_or_else(|| {
        let matcher = Matcher::new(pattern).ok().map(|matcher| &*Box::leak(Box::new(matcher)));
        COMPILED.write().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(pattern, matcher);
        matcher
    });
    matcher.is_none_or(|matcher| matcher.matches(text))
}

enum Matcher {
    Linear(Regex),
    Backtracking(fancy_regex::Regex),
}

impl Matcher {
    fn new(pattern: &str) -> Result<Self, Unsupported> {
        let translated = format!("\\A(?:{})\\z", translate(pattern));
        if let Ok(regex) = RegexBuilder::new(&translated).size_limit(SIZE_LIMIT).build() {
            return Ok(Matcher::Linear(regex));
        }
        fancy_regex::RegexBuilder::new(&translated)
            .delegate_size_limit(SIZE_LIMIT)
            .backtrack_limit(STEP_LIMIT)
            .build()
            .map(Matcher::Backtracking)
            .map_err(|error| Unsupported(error.to_string()))
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            Matcher::Linear(regex) => regex.is_match(text),
            // A match that was given up says nothing.
            Matcher::Backtracking(regex) => regex.is_match(text).unwrap_or(true),
        }
    }
}

/// Where in a pattern the translator stands.
struct Translator<'p> {
    rest: std::iter::Peekable<std::str::Chars<'p>>,
    out: String,
    /// How many brackets are open.
    classes: usize,
}

/// Rewrites what Java and this engine spell differently.
fn translate(pattern: &str) -> String {
    let joined = surrogates(pattern);
    let mut translator = Translator { rest: joined.chars().peekable(), out: String::new(), classes: 0 };
    translator.run();
    translator.out
}

impl Translator<'_> {
    fn run(&mut self) {
        while let Some(letter) = self.rest.next() {
            match letter {
                '\\' => self.escape(),
                '[' => {
                    self.classes += 1;
                    self.out.push('[');
                    if self.rest.next_if_eq(&'^').is_some() {
                        self.out.push('^');
                    }
                    // A closing bracket right at the start is a letter.
                    if self.rest.next_if_eq(&']').is_some() {
                        self.out.push_str("\\]");
                    }
                }
                ']' if self.classes > 0 => {
                    self.classes -= 1;
                    self.out.push(']');
                }
                ']' | '}' if self.classes == 0 && !self.in_repetition() => {
                    self.out.push('\\');
                    self.out.push(letter);
                }
                '{' if self.classes == 0 && !self.repetition_follows() => self.out.push_str("\\{"),
                // Operators of classes that Java does not have.
                '-' | '~' if self.classes > 0 && self.rest.peek() == Some(&letter) => {
                    self.out.push('\\');
                    self.out.push(letter);
                }
                '$' if self.classes == 0 => self.out.push_str("\\z"),
                // Possessive quantifiers match the same here, where nothing is tried twice.
                '+' if self.classes == 0 && self.out.ends_with(['+', '*', '?', '}']) && !self.out.ends_with("\\+") => {}
                _ => self.out.push(letter),
            }
        }
    }

    fn repetition_follows(&self) -> bool {
        let digits: String = self.rest.clone().take_while(|letter| *letter != '}').collect();
        let complete = self.rest.clone().any(|letter| letter == '}');
        complete
            && digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.chars().all(|c| c.is_ascii_digit() || c == ',')
    }

    /// Whether a closing brace ends a repetition that was opened before.
    fn in_repetition(&self) -> bool {
        let tail = self.out.rsplit('{').next().unwrap_or_default();
        let opened =
            self.out.len() > tail.len() && !self.out.strip_suffix(tail).is_some_and(|head| head.ends_with("\\{"));
        opened
            && tail.starts_with(|c: char| c.is_ascii_digit() || c == 'L' || c.is_ascii_uppercase())
            && tail.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ',' | '=' | '_'))
    }

    fn escape(&mut self) {
        let Some(letter) = self.rest.next() else {
            self.out.push_str("\\\\");
            return;
        };
        let inside = self.classes > 0;
        // Java's classes are ASCII unless told otherwise.
        let set = match letter {
            'w' => Some(("0-9A-Za-z_", false)),
            'W' => Some(("0-9A-Za-z_", true)),
            'd' => Some(("0-9", false)),
            'D' => Some(("0-9", true)),
            's' => Some((" \\t\\n\\x0B\\f\\r", false)),
            'S' => Some((" \\t\\n\\x0B\\f\\r", true)),
            'h' => Some((" \\t\\u{A0}", false)),
            _ => None,
        };
        match (set, letter) {
            (Some((set, false)), _) if inside => {
                self.out.push_str(set);
                // A range cannot begin with a class: the dash is one.
                if self.rest.next_if_eq(&'-').is_some() {
                    self.out.push_str("\\-");
                }
            }
            (Some((set, not)), _) => {
                let _ = write!(self.out, "[{}{set}]", if not { "^" } else { "" });
            }
            (None, 'u') => {
                let digits: String = self.rest.clone().take(4).collect();
                if u32::from_str_radix(&digits, 16).is_ok_and(|code| char::from_u32(code).is_some()) {
                    let _ = write!(self.out, "\\x{{{digits}}}");
                    self.rest.nth(3);
                } else {
                    // A lone half of a surrogate pair occurs in no text.
                    self.rest.nth(3);
                    self.out.push_str("\\x{FFFF}");
                }
            }
            (None, 'p' | 'P') => {
                self.out.push('\\');
                self.out.push(letter);
                if self.rest.peek() == Some(&'{') {
                    let name: String = self.rest.by_ref().take_while(|letter| *letter != '}').skip(1).collect();
                    self.property(&name);
                }
            }
            (None, 'Z' | 'z') => self.out.push_str("\\z"),
            (None, 'Q') => {
                let mut quoted: String = self.rest.by_ref().collect();
                let rest = quoted.find("\\E").map(|end| quoted.split_off(end));
                self.out.push_str(&regex::escape(&quoted));
                if let Some(rest) = rest {
                    self.out.push_str(&translate(rest.get(2..).unwrap_or_default()));
                }
            }
            (None, letter) if letter.is_alphanumeric() => {
                self.out.push('\\');
                self.out.push(letter);
            }
            (None, letter) => self.out.push_str(&regex::escape(&letter.to_string())),
        }
    }

    /// Java's names of properties; POSIX ones are ASCII.
    fn property(&mut self, name: &str) {
        let posix = match name {
            "Alpha" => "A-Za-z",
            "Alnum" => "0-9A-Za-z",
            "Digit" => "0-9",
            "Lower" => "a-z",
            "Upper" => "A-Z",
            "Space" => " \\t\\n\\x0B\\f\\r",
            "Punct" => "!-/:-@\\[-`{-~",
            "Print" => " -~",
            "Graph" => "!-~",
            "ASCII" => "\\x00-\\x7F",
            "Blank" => " \\t",
            "XDigit" => "0-9A-Fa-f",
            "Cntrl" => "\\x00-\\x1F\\x7F",
            _ => {
                let name = name.strip_prefix("Is").or_else(|| name.strip_prefix("In")).unwrap_or(name);
                let _ = write!(self.out, "{{{name}}}");
                return;
            }
        };
        let not = self.out.ends_with('P');
        self.out.truncate(self.out.len().saturating_sub(2));
        let _ = write!(self.out, "[{}{posix}]", if not { "^" } else { "" });
    }
}

/// Joins `\uD800\uDC00`, which Java needs for characters beyond the first plane, into one escape.
fn surrogates(pattern: &str) -> String {
    let mut joined = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find("\\u") {
        let (before, from) = rest.split_at(at);
        joined.push_str(before);
        let unit = |from: &str| u16::from_str_radix(from.strip_prefix("\\u")?.get(..4)?, 16).ok();
        let pair = unit(from).zip(from.get(6..).and_then(unit));
        let letter = pair.and_then(|(high, low)| char::decode_utf16([high, low]).next()?.ok());
        let length = match letter.filter(|letter| *letter as u32 > 0xFFFF) {
            Some(letter) => {
                let _ = write!(joined, "\\x{{{:X}}}", letter as u32);
                12
            }
            None => {
                joined.push_str("\\u");
                2
            }
        };
        rest = from.get(length..).unwrap_or_default();
    }
    joined.push_str(rest);
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn java_patterns_mean_here_what_they_mean_there() {
        let cases: [(&'static str, &[&str], &[&str]); 15] = [
            (r"[\w+=,.@-]+", &["alice", "a.b@c"], &["", "a b", "é"]),
            (r"[\u0009\u000A\u000D\u0020-\u00FF]+", &["a b\n", "é"], &["€"]),
            (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*", &["🙂 a", ""], &["\u{1}"]),
            (
                r"^arn:aws(-[\w]+)*:kms:.+$",
                &["arn:aws:kms:x", "arn:aws-cn:kms:x"],
                &["arn:aws:kms:", "x arn:aws:kms:x"],
            ),
            (r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)", &["a b/é", ""], &["#"]),
            (r"\d{12}", &["123456789012"], &["12345678901", "١٢٣٤٥٦٧٨٩٠١٢"]),
            (r"a|b", &["a", "b"], &["ab", "xb"]),
            (r"[^\s]+", &["x"], &["a b"]),
            (r"\S*", &["", "é"], &[" "]),
            (r"\p{Alpha}[\p{Graph}]*", &["ab!"], &["1", "a b"]),
            (r"[\\/]\.x{2}", &["\\.xx", "/.xx"], &["/axx"]),
            (r"{a}", &["{a}"], &["a"]),
            (r"[\w-\/.]+", &["a-/."], &["a,"]),
            (r"^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$", &["my-alias", "abc"], &["my--alias", "-ab", "ab"]),
            (r"(?!aws:).*", &["a"], &["aws:a"]),
        ];
        for (pattern, good, bad) in cases {
            assert_eq!(supported(pattern), Ok(()), "{pattern} as {}", translate(pattern));
            for text in good {
                assert!(matches(pattern, text), "{pattern} as {} must match {text:?}", translate(pattern));
            }
            for text in bad {
                assert!(!matches(pattern, text), "{pattern} as {} must not match {text:?}", translate(pattern));
            }
        }
    }
}
