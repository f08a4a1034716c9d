//! The binary, as a user starts it: with an empty environment and a home of its own.
#![allow(dead_code, reason = "every test file uses its part")]

use bastide_sigv4::{Credentials, Head, Signer, payload_sha256};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A person's home directory; gone with the test.
pub struct Home(tempfile::TempDir);

impl Home {
    pub fn new() -> Self {
        Home(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Where `bastide` keeps its data if nobody says otherwise.
    pub fn data_dir(&self) -> PathBuf {
        self.path().join(".local/share/bastide")
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bastide"));
        command
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .env("HOME", self.path())
            .env("PATH", std::env::var_os("PATH").unwrap());
        command.stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ended {
        Ended::of(self.command(arguments).output().unwrap())
    }

    /// What a command that must go well prints.
    pub fn good(&self, arguments: &[&str]) -> String {
        let ended = self.run(arguments);
        assert_eq!(ended.code, Some(0), "bastide {arguments:?}: {}", ended.stderr);
        ended.stdout
    }

    /// Starts a server on a port of the system's choice and waits until it is ready.
    pub fn up(&self, arguments: &[&str]) -> Up {
        Up::start(self.command(&[&["up", "--listen", "127.0.0.1:0"], arguments].concat()))
    }

    /// Every file below the home.
    pub fn files(&self) -> Vec<PathBuf> {
        fn walk(directory: &Path, found: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { walk(&path, found) } else { found.push(path) }
            }
        }
        let mut found = Vec::new();
        walk(self.path(), &mut found);
        found
    }
}

/// How a command ended and what it said.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    pub fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// A server that is up; killed when the test forgets it.
pub struct Up {
    child: Child,
    /// Everything it said up to and with `Ready.`
    pub banner: String,
}

impl Up {
    pub fn start(mut command: Command) -> Up {
        command.stderr(Stdio::inherit());
        Up::start_as(command)
    }

    /// With its stderr where the command says.
    pub fn start_as(mut command: Command) -> Up {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut banner = String::new();
        while !banner.ends_with("Ready.\n") {
            match lines.next() {
                Some(line) => banner.push_str(&format!("{}\n", line.unwrap())),
                None => panic!("the server ended before it was ready; it said:\n{banner}"),
            }
        }
        Up { child, banner }
    }

    /// The URL that the banner names.
    pub fn url(&self) -> String {
        self.word_behind("address")
    }

    pub fn account(&self) -> String {
        self.word_behind("account")
    }

    fn word_behind(&self, name: &str) -> String {
        let mut words = self.banner.split_whitespace().skip_while(|word| *word != name);
        words.nth(1).unwrap_or_else(|| panic!("the banner names no {name}:\n{}", self.banner)).to_owned()
    }

    /// `NAME=value` pairs that the banner tells to export.
    pub fn exports(&self) -> Vec<(String, String)> {
        exports(&self.banner)
    }

    pub fn signal(&self, name: &str) {
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.child.id())]).status().unwrap();
        assert!(sent.success());
    }

    /// Sends the signal and waits for the end.
    pub fn end(mut self, signal: &str) -> Option<i32> {
        self.signal(signal);
        self.child.wait().unwrap().code()
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Calls IAM as a client would, with the credentials among `given`; the status and the answer.
pub fn iam(given: &[(String, String)], form: &str) -> (u16, String) {
    let host = value(given, "AWS_ENDPOINT_URL").strip_prefix("http://").unwrap();
    let secret = value(given, "AWS_SECRET_ACCESS_KEY").as_bytes();
    let credentials = Credentials { access_key_id: value(given, "AWS_ACCESS_KEY_ID"), secret, session_token: None };
    let headers = [("host", host), ("content-type", "application/x-www-form-urlencoded")];
    let signed_headers = headers.map(|(name, value)| (name, value.as_bytes()));
    let head = Head { method: "POST", path: "/", query: "", headers: &signed_headers };
    let body = format!("{form}&Version=2010-05-08");
    let at = bastide_base::Timestamp::wall().secs();
    let signed = Signer::new(credentials, "us-east-1", "iam").headers(&head, &payload_sha256(body.as_bytes()), at);
    let mut request = format!("POST / HTTP/1.1\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
    for (name, value) in headers
        .iter()
        .map(|(name, value)| (*name, *value))
        .chain(signed.headers.iter().map(|(name, value)| (&**name, &**value)))
    {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut stream = TcpStream::connect(host).unwrap();
    stream.write_all(format!("{request}\r\n{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
}

pub fn exports(text: &str) -> Vec<(String, String)> {
    let pairs = text.lines().filter_map(|line| line.strip_prefix("export ")?.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

pub fn value<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    let found = pairs.iter().find(|(known, _)| known == name);
    &found
        .unwrap_or_else(|| panic!("{name} is not among {:?}", pairs.iter().map(|(name, _)| name).collect::<Vec<_>>()))
        .1
}
