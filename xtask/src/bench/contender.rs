//! The servers that are measured, and how each is started.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::calls::FIRST;
use crate::http::{Connection, Key};
use crate::{Result, project, tools};

pub struct Contender {
    pub name: String,
    pub version: String,
    pub note: &'static str,
    /// How often it is started for the median.
    pub starts: usize,
    /// Not Bastide.
    pub peer: bool,
    program: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(&'static str, String)>,
    key: Key,
}

pub struct Running {
    child: Child,
    address: String,
    key: Key,
    /// From the process's start to the end of its first answer.
    pub first_answer: Duration,
}

/// Stands for the port in arguments and environment.
const PORT: &str = "{port}";
const PATIENCE: Duration = Duration::from_secs(60);

impl Contender {
    /// Over a data directory on disk, as it comes.
    pub fn bastide(program: PathBuf) -> Result<Contender> {
        let data = project::scratch("bench")?;
        let key = Key {
            id: "AKIABENCHMARKOFBASTI".to_owned(),
            secret: "secret/of/the/benchmark/0123456789012345".to_owned(),
        };
        let dev_root = format!("{}:{}", key.id, key.secret);
        let data = data.display().to_string();
        let arguments = ["up", "--listen", "127.0.0.1:{port}", "--data-dir", &data, "--dev-root", &dev_root];
        Ok(Contender {
            name: "bastide".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            note: "signature, decision and record on every call (a read's is on disk within 50 ms)",
            starts: 11,
            peer: false,
            program,
            arguments: arguments.map(str::to_owned).to_vec(),
            environment: Vec::new(),
            key,
        })
    }

    /// The peers from PyPI, as they come, and the one that can enforce with that switched on as well.
    pub fn peers() -> Result<Vec<Contender>> {
        let bin = tools::peers()?;
        let pins = project::read(&project::root().join("testkit/python/requirements-peers.txt"))?;
        let version = |package: &str| {
            let pin = pins.lines().find_map(|line| line.strip_prefix(package)?.strip_prefix("=="));
            pin.unwrap_or("unknown").to_owned()
        };
        let peer = |name: &str,
                    package: &str,
                    note,
                    program: &str,
                    arguments: &[&str],
                    environment: &[(&'static str, &str)]| Contender {
            name: name.to_owned(),
            version: version(package),
            note,
            starts: 3,
            peer: true,
            program: bin.join(program),
            arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
            environment: environment.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
            key: Key { id: "test".to_owned(), secret: "test".to_owned() },
        };
        let open = "no signature check, no decision, no record";
        Ok(vec![
            peer("moto", "moto", open, "moto_server", &["-H", "127.0.0.1", "-p", PORT], &[]),
            peer("ministack", "ministack", open, "ministack", &[], &[("GATEWAY_PORT", PORT)]),
            peer(
                "ministack, AUTH=true",
                "ministack",
                "keys and policies, no signature check, no record",
                "ministack",
                &[],
                &[("GATEWAY_PORT", PORT), ("AUTH", "true")],
            ),
        ])
    }

    pub fn start(&self) -> Result<Running> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port().to_string();
        let address = format!("127.0.0.1:{port}");
        let with_port = |text: &String| text.replace(PORT, &port);
        let mut command = Command::new(&self.program);
        command.args(self.arguments.iter().map(with_port));
        command.envs(self.environment.iter().map(|(name, value)| (name, with_port(value))));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let started = Instant::now();
        let child = command.spawn().map_err(|error| format!("{}: {error}", self.program.display()))?;
        let mut running = Running { child, address, key: self.key.clone(), first_answer: Duration::ZERO };
        while TcpStream::connect(&running.address).is_err() {
            if let Some(status) = running.child.try_wait()? {
                return Err(format!("{} ended before it answered: {status}", self.name).into());
            }
            if started.elapsed() > PATIENCE {
                return Err(format!("{} does not answer", self.name).into());
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        let mut connection = running.connect();
        FIRST.prepare(&mut connection).map_err(|error| format!("{}: {error}", self.name))?;
        running.first_answer = started.elapsed();
        Ok(running)
    }
}

impl Running {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn connect(&self) -> Connection {
        Connection::to(&self.address, &self.key)
    }

    pub fn stop(&mut self) -> Result<()> {
        project::run(Command::new("kill").args(["-TERM", &self.child.id().to_string()]))?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
