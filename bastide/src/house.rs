//! The wiring: which services there are, who offers what to whom, and how a house is opened.

use crate::failure::{Failure, Result};
use crate::progress;
use crate::settings::{DevRoot, Settings};
use bastide_authn::SessionSeal;
use bastide_base::{AccountId, Random, Seed, Timestamp};
use bastide_kernel::{Cloud, Opening, Ports, Service, management_account, tables};
use bastide_service_iam::{Iam, RootKey, root_access_key};
use bastide_service_organizations::Organizations;
use bastide_store::{DataDir, Store, StoreError, Tx};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

/// Every service of this build.
pub fn services() -> Vec<Service> {
    vec![
        bastide_service_bastide::service(),
        bastide_service_iam::service(),
        bastide_service_kms::service(),
        bastide_service_organizations::service(),
        bastide_service_sts::service(),
    ]
}

/// A house that is open, and how it came to be.
pub struct House {
    pub cloud: Arc<Cloud>,
    /// The root user's access key; none once it was deleted, as it should be when others can operate the house.
    pub root: Option<RootKey>,
    /// The root user's key is one that an operator chose, now or at an earlier start.
    pub dev_root: bool,
}

impl House {
    /// This is the first start: nobody has credentials yet.
    pub fn is_new(&self) -> bool {
        self.cloud.boot() == 1
    }
}

/// Opens the house that `settings` describe; `holder` is what others are told who find its directory in use.
///
/// # Errors
/// When the directory cannot be used, or belongs to another account than was asked for.
pub fn open(settings: &Settings, holder: &str) -> Result<House> {
    let services = services();
    let tables = tables(&services);
    let (store, directory) = if settings.ephemeral {
        (Store::ephemeral(tables), None)
    } else {
        may_read(&settings.data_dir)?;
        let directory = DataDir::new(&settings.data_dir);
        let kept = bastide_store::Settings { reads_wait: settings.reads_wait, ..Default::default() };
        (directory.open(tables, kept, holder), Some(directory))
    };
    let store = store.map_err(|why| match why {
        StoreError::Locked { .. } => Failure::new(format!(
            "{why}: that one answers already. End it first, or name another directory with --data-dir"
        )),
        why => Failure::new(why),
    })?;
    let no_randomness = || Failure::new("the operating system gives no randomness, and no --seed stands in for it");
    let seed = settings
        .seed
        .as_ref()
        .map(|seed| Seed::from_text(seed.expose()))
        .or_else(Seed::from_system)
        .ok_or_else(no_randomness)?;
    let sessions = SessionSeal::new(&store.master_key().subkey(b"session-tokens"));
    let sessions = sessions.ok_or_else(|| Failure::new("the master key gives no key for session tokens"))?;
    let iam = Arc::new(Iam);
    let dev_root = settings.dev_root.clone();
    let cloud = Cloud::open(Opening {
        store,
        services,
        ports: Ports {
            directory: iam.clone(),
            policies: vec![iam.clone(), Arc::new(Organizations)],
            roles: iam.clone(),
            accounts: iam,
            sessions,
        },
        seed,
        management: settings.account,
        found: Box::new(move |tx, management, now, random| found(tx, management, now, random, dev_root.as_ref())),
        clock: None,
        directory,
    });
    let cloud = cloud.map_err(Failure::new)?;
    let account = cloud.management();
    if let Some(wanted) = settings.account.filter(|wanted| *wanted != account) {
        return Err(Failure::usage(format!(
            "{} is the house of account {account}, not {wanted}: leave --account away, or name another directory with --data-dir",
            settings.data_dir.display()
        )));
    }
    if let Some(dev_root) = settings.dev_root.as_ref().filter(|_| cloud.boot() > 1) {
        let mut bracket = cloud.store().begin();
        set_dev_root(&mut bracket, account, cloud.clock().now(), dev_root);
        bracket.commit(Vec::new()).and_then(|ticket| ticket.wait()).map_err(Failure::new)?;
    }
    let root = root_access_key(&cloud.state(), account);
    // A key that IAM made names its account.
    let dev_root = root.as_ref().is_some_and(|root| bastide_base::account_of_access_key(&root.id) != Some(account));
    Ok(House { cloud: Arc::new(cloud), root, dev_root })
}

/// What a house begins with, at its first start and at every reset.
fn found(tx: &mut Tx, management: AccountId, now: Timestamp, random: &mut Random, dev_root: Option<&DevRoot>) {
    bastide_service_iam::found(tx, management, now, random);
    if let Some(dev_root) = dev_root {
        set_dev_root(tx, management, now, dev_root);
    }
}

fn set_dev_root(tx: &mut Tx, management: AccountId, now: Timestamp, DevRoot { id, secret }: &DevRoot) {
    let key = RootKey { id: id.clone(), secret: secret.clone() };
    bastide_service_iam::set_root_access_key(tx, management, key, now);
}

/// The management account of the house in `directory` and its root user's key, whether a server runs or not.
///
/// # Errors
/// When no house is there, or it cannot be read.
pub fn root_of(directory: &Path) -> Result<(AccountId, RootKey)> {
    may_read(directory)?;
    if !directory.join("state.db").exists() {
        return Err(Failure::new(format!(
            "no Bastide lives in {}: start one with `bastide up` (one that runs with --ephemeral prints its credentials when it starts)",
            directory.display()
        )));
    }
    let open = || DataDir::new(directory).open_read_only(tables(&services()));
    let store = progress::during("reading the data directory", open).map_err(Failure::new)?;
    let state = store.snapshot();
    let found = management_account(&state).and_then(|account| Some((account, root_access_key(&state, account)?)));
    let none = || {
        Failure::new(format!(
            "the root user of the house in {} has no active access key: set AWS_ENDPOINT_URL and an administrator's keys instead",
            directory.display()
        ))
    };
    found.ok_or_else(none)
}

/// Whether this user may look into the directory; one that is not there is no obstacle.
///
/// # Errors
/// Who may instead.
pub fn may_read(directory: &Path) -> Result<()> {
    let files = ["state.db", "master.key"].map(|name| directory.join(name));
    let looked = std::fs::read_dir(directory).map(|_| ());
    let opened = files.iter().map(|file| std::fs::File::open(file).map(|_| ()));
    let denied = [looked]
        .into_iter()
        .chain(opened)
        .any(|found| found.is_err_and(|why| why.kind() == ErrorKind::PermissionDenied));
    if denied { Err(denied_by_owner(directory)) } else { Ok(()) }
}

/// Names the owner of the nearest directory that can be seen at all.
fn denied_by_owner(directory: &Path) -> Failure {
    let seen = directory.ancestors().find_map(|path| Some((path, std::fs::metadata(path).ok()?.uid())));
    let whose = seen.map(|(path, uid)| {
        let what = if path == directory { "it".to_owned() } else { path.display().to_string() };
        format!(": {what} belongs to {}", user_name(uid))
    });
    Failure::new(format!(
        "{}: permission denied{}. Run this as that user, or name a directory of your own with --data-dir",
        directory.display(),
        whose.unwrap_or_default()
    ))
}

/// As /etc/passwd has it (passwd(5)); the bare number where it does not.
fn user_name(uid: u32) -> String {
    let known = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = known.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(uid)).then(|| format!("the user {name}"))
    });
    named.unwrap_or_else(|| format!("the user with the number {uid}"))
}
