//! IAM ListPolicyTags. Real: sorted by key, pages.

use super::prelude::*;

shape! {
    pub struct ListPolicyTags {
        PolicyArn: String,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListPolicyTagsResponse {
        Tags: Vec<Tag>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListPolicyTags {
    const NAME: &'static str = "ListPolicyTags";
    const READ_ONLY: bool = true;
    type Output = ListPolicyTagsResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_policy(cx, "iam:ListPolicyTags", &self.PolicyArn)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListPolicyTagsResponse, Fault> {
        let tags = policies::tags(cx.tx, &self.PolicyArn)?;
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(tags.iter().map(|pair| (pair.0.to_lowercase(), wire::tag(pair))))?;
        Ok(ListPolicyTagsResponse { IsTruncated: page.truncated(), Tags: page.items, Marker: page.marker })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn tags_come_sorted_by_key_in_pages() {
        let lab = Lab::new().policies(["p"]);
        let tags = json!([{ "Key": "b", "Value": "2" }, { "Key": "A", "Value": "1" }]);
        lab.root().ok("TagPolicy", json!({ "PolicyArn": arn("policy/p"), "Tags": tags }));
        let first = lab.root().ok("ListPolicyTags", json!({ "PolicyArn": arn("policy/p"), "MaxItems": 1 }));
        assert_eq!(first["Tags"], json!([{ "Key": "A", "Value": "1" }]));
        let second =
            lab.root().ok("ListPolicyTags", json!({ "PolicyArn": arn("policy/p"), "Marker": first["Marker"] }));
        assert_eq!((&second["Tags"], &second["IsTruncated"]), (&json!([{ "Key": "b", "Value": "2" }]), &json!(false)));
    }

    #[test]
    fn policies_of_aws_have_none() {
        let fault =
            Lab::new().root().err("ListPolicyTags", json!({ "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess" }));
        assert_eq!(fault, "InvalidInput: Tags not supported for policies in this domain");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies(
            "ListPolicyTags",
            json!({ "PolicyArn": arn("policy/p") }),
            &format!("policy {}", arn("policy/p")),
        );
    }
}
