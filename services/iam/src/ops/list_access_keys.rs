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
