//! What the kernel says about a process and its children. Linux only.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::{Result, project};

/// CPU seconds, user and system, of a process, its living children and the children it has waited for.
pub fn cpu_seconds(id: u32) -> Result<f64> {
    static TICKS: OnceLock<f64> = OnceLock::new();
    let per_second = match TICKS.get() {
        Some(ticks) => *ticks,
        None => {
            let ticks = project::output(Command::new("getconf").arg("CLK_TCK"))?.trim().parse()?;
            *TICKS.get_or_init(|| ticks)
        }
    };
    // proc(5), counted behind the name: utime, stime, cutime, cstime are the 12th to the 15th.
    let ticks: u64 =
        family(id)?.iter().filter_map(|id| stat(*id)).map(|fields| fields[11..15].iter().sum::<u64>()).sum();
    Ok(ticks as f64 / per_second)
}

/// Resident memory of a process and its children, in MB of 1,000,000 bytes.
pub fn resident_mb(id: u32) -> Result<f64> {
    let mut kib = 0;
    for id in family(id)? {
        let status = std::fs::read_to_string(proc(id).join("status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
        kib += line.trim().trim_end_matches(" kB").parse::<u64>()?;
    }
    Ok(kib as f64 * 1024.0 / 1e6)
}

/// The process and everything that descends from it.
fn family(id: u32) -> Result<Vec<u32>> {
    let mut parents: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in std::fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(child) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
        if let Some(fields) = stat(child) {
            parents.entry(fields[1] as u32).or_default().push(child);
        }
    }
    let mut family = vec![id];
    let mut at = 0;
    while at < family.len() {
        family.extend(parents.get(&family[at]).into_iter().flatten());
        at += 1;
    }
    Ok(family)
}

/// The numbers of /proc/ID/stat behind the name: the state (as 0), the parent, … `None` once the process has ended.
fn stat(id: u32) -> Option<Vec<u64>> {
    let text = std::fs::read_to_string(proc(id).join("stat")).ok()?;
    let (_, rest) = text.rsplit_once(") ")?;
    let fields: Vec<u64> = rest.split_whitespace().map(|field| field.parse().unwrap_or(0)).collect();
    (fields.len() > 15).then_some(fields)
}

fn proc(id: u32) -> PathBuf {
    PathBuf::from("/proc").join(id.to_string())
}
