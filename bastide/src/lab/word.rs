//! One command line of a lab. It is what a shell would read, and far less than a shell: the programs `aws` and `bastide`,
//! quotes, variables. A lab is a text from somebody else; nothing in it runs but these two.

use std::collections::BTreeMap;

pub type Variables = BTreeMap<String, String>;

/// A word: text and variables, side by side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Word(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Variable(String),
}

/// What a line of a lab does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `aws …` or `bastide …`: its output is compared.
    Run(Vec<Word>),
    /// `NAME=text`
    Assign(String, Word),
    /// `NAME=$(aws …)`, and for output of several fields `read NAME NAME <<< "$(aws …)"`
    Capture(Vec<String>, Vec<Word>),
}

const PROGRAMS: [&str; 2] = ["aws", "bastide"];

/// # Errors
/// What about the line is not understood.
pub fn command(line: &str) -> Result<Command, String> {
    if let Some(rest) = line.strip_prefix("read ") {
        return read(rest);
    }
    if let Some((name, value)) = line.split_once('=').filter(|(name, _)| is_name(name)) {
        return match value.strip_prefix("$(").and_then(|inner| inner.strip_suffix(')')) {
            Some(inner) => Ok(Command::Capture(vec![name.to_owned()], run(inner)?)),
            None => match <[Word; 1]>::try_from(words(value)?) {
                Ok([word]) => Ok(Command::Assign(name.to_owned(), word)),
                Err(_) => Err("an assignment has one word behind its =".to_owned()),
            },
        };
    }
    run(line).map(Command::Run)
}

fn read(rest: &str) -> Result<Command, String> {
    const FORM: &str = "read is written: read NAME NAME <<< \"$(aws …)\"";
    let (names, source) = rest.split_once("<<<").ok_or(FORM)?;
    let names: Vec<String> = names.split_whitespace().filter(|name| *name != "-r").map(str::to_owned).collect();
    let inner = source.trim().strip_prefix("\"$(").and_then(|inner| inner.strip_suffix(")\"")).ok_or(FORM)?;
    if names.is_empty() || !names.iter().all(|name| is_name(name)) {
        return Err(FORM.to_owned());
    }
    Ok(Command::Capture(names, run(inner)?))
}

fn run(line: &str) -> Result<Vec<Word>, String> {
    let words = words(line)?;
    match words.first().and_then(Word::literal) {
        Some(program) if PROGRAMS.contains(&program) => Ok(words),
        _ => Err(format!("a lab runs aws and bastide and nothing else, not: {line}")),
    }
}

fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

impl Word {
    fn literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    fn push(&mut self, letter: char) {
        match self.0.last_mut() {
            Some(Part::Text(text)) => text.push(letter),
            _ => self.0.push(Part::Text(letter.to_string())),
        }
    }

    /// # Errors
    /// When a variable has no value yet.
    pub fn expand(&self, variables: &Variables) -> Result<String, String> {
        let part = |part: &Part| match part {
            Part::Text(text) => Ok(text.clone()),
            Part::Variable(name) => variables.get(name).cloned().ok_or_else(|| format!("${name} has no value here")),
        };
        self.0.iter().map(part).collect()
    }
}

/// Replaces `$NAME` and `${NAME}` of known variables; everything else stays as it is.
pub fn expanded(text: &str, variables: &Variables) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        match variable(behind).and_then(|(name, length)| Some((variables.get(name)?, length))) {
            Some((value, length)) => {
                out.push_str(value);
                rest = &behind[length..];
            }
            None => {
                out.push('$');
                rest = behind;
            }
        }
    }
    out + rest
}

/// The variable that `text`, behind a `$`, begins with, and how many bytes name it.
fn variable(text: &str) -> Option<(&str, usize)> {
    if let Some(braced) = text.strip_prefix('{') {
        let name = &braced[..braced.find('}')?];
        return is_name(name).then_some((name, name.len() + 2));
    }
    let end = text.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).unwrap_or(text.len());
    is_name(&text[..end]).then_some((&text[..end], end))
}

/// Splits a line as a POSIX shell does ("Shell Command Language", quoting), and refuses what only a shell could do.
fn words(line: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut quote = None;
    let mut rest = line.chars();
    while let Some(letter) = rest.next() {
        match (quote, letter) {
            (None, ' ' | '\t' | '\n') => words.extend(word.take()),
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (Some(open), close) if open == close => quote = None,
            (Some('\''), letter) => word.get_or_insert_default().push(letter),
            (quote, '\\') => match rest.next() {
                Some('\n') => {}
                // Within double quotes a backslash escapes only what means something there.
                Some(next) if quote.is_some() && !"\"\\$`".contains(next) => {
                    word.get_or_insert_default().push('\\');
                    word.get_or_insert_default().push(next);
                }
                Some(next) => word.get_or_insert_default().push(next),
                None => return Err("the line ends in a backslash".to_owned()),
            },
            (_, '$') => {
                let (name, length) =
                    variable(rest.as_str()).ok_or("a $ names a variable, or stands in single quotes")?;
                word.get_or_insert_default().0.push(Part::Variable(name.to_owned()));
                rest = rest.as_str()[length..].chars();
            }
            (_, '`') => return Err("backquotes stand in single quotes".to_owned()),
            (None, '|' | '&' | ';' | '<' | '>' | '(' | ')' | '*' | '?' | '#' | '~' | '!') => {
                return Err(format!("{letter} would mean something to a shell: quote it"));
            }
            (_, letter) => word.get_or_insert_default().push(letter),
        }
    }
    if quote.is_some() {
        return Err("a quote is not closed".to_owned());
    }
    words.extend(word);
    Ok(words)
}

/// Whether a quote is still open at the end, so that the next line belongs to this one.
pub fn is_open(text: &str) -> bool {
    let mut quote = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (None | Some('"'), '\\') => drop(letters.next()),
            (None, '\'' | '"') => quote = Some(letter),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    quote.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables() -> Variables {
        [("WHO", "alice"), ("KEY", "a b")].map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    fn argv(line: &str) -> Result<Vec<String>, String> {
        match command(line)? {
            Command::Run(words) | Command::Capture(_, words) => {
                words.iter().map(|word| word.expand(&variables())).collect()
            }
            Command::Assign(_, word) => Ok(vec![word.expand(&variables())?]),
        }
    }

    #[test]
    fn words_are_what_a_shell_would_make_of_them() {
        assert_eq!(
            argv("aws iam get-user  --user-name $WHO").unwrap(),
            ["aws", "iam", "get-user", "--user-name", "alice"]
        );
        assert_eq!(
            argv(r#"aws x 'it $WHO "is"' "so $KEY \"q\" \n" a\ b ''"#).unwrap(),
            ["aws", "x", "it $WHO \"is\"", "so a b \"q\" \\n", "a b", ""]
        );
        assert_eq!(argv("aws x \\\n  --y ${WHO}s").unwrap(), ["aws", "x", "--y", "alices"]);
        assert_eq!(argv("aws x --query 'a[?b==`c`]'").unwrap(), ["aws", "x", "--query", "a[?b==`c`]"]);
        assert_eq!(argv("aws x $NOBODY").unwrap_err(), "$NOBODY has no value here");
    }

    #[test]
    fn an_open_quote_goes_on_in_the_next_line() {
        for (text, open) in
            [("a 'b", true), ("a 'b'", false), ("a \"b'", true), ("a \\'", false), ("a \"\\\"", true), ("'\\'", false)]
        {
            assert_eq!(is_open(text), open, "{text}");
        }
        assert_eq!(argv("aws '{\n}'$WHO'x'").unwrap(), ["aws", "{\n}alicex"]);
    }

    #[test]
    fn output_is_kept_in_variables() {
        let Command::Capture(names, words) =
            command("read -r KEY SECRET <<< \"$(aws iam create-access-key --user-name $WHO)\"").unwrap()
        else {
            panic!()
        };
        assert_eq!((names, words.len()), (vec!["KEY".to_owned(), "SECRET".to_owned()], 5));
        assert!(
            matches!(command("ID=$(aws sts get-caller-identity)").unwrap(), Command::Capture(names, _) if names == ["ID"])
        );
        assert!(
            matches!(command("ROLE=arn:aws:iam::$WHO:role/x").unwrap(), Command::Assign(name, _) if name == "ROLE")
        );
    }

    #[test]
    fn nothing_but_aws_and_bastide_runs() {
        for line in [
            "rm -rf /",
            "aws x; rm y",
            "aws x | sh",
            "aws x > file",
            "A=$(rm x)",
            "aws `x`",
            "aws $(x)",
            "$WHO x",
            "sh",
            "",
            "'' x",
            "read A <<< \"$(rm x)\"",
            "read A",
            "A=b c",
            "aws 'x",
            "aws x &",
        ] {
            assert!(command(line).is_err(), "{line} was taken");
        }
    }

    #[test]
    fn expectations_know_the_same_variables() {
        assert_eq!(expanded("a/$WHO:${WHO}x $NOBODY $ ${", &variables()), "a/alice:alicex $NOBODY $ ${");
    }
}
