//! The policies that AWS manages.

use bastide_shape::managed::{Source, by_arn, by_name, policies, write};

#[test]
fn every_document_is_json_with_statements() {
    assert_eq!(policies().len(), 1_582);
    assert!(policies().is_sorted_by_key(|policy| policy.name));
    for policy in policies() {
        let document: serde_json::Value = serde_json::from_str(policy.document()).unwrap();
        assert_eq!(document["Version"], "2012-10-17", "{}", policy.name);
        assert!(document["Statement"].is_array() || document["Statement"].is_object(), "{}", policy.name);
        assert!(policy.update_date >= policy.create_date, "{}", policy.name);
        assert_eq!(by_arn(&policy.arn()), Some(policy));
    }
}

#[test]
fn administrator_access() {
    let policy = by_arn("arn:aws:iam::aws:policy/AdministratorAccess").unwrap();
    assert_eq!((policy.path, policy.default_version_id), ("/", "v1"));
    assert_eq!(policy.create_date.iso8601(), "2015-02-06T18:39:46Z");
    assert_eq!(
        policy.document(),
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#
    );
}

#[test]
fn paths_count() {
    assert!(by_arn("arn:aws:iam::aws:policy/job-function/Billing").is_some());
    assert!(by_arn("arn:aws:iam::aws:policy/Billing").is_none());
    assert!(by_arn("arn:aws:iam::111122223333:policy/job-function/Billing").is_none());
    assert_eq!(by_name("Billing").unwrap().arn(), "arn:aws:iam::aws:policy/job-function/Billing");
}

#[test]
fn packing_what_was_opened_gives_the_same_bytes() {
    let sources: Vec<Source> = policies()
        .iter()
        .map(|policy| Source {
            name: policy.name.to_owned(),
            path: policy.path.to_owned(),
            default_version_id: policy.default_version_id.to_owned(),
            create_date: policy.create_date,
            update_date: policy.update_date,
            document: policy.document().to_owned(),
        })
        .collect();
    assert!(write(&sources) == include_bytes!("../../../models/managed.bin"));
}
