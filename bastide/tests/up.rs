//! Starting and ending a server, and what it leaves behind.

mod common;

use common::{Home, Up, exports, iam, value};

#[test]
fn every_start_says_how_to_begin() {
    let home = Home::new();
    let first = home.up(&[]);
    let banner = &first.banner;
    assert!(
        banner.starts_with(concat!("Bastide ", env!("CARGO_PKG_VERSION"), "\n  address   http://127.0.0.1:")),
        "{banner}"
    );
    assert!(banner.contains(&format!(" and https://{}\n", first.url().strip_prefix("http://").unwrap())), "{banner}");
    assert!(banner.contains(&format!("\n  data      {}\n", home.data_dir().display())), "{banner}");
    assert!(
        banner.contains("\n  enforced  on every call") && banner.contains("\n  services  bastide, iam, "),
        "{banner}"
    );
    assert!(banner.ends_with("\neval \"$(bastide env)\"\n\nReady.\n"), "{banner}");
    assert!(!banner.contains("SECRET"), "the banner shows no secret");

    let given = exports(&home.good(&["env"]));
    assert_eq!(value(&given, "AWS_ENDPOINT_URL"), first.url());
    assert_eq!(value(&given, "AWS_CA_BUNDLE"), home.data_dir().join("ca.pem").to_str().unwrap());
    let account = first.account();
    assert_eq!(first.end("TERM"), Some(0));

    let second = home.up(&[]);
    assert_eq!(second.account(), account);
    assert!(second.banner.ends_with("\neval \"$(bastide env)\"\n\nReady.\n"), "{}", second.banner);
    let again = exports(&home.good(&["env"]));
    assert_eq!(value(&again, "AWS_SECRET_ACCESS_KEY"), value(&given, "AWS_SECRET_ACCESS_KEY"));
    assert_eq!(second.end("INT"), Some(0));
}

#[test]
fn a_killed_server_is_missed_and_starts_again() {
    let home = Home::new();
    let up = home.up(&[]);
    home.good(&["snapshot", "save", "before"]);
    assert_eq!(up.end("KILL"), None);

    let ended = home.run(&["status"]);
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.stderr.contains("no Bastide answers at http://127.0.0.1:") && ended.stderr.contains("`bastide up`"),
        "{}",
        ended.stderr
    );

    let _up = home.up(&[]);
    assert!(home.good(&["snapshot", "list"]).starts_with("before  "));
    assert!(home.good(&["status"]).contains("start     number 2"));
}

#[test]
fn an_ephemeral_house_leaves_nothing_on_disk() {
    let home = Home::new();
    let up = home.up(&["--ephemeral"]);
    assert!(up.banner.contains("gone when this ends (--ephemeral)"), "{}", up.banner);
    assert!(!up.banner.contains("https"), "nobody could trust its authority: {}", up.banner);
    let given = up.exports();
    let status = home.command(&["status", "--json"]).envs(given).output().unwrap();
    assert!(String::from_utf8(status.stdout).unwrap().contains(&up.account()));
    assert_eq!(up.end("TERM"), Some(0));
    assert_eq!(home.files(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn ids_and_secrets_follow_from_the_seed() {
    let home = Home::new();
    let given = |seed: &str| {
        let up = home.up(&["--ephemeral", "--seed", seed]);
        let mut pairs = up.exports();
        pairs.retain(|(name, _)| name != "AWS_ENDPOINT_URL");
        pairs.push(("account".into(), up.account()));
        pairs
    };
    assert_eq!(given("one"), given("one"));
    assert_ne!(given("one"), given("two"));
}

#[test]
fn a_dev_root_key_is_asked_for_warned_of_and_outlives_a_reset() {
    let home = Home::new();
    let up = home.up(&["--dev-root", "test:hunter2", "--account", "000000000000"]);
    assert!(up.banner.contains("WARNING: the root user's access key was chosen by --dev-root."), "{}", up.banner);
    assert_eq!(up.account(), "000000000000");
    home.good(&["reset", "--yes"]);
    let given = exports(&home.good(&["env"]));
    assert_eq!((value(&given, "AWS_ACCESS_KEY_ID"), value(&given, "AWS_SECRET_ACCESS_KEY")), ("test", "hunter2"));
    assert!(home.good(&["status"]).contains("000000000000"));
    assert_eq!(up.end("TERM"), Some(0));

    let up = home.up(&[]);
    assert!(up.banner.contains("WARNING"), "the key is still there, and so is the warning");
    let said = home.good(&["reset", "--yes"]);
    assert!(
        said.contains("The access key test is gone with it") && said.contains("`eval \"$(bastide env)\"`"),
        "{said}"
    );
    let said = home.good(&["reset", "--yes"]);
    assert!(said.ends_with("The root user's access key is the one that you used.\n"), "{said}");
    let given = exports(&home.good(&["env"]));
    assert!(value(&given, "AWS_ACCESS_KEY_ID").starts_with("AKIA"));
}

#[test]
fn a_dev_root_key_replaces_the_one_before() {
    let home = Home::new();
    assert_eq!(home.up(&[]).end("TERM"), Some(0));
    let given = exports(&home.good(&["env"]));
    let up = home.up(&["--dev-root", "test:test"]);
    let old = home.command(&["status"]).envs(given).env("AWS_ENDPOINT_URL", up.url()).output().unwrap();
    assert_eq!(old.status.code(), Some(1));
    assert!(String::from_utf8(old.stderr).unwrap().contains("eval \"$(bastide env)\""));
    assert!(home.good(&["status"]).contains(&up.account()));
}

#[test]
fn a_house_without_a_root_key_goes_on() {
    let home = Home::new();
    let up = home.up(&[]);
    let root = exports(&home.good(&["env"]));
    let create = |form: &str| {
        let (status, answer) = iam(&root, form);
        assert_eq!(status, 200, "{answer}");
        answer
    };
    create("Action=CreateUser&UserName=admin");
    create("Action=AttachUserPolicy&UserName=admin&PolicyArn=arn:aws:iam::aws:policy/AdministratorAccess");
    let key = create("Action=CreateAccessKey&UserName=admin");
    create(&format!("Action=DeleteAccessKey&AccessKeyId={}", value(&root, "AWS_ACCESS_KEY_ID")));
    assert_eq!(iam(&root, "Action=ListUsers").0, 403, "the key is gone");
    assert_eq!(up.end("TERM"), Some(0));

    let up = home.up(&[]);
    let ended = home.run(&["status"]);
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.stderr.contains("has no active access key: set AWS_ENDPOINT_URL and an administrator's keys"),
        "{}",
        ended.stderr
    );
    let element = |name: &str| key.split_once(&format!("<{name}>")).unwrap().1.split_once('<').unwrap().0.to_owned();
    let admin = [
        ("AWS_ENDPOINT_URL", up.url()),
        ("AWS_ACCESS_KEY_ID", element("AccessKeyId")),
        ("AWS_SECRET_ACCESS_KEY", element("SecretAccessKey")),
    ];
    let status = home.command(&["status"]).envs(admin).output().unwrap();
    assert!(String::from_utf8(status.stdout).unwrap().contains(&up.account()));
}

#[test]
fn what_is_taken_is_told_by_whom() {
    let home = Home::new();
    let up = home.up(&[]);
    let ended = home.run(&["up", "--listen", "127.0.0.1:0"]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains(&format!("is in use by bastide up on {}", up.url())), "{}", ended.stderr);
    assert!(ended.stderr.contains("End it first, or name another directory with --data-dir"), "{}", ended.stderr);

    let other = Home::new();
    let address = up.url();
    let ended = other.run(&["up", "--listen", address.strip_prefix("http://").unwrap()]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("another server (a Bastide?) has it"), "{}", ended.stderr);
    assert_eq!(other.files(), Vec::<std::path::PathBuf>::new(), "who fails has touched nothing");
}

#[test]
fn a_house_keeps_its_account() {
    let home = Home::new();
    let up = home.up(&["--account", "111111111111"]);
    assert_eq!(up.end("TERM"), Some(0));
    let ended = home.run(&["up", "--listen", "127.0.0.1:0", "--account", "222222222222"]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("is the house of account 111111111111, not 222222222222"), "{}", ended.stderr);
}

#[test]
fn a_mistyped_setting_ends_the_start_with_the_right_name() {
    let home = Home::new();
    let ended = common::Ended::of(home.command(&["up"]).env("BASTIDE_EPHEMERL", "true").output().unwrap());
    assert_eq!(ended.code, Some(2));
    assert_eq!(ended.stderr, "bastide: unknown variable: BASTIDE_EPHEMERL. Did you mean BASTIDE_EPHEMERAL?\n");

    std::fs::write(home.path().join("bastide.toml"), "listn = '127.0.0.1:0'\n").unwrap();
    let ended = home.run(&["up"]);
    assert_eq!(ended.code, Some(2));
    assert_eq!(ended.stderr, "bastide: unknown setting in bastide.toml: listn. Did you mean listen?\n");

    std::fs::write(home.path().join("bastide.toml"), "ephemeral = true\nlisten = '127.0.0.1:1'\n").unwrap();
    let up = home.up(&[]);
    assert!(up.banner.contains("(--ephemeral)"), "the file is read, and the flag wins: {}", up.banner);
    assert_eq!(home.run(&["up", "--ephemerall"]).code, Some(2));
    assert_eq!(home.run(&["uo"]).code, Some(2));
    assert_eq!(home.run(&["up", "--config", "nowhere.toml"]).code, Some(2));
}

#[test]
fn who_listens_to_everybody_is_warned() {
    let home = Home::new();
    let up = Up::start(home.command(&["up", "--listen", "0.0.0.0:0"]));
    let port = up.url().rsplit(':').next().unwrap().to_owned();
    assert!(up.url().starts_with("http://127.0.0.1:"), "{}", up.banner);
    assert!(up.banner.contains(&format!(" (listening on 0.0.0.0:{port})\n")), "{}", up.banner);
    assert!(up.banner.contains("so that other machines can reach it"), "{}", up.banner);
    assert!(!home.up(&["--ephemeral"]).banner.contains("other machines"));
}

#[test]
fn what_cannot_count_is_said() {
    let home = Home::new();
    let up = home.up(&["--seed", "one"]);
    assert!(!up.banner.contains("ignored"), "{}", up.banner);
    assert_eq!(up.end("TERM"), Some(0));
    let up = home.up(&["--seed", "two"]);
    assert!(up.banner.contains("\n  seed      ignored: it counts at the first start only"), "{}", up.banner);
    let ended = home.run(&["up", "--listen", "127.0.0.1:0", "--ephemeral", "--data-dir", "x"]);
    assert_eq!((ended.code, ended.stderr.contains("--data-dir makes no sense with it")), (Some(2), true));
}

#[test]
fn the_end_is_one_line() {
    let home = Home::new();
    let mut command = home.command(&["up", "--listen", "127.0.0.1:0"]);
    let stderr = home.path().join("stderr");
    command.stderr(std::fs::File::create(&stderr).unwrap());
    assert_eq!(Up::start_as(command).end("TERM"), Some(0));
    let said = std::fs::read_to_string(stderr).unwrap();
    assert_eq!(said, "bastide: ended as it was told to; everything that was answered is on disk\n");
}
