//! The figures as a table for the terminal and as BENCHMARKS.md.

use std::fmt::Write;
use std::process::Command;

use super::{Figures, IDLE_TARGET, Limit, START_TARGET, calls};
use crate::{Result, project};

/// One figure: what it is, its target for Bastide, and its value at every server.
struct Row {
    what: String,
    target: f64,
    /// `None` where a server has no such call.
    values: Vec<Option<f64>>,
}

fn rows(all: &[Figures], limits: &[Limit]) -> Vec<Row> {
    let mut rows: Vec<Row> = calls::ALL
        .iter()
        .zip(limits)
        .enumerate()
        .map(|(at, (call, limit))| Row {
            what: format!("{}, CPU µs per call", call.name),
            target: limit.micros,
            values: all.iter().map(|figures| figures.calls[at].map(|(micros, _)| micros)).collect(),
        })
        .collect();
    rows.push(Row {
        what: "start to first answer, ms".into(),
        target: START_TARGET,
        values: all.iter().map(|figures| Some(figures.start)).collect(),
    });
    rows.push(Row {
        what: "idle, MB resident".into(),
        target: IDLE_TARGET,
        values: all.iter().map(|figures| Some(figures.idle)).collect(),
    });
    rows
}

/// A figure, and how many times Bastide's (the first) it is.
fn cell(values: &[Option<f64>], at: usize) -> String {
    let Some(value) = values[at] else { return "–".to_owned() };
    let shown = number(value);
    match values[0] {
        Some(own) if at > 0 => format!("{shown} ({:.1} ×)", value / own),
        _ => shown,
    }
}

fn number(value: f64) -> String {
    if value < 100.0 { format!("{value:.1}") } else { format!("{value:.0}") }
}

/// What the library alone takes, in one sentence.
fn library(limits: &[Limit]) -> String {
    let figures: Vec<String> = calls::ALL
        .iter()
        .zip(limits)
        .filter_map(|(call, limit)| Some((call.name, limit.library?)))
        .map(|(name, micros)| format!("{name}: {} µs, {:.0} per second and core", number(micros), 1e6 / micros))
        .collect();
    format!("The cryptography library alone: {}.", figures.join("; "))
}

pub fn table(all: &[Figures], limits: &[Limit]) -> String {
    let mut text = format!("\n{:<38} {:>8}", "", "target");
    // Writing to a String cannot fail.
    for figures in all {
        let _ = write!(text, " {:>22}", figures.name);
    }
    text.push('\n');
    for row in rows(all, limits) {
        let _ = write!(text, "{:<38} {:>8}", row.what, format!("≤ {}", number(row.target)));
        for at in 0..row.values.len() {
            let _ = write!(text, " {:>22}", cell(&row.values, at));
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{}", library(limits));
    text
}

pub fn page(all: &[Figures], limits: &[Limit]) -> Result<String> {
    let mut page = String::from(
        "# Benchmarks\n\nWritten by `cargo xtask bench`. Nothing here is a test; compare figures of one run only.\n\n| | target |",
    );
    for figures in all {
        let _ = write!(page, " {} {} |", figures.name, figures.version);
    }
    page.push_str("\n|---|---:|");
    page.push_str(&"---:|".repeat(all.len()));
    page.push('\n');
    for row in rows(all, limits) {
        let _ = write!(page, "| {} | ≤ {} |", row.what, number(row.target));
        for at in 0..row.values.len() {
            let _ = write!(page, " {} |", cell(&row.values, at));
        }
        page.push('\n');
    }
    for (at, call) in calls::ALL.iter().enumerate() {
        let _ = write!(page, "| {}, calls per second | |", call.name);
        for figures in all {
            let rate = figures.calls[at].map_or("–".to_owned(), |(_, rate)| format!("{rate:.0}"));
            let _ = write!(page, " {rate} |");
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
         - {}\n\
         \x20 The target of Sign is that and a tenth more: the tenth is for all the rest of the call.\n\
         - Start: from the start of the process, over a data directory that exists, to the end of the first answer; median.\n\
         - Machine: {}. Date: {}. {}.\n",
        library(limits),
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
