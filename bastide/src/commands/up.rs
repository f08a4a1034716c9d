//! `bastide up`: opens the house and answers until it is told to end (SIGTERM, SIGINT).

use crate::commands::env;
use crate::failure::{Failure, Result};
use crate::server::Server;
use crate::settings::{Layer, Settings};
use crate::shell::{Shell, sh_quoted};
use crate::{out, progress};
use tokio::signal::unix::{SignalKind, signal};

#[derive(clap::Args)]
pub struct Args {
    /// Address and port; HTTP and TLS share it [default: 127.0.0.1:4566]
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<String>,
    /// Keep everything in memory and nothing on disk
    #[arg(long)]
    ephemeral: bool,
    /// Let all ids and secrets follow from this text (first start only; ignored later)
    #[arg(long, value_name = "TEXT")]
    seed: Option<String>,
    /// Number of the management account (first start only)
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// Make this the root user's only access key; anyone who knows it owns the house
    #[arg(long, value_name = "KEY:SECRET")]
    dev_root: Option<String>,
    /// Answer allowed reads, too, only when their record is on disk
    #[arg(long)]
    reads_wait: bool,
}

impl Args {
    pub fn over(self, flags: Layer) -> Layer {
        let switch = |given: bool| given.then(|| true.to_string());
        flags
            .flag("listen", self.listen)
            .flag("ephemeral", switch(self.ephemeral))
            .flag("seed", self.seed)
            .flag("account", self.account)
            .flag("dev_root", self.dev_root)
            .flag("reads_wait", switch(self.reads_wait))
    }
}

/// # Errors
/// When the address or the data directory cannot be had, and when the last records could not be written.
pub fn run(settings: &Settings) -> Result<()> {
    if settings.ephemeral && settings.data_dir_named {
        return Err(Failure::usage(
            "--ephemeral keeps nothing on disk, so --data-dir makes no sense with it: leave one away",
        ));
    }
    let server = progress::during("opening the house", || Server::open(settings))?;
    let banner = banner(&server, settings);
    let ready = || {
        // A server that nobody watches answers all the same.
        let _ = out::line(banner).and_then(|()| out::line("Ready."));
    };
    server.run(until_told_to_end, ready)?;
    eprintln!(
        "bastide: ended as it was told to; {}",
        match settings.ephemeral {
            true => "what it held in memory is gone",
            false => "everything that was answered is on disk",
        }
    );
    Ok(())
}

fn until_told_to_end() -> Result<impl Future<Output = ()>> {
    let (mut term, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

fn banner(server: &Server, settings: &Settings) -> String {
    let (house, url) = (&server.house, server.url());
    let services: Vec<&str> = house.cloud.services().map(|service| service.name).collect();
    let operations: usize = house.cloud.services().map(|service| service.ops.len()).sum();
    // Nobody can trust an authority that is in memory only.
    let address = match settings.ephemeral {
        true => url,
        false => format!("{url} and {}", url.replacen("http", "https", 1)),
    };
    let address = match server.address.ip().is_unspecified() {
        true => format!("{address} (listening on {})", server.address),
        false => address,
    };
    let data = match settings.ephemeral {
        true => "none: everything is in memory and gone when this ends (--ephemeral)".to_owned(),
        false => settings.data_dir.display().to_string(),
    };
    let mut rows = vec![
        row("address", address),
        row("account", house.cloud.management().to_string()),
        row("data", data),
        row("services", format!("{} ({operations} operations; `bastide coverage` names them)", services.join(", "))),
        row(
            "enforced",
            "on every call, without exception or switch: signatures, IAM policies (identity, resource,".to_owned(),
        ),
        row("", "boundary, session), the record; what is not implemented answers 501".to_owned()),
    ];
    let clock = house.cloud.clock();
    let now = clock.now();
    let moved = (now.millis() - bastide_base::Timestamp::wall().millis()).abs() > 1_000;
    match (clock.state().frozen(), moved) {
        (true, _) => rows.push(row("clock", format!("frozen at {}", now.whole_seconds()))),
        (false, true) => rows.push(row("clock", format!("{}, as it was moved to earlier", now.whole_seconds()))),
        (false, false) => {}
    }
    if settings.seed.is_some() && !house.is_new() && !settings.ephemeral {
        rows.push(row(
            "seed",
            "ignored: it counts at the first start only, and this house has been founded".to_owned(),
        ));
    }
    let mut text = format!("Bastide {}\n{}", env!("CARGO_PKG_VERSION"), out::table(&rows));
    if house.dev_root {
        text.push_str(
            "\n\nWARNING: the root user's access key was chosen by --dev-root. Whoever knows it may do everything here.\n\
             Keep this address to yourself; `bastide reset` without --dev-root gives the root user a real key.",
        );
    }
    if !server.address.ip().is_loopback() {
        text.push_str(&format!(
            "\n\nWARNING: it listens on {}, so that other machines can reach it. Every call has to be signed, but plain HTTP shows\n\
             what is said to everybody on the way; `--listen 127.0.0.1:{}` keeps it to this machine.",
            server.address,
            server.address.port()
        ));
    }
    if house.root.is_some() {
        text.push_str("\n\nTo talk to it as the root user of this account, in another terminal:\n\n");
        text.push_str(&how_to_begin(server, settings));
        text.push('\n');
    }
    text
}

fn row(name: &str, value: String) -> Vec<String> {
    vec![format!("  {name}"), value]
}

/// A directory can be asked again later; memory cannot, so that what is in it alone is said now.
fn how_to_begin(server: &Server, settings: &Settings) -> String {
    if let (true, Some(root)) = (settings.ephemeral, &server.house.root) {
        return env::Access::new(server.url(), root, None).variables(Shell::Sh);
    }
    let whose = match std::env::var_os("BASTIDE_DATA_DIR") {
        None if settings.data_dir_named => {
            format!(" --data-dir {}", sh_quoted(&settings.data_dir.display().to_string()))
        }
        _ => String::new(),
    };
    format!("eval \"$(bastide env{whose})\"")
}
