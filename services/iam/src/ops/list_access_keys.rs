//! IAM ListAccessKeys. Real: ids and status, never a secret. Without a name, the caller's own.

use super::prelude::*;

shape! {
    pub struct ListAccessKeys {
        UserName: Option<String>,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListAccessKeysResponse {
        AccessKeyMetadata: Vec<AccessKeyMetadata>,
        IsTruncated: bool,
        Marker: Option<String>,
    }

    pub struct AccessKeyMetadata {
        UserName: Option<String>,
        AccessKeyId: String,
        Status: &'static str,
        CreateDate: Timestamp,
    }
}

impl Op for ListAccessKeys {
    const NAME: &'static str = "ListAccessKeys";
    const READ_ONLY: bool = true;
    type Output = ListAccessKeysResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_keys_of(cx, "iam:ListAccessKeys", self.UserName.as_deref())
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListAccessKeysResponse, Fault> {
        let ring = keys::keyring(cx.tx, cx.account(), &cx.call.caller.principal, self.UserName.as_deref())?;
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let known =
            ring.ids.iter().enumerate().filter_map(|(at, id)| Some((at.to_string(), (id, keys::find(cx.tx, id)?))));
        let page = paging.of(known)?.map(|(id, key)| AccessKeyMetadata {
            UserName: ring.user_name.clone(),
            AccessKeyId: id.clone(),
            Status: keys::status(key.active),
            CreateDate: key.created,
        });
        Ok(ListAccessKeysResponse { IsTruncated: page.truncated(), AccessKeyMetadata: page.items, Marker: page.marker })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn keys_are_listed_without_secrets() {
        let lab = Lab::new().users(["alice"]);
        let key = lab.root().ok("CreateAccessKey", json!({ "UserName": "alice" }))["AccessKey"]["AccessKeyId"].clone();
        let found = lab.root().ok("ListAccessKeys", json!({ "UserName": "alice" }));
        let expected = json!([{ "UserName": "alice", "AccessKeyId": key, "Status": "Active", "CreateDate": NOW }]);
        assert_eq!((&found["AccessKeyMetadata"], &found["IsTruncated"]), (&expected, &json!(false)));
    }

    #[test]
    fn a_role_has_to_name_somebody() {
        let lab = Lab::new().roles(["r"]);
        let fault = lab.session("r").err("ListAccessKeys", json!({}));
        assert_eq!(fault, "ValidationError: Must specify userName when calling with non-User credentials");
    }

    #[test]
    fn nobody_else_may() {
        let lab = Lab::new();
        lab.denies("ListAccessKeys", json!({ "UserName": "alice" }), "user alice");
        lab.denies("ListAccessKeys", json!({}), "user nullnobody");
    }
}
