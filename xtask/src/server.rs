//! The real binary, started and ended by this tool.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::http::{Connection, Key};
use crate::{Result, project};

/// A `bastide up` that answers. Ended (with SIGKILL, if it still runs) when dropped.
pub struct Server {
    child: Child,
    /// What `bastide env` exports: endpoint, credentials, region.
    pub environment: Vec<(String, String)>,
}

impl Server {
    /// Starts it over a data directory, on a port that the system chooses, and waits until it is ready.
    pub fn start(binary: &Path, data: &Path) -> Result<Server> {
        let mut server = Server::up(binary, &["--data-dir", &data.to_string_lossy()])?;
        let exports = project::output(Command::new(binary).args(["env", "--data-dir"]).arg(data))?;
        server.environment = exports.lines().filter_map(variable).collect();
        Ok(server)
    }

    /// Starts one that keeps nothing; its credentials stand in its banner.
    pub fn start_ephemeral(binary: &Path) -> Result<Server> {
        Server::up(binary, &["--ephemeral"])
    }

    fn up(binary: &Path, arguments: &[&str]) -> Result<Server> {
        let mut command = Command::new(binary);
        command.args(["up", "--listen", "127.0.0.1:0"]).args(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).stdin(Stdio::null());
        let child = command.spawn().map_err(|error| format!("{}: {error}", binary.display()))?;
        let mut server = Server { child, environment: Vec::new() };
        server.wait_until_ready()?;
        Ok(server)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let mut lines = BufReader::new(self.child.stdout.take().ok_or("no standard output")?).lines();
        let mut ready = false;
        for line in lines.by_ref().map_while(std::result::Result::ok) {
            ready = line == "Ready.";
            if ready {
                break;
            }
            self.environment.extend(variable(&line));
        }
        if !ready {
            let status = self.child.wait()?;
            let errors = self.child.stderr.take().map(std::io::read_to_string).transpose()?.unwrap_or_default();
            return Err(format!("bastide up ended before it was ready: {status}\n{}", errors.trim_end()).into());
        }
        // A pipe that nobody reads would stop the server once it is full.
        std::thread::spawn(move || lines.count());
        if let Some(errors) = self.child.stderr.take() {
            std::thread::spawn(move || BufReader::new(errors).lines().count());
        }
        Ok(())
    }

    fn variable(&self, name: &str) -> Result<&str> {
        let found = self.environment.iter().find(|(known, _)| known == name);
        Ok(found.map(|(_, value)| value.as_str()).ok_or_else(|| format!("bastide env does not export {name}"))?)
    }

    /// `127.0.0.1:PORT`
    pub fn address(&self) -> Result<&str> {
        Ok(self.variable("AWS_ENDPOINT_URL")?.trim_start_matches("http://").trim_end_matches('/'))
    }

    pub fn key(&self) -> Result<Key> {
        let (id, secret) = (self.variable("AWS_ACCESS_KEY_ID")?, self.variable("AWS_SECRET_ACCESS_KEY")?);
        Ok(Key { id: id.to_owned(), secret: secret.to_owned() })
    }

    /// A connection as the root user.
    pub fn connect(&self) -> Result<Connection> {
        Ok(Connection::to(self.address()?, &self.key()?))
    }

    /// kill -9, and no chance to write anything.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// SIGTERM, and an end in order.
    pub fn stop(mut self) -> Result<()> {
        project::run(Command::new("kill").args(["-TERM", &self.child.id().to_string()]))?;
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { Err(format!("bastide up ended with {status} after SIGTERM").into()) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `export NAME=value`, as `bastide env` prints it. Its values need no shell to be read: plain, or in single quotes.
fn variable(line: &str) -> Option<(String, String)> {
    let (name, value) = line.trim().strip_prefix("export ")?.split_once('=')?;
    Some((name.to_owned(), value.trim_matches('\'').to_owned()))
}

/// Builds the binary (the one that the tests use) and gives its path.
pub fn build(release: bool) -> Result<PathBuf> {
    let profile = if release { &["--release"][..] } else { &[] };
    project::run(project::cargo(["build", "--quiet", "--package", "bastide"]).args(profile))?;
    Ok(project::binary(if release { "release" } else { "debug" }))
}
