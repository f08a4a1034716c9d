//! Carries a lab out: its own empty home, its own credentials, one command after the other, up to the first that does not
//! come out as the text says.

use super::parse::{Exit, Item, Step};
use super::word::{Command, Variables, Word, expanded};
use super::{Lab, expect, parse};
use crate::commands::env::Access;
use crate::failure::{Failure, Result};
use crate::out;
use crate::settings::Settings;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};

/// What became of a lab.
pub struct Report {
    pub passed: usize,
    pub steps: usize,
}

impl Report {
    pub fn is_good(&self) -> bool {
        self.passed == self.steps
    }
}

/// What a command printed, both streams as a terminal shows them, and how it ended.
struct Ended {
    stdout: String,
    shown: String,
    exit: i32,
}

/// Where a lab's commands run.
struct Desk {
    home: tempfile::TempDir,
    aws: PathBuf,
    bastide: PathBuf,
    url: String,
    access: Vec<(&'static str, String)>,
    variables: Variables,
}

/// Runs `lab` against the house that `access` opens; says step by step what came of it.
///
/// # Errors
/// When the lab cannot be read or a program cannot be started; a step that fails is in the report.
pub fn run(lab: &Lab, access: &Access, settings: &Settings) -> Result<Report> {
    let items = parse::items(lab.text).map_err(|why| Failure::new(format!("labs/{}.md, {why}", lab.name)))?;
    let mut desk = Desk {
        home: tempfile::tempdir()?,
        aws: settings.aws.clone(),
        bastide: std::env::current_exe()?,
        url: access.url.clone(),
        access: access.pairs(),
        variables: Variables::new(),
    };
    let steps = items.iter().filter(|item| matches!(item, Item::Step(_))).count();
    let mut passed = 0;
    out::line(lab.title())?;
    for item in &items {
        match item {
            Item::Heading(heading) => out::line(format!("\n  {heading}"))?,
            Item::File { name, content } => std::fs::write(desk.home.path().join(name), content)?,
            Item::Step(step) => match desk.step(step)? {
                None => {
                    passed += 1;
                    out::line(format!("  ✓ {}", one_line(&step.source)))?;
                }
                Some(why) => {
                    out::line(format!(
                        "  ✗ {}\n    labs/{}.md, line {}: {why}",
                        one_line(&step.source),
                        lab.name,
                        step.line
                    ))?;
                    break;
                }
            },
        }
    }
    let rest = steps - passed;
    let failed = usize::from(rest > 0);
    out::line(format!("\n{}: {passed} of {steps} steps passed, {failed} failed, {} not run", lab.name, rest - failed))?;
    Ok(Report { passed, steps })
}

impl Desk {
    /// Does a step; says why it did not come out as written, if so.
    fn step(&mut self, step: &Step) -> Result<Option<String>> {
        let (names, words) = match &step.command {
            Command::Assign(name, word) => {
                return Ok(match word.expand(&self.variables) {
                    Ok(value) => {
                        self.variables.insert(name.clone(), value);
                        None
                    }
                    Err(why) => Some(why),
                });
            }
            Command::Capture(names, words) => (names.as_slice(), words),
            Command::Run(words) => (&[][..], words),
        };
        let argv: Vec<String> = match words.iter().map(|word: &Word| word.expand(&self.variables)).collect() {
            Ok(argv) => argv,
            Err(why) => return Ok(Some(why)),
        };
        let ended = self.start(&argv)?;
        if names.is_empty() {
            return Ok(self.compared(step, &ended));
        }
        if ended.exit != 0 {
            return Ok(Some(format!(
                "it ended with exit code {}\n{}",
                ended.exit,
                marked('+', &expect::lines(&ended.shown))
            )));
        }
        Ok(self.keep(names, &ended.stdout))
    }

    fn compared(&self, step: &Step, ended: &Ended) -> Option<String> {
        let expected: Vec<String> = step.expected.iter().map(|line| expanded(line, &self.variables)).collect();
        if !expect::matches(&expected, &ended.shown) {
            let (wanted, came): (Vec<&str>, _) =
                (expected.iter().map(String::as_str).collect(), expect::lines(&ended.shown));
            return Some(format!(
                "expected (-) and got (+), exit code {}:\n{}{}",
                ended.exit,
                marked('-', &wanted),
                marked('+', &came)
            ));
        }
        let wanted = match step.exit {
            exit if exit.allows(ended.exit) => return None,
            Exit::Code(code) => code.to_string(),
            Exit::Failure => "a failure".to_owned(),
        };
        Some(format!("it ended with exit code {}, and {wanted} was expected", ended.exit))
    }

    /// One name takes the whole output; several take a field each, the last one what is left, as `read` does.
    fn keep(&mut self, names: &[String], output: &str) -> Option<String> {
        let mut rest = output.trim();
        for (at, name) in names.iter().enumerate() {
            let end =
                if at + 1 == names.len() { rest.len() } else { rest.find(char::is_whitespace).unwrap_or(rest.len()) };
            let (value, behind) = rest.split_at(end);
            if value.is_empty() {
                return Some(format!("there is nothing in its output for ${name}"));
            }
            self.variables.insert(name.clone(), value.to_owned());
            rest = behind.trim_start();
        }
        None
    }

    fn start(&self, argv: &[String]) -> Result<Ended> {
        let Some((program, arguments)) = argv.split_first() else { return Err(Failure::new("an empty command")) };
        let file: &Path = if program == "aws" { &self.aws } else { &self.bastide };
        let mut process = Process::new(file);
        process.args(arguments).current_dir(self.home.path()).stdin(Stdio::null());
        if program == "aws" {
            // CLIs before 1.29 and 2.13 do not read AWS_ENDPOINT_URL.
            process.args(["--endpoint-url", &self.url]);
        }
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("AWS_") || name.starts_with("BASTIDE_")) {
                process.env_remove(name);
            }
        }
        // The learner's own profiles, caches and proxies are nobody's business here.
        process.env("HOME", self.home.path()).env("AWS_PAGER", "").env("AWS_EC2_METADATA_DISABLED", "true");
        process.env("NO_PROXY", "*").env("no_proxy", "*").env("LC_ALL", "C.UTF-8").env("COLUMNS", "200");
        process.envs(self.access.iter().map(|(name, value)| (name, value)));
        let output = process.output().map_err(|why| cannot_start(file, &why))?;
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        let shown = format!("{stdout}{}", without_label(&String::from_utf8_lossy(&output.stderr)));
        Ok(Ended { stdout, shown, exit: output.status.code().unwrap_or(-1) })
    }
}

/// Newer aws CLIs put a label before an error's sentence, older ones do not; labs are written for both.
fn without_label(stderr: &str) -> String {
    stderr.lines().map(|line| line.strip_prefix("aws: [ERROR]: ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

fn cannot_start(program: &Path, why: &std::io::Error) -> Failure {
    let shown = program.display();
    Failure::new(match why.kind() {
        ErrorKind::NotFound => format!(
            "there is no program {shown}: install the aws CLI (`pip install awscli`), or say where it is with BASTIDE_AWS"
        ),
        _ => format!("cannot run {shown}: {why}"),
    })
}

fn marked(mark: char, lines: &[&str]) -> String {
    lines.iter().map(|line| format!("    {mark} {line}\n")).collect()
}

/// A command on one line, as long as fits.
fn one_line(source: &str) -> String {
    const COLUMNS: usize = 110;
    let flat = source.split_whitespace().filter(|word| *word != "\\").collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= COLUMNS { flat } else { flat.chars().take(COLUMNS - 2).collect::<String>() + " …" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_names_share_the_fields() {
        let mut desk = Desk {
            home: tempfile::tempdir().unwrap(),
            aws: "aws".into(),
            bastide: "bastide".into(),
            url: String::new(),
            access: Vec::new(),
            variables: Variables::new(),
        };
        let names = ["A", "B"].map(str::to_owned);
        assert_eq!(desk.keep(&names, " one\ttwo three\n"), None);
        assert_eq!((desk.variables["A"].as_str(), desk.variables["B"].as_str()), ("one", "two three"));
        assert_eq!(desk.keep(&names, "one").unwrap(), "there is nothing in its output for $B");
    }

    #[test]
    fn a_command_is_shown_on_one_line() {
        assert_eq!(one_line("aws x \\\n    --y z"), "aws x --y z");
        assert_eq!(one_line(&"x".repeat(200)).chars().count(), 110);
        assert_eq!(without_label("\naws: [ERROR]: An error occurred\n"), "\nAn error occurred");
    }
}
