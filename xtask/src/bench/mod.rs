//! `cargo xtask bench`: what a call costs, here and at the peers, measured in one run with one client.
//!
//! The figure is the CPU time of the server's processes per call, because it does not depend on how many clients wait.
//! Nothing here is a test: no figure fails a build.

mod contender;
mod page;
mod process;

use std::time::{Duration, Instant};

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

/// A call whose cost is measured.
pub struct Call {
    pub name: &'static str,
    service: &'static str,
    form: &'static str,
    /// CPU µs per call that Bastide is meant to stay under.
    pub target: f64,
}

pub const CALLS: [Call; 2] = [
    Call {
        name: "GetCallerIdentity",
        service: "sts",
        form: "Action=GetCallerIdentity&Version=2011-06-15",
        target: 35.0,
    },
    Call { name: "ListUsers (10 users)", service: "iam", form: "Action=ListUsers&Version=2010-05-08", target: 50.0 },
];

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
    /// By call: CPU µs, and calls per second with all connections busy.
    pub calls: Vec<(f64, f64)>,
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
    let mut all = Vec::new();
    for contender in &contenders {
        println!("measuring {}", contender.name);
        all.push(measure(contender, args.cpu_seconds)?);
    }
    print!("{}", page::table(&all));
    if args.alone {
        println!("\nBENCHMARKS.md is left as it is: it is written by a run with the peers");
        return Ok(());
    }
    project::write(&project::root().join("BENCHMARKS.md"), &page::page(&all)?)?;
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
    let listed = connection.call("iam", CALLS[1].form)?.body.matches("<UserName>").count();
    if listed != USERS {
        return Err(format!("{} lists {listed} users, not {USERS}", contender.name).into());
    }
    let calls = CALLS.iter().map(|call| cost(&running, call, cpu_seconds)).collect::<Result<_>>()?;
    running.stop()?;
    let (name, version) = (contender.name.clone(), contender.version.clone());
    Ok(Figures { name, version, note: contender.note, start: starts[starts.len() / 2], idle, calls })
}

/// CPU µs of the server per call, and calls per second.
fn cost(running: &Running, call: &Call, cpu_seconds: f64) -> Result<(f64, f64)> {
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
fn batch(connections: &mut [Connection], call: &Call, calls: usize) -> Result<()> {
    let work = |connection: &mut Connection| -> std::result::Result<(), String> {
        for _ in 0..calls {
            let answer = connection.call(call.service, call.form).map_err(|error| error.to_string())?;
            if answer.status != 200 {
                return Err(format!("{} answers {}: {}", call.name, answer.status, answer.body));
            }
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
