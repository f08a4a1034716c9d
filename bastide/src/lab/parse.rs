//! From Markdown to steps.

use super::word::{Command, command, is_open};

/// What of a lab's text is carried out, or shown on the way.
#[derive(Debug)]
pub enum Item {
    Heading(String),
    /// A file that the learner has at hand in the next commands.
    File {
        name: String,
        content: String,
    },
    Step(Step),
}

#[derive(Debug)]
pub struct Step {
    /// Counted from one.
    pub line: usize,
    /// The command as it is written.
    pub source: String,
    pub command: Command,
    /// The output's lines, as written. See [`super::expect`].
    pub expected: Vec<String>,
    pub exit: Exit,
}

/// How a command is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Code(i32),
    /// With any code but 0: the aws CLIs do not agree on one for an error that the service gave.
    Failure,
}

impl Exit {
    pub const fn allows(self, code: i32) -> bool {
        match self {
            Exit::Code(wanted) => wanted == code,
            Exit::Failure => code != 0,
        }
    }
}

const PROMPT: &str = "$ ";
const FENCE: &str = "```";

/// # Errors
/// The line, and what is wrong with it.
pub fn items(text: &str) -> Result<Vec<Item>, String> {
    let mut items = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        if let Some(info) = line.strip_prefix(FENCE) {
            let mut body = Vec::new();
            loop {
                match lines.next() {
                    Some((_, line)) if line.trim_end() == FENCE => break,
                    Some((_, line)) => body.push(line),
                    None => return Err(format!("line {}: the block is not closed", at + 1)),
                }
            }
            let mut info = info.split_whitespace();
            match (info.next(), info.next()) {
                (Some("console"), _) => steps(&body, at + 2, &mut items)?,
                (Some(_), Some(name)) => {
                    items.push(file(name, &body).map_err(|why| format!("line {}: {why}", at + 1))?)
                }
                _ => {}
            }
        } else if let Some(heading) = line.strip_prefix("## ") {
            items.push(Item::Heading(heading.to_owned()));
        }
    }
    Ok(items)
}

fn file(name: &str, body: &[&str]) -> Result<Item, String> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    if name.starts_with('.') || !name.chars().all(plain) {
        return Err(format!("{name} is not a plain file name"));
    }
    Ok(Item::File { name: name.to_owned(), content: body.join("\n") + "\n" })
}

/// The steps of one block; `first` is the number of its first line.
fn steps(body: &[&str], first: usize, items: &mut Vec<Item>) -> Result<(), String> {
    let mut lines = body.iter().enumerate().peekable();
    while let Some((at, line)) = lines.next() {
        let line_number = first + at;
        let Some(begun) = line.strip_prefix(PROMPT) else {
            return Err(format!("line {line_number}: a block begins with a command behind `$ `"));
        };
        let mut source = begun.to_owned();
        while source.ends_with('\\') || is_open(&source) {
            let (_, more) = lines.next().ok_or_else(|| format!("line {line_number}: the command is not finished"))?;
            source = format!("{source}\n{more}");
        }
        let mut expected = Vec::new();
        while let Some((_, line)) = lines.next_if(|(_, line)| !line.starts_with(PROMPT)) {
            expected.push((*line).to_owned());
        }
        let exit = exit_note(&mut expected).map_err(|why| format!("line {line_number}: {why}"))?;
        let command = command(&source).map_err(|why| format!("line {line_number}: {why}"))?;
        items.push(Item::Step(Step { line: line_number, source, command, expected, exit }));
    }
    Ok(())
}

/// Takes the note `[fails]` or `[exit 2]` from the end of what is expected.
fn exit_note(expected: &mut Vec<String>) -> Result<Exit, String> {
    while expected.last().is_some_and(|line| line.trim().is_empty()) {
        expected.pop();
    }
    let note = expected.last().map(|line| line.trim()).unwrap_or_default();
    let exit = match note.strip_prefix("[exit ").and_then(|code| code.strip_suffix(']')) {
        Some(code) => Exit::Code(code.parse().map_err(|_| format!("[exit {code}] names no exit code"))?),
        None if note == "[fails]" => Exit::Failure,
        None => return Ok(Exit::Code(0)),
    };
    expected.pop();
    Ok(exit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Title\n\nProse with `$ aws` in it.\n\n## First\n\n```json p.json\n{}\n```\n\n```console\n$ A=1\n$ aws x \\\n    --y\nout\n\nmore\n\n$ aws z\nno\n[fails]\n$ bastide z\n[exit 2]\n```\n\n```sh\nignored\n```\n";

    #[test]
    fn a_text_becomes_headings_files_and_steps() {
        let items = items(TEXT).unwrap();
        let [
            Item::Heading(heading),
            Item::File { name, content },
            Item::Step(assign),
            Item::Step(x),
            Item::Step(z),
            Item::Step(last),
        ] = items.as_slice()
        else {
            panic!("{items:?}")
        };
        assert_eq!((heading.as_str(), name.as_str(), content.as_str()), ("First", "p.json", "{}\n"));
        assert_eq!((assign.line, assign.expected.len(), assign.exit), (12, 0, Exit::Code(0)));
        assert_eq!((x.line, x.source.as_str(), x.exit), (13, "aws x \\\n    --y", Exit::Code(0)));
        assert_eq!(x.expected, ["out", "", "more"]);
        assert_eq!((z.line, z.expected.as_slice(), z.exit), (19, ["no".to_owned()].as_slice(), Exit::Failure));
        assert_eq!((last.expected.len(), last.exit), (0, Exit::Code(2)));
        assert!(Exit::Failure.allows(255) && !Exit::Failure.allows(0) && !Exit::Code(2).allows(1));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, why) in [
            ("```console\n$ rm x\n```", "line 2: a lab runs aws and bastide and nothing else, not: rm x"),
            ("```console\nout\n```", "line 2: a block begins with a command behind `$ `"),
            ("\n```console\n$ aws x", "line 2: the block is not closed"),
            ("```console\n$ aws x \\\n```", "line 2: the command is not finished"),
            ("```console\n$ aws x\n[exit no]\n```", "line 2: [exit no] names no exit code"),
            ("```json ../p.json\n```", "line 1: ../p.json is not a plain file name"),
        ] {
            assert_eq!(items(text).unwrap_err(), why);
        }
    }
}
