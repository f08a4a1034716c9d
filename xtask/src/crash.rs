//! kill -9 in the middle of a write loop, through the real binary: nothing acknowledged is lost, nothing half-written is
//! seen, every start after a kill is clean.
//!
//! The store has its own suite, with thousands of kills of a child process. This one is about the whole way: socket,
//! signature, decision, commit, answer.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::http::Connection;
use crate::server::{self, Server};
use crate::{Result, project};

#[derive(clap::Args)]
pub struct Args {
    /// How many times the server is killed
    #[arg(long, default_value_t = 25)]
    pub rounds: usize,
    /// Repeats a run: the number that it printed
    #[arg(long)]
    pub seed: Option<u64>,
}

const WRITERS: usize = 4;
/// A round is killed after this many acknowledged writes at most.
const WRITES_MAX: u64 = 150;
const CREATE: &str = "Action=CreateUser&Version=2010-05-08&UserName=";

pub fn run(args: &Args) -> Result<()> {
    let binary = server::build(false)?;
    let drawn = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.subsec_nanos().into());
    let seed = args.seed.unwrap_or_else(drawn);
    println!("{} kills, seed {seed}", args.rounds);
    let data = project::scratch("crash")?;
    let mut chance = Chance(seed | 1);
    let mut acknowledged = BTreeSet::new();
    for round in 0..args.rounds {
        let server = Server::start(&binary, &data)?;
        check(&server, &acknowledged, &data, round)?;
        acknowledged.extend(write_and_kill(server, round, 1 + chance.next() % WRITES_MAX)?);
    }
    let server = Server::start(&binary, &data)?;
    check(&server, &acknowledged, &data, args.rounds)?;
    server.stop()?;
    println!(
        "{} users were acknowledged in {} killed servers, and all of them are there",
        acknowledged.len(),
        args.rounds
    );
    Ok(())
}

/// Several clients create users until the server is killed; gives the users whose creation was acknowledged.
fn write_and_kill(server: Server, round: usize, writes: u64) -> Result<Vec<String>> {
    let done = Arc::new(AtomicUsize::new(0));
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (done, acknowledged) = (done.clone(), acknowledged.clone());
            let mut connection = server.connect()?;
            Ok(std::thread::spawn(move || {
                create_users(&mut connection, &format!("r{round}w{writer}n"), &done, &acknowledged)
            }))
        })
        .collect::<Result<_>>()?;
    while done.load(Ordering::Acquire) < writes as usize && writers.iter().any(|writer| !writer.is_finished()) {
        std::thread::yield_now();
    }
    server.kill()?;
    for writer in writers {
        if let Some(refused) = writer.join().map_err(|_| "a writer panicked")? {
            return Err(format!("a user could not be created: {refused}").into());
        }
    }
    let users = acknowledged.lock().map_err(|_| "a writer panicked")?.clone();
    Ok(users)
}

/// Creates users until the connection breaks. Gives the answer that was no success, if there was one.
fn create_users(
    connection: &mut Connection,
    prefix: &str,
    done: &AtomicUsize,
    acknowledged: &Mutex<Vec<String>>,
) -> Option<String> {
    for number in 0.. {
        let user = format!("{prefix}{number}");
        let Ok(answer) = connection.call("iam", &format!("{CREATE}{user}")) else { return None };
        if answer.status != 200 {
            return Some(answer.body);
        }
        acknowledged.lock().ok()?.push(user);
        done.fetch_add(1, Ordering::Release);
    }
    None
}

/// Every acknowledged user is there, whole, and no user is there that nobody asked for.
fn check(server: &Server, acknowledged: &BTreeSet<String>, data: &Path, round: usize) -> Result<()> {
    let found = users(&mut server.connect()?)?;
    let lost: Vec<&String> = acknowledged.difference(&found).collect();
    if !lost.is_empty() {
        return Err(format!(
            "start {round}: {} acknowledged users are lost, the first is {}; see {}",
            lost.len(),
            lost[0],
            data.display()
        )
        .into());
    }
    // A write that was cut off before its answer may be there or not, but then it is whole: one per writer and kill at most.
    let unasked = found.difference(acknowledged).count();
    if unasked > round * WRITERS {
        return Err(
            format!("start {round}: {unasked} users were never acknowledged, {} could be", round * WRITERS).into()
        );
    }
    Ok(())
}

/// Every user's name, page after page; an answer with a user that lacks a part is an error.
fn users(connection: &mut Connection) -> Result<BTreeSet<String>> {
    let mut users = BTreeSet::new();
    let mut marker = String::new();
    loop {
        let answer = connection.call("iam", &format!("Action=ListUsers&Version=2010-05-08&MaxItems=1000{marker}"))?;
        if answer.status != 200 {
            return Err(format!("ListUsers answers {}: {}", answer.status, answer.body).into());
        }
        let names = elements(&answer.body, "UserName");
        let (ids, arns) = (elements(&answer.body, "UserId"), elements(&answer.body, "Arn"));
        let whole = ids.len() == names.len()
            && names.iter().zip(&arns).all(|(name, arn)| arn.ends_with(&format!(":user/{name}")));
        if !whole {
            return Err(format!("a user is not whole: {}", answer.body).into());
        }
        users.extend(names.iter().map(|name| (*name).to_owned()));
        match elements(&answer.body, "Marker").first() {
            Some(next) => marker = format!("&Marker={}", encoded(next)),
            None => return Ok(users),
        }
    }
}

fn elements<'a>(xml: &'a str, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    xml.split(&open).skip(1).filter_map(|rest| rest.split(&close).next()).collect()
}

fn encoded(text: &str) -> String {
    let byte =
        |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(byte).collect()
}

/// xorshift64: enough to choose when to kill.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_and_markers_survive_a_form() {
        let xml = "<Users><member><UserName>a</UserName></member><member><UserName>b</UserName></member></Users>";
        assert_eq!(elements(xml, "UserName"), ["a", "b"]);
        assert_eq!(elements(xml, "Marker"), Vec::<&str>::new());
        assert_eq!(encoded("a+/=b"), "a%2B%2F%3Db");
    }
}
