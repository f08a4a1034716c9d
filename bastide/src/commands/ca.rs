//! `bastide ca`: the certificate of the authority that signs the server's, for clients to trust.

use crate::failure::{Failure, Result};
use crate::out;
use crate::settings::Settings;
use bastide_gateway::tls::CERTIFICATE_FILE;

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
    let pem = std::fs::read_to_string(&path);
    let pem = pem
        .map_err(|why| Failure::new(format!("{}: {why}. `bastide up` makes it at its first start.", path.display())))?;
    out::line(if args.path { path.display().to_string() } else { pem.trim_end().to_owned() })
}
