//! Labs: texts that a person reads and this program carries out. The syntax stands in `labs/README.md`.
//!
//! [`parse`] makes steps of a text, [`word`] reads one command line, [`expect`] compares what came out with what the text
//! says, [`run`] does it all against a house.

pub mod expect;
pub mod parse;
pub mod run;
pub mod word;

/// A lab as the binary carries it.
pub struct Lab {
    pub name: &'static str,
    pub text: &'static str,
}

/// In the order in which a learner takes them.
pub const LABS: [Lab; 6] = [
    Lab { name: "least-privilege", text: include_str!("../../../labs/least-privilege.md") },
    Lab { name: "clock-and-sessions", text: include_str!("../../../labs/clock-and-sessions.md") },
    Lab { name: "organizations-guardrails", text: include_str!("../../../labs/organizations-guardrails.md") },
    Lab { name: "kms-who-may-what", text: include_str!("../../../labs/kms-who-may-what.md") },
    Lab { name: "kms-grants", text: include_str!("../../../labs/kms-grants.md") },
    Lab { name: "kms-keys-in-time", text: include_str!("../../../labs/kms-keys-in-time.md") },
];

impl Lab {
    /// The text's first heading.
    pub fn title(&self) -> &'static str {
        self.text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lab_of_the_folder_is_carried_and_can_be_read() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../labs");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut there: Vec<String> = files
            .filter_map(|file| file.strip_suffix(".md").map(str::to_owned))
            .filter(|name| name != "README")
            .collect();
        let mut carried: Vec<&str> = LABS.iter().map(|lab| lab.name).collect();
        there.sort_unstable();
        carried.sort_unstable();
        assert_eq!(there, carried);
        for lab in &LABS {
            let items = parse::items(lab.text).unwrap_or_else(|why| panic!("{}: {why}", lab.name));
            assert!(items.iter().any(|item| matches!(item, parse::Item::Step(_))), "{} has no step", lab.name);
        }
    }
}
