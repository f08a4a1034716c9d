//! The commands that ask a running house, and those that need none.

mod common;

use common::{Ended, Home, exports, value};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|why| panic!("{why}: {text}"))
}

#[test]
fn the_clock_moves_stands_and_never_goes_back() {
    let home = Home::new();
    let _up = home.up(&["--ephemeral", "--dev-root", "test:test"]);
    // An ephemeral house has no directory to ask: the environment says whose it is.
    let given = _up.exports();
    let run = |arguments: &[&str]| Ended::of(home.command(arguments).envs(given.clone()).output().unwrap());
    let frozen = run(&["clock", "freeze", "--json"]);
    let before = json(&frozen.stdout);
    assert_eq!(before["Frozen"], true);
    let after = json(&run(&["clock", "advance", "30d", "--json"]).stdout);
    let time = |clock: &Value| clock["Time"].as_f64().unwrap();
    assert!((time(&after) - time(&before) - 30.0 * 86_400.0).abs() < 1.0, "{before} {after}");
    assert!(run(&["clock"]).stdout.ends_with("Z frozen\n"));
    assert!(run(&["clock", "resume"]).stdout.ends_with("Z running\n"));

    let back = run(&["clock", "advance", "--to", "2020-01-01T00:00:00Z"]);
    assert_eq!(back.code, Some(1));
    assert_eq!(back.stderr, "bastide: InvalidRequestException (400): The clock can only be moved forward.\n");
    let wrong = run(&["clock", "advance", "30"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("write 45s, 15m, 12h, 30d"), "{}", wrong.stderr);
    assert_eq!(run(&["clock", "advance"]).code, Some(2));
}

#[test]
fn snapshots_come_back_and_a_reset_asks_first() {
    let home = Home::new();
    let _up = home.up(&[]);
    let hash = || json(&home.good(&["status", "--json"]))["StateHash"].as_str().unwrap().to_owned();
    let saved = home.good(&["snapshot", "save", "before"]);
    assert!(saved.starts_with("before  20"), "{saved}");
    let then = hash();
    let taken = home.run(&["snapshot", "save", "before"]);
    assert_eq!(
        (taken.code, taken.stderr.as_str()),
        (Some(1), "bastide: ConflictException (409): There is a snapshot before already.\n")
    );

    home.good(&["clock", "advance", "1h"]);
    assert_ne!(hash(), then);
    let asked = home.run(&["reset"]);
    assert_eq!(asked.code, Some(2));
    assert!(asked.stderr.contains("bastide reset --yes"), "{}", asked.stderr);
    assert!(home.good(&["snapshot", "restore", "before"]).contains("(before)"));
    home.good(&["reset", "--yes"]);
    assert_eq!(home.good(&["snapshot", "list"]).lines().count(), 1);
    home.good(&["snapshot", "delete", "before"]);
    assert_eq!(home.good(&["snapshot", "list"]), "");
    assert_eq!(home.run(&["snapshot", "restore", "before"]).code, Some(1));
}

#[test]
fn a_fork_lives_its_own_life_with_the_same_root_key() {
    let home = Home::new();
    let up = home.up(&[]);
    let said = home.good(&["snapshot", "fork", "twin"]);
    let directory = home.data_dir().join("forks/twin");
    assert_eq!(said.lines().next().unwrap(), directory.to_str().unwrap());
    assert!(directory.join("state.db").exists());
    assert!(
        said.contains(&format!("bastide up --listen 127.0.0.1:4567 --data-dir {}\n", directory.display())),
        "{said}"
    );
    home.good(&["snapshot", "save", "then"]);
    assert!(home.good(&["snapshot", "fork", "older", "--snapshot", "then"]).contains("/forks/older\n"));
    let unknown = home.run(&["snapshot", "fork", "x", "--snapshot", "never"]);
    assert!(unknown.stderr.contains("There is no snapshot never."), "{}", unknown.stderr);
    let twin = home.up(&["--data-dir", directory.to_str().unwrap()]);
    assert_eq!(twin.account(), up.account());
    let keys = |arguments: &[&str]| value(&exports(&home.good(arguments)), "AWS_ACCESS_KEY_ID").to_owned();
    assert_eq!(keys(&["env"]), keys(&["env", "--data-dir", directory.to_str().unwrap()]));
    home.good(&["clock", "advance", "1d", "--data-dir", directory.to_str().unwrap()]);
    assert_ne!(home.good(&["clock"])[..10], home.good(&["clock", "--data-dir", directory.to_str().unwrap()])[..10]);
}

#[test]
fn the_record_is_listed_filtered_and_explained() {
    let home = Home::new();
    let up = home.up(&[]);
    let none = home.run(&["calls"]);
    assert_eq!((none.code, none.stdout.as_str()), (Some(0), ""), "operating the house is not shown unless asked for");
    assert_eq!(none.stderr, "bastide: no calls match (--all shows those that operate Bastide itself)\n");
    home.good(&["clock"]);
    let all = home.good(&["calls", "--all", "--json"]);
    let calls: Vec<Value> = all.lines().map(json).collect();
    let operations: Vec<&str> = calls.iter().map(|call| call["Operation"].as_str().unwrap()).collect();
    assert_eq!(operations, ["Start", "ListCalls", "GetClock"], "oldest first");

    // A stranger: known to nobody, refused, recorded.
    let stranger = [
        ("AWS_ENDPOINT_URL", up.url()),
        ("AWS_ACCESS_KEY_ID", "AKIANOBODY".into()),
        ("AWS_SECRET_ACCESS_KEY", "guess".into()),
    ];
    let refused = Ended::of(home.command(&["status"]).envs(stranger).output().unwrap());
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("The credentials in AWS_ACCESS_KEY_ID are not, or no longer, of this Bastide"),
        "{}",
        refused.stderr
    );
    let lines = home.good(&["calls", "--all", "--verdict", "refused"]);
    let nobody: Vec<&str> = lines.lines().filter(|line| line.contains("(nobody recognised)")).collect();
    assert_eq!(nobody.len(), 1, "{lines}");

    let id = calls[2]["RequestId"].as_str().unwrap();
    let said = home.good(&["explain", id]);
    assert!(said.starts_with("call     bastide:GetClock\n"), "{said}");
    assert!(said.ends_with(":root is the root user, whom identity policies do not bind.\n"), "{said}");
    assert_eq!(json(&home.good(&["explain", id, "--json"]))["Record"]["requestId"], id);
    let unknown = home.run(&["explain", "0000"]);
    assert_eq!((unknown.code, unknown.stderr.contains("There is no call with the request id 0000.")), (Some(1), true));
    assert!(home.good(&["calls", "--all", "--since", "1h", "--operation", "getclock"]).contains(id));
    assert!(home.good(&["calls", "--operation", "bastide:GetClock"]).contains(id));
    let wrong = home.run(&["calls", "--operation", "iam:CreateUsr"]);
    assert_eq!(
        (wrong.code, wrong.stderr.as_str()),
        (Some(2), "bastide: no operation of iam is called CreateUsr. Did you mean CreateUser?\n")
    );
    assert_eq!(home.good(&["calls", "--verdict", "event"]).lines().count(), 1, "the start");
}

#[test]
fn the_record_can_be_followed() {
    let home = Home::new();
    let up = home.up(&[]);
    let mut following = home.command(&["calls", "--follow", "--all", "--json"]);
    let mut following = following.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(following.stdout.take().unwrap()).lines().map(|line| json(&line.unwrap()));
    assert_eq!(lines.next().unwrap()["Operation"], "Start", "first what there was");
    home.good(&["clock", "freeze"]);
    let mut seen = Vec::new();
    while let Some(call) = lines.next().filter(|call| call["Operation"] != "FreezeClock") {
        seen.push(call["Sequence"].as_u64().unwrap());
    }
    assert!(seen.is_sorted_by(|one, next| one < next), "every call once, in order: {seen:?}");

    // It outlives the server, which comes back elsewhere.
    assert_eq!(up.end("TERM"), Some(0));
    let _up = home.up(&[]);
    home.good(&["clock", "resume"]);
    while lines.next().unwrap()["Operation"] != "ResumeClock" {}
    following.kill().unwrap();
    following.wait().unwrap();
}

#[test]
fn the_same_port_speaks_tls_under_the_local_authority() {
    let home = Home::new();
    let up = home.up(&[]);
    let given: Vec<_> =
        exports(&home.good(&["env"])).into_iter().filter(|(name, _)| name != "AWS_ENDPOINT_URL").collect();
    let url = up.url().replacen("http", "https", 1);
    let asked = |ca: bool| {
        let mut command = home.command(&["status"]);
        command.envs(given.clone()).env("AWS_ENDPOINT_URL", &url);
        if !ca {
            command.env_remove("AWS_CA_BUNDLE");
        }
        Ended::of(command.output().unwrap())
    };
    assert!(asked(true).stdout.contains(&url));
    let untrusted = asked(false);
    assert_eq!(untrusted.code, Some(1));
    assert!(untrusted.stderr.contains("cannot be spoken to"), "{}", untrusted.stderr);
    assert!(untrusted.stderr.contains("AWS_CA_BUNDLE must name the certificate"), "{}", untrusted.stderr);
    assert!(home.good(&["ca"]).starts_with("-----BEGIN CERTIFICATE-----\n"));
    assert_eq!(home.good(&["ca", "--path"]).trim_end(), home.data_dir().join("ca.pem").to_str().unwrap());
}

#[test]
fn without_a_house_every_command_says_what_to_do() {
    let home = Home::new();
    for arguments in
        [&["env"][..], &["status"], &["explain"], &["calls"], &["clock"], &["snapshot", "list"], &["reset", "--yes"]]
    {
        let ended = home.run(arguments);
        assert_eq!(ended.code, Some(1), "{arguments:?}");
        let said = format!("bastide: no Bastide lives in {}: start one with `bastide up`", home.data_dir().display());
        assert!(ended.stderr.starts_with(&said), "{arguments:?}: {}", ended.stderr);
    }
    assert_eq!(home.run(&["ca"]).code, Some(1));
    assert_eq!(home.files(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn somebody_elses_keys_are_not_sent_anywhere() {
    let home = Home::new();
    let real = [("AWS_ACCESS_KEY_ID", "AKIAREAL"), ("AWS_SECRET_ACCESS_KEY", "real")];
    let ended = Ended::of(home.command(&["status"]).envs(real).output().unwrap());
    assert!(ended.stderr.contains("no Bastide lives in"), "{}", ended.stderr);
}

#[test]
fn coverage_counts_what_is_registered() {
    let home = Home::new();
    let all = json(&home.good(&["coverage", "--json"]));
    let sts = all["services"].as_array().unwrap().iter().find(|one| one["service"] == "sts").unwrap();
    assert!(sts["implemented"].as_array().unwrap().contains(&"AssumeRole".into()));
    assert!(sts["not_implemented"].as_array().unwrap().contains(&"AssumeRoleWithSAML".into()));
    let one = home.good(&["coverage", "STS"]);
    assert!(one.lines().any(|line| line.split_whitespace().eq(["GetCallerIdentity", "implemented"])), "{one}");
    assert!(one.lines().any(|line| line.split_whitespace().eq(["AssumeRoleWithSAML", "501"])), "{one}");
    let unknown = home.run(&["coverage", "stss"]);
    assert_eq!(
        (unknown.code, unknown.stderr.as_str()),
        (Some(2), "bastide: no model of a service stss. Did you mean sts?\n")
    );
}

#[test]
fn completions_and_profiles_are_printed() {
    let home = Home::new();
    assert!(home.good(&["completions", "bash"]).contains("_bastide"));
    assert_eq!(home.up(&[]).end("TERM"), Some(0));
    let stopped = home.run(&["env"]);
    assert_eq!(stopped.code, Some(0));
    let note = format!(
        "bastide: no server is up in {}; this is for http://127.0.0.1:4566, where `bastide up` listens unless told\n",
        home.data_dir().display()
    );
    assert_eq!(stopped.stderr, note);
    let profile = home.good(&["env", "--profile", "wall"]);
    assert!(profile.contains("[profile wall]\nendpoint_url = http://127.0.0.1:4566\n"), "{profile}");
    assert!(home.good(&["env", "--shell", "fish"]).starts_with("set -gx AWS_ENDPOINT_URL 'http://127.0.0.1:4566'\n"));
}
