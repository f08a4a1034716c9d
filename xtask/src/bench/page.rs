//! The figures as a table for the terminal and as BENCHMARKS.md.

use std::fmt::Write;
use std::process::Command;

use super::{CALLS, Figures, IDLE_TARGET, START_TARGET};
use crate::{Result, project};

/// One figure: what it is, its target for Bastide, and its value at every server.
struct Row {
    what: String,
    target: f64,
    values: Vec<f64>,
}

fn rows(all: &[Figures]) -> Vec<Row> {
    let mut rows: Vec<Row> = CALLS
        .iter()
        .enumerate()
        .map(|(at, call)| Row {
            what: format!("{}, CPU µs per call", call.name),
            target: call.target,
            values: all.iter().map(|figures| figures.calls[at].0).collect(),
        })
        .collect();
    rows.push(Row {
        what: "start to first answer, ms".into(),
        target: START_TARGET,
        values: all.iter().map(|figures| figures.start).collect(),
    });
    rows.push(Row {
        what: "idle, MB resident".into(),
        target: IDLE_TARGET,
        values: all.iter().map(|figures| figures.idle).collect(),
    });
    rows
}

/// A figure, and how many times Bastide's (the first) it is.
fn cell(values: &[f64], at: usize) -> String {
    let value = values[at];
    let shown = if value < 100.0 { format!("{value:.1}") } else { format!("{value:.0}") };
    if at == 0 { shown } else { format!("{shown} ({:.1} ×)", value / values[0]) }
}

pub fn table(all: &[Figures]) -> String {
    let mut text = format!("\n{:<38} {:>8}", "", "target");
    // Writing to a String cannot fail.
    for figures in all {
        let _ = write!(text, " {:>22}", figures.name);
    }
    text.push('\n');
    for row in rows(all) {
        let _ = write!(text, "{:<38} {:>8}", row.what, format!("≤ {}", row.target));
        for at in 0..row.values.len() {
            let _ = write!(text, " {:>22}", cell(&row.values, at));
        }
        text.push('\n');
    }
    text
}

pub fn page(all: &[Figures]) -> Result<String> {
    let mut page = String::from(
        "# Benchmarks\n\nWritten by `cargo xtask bench`. Nothing here is a test; compare figures of one run only.\n\n| | target |",
    );
    for figures in all {
        let _ = write!(page, " {} {} |", figures.name, figures.version);
    }
    page.push_str("\n|---|---:|");
    page.push_str(&"---:|".repeat(all.len()));
    page.push('\n');
    for row in rows(all) {
        let _ = write!(page, "| {} | ≤ {} |", row.what, row.target);
        for at in 0..row.values.len() {
            let _ = write!(page, " {} |", cell(&row.values, at));
        }
        page.push('\n');
    }
    for (at, call) in CALLS.iter().enumerate() {
        let _ = write!(page, "| {}, calls per second | |", call.name);
        for figures in all {
            let _ = write!(page, " {:.0} |", figures.calls[at].1);
        }
        page.push('\n');
    }
    page.push_str("| what a call includes | |");
    for figures in all {
        let _ = write!(page, " {} |", figures.note);
    }
    let _ = write!(
        page,
        "\n\nIn brackets: how many times Bastide's figure.\n\n\
         - CPU time is user and system time of all processes of the server (/proc), over at least two seconds of it, while eight\n\
         \x20 connections of one client (kept open where the server allows) call as fast as they are answered. Calls per second\n\
         \x20 are what that came to, client included, on the same cores.\n\
         - Bastide keeps its data directory on disk and writes every record; the peers keep everything in memory.\n\
         - Start: from the start of the process, over a data directory that exists, to the end of the first answer; median.\n\
         - Machine: {}. Date: {}. {}.\n",
        machine()?,
        project::output(Command::new("date").args(["--utc", "+%Y-%m-%d"]))?.trim(),
        project::output(Command::new("rustc").arg("--version"))?.trim(),
    );
    Ok(page)
}

fn machine() -> Result<String> {
    let cpus = std::fs::read_to_string("/proc/cpuinfo")?;
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':').map(|(_, model)| model.trim().to_owned()));
    let cores = std::thread::available_parallelism()?;
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let kernel: Vec<&str> = kernel.trim().split('.').take(2).collect();
    Ok(format!("{}, {cores} cores, Linux {}", model.as_deref().unwrap_or("an unnamed CPU"), kernel.join(".")))
}
