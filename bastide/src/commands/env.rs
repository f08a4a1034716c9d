//! `bastide env`: what a shell, or `~/.aws`, needs to talk to the house in the data directory as its root user. It needs
//! no running server, only the directory.

use crate::failure::{Failure, Result};
use crate::settings::{Settings, url_of};
use crate::shell::Shell;
use crate::{house, out, server};
use bastide_base::{Region, SecretString};
use bastide_gateway::tls::CERTIFICATE_FILE;
use bastide_service_iam::RootKey;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(clap::Args)]
#[command(after_help = "In sh, bash or zsh:  eval \"$(bastide env)\"\n\
                        In fish:             bastide env --shell fish | source\n\
                        In PowerShell:       bastide env --shell powershell | Invoke-Expression")]
pub struct Args {
    /// Whose syntax to print
    #[arg(long, value_enum, default_value_t)]
    shell: Shell,
    /// Print a profile of this name for ~/.aws/config and ~/.aws/credentials instead
    #[arg(long, value_name = "NAME", conflicts_with = "shell")]
    profile: Option<String>,
}

/// # Errors
/// When no house is in the data directory.
pub fn run(args: &Args, settings: &Settings) -> Result<()> {
    let directory = &settings.data_dir;
    let (_, root) = house::root_of(directory)?;
    let announced = server::announced(directory);
    let url = announced.clone().unwrap_or_else(|| url_of(settings.listen));
    if announced.as_deref().is_none_or(|url| !answers(url)) {
        let which =
            if announced.is_some() { "where the last one was" } else { "where `bastide up` listens unless told" };
        eprintln!("bastide: no server is up in {}; this is for {url}, {which}", directory.display());
    }
    let access = Access::new(url, &root, Some(directory));
    out::line(match &args.profile {
        Some(name) if name.is_empty() || name.contains([']', '\n', '\r']) => {
            return Err(Failure::usage("the name of a profile is one line without `]`"));
        }
        Some(name) => access.profile(name),
        None => access.variables(args.shell),
    })
}

/// Whether anybody takes connections there.
fn answers(url: &str) -> bool {
    let address = url.split_once("://").and_then(|(_, address)| address.parse().ok());
    address.is_some_and(|address| TcpStream::connect_timeout(&address, PATIENCE).is_ok())
}

/// It is this machine.
const PATIENCE: Duration = Duration::from_millis(500);

/// Everything a client needs.
pub struct Access {
    pub url: String,
    pub key_id: String,
    pub secret: SecretString,
    pub ca_bundle: Option<PathBuf>,
}

impl Access {
    pub fn new(url: String, root: &RootKey, directory: Option<&Path>) -> Self {
        let ca_bundle = directory.map(|directory| directory.join(CERTIFICATE_FILE)).filter(|path| path.exists());
        Access { url, key_id: root.id.clone(), secret: root.secret.clone(), ca_bundle }
    }

    /// Names and values, in the order in which they are printed.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let region = Region::US_EAST_1.as_str().to_owned();
        let mut pairs = vec![
            ("AWS_ENDPOINT_URL", self.url.clone()),
            ("AWS_ACCESS_KEY_ID", self.key_id.clone()),
            ("AWS_SECRET_ACCESS_KEY", self.secret.expose().clone()),
            ("AWS_DEFAULT_REGION", region.clone()),
            ("AWS_REGION", region),
        ];
        pairs.extend(self.ca_bundle.iter().map(|path| ("AWS_CA_BUNDLE", path.display().to_string())));
        pairs
    }

    /// Sets them, and unsets what would stand in their way.
    pub fn variables(&self, shell: Shell) -> String {
        let set = self.pairs().into_iter().map(|(name, value)| shell.set(name, &value));
        let unset = ["AWS_SESSION_TOKEN", "AWS_PROFILE"].into_iter().map(|name| shell.unset(name));
        set.chain(unset).collect::<Vec<_>>().join("\n")
    }

    fn profile(&self, name: &str) -> String {
        let mut config = vec![
            "# ~/.aws/config".to_owned(),
            format!("[profile {}]", section(name)),
            format!("endpoint_url = {}", self.url),
            format!("region = {}", Region::US_EAST_1),
        ];
        config.extend(self.ca_bundle.iter().map(|path| format!("ca_bundle = {}", path.display())));
        let credentials = [
            String::new(),
            "# ~/.aws/credentials".to_owned(),
            format!("[{name}]"),
            format!("aws_access_key_id = {}", self.key_id),
            format!("aws_secret_access_key = {}", self.secret.expose()),
        ];
        config.into_iter().chain(credentials).collect::<Vec<_>>().join("\n")
    }
}

/// ~/.aws/config splits its section names into words as a shell does; ~/.aws/credentials takes them as they are.
fn section(name: &str) -> String {
    if name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-./:@%+,=".contains(letter)) {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access() -> Access {
        Access {
            url: "http://127.0.0.1:4566".into(),
            key_id: "AKIAX".into(),
            secret: SecretString::new("a/b+c".into()),
            ca_bundle: Some("/data dir/ca.pem".into()),
        }
    }

    #[test]
    fn a_shell_gets_everything_and_keeps_nothing_in_the_way() {
        assert_eq!(
            access().variables(Shell::Sh),
            "export AWS_ENDPOINT_URL=http://127.0.0.1:4566\nexport AWS_ACCESS_KEY_ID=AKIAX\nexport AWS_SECRET_ACCESS_KEY=a/b+c\n\
             export AWS_DEFAULT_REGION=us-east-1\nexport AWS_REGION=us-east-1\nexport AWS_CA_BUNDLE='/data dir/ca.pem'\n\
             unset AWS_SESSION_TOKEN\nunset AWS_PROFILE"
        );
    }

    #[test]
    fn a_profile_is_what_the_aws_cli_reads() {
        assert_eq!(
            access().profile("wall"),
            "# ~/.aws/config\n[profile wall]\nendpoint_url = http://127.0.0.1:4566\nregion = us-east-1\nca_bundle = /data dir/ca.pem\n\n\
             # ~/.aws/credentials\n[wall]\naws_access_key_id = AKIAX\naws_secret_access_key = a/b+c"
        );
    }

    #[test]
    fn a_name_of_several_words_is_one_name() {
        let profile = access().profile("my lab");
        assert!(profile.contains("\n[profile \"my lab\"]\n") && profile.contains("\n[my lab]\n"), "{profile}");
    }
}
