//! The policies that AWS manages (`arn:aws:iam::aws:policy/…`), with the document of their default version.
//!
//! Documents are packed in groups of neighbours, opened group by group when a document is first read. Our source has no
//! `PolicyId` and no earlier versions.

use std::sync::{LazyLock, OnceLock};

use bastide_base::Timestamp;

use crate::pack::{Corrupt, Reader, Section, Writer, file, open_file};

static FILE: &[u8] = include_bytes!("../../../models/managed.bin");

const MAGIC: &[u8; 8] = b"bstdmgd1";

/// How many policies share a group: a group opens in a fraction of a millisecond and still compresses well.
const GROUP: usize = 64;

/// One policy, without its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// Unique among all of them.
    pub name: &'static str,
    /// `/`, `/service-role/`, `/aws-service-role/`, `/job-function/`, `/root-task/`.
    pub path: &'static str,
    /// `v1`, `v2`, …
    pub default_version_id: &'static str,
    pub create_date: Timestamp,
    pub update_date: Timestamp,
    at: usize,
}

/// What [`write`] packs.
#[derive(Debug, Clone)]
pub struct Source {
    pub name: String,
    pub path: String,
    pub default_version_id: String,
    pub create_date: Timestamp,
    pub update_date: Timestamp,
    /// JSON without white space.
    pub document: String,
}

struct Library {
    /// Sorted by name.
    policies: Vec<ManagedPolicy>,
    groups: Vec<(Section, OnceLock<Vec<&'static str>>)>,
}

/// The file is part of the binary and compared with its checksum by a test, so damage is a defect of the build.
static LIBRARY: LazyLock<Library> = LazyLock::new(|| read(FILE).expect("models/managed.bin is whole"));

/// All policies, sorted by name.
pub fn policies() -> &'static [ManagedPolicy] {
    &LIBRARY.policies
}

pub fn by_name(name: &str) -> Option<&'static ManagedPolicy> {
    let policies = policies();
    policies.binary_search_by(|policy| policy.name.cmp(name)).ok().and_then(|at| policies.get(at))
}

/// The policy of an ARN such as `arn:aws:iam::aws:policy/job-function/Billing`.
pub fn by_arn(arn: &str) -> Option<&'static ManagedPolicy> {
    let path_and_name = arn.strip_prefix("arn:aws:iam::aws:policy")?;
    let (path, name) = path_and_name.split_at_checked(path_and_name.rfind('/')? + 1)?;
    by_name(name).filter(|policy| policy.path == path)
}

impl ManagedPolicy {
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::aws:policy{}{}", self.path, self.name)
    }

    /// The default version's document: JSON without white space.
    pub fn document(&self) -> &'static str {
        let Some((section, documents)) = LIBRARY.groups.get(self.at / GROUP) else { return "" };
        let documents = documents.get_or_init(|| {
            let open = || Reader::new(section.open()?)?.list(Reader::string);
            open().expect("a packed policy document is whole")
        });
        documents.get(self.at % GROUP).copied().unwrap_or_default()
    }
}

/// Packs policies, which must come sorted by name, into one file laid out as [`crate::pack`] says.
pub fn write(policies: &[Source]) -> Vec<u8> {
    let mut index = Writer::default();
    let mut sections = Vec::new();
    index.list(policies, |out, policy| {
        out.string(&policy.name);
        out.string(&policy.path);
        out.string(&policy.default_version_id);
        out.signed(policy.create_date.secs());
        out.signed(policy.update_date.secs());
    });
    let groups: Vec<&[Source]> = policies.chunks(GROUP).collect();
    index.list(&groups, |out, group| {
        let mut documents = Writer::default();
        documents.list(group, |out, policy| out.string(&policy.document));
        Section::write(out, &mut sections, &documents.finish());
    });
    file(MAGIC, index, &sections)
}

fn read(packed: &'static [u8]) -> Result<Library, Corrupt> {
    let (mut index, sections) = open_file(MAGIC, packed)?;
    let mut at = 0;
    let policies = index.list(|from| {
        let policy = ManagedPolicy {
            name: from.string()?,
            path: from.string()?,
            default_version_id: from.string()?,
            create_date: Timestamp::from_secs(from.signed()?),
            update_date: Timestamp::from_secs(from.signed()?),
            at,
        };
        at += 1;
        Ok(policy)
    })?;
    let groups = index.list(|from| Ok((Section::read(from, sections)?, OnceLock::new())))?;
    Ok(Library { policies, groups })
}
