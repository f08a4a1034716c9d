//! The models that the binary carries, opened when first asked for.

use std::sync::{LazyLock, OnceLock};

use crate::Service;
use crate::pack::{Entry, read_index};

static AWS: &[u8] = include_bytes!("../../../models/api.bin");
static OWN: &[u8] = include_bytes!("../../../models/own.bin");

struct Slot {
    entry: Entry,
    service: OnceLock<&'static Service>,
}

/// Both files are part of the binary and compared with their checksums by a test, so damage is a defect of the build.
static SLOTS: LazyLock<Vec<Slot>> = LazyLock::new(|| {
    let mut entries = read_index(AWS).expect("models/api.bin is whole");
    entries.extend(read_index(OWN).expect("models/own.bin is whole"));
    entries.sort_by_key(|entry| entry.name);
    entries.into_iter().map(|entry| Slot { entry, service: OnceLock::new() }).collect()
});

fn slot(name: &str) -> Option<&'static Slot> {
    SLOTS.binary_search_by(|slot| slot.entry.name.cmp(name)).ok().and_then(|at| SLOTS.get(at))
}

/// The model of a service by Bastide's name for it (`iam`, `elbv2`, `bastide`), opened on the first call.
pub fn service(name: &str) -> Option<&'static Service> {
    let slot = slot(name)?;
    Some(slot.service.get_or_init(|| Box::leak(Box::new(slot.entry.open().expect("a packed model is whole")))))
}

/// The names of all services, sorted, without opening any.
pub fn services() -> impl Iterator<Item = &'static str> {
    SLOTS.iter().map(|slot| slot.entry.name)
}

/// What routing needs of every service, sorted by name, without opening any.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    SLOTS.iter().map(|slot| &slot.entry)
}

/// What routing needs of one service, without opening it.
pub fn entry(name: &str) -> Option<&'static Entry> {
    slot(name).map(|slot| &slot.entry)
}

/// Names grouped by a key of their entries.
struct Groups(Vec<(&'static str, Vec<&'static str>)>);

impl Groups {
    fn by(key: impl Fn(&'static Entry) -> Option<&'static str>) -> Self {
        let mut groups: Vec<(&'static str, Vec<&'static str>)> = Vec::new();
        for entry in entries() {
            let Some(key) = key(entry) else { continue };
            match groups.binary_search_by(|(known, _)| (*known).cmp(key)) {
                Ok(at) => groups[at].1.push(entry.name),
                Err(at) => groups.insert(at, (key, vec![entry.name])),
            }
        }
        Self(groups)
    }

    fn get(&'static self, key: &str) -> &'static [&'static str] {
        match self.0.binary_search_by(|(known, _)| (*known).cmp(key)) {
            Ok(at) => &self.0[at].1,
            Err(_) => &[],
        }
    }
}

/// The services that sign with this name, sorted: `elasticloadbalancing` is `elb` and `elbv2`. Empty when none does.
pub fn by_signing_name(name: &str) -> &'static [&'static str] {
    static GROUPS: LazyLock<Groups> = LazyLock::new(|| Groups::by(|entry| Some(entry.signing_name)));
    GROUPS.get(name)
}

/// The services whose hosts begin with this label, sorted.
pub fn by_endpoint_prefix(prefix: &str) -> &'static [&'static str] {
    static GROUPS: LazyLock<Groups> = LazyLock::new(|| Groups::by(|entry| Some(entry.endpoint_prefix)));
    GROUPS.get(prefix)
}

/// The service whose `X-Amz-Target` (before the dot) or rpc-v2-cbor service name this is.
pub fn by_target_prefix(prefix: &str) -> Option<&'static str> {
    static GROUPS: LazyLock<Groups> = LazyLock::new(|| Groups::by(|entry| entry.target_prefix));
    GROUPS.get(prefix).first().copied()
}

/// The services that answer this `Version` of a query or ec2 request, sorted. Tells an unsigned query call's service
/// (`sts:AssumeRoleWithWebIdentity`) and which of two services with one signing name is meant.
pub fn by_query_version(version: &str) -> &'static [&'static str] {
    use crate::Protocol::{Ec2, Query};
    static GROUPS: LazyLock<Groups> = LazyLock::new(|| {
        Groups::by(|entry| {
            let speaks = entry.protocols.iter().any(|protocol| matches!(protocol, Query | Ec2));
            speaks.then_some(entry.api_version)
        })
    });
    GROUPS.get(version)
}
