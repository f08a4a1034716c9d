//! `cargo xtask try`: from a clean clone to a Bastide that has answered its first lab.
//!
//! It builds the development profile: the libraries, where the time goes when it runs, are optimised in it as well, and
//! it builds in a third of the time that the release takes. For figures that mean something there is `cargo xtask bench`.

use std::process::Command;
use std::time::Instant;

use crate::server::Server;
use crate::{Result, project, tools};

const LAB: &str = "least-privilege";

pub fn run() -> Result<()> {
    let started = Instant::now();
    let step = |number: u8, what: &str| println!("[{number}/4 {:>4.0} s] {what}", started.elapsed().as_secs_f64());
    step(1, "building bastide (a few minutes the first time)");
    project::run(&mut project::cargo(["build", "--package", "bastide"]))?;
    let binary = project::binary("debug");
    step(2, "the aws CLI, in .tools/");
    let aws = tools::aws_v1()?;
    step(3, "starting bastide up --ephemeral");
    let server = Server::start_ephemeral(&binary)?;
    let endpoint = format!("http://{}", server.address()?);
    println!("           it answers at {endpoint}");
    step(4, &format!("running the lab `{LAB}` against it"));
    let environment = server.environment.iter().map(|(name, value)| (name, value));
    let mut lab = Command::new(&binary);
    lab.args(["lab", "run", LAB, "--endpoint", &endpoint]).envs(environment).env("BASTIDE_AWS", &aws);
    project::run(&mut lab)?;
    server.stop()?;
    let shown = |path: std::path::PathBuf| path.strip_prefix(project::root()).unwrap_or(&path).display().to_string();
    println!(
        "\nIt works ({:.0} s). That Bastide kept nothing and is gone; here is how to go on:\n\n\
         \x20 {bastide} up                      starts one that keeps its state\n\
         \x20 eval \"$({bastide} env)\"           in another terminal: its address and root credentials\n\
         \x20 {aws} sts get-caller-identity\n\
         \x20 {bastide} explain last            which policy and statement decided the last call\n\
         \x20 {bastide} lab list                the labs; `lab show {LAB}` is the one that just ran\n",
        started.elapsed().as_secs_f64(),
        bastide = shown(binary),
        aws = shown(aws),
    );
    Ok(())
}
