//! `bastide ca`: the certificate of the authority that signs the server's, for clients to trust.

use crate::failure::{Failure, Result};
use crate::settings::Settings;
use crate::{house, out};
use bastide_gateway::tls::CERTIFICATE_FILE;
use std::io::ErrorKind;

#[derive(clap::Args)]
pub struct Args {
    /// Print where the file is instead of what is in it
    #[arg(long)]
    path: bool,
}

/// # Errors
/// When no server was ever started in the data directory.
pub fn run(args: &Args, settings: &Settings) -> Result<()> {
    let path = settings.data_dir.join(CERTIFICATE_FILE);
    house::may_read(&settings.data_dir)?;
    let pem = std::fs::read_to_string(&path).map_err(|why| match why.kind() {
        ErrorKind::NotFound => Failure::new(format!(
            "no Bastide has its certificates in {}: `bastide up` makes them at its first start there. One that runs with \
             --ephemeral keeps its authority to itself, so that TLS needs a data directory.",
            settings.data_dir.display()
        )),
        _ => Failure::new(format!("{}: {why}", path.display())),
    })?;
    out::line(if args.path { path.display().to_string() } else { pem.trim_end().to_owned() })
}
