//! A profile of `~/.aws/config` and `~/.aws/credentials`, as far as it says whom to ask and with whose key (AWS SDKs and Tools
//! Reference Guide, "Shared config and credentials files").

use std::collections::BTreeMap;
use std::path::PathBuf;

/// The settings of one profile, of both files.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Profile(BTreeMap<String, String>);

impl Profile {
    /// Reads both files; what is not there sets nothing.
    pub fn load(name: &str) -> Profile {
        let file = |variable, usual: &str| {
            let named = std::env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from);
            let usual = || Some(PathBuf::from(std::env::var_os("HOME")?).join(usual));
            named.or_else(usual).and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default()
        };
        let config = file("AWS_CONFIG_FILE", ".aws/config");
        let credentials = file("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials");
        Profile::of(name, &config, &credentials)
    }

    /// Where both say something, the credentials file is right.
    fn of(name: &str, config: &str, credentials: &str) -> Profile {
        let in_config = if name == "default" { name.to_owned() } else { format!("profile {name}") };
        let mut profile = Profile::default();
        profile.read(config, |section| section.replace('"', "") == in_config);
        profile.read(credentials, |section| section == name);
        profile
    }

    fn read(&mut self, text: &str, is_ours: impl Fn(&str) -> bool) {
        let mut ours = false;
        for line in text.lines().filter(|line| !line.starts_with(['#', ';'])) {
            if let Some(section) = line.trim().strip_prefix('[').and_then(|line| line.split(']').next()) {
                ours = is_ours(section.trim());
            } else if let (true, Some((key, value))) = (ours && !line.starts_with([' ', '\t']), line.split_once('=')) {
                self.0.insert(key.trim().to_ascii_lowercase(), value.trim().to_owned());
            }
        }
    }

    #[cfg(test)]
    pub fn new(pairs: &[(&str, &str)]) -> Profile {
        Profile(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    pub fn get(&self, key: &str) -> Option<String> {
        self.0.get(key).filter(|value| !value.is_empty()).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_make_one_profile_and_others_are_not_mixed_in() {
        let config = "[default]\nendpoint_url = http://a\n\n[profile \"my lab\"]\n# whose\nendpoint_url=http://b\ns3 =\n  endpoint_url = http://c\n";
        let credentials =
            "[default]\naws_access_key_id = A\n[my lab]\naws_access_key_id = B\naws_secret_access_key = x=y\n";
        let lab = Profile::of("my lab", config, credentials);
        let got = |key| lab.get(key);
        assert_eq!(got("endpoint_url").as_deref(), Some("http://b"));
        assert_eq!(got("aws_access_key_id").as_deref(), Some("B"));
        assert_eq!((got("aws_secret_access_key").as_deref(), got("aws_session_token")), (Some("x=y"), None));
        assert_eq!(Profile::of("default", config, credentials).get("endpoint_url").as_deref(), Some("http://a"));
        assert_eq!(Profile::of("other", config, credentials), Profile::default());
    }
}
