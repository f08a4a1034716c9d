//! `bastide lab` without an aws CLI: what can be told without one. The labs themselves run with the real CLIs in
//! `cargo xtask test`.

mod common;

use common::{Ended, Home};
use std::os::unix::fs::PermissionsExt;

#[test]
fn labs_are_listed_and_shown() {
    let home = Home::new();
    let list = home.good(&["lab", "list"]);
    assert!(list.starts_with("least-privilege     ") && list.contains("Least privilege"), "{list}");
    assert!(home.good(&["lab", "show", "least-privilege"]).starts_with("# Least privilege\n"));
    let unknown = home.run(&["lab", "show", "least-priviledge"]);
    assert_eq!(
        (unknown.code, unknown.stderr.as_str()),
        (Some(2), "bastide: there is no lab least-priviledge. Did you mean least-privilege?\n")
    );
}

#[test]
fn a_lab_that_does_not_come_out_as_written_shows_where_and_fails() {
    let home = Home::new();
    // It answers everything with one word, and notes what it was given.
    let aws = home.path().join("aws");
    std::fs::write(&aws, "#!/bin/sh\nenv > \"$0.env\"; echo \"$PWD\" > \"$0.pwd\"\necho nonsense\n").unwrap();
    std::fs::set_permissions(&aws, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = home.command(&["lab", "run", "least-privilege"]);
    command.env("BASTIDE_AWS", &aws).env("AWS_PROFILE", "mine").env("AWS_SESSION_TOKEN", "mine");
    let ended = Ended::of(command.output().unwrap());
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(
        ended.stdout.contains("✗ aws sts get-caller-identity --query Arn\n    labs/least-privilege.md, line "),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("    - \"arn:aws:iam::...:root\"\n    + nonsense\n"), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("least-privilege: 0 of ") && ended.stdout.contains("steps passed, 1 failed, "),
        "{}",
        ended.stdout
    );

    let seen = std::fs::read_to_string(home.path().join("aws.env")).unwrap();
    assert!(seen.contains("AWS_ENDPOINT_URL=http://127.0.0.1:") && seen.contains("AWS_ACCESS_KEY_ID=AKIA"), "{seen}");
    assert!(
        !seen.contains("mine") && !seen.contains(&format!("HOME={}\n", home.path().display())),
        "the learner's own is out of reach"
    );
    let pwd = std::fs::read_to_string(home.path().join("aws.pwd")).unwrap();
    assert!(!std::path::Path::new(pwd.trim()).exists(), "the lab's home is gone");
    assert!(!home.data_dir().exists(), "and so is its house");
}

#[test]
fn without_an_aws_cli_the_lab_says_how_to_get_one() {
    let home = Home::new();
    let ended = Ended::of(home.command(&["lab", "run"]).env("BASTIDE_AWS", "/nowhere/aws").output().unwrap());
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("there is no program /nowhere/aws: install the aws CLI"), "{}", ended.stderr);
}
