//! `bastide lab`: the labs that this binary carries. To run one, it starts a fresh house in memory, so that nothing of the
//! learner's is touched, unless it is told to use a running one.

use crate::commands::env::Access;
use crate::failure::{Failure, Result};
use crate::lab::parse::{Item, items};
use crate::lab::{LABS, Lab, run as lab_run};
use crate::server::Server;
use crate::settings::Settings;
use crate::{client::Client, out, suggest};
use clap::Subcommand;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::thread::JoinHandle;
use tokio::sync::oneshot;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the labs
    List,
    /// Print a lab's text, to be read and typed along
    Show { name: String },
    /// Carry a lab out, or all of them, and compare what comes out with what the text says
    #[command(after_help = "The aws CLI is the one on PATH, or the one that BASTIDE_AWS names.")]
    Run {
        name: Option<String>,
        /// Against this running Bastide, with the credentials of the environment or the data directory, instead of a fresh one
        #[arg(long, value_name = "URL")]
        endpoint: Option<String>,
    },
}

/// # Errors
/// When a lab is unknown, or cannot be carried out at all. Steps that fail give exit code 1.
pub fn run(args: &Args, settings: &Settings) -> Result<ExitCode> {
    match &args.command {
        Command::List => list().map(|()| ExitCode::SUCCESS),
        Command::Show { name } => out::line(find(name)?.text.trim_end()).map(|()| ExitCode::SUCCESS),
        Command::Run { name, endpoint } => {
            let labs: Vec<&Lab> = match name {
                Some(name) => vec![find(name)?],
                None => LABS.iter().collect(),
            };
            let mut good = true;
            for lab in labs {
                good &= match endpoint {
                    Some(url) => lab_run::run(lab, &elsewhere(url, settings)?, settings)?,
                    None => afresh(lab, settings)?,
                }
                .is_good();
            }
            Ok(if good { ExitCode::SUCCESS } else { ExitCode::from(1) })
        }
    }
}

fn list() -> Result<()> {
    let steps = |lab: &Lab| {
        let items = items(lab.text).unwrap_or_default();
        items.iter().filter(|item| matches!(item, Item::Step(_))).count()
    };
    let rows: Vec<Vec<String>> = LABS
        .iter()
        .map(|lab| vec![lab.name.to_owned(), format!("{} steps", steps(lab)), lab.title().to_owned()])
        .collect();
    out::line(out::table(&rows))
}

fn find(name: &str) -> Result<&'static Lab> {
    LABS.iter().find(|lab| lab.name == name).ok_or_else(|| {
        let hint = match suggest::nearest(name, LABS.iter().map(|lab| lab.name)) {
            Some(meant) => format!("Did you mean {meant}?"),
            None => "`bastide lab list` names them.".to_owned(),
        };
        Failure::usage(format!("there is no lab {name}. {hint}"))
    })
}

fn elsewhere(url: &str, settings: &Settings) -> Result<Access> {
    let Client { key_id, secret, token, ca_bundle, .. } = Client::find(settings)?;
    if token.is_some() {
        return Err(Failure::usage(
            "a lab needs long-term credentials of the root user or an administrator, and AWS_SESSION_TOKEN is set",
        ));
    }
    Ok(Access { url: url.to_owned(), key_id, secret, ca_bundle })
}

/// Runs the lab against a house of its own that is gone afterwards.
fn afresh(lab: &Lab, settings: &Settings) -> Result<lab_run::Report> {
    let own = Settings {
        listen: SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0),
        data_dir: settings.data_dir.clone(),
        data_dir_named: false,
        ephemeral: true,
        seed: settings.seed.clone(),
        account: settings.account,
        dev_root: None,
        reads_wait: settings.reads_wait,
        aws: settings.aws.clone(),
    };
    let server = Server::open(&own)?;
    let no_root = || Failure::new("the lab's own house was founded without a root key");
    let access = Access::new(server.url(), server.house.root.as_ref().ok_or_else(no_root)?, None);
    let house = Running::start(server);
    let report = lab_run::run(lab, &access, settings);
    house.end()?;
    report
}

/// A house that answers on a thread of its own.
struct Running {
    end: oneshot::Sender<()>,
    thread: JoinHandle<Result<()>>,
}

impl Running {
    fn start(server: Server) -> Self {
        let (end, ended) = oneshot::channel();
        let shutdown = || {
            Ok(async {
                let _ = ended.await;
            })
        };
        // The listener stands already: whoever connects before the thread runs waits in its backlog.
        let thread = std::thread::spawn(move || server.run(shutdown, || {}));
        Running { end, thread }
    }

    fn end(self) -> Result<()> {
        let _ = self.end.send(());
        self.thread.join().unwrap_or_else(|_| Err(Failure::new("the lab's own server panicked")))
    }
}
