//! What can be set, and where: a flag, a `BASTIDE_*` variable, a line of the TOML file, in this order. A name that is not
//! in [`SETTINGS`] is an error that says which one was meant: a mistyped setting must never be a setting that is off.

use crate::failure::{Failure, Result};
use crate::suggest;
use bastide_base::{AccountId, SecretString};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// Every setting: its key in the file, and what it is. As a variable: `BASTIDE_` and the key in capitals.
pub const SETTINGS: [(&str, &str); 8] = [
    ("listen", "address and port that `bastide up` listens on (127.0.0.1:4566)"),
    ("data_dir", "the data directory ($XDG_DATA_HOME/bastide or ~/.local/share/bastide)"),
    ("ephemeral", "keep nothing on disk (false)"),
    ("seed", "text that all ids and secrets follow from, for reproducible runs; counts at the first start"),
    ("account", "number of the management account (drawn from the seed); counts at the first start"),
    ("dev_root", "KEY:SECRET that becomes the root user's only access key"),
    ("reads_wait", "answer allowed reads, too, only when their record is on disk (false)"),
    ("aws", "the aws CLI that labs run (aws, found on PATH)"),
];

const PREFIX: &str = "BASTIDE_";
/// Says where the file is, so it cannot stand in it.
const CONFIG: &str = "BASTIDE_CONFIG";
/// Read when it is there and no other is named.
const FILE: &str = "bastide.toml";

/// The settings, with what was set applied over what stands without.
pub struct Settings {
    pub listen: SocketAddr,
    pub data_dir: PathBuf,
    /// Somebody named the directory on this command line, so it says whose credentials are meant.
    pub data_dir_named: bool,
    pub ephemeral: bool,
    pub seed: Option<SecretString>,
    pub account: Option<AccountId>,
    pub dev_root: Option<DevRoot>,
    pub reads_wait: bool,
    pub aws: PathBuf,
}

/// An access key of the root user that the operator chose, and that others may know.
#[derive(Clone)]
pub struct DevRoot {
    pub id: String,
    pub secret: SecretString,
}

/// A value as it was given, and where.
struct Given {
    text: String,
    source: String,
}

/// What one place (the flags, the environment, the file) sets.
#[derive(Default)]
pub struct Layer(BTreeMap<&'static str, Given>);

impl Layer {
    /// Adds a flag, if it was given.
    pub fn flag(mut self, key: &'static str, value: Option<String>) -> Self {
        if let Some(text) = value {
            let source = format!("--{}", key.replace('_', "-"));
            self.0.insert(key, Given { text, source });
        }
        self
    }

    /// The `BASTIDE_*` variables, and the configuration file that one of them may name.
    fn of_environment(variables: impl IntoIterator<Item = (String, String)>) -> Result<(Self, Option<PathBuf>)> {
        let (mut layer, mut file) = (Layer::default(), None);
        for (name, text) in variables {
            let Some(key) = name.strip_prefix(PREFIX) else { continue };
            if name == CONFIG {
                file = Some(PathBuf::from(text)).filter(|path| !path.as_os_str().is_empty());
                continue;
            }
            let Some(key) = SETTINGS.iter().map(|(known, _)| *known).find(|known| known.to_uppercase() == key) else {
                let known: Vec<&str> = SETTINGS.iter().map(|(known, _)| *known).chain(["config"]).collect();
                return Err(unknown("variable", key, &known, variable));
            };
            // Compose files and CI set what they leave open to nothing.
            if !text.is_empty() {
                layer.0.insert(key, Given { text, source: name });
            }
        }
        Ok((layer, file))
    }

    fn of_file(path: &Path, content: &str) -> Result<Self> {
        let shown = path.display();
        let table: toml::Table =
            content.parse().map_err(|why| Failure::usage(format!("{shown} is not TOML: {why}")))?;
        let mut layer = Layer::default();
        for (name, value) in table {
            let Some(key) = SETTINGS.iter().map(|(known, _)| *known).find(|known| *known == name) else {
                let known: Vec<&str> = SETTINGS.iter().map(|(known, _)| *known).collect();
                return Err(unknown(&format!("setting in {shown}"), &name, &known, str::to_owned));
            };
            let text = match value {
                toml::Value::String(text) => text,
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Boolean(truth) => truth.to_string(),
                _ => {
                    return Err(Failure::usage(format!(
                        "{key} in {shown} is neither text nor a number nor true or false"
                    )));
                }
            };
            layer.0.insert(key, Given { text, source: format!("{key} in {shown}") });
        }
        Ok(layer)
    }

    fn read(path: &Path) -> Result<Self> {
        let content = std::fs::read_to_string(path);
        let content = content
            .map_err(|why| Failure::usage(format!("cannot read the configuration {}: {why}", path.display())))?;
        Self::of_file(path, &content)
    }

    /// This layer, and below it another.
    fn over(mut self, below: Layer) -> Self {
        for (key, given) in below.0 {
            self.0.entry(key).or_insert(given);
        }
        self
    }

    fn parsed<T>(&self, key: &str, wanted: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>> {
        let Some(given) = self.0.get(key) else { return Ok(None) };
        match parse(&given.text) {
            Some(value) => Ok(Some(value)),
            // The value may be a secret, so it is not repeated.
            None => Err(Failure::usage(format!("{} must be {wanted}", given.source))),
        }
    }
}

fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_uppercase())
}

/// `spell` is how the place spells a key.
fn unknown(what: &str, typed: &str, known: &[&str], spell: impl Fn(&str) -> String) -> Failure {
    let name = spell(typed);
    Failure::usage(match suggest::nearest(typed, known.iter().copied()) {
        Some(meant) => format!("unknown {what}: {name}. Did you mean {}?", spell(meant)),
        None => {
            let known: Vec<String> = known.iter().map(|key| spell(key)).collect();
            format!("unknown {what}: {name}. There are: {}", known.join(", "))
        }
    })
}

impl Settings {
    /// From the flags of this command line, the environment of this process and the configuration file.
    ///
    /// # Errors
    /// A usage failure for anything unknown or of the wrong form.
    pub fn load(flags: Layer, config: Option<PathBuf>) -> Result<Settings> {
        let variables =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        let (environment, named) = Layer::of_environment(variables)?;
        let file = match config.or(named) {
            Some(path) => Layer::read(&path)?,
            None if Path::new(FILE).exists() => Layer::read(Path::new(FILE))?,
            None => Layer::default(),
        };
        Self::of(flags.over(environment).over(file))
    }

    fn of(given: Layer) -> Result<Settings> {
        let truth = |text: &str| text.parse().ok();
        let data_dir = match given.parsed("data_dir", "a directory", |text| Some(PathBuf::from(text)))? {
            Some(path) => path,
            None => default_data_dir()?,
        };
        let data_dir =
            std::path::absolute(&data_dir).map_err(|why| Failure::usage(format!("{}: {why}", data_dir.display())))?;
        Ok(Settings {
            listen: given.parsed("listen", "an address and a port, such as 127.0.0.1:4566", address)?.unwrap_or(LISTEN),
            data_dir,
            data_dir_named: given.0.get("data_dir").is_some_and(|given| given.source.starts_with("--")),
            ephemeral: given.parsed("ephemeral", "true or false", truth)?.unwrap_or(false),
            seed: given.parsed("seed", "text", |text| Some(SecretString::new(text.to_owned())))?,
            account: given.parsed("account", "an account number of twelve digits", |text| text.parse().ok())?,
            dev_root: given.parsed("dev_root", DEV_ROOT_FORM, dev_root)?,
            reads_wait: given.parsed("reads_wait", "true or false", truth)?.unwrap_or(false),
            aws: given.parsed("aws", "a program", program)?.unwrap_or_else(|| PathBuf::from("aws")),
        })
    }
}

const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 4566);
const DEV_ROOT_FORM: &str = "KEY:SECRET, such as test:test (the key of 1 to 128 letters, digits and underscores, the secret of 1 to 128 characters)";

fn address(text: &str) -> Option<SocketAddr> {
    let on_this_machine = |port: &str| port.parse().ok().map(|port| SocketAddr::new(LISTEN.ip(), port));
    text.parse().ok().or_else(|| text.strip_prefix("localhost:").and_then(on_this_machine))
}

/// A name is looked up on PATH; a path is taken from here, wherever the program is started later.
fn program(text: &str) -> Option<PathBuf> {
    if text.contains('/') { std::path::absolute(text).ok() } else { Some(PathBuf::from(text)) }
}

/// Both sides as IAM bounds access keys (API Reference, accessKeyIdType); shorter ones are taken because `test` is.
fn dev_root(text: &str) -> Option<DevRoot> {
    let (id, secret) = text.split_once(':')?;
    let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let fits = (1..=128).contains(&id.len()) && id.chars().all(word) && (1..=128).contains(&secret.len());
    fits.then(|| DevRoot { id: id.to_owned(), secret: SecretString::new(secret.to_owned()) })
}

fn default_data_dir() -> Result<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let share = variable("XDG_DATA_HOME").or_else(|| variable("HOME").map(|home| home.join(".local/share")));
    let nowhere =
        "there is neither XDG_DATA_HOME nor HOME, so nothing says where data goes: name a directory with --data-dir";
    share.map(|share| share.join("bastide")).ok_or_else(|| Failure::usage(nowhere))
}

/// The URL by which a client on this machine reaches a server that listens on `listen`.
pub fn url_of(listen: SocketAddr) -> String {
    let ip = match listen.ip() {
        ip if !ip.is_unspecified() => ip,
        std::net::IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        std::net::IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    format!("http://{}", SocketAddr::new(ip, listen.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Result<(Layer, Option<PathBuf>)> {
        Layer::of_environment(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    fn file(content: &str) -> Result<Layer> {
        Layer::of_file(Path::new("bastide.toml"), content)
    }

    #[test]
    fn flags_win_over_variables_and_variables_over_the_file() {
        let flags = Layer::default().flag("listen", Some("127.0.0.1:1".into())).flag("seed", None);
        let (variables, config) =
            environment(&[("BASTIDE_LISTEN", "127.0.0.1:2"), ("BASTIDE_ACCOUNT", "111111111111"), ("HOME", "/x")])
                .unwrap();
        let written =
            file("listen = '127.0.0.1:3'\naccount = 222222222222\nephemeral = true\ndata_dir = '/d'").unwrap();
        let settings = Settings::of(flags.over(variables).over(written)).unwrap();
        assert_eq!(settings.listen.port(), 1);
        assert_eq!(settings.account.unwrap().to_string(), "111111111111");
        assert!(settings.ephemeral && !settings.reads_wait && settings.seed.is_none());
        assert_eq!((settings.data_dir, settings.data_dir_named), (PathBuf::from("/d"), false));
        assert_eq!(config, None);
    }

    #[test]
    fn an_unknown_name_is_an_error_that_says_what_was_meant() {
        let said = |refused: Result<Layer>| refused.err().unwrap().to_string();
        let variable = |name| said(environment(&[(name, "x")]).map(|(layer, _)| layer));
        assert_eq!(variable("BASTIDE_DATADIR"), "unknown variable: BASTIDE_DATADIR. Did you mean BASTIDE_DATA_DIR?");
        assert_eq!(variable("BASTIDE_CONFG"), "unknown variable: BASTIDE_CONFG. Did you mean BASTIDE_CONFIG?");
        assert!(variable("BASTIDE_COLOUR").contains("There are: BASTIDE_LISTEN, "));
        assert_eq!(
            said(file("reads-wait = true")),
            "unknown setting in bastide.toml: reads-wait. Did you mean reads_wait?"
        );
        assert!(said(file("listen = [1]")).contains("listen in bastide.toml is neither text"));
        assert!(said(file("listen")).starts_with("bastide.toml is not TOML"));
    }

    #[test]
    fn a_wrong_value_is_told_by_where_it_stands_and_never_repeated() {
        let why =
            |key, text: &str| Settings::of(Layer::default().flag(key, Some(text.into()))).err().unwrap().to_string();
        assert_eq!(why("listen", "4566"), "--listen must be an address and a port, such as 127.0.0.1:4566");
        assert_eq!(why("account", "12"), "--account must be an account number of twelve digits");
        let said = why("dev_root", "hunter2");
        assert!(said.starts_with("--dev-root must be KEY:SECRET") && !said.contains("hunter2"), "{said}");
        assert_eq!(why("dev_root", "a b:c"), said);
    }

    #[test]
    fn what_compose_files_leave_empty_is_not_set() {
        let (layer, config) = environment(&[("BASTIDE_SEED", ""), ("BASTIDE_CONFIG", "")]).unwrap();
        assert!(layer.0.is_empty() && config.is_none());
        assert_eq!(environment(&[("BASTIDE_CONFIG", "a.toml")]).unwrap().1, Some("a.toml".into()));
    }

    #[test]
    fn localhost_is_an_address_and_everywhere_is_reached_from_here() {
        assert_eq!(address("localhost:80").unwrap().to_string(), "127.0.0.1:80");
        assert_eq!(url_of("0.0.0.0:80".parse().unwrap()), "http://127.0.0.1:80");
        assert_eq!(url_of("[::]:80".parse().unwrap()), "http://[::1]:80");
        assert_eq!(url_of("10.0.0.1:80".parse().unwrap()), "http://10.0.0.1:80");
    }
}
