//! An IAM that allows everything and knows nobody: beside it, a decision is the key policy's alone.

use bastide_authn::{AccessKey, Caller, Directory, Principal};
use bastide_authz::{Gathered, NamedPolicy, Need, PolicyDocument, PolicySource};
use bastide_policy::PolicyKind;
use bastide_store::Snapshot;

/// Source of policies and directory at once.
pub struct OpenIam;

impl PolicySource for OpenIam {
    fn gather(&self, _: &Snapshot, _: &Caller, _: &Need, into: &mut Gathered) {
        let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        let document = PolicyDocument::stored(text.to_owned(), PolicyKind::Identity);
        into.identity.push(NamedPolicy { name: "everything".to_owned(), document });
    }
}

impl Directory for OpenIam {
    fn access_key(&self, _: &Snapshot, _: &str) -> Option<AccessKey> {
        None
    }

    fn stands(&self, _: &Snapshot, _: &Principal) -> bool {
        true
    }

    fn principal_tags(&self, _: &Snapshot, _: &Principal) -> Vec<(String, String)> {
        Vec::new()
    }
}
