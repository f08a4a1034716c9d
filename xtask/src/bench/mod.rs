//! `cargo xtask bench`: what a call costs, here and at the peers, measured in one run with one client.
//!
//! The figure is the CPU time of the server's processes per call, because it does not depend on how many clients wait.
//! Nothing here is a test: no figure fails a build.

mod calls;
mod contender;
mod library;
mod page;
mod process;

use std::time::{Duration, Instant};

use calls::{LIST_USERS, Ready, Target};
use contender::{Contender, Running};

use crate::http::Connection;
use crate::{Result, project, server};

#[derive(clap::Args)]
pub struct Args {
    /// Measure Bastide alone, without installing and starting the peers
    #[arg(long)]
    alone: bool,
    /// CPU seconds of the server that each figure is taken over
    #[arg(long, default_value_t = 2.0)]
    cpu_seconds: f64,
}

/// Targets for Bastide: start to first answer in ms, memory of an idle server in MB.
pub const START_TARGET: f64 = 50.0;
pub const IDLE_TARGET: f64 = 40.0;

/// What one server was measured to do.
pub struct Figures {
    pub name: String,
    pub version: String,
    /// What it does for a call that the others do not, or the other way round.
    pub note: &'static str,
    /// From the process's start to the end of its first answer, median, ms; of a data directory that exists.
    pub start: f64,
    /// Resident memory after the first answer, MB.
    pub idle: f64,
    /// By call: CPU µs, and calls per second with all connections busy. `None` where the server has no such call.
    pub calls: Vec<Option<(f64, f64)>>,
}

/// What Bastide is meant to stay under for a call.
pub struct Limit {
    pub micros: f64,
    /// CPU µs of the library alone, where the limit is taken from that.
    pub library: Option<f64>,
}

impl Limit {
    fn of(target: &Target) -> Result<Limit> {
        Ok(match target {
            Target::Micros(micros) => Limit { micros: *micros, library: None },
            Target::Library(measure) => {
                let library = measure()?;
                Limit { micros: library * 1.1, library: Some(library) }
            }
        })
    }
}

const USERS: usize = 10;
const CONNECTIONS: usize = 8;
/// Calls that each connection makes before the measurement, and between two looks at the server's CPU time.
const WARM_UP: usize = 200;
const BATCH: usize = 100;

pub fn run(args: &Args) -> Result<()> {
    println!("building the release");
    let mut contenders = vec![Contender::bastide(server::build(true)?)?];
    if !args.alone {
        contenders.extend(Contender::peers()?);
    }
    println!("measuring the cryptography library");
    let limits = calls::ALL.iter().map(|call| Limit::of(&call.target)).collect::<Result<Vec<Limit>>>()?;
    let mut all = Vec::new();
    for contender in &contenders {
        println!("measuring {}", contender.name);
        all.push(measure(contender, args.cpu_seconds)?);
    }
    print!("{}", page::table(&all, &limits));
    if args.alone {
        println!("\nBENCHMARKS.md is left as it is: it is written by a run with the peers");
        return Ok(());
    }
    project::write(&project::root().join("BENCHMARKS.md"), &page::page(&all, &limits)?)?;
    println!("\nwrote BENCHMARKS.md");
    Ok(())
}

fn measure(contender: &Contender, cpu_seconds: f64) -> Result<Figures> {
    let mut starts = Vec::new();
    let mut running = contender.start()?;
    for _ in 1..contender.starts {
        running.stop()?;
        running = contender.start()?;
        starts.push(running.first_answer.as_secs_f64() * 1e3);
    }
    if starts.is_empty() {
        starts.push(running.first_answer.as_secs_f64() * 1e3);
    }
    starts.sort_by(f64::total_cmp);
    // What a start leaves to do in the background is done within this second.
    std::thread::sleep(Duration::from_secs(1));
    let idle = process::resident_mb(running.id())?;
    let mut connection = running.connect();
    for user in 0..USERS {
        let form = format!("Action=CreateUser&Version=2010-05-08&UserName=user{user}");
        let answer = connection.call("iam", &form)?;
        // A data directory of an earlier run has them already.
        if !(answer.status == 200 || answer.body.contains("EntityAlreadyExists")) {
            return Err(format!("{}: CreateUser answers {}: {}", contender.name, answer.status, answer.body).into());
        }
    }
    let listed = LIST_USERS.prepare(&mut connection)?.send(&mut connection)?.body.matches("<UserName>").count();
    if listed != USERS {
        return Err(format!("{} lists {listed} users, not {USERS}", contender.name).into());
    }
    let mut calls = Vec::new();
    for call in &calls::ALL {
        calls.push(match call.prepare(&mut connection) {
            Ok(ready) => Some(cost(&running, &ready, cpu_seconds)?),
            // A peer may lack a call. Bastide may not.
            Err(error) if contender.peer => {
                println!("  {}", error.to_string().lines().next().unwrap_or_default());
                None
            }
            Err(error) => return Err(error),
        });
    }
    running.stop()?;
    let (name, version) = (contender.name.clone(), contender.version.clone());
    Ok(Figures { name, version, note: contender.note, start: starts[starts.len() / 2], idle, calls })
}

/// CPU µs of the server per call, and calls per second.
fn cost(running: &Running, call: &Ready, cpu_seconds: f64) -> Result<(f64, f64)> {
    let mut connections: Vec<Connection> = (0..CONNECTIONS).map(|_| running.connect()).collect();
    batch(&mut connections, call, WARM_UP)?;
    let (before, at) = (process::cpu_seconds(running.id())?, Instant::now());
    let mut calls = 0;
    loop {
        batch(&mut connections, call, BATCH)?;
        calls += CONNECTIONS * BATCH;
        let used = process::cpu_seconds(running.id())? - before;
        if used >= cpu_seconds {
            return Ok((used * 1e6 / calls as f64, calls as f64 / at.elapsed().as_secs_f64()));
        }
    }
}

/// Every connection makes this many calls, all connections at once.
fn batch(connections: &mut [Connection], call: &Ready, calls: usize) -> Result<()> {
    let work = |connection: &mut Connection| -> std::result::Result<(), String> {
        for _ in 0..calls {
            call.send(connection).map_err(|error| error.to_string())?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = connections.iter_mut().map(|connection| scope.spawn(move || work(connection))).collect();
        for worker in workers {
            worker.join().map_err(|_| "a client panicked")??;
        }
        Ok(())
    })
}
