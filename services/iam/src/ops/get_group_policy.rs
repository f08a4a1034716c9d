//! IAM GetGroupPolicy. Real: the document as it was written, URL-encoded.

use super::prelude::*;

shape! {
    pub struct GetGroupPolicy {
        GroupName: String,
        PolicyName: String,
    }

    pub struct GetGroupPolicyResponse {
        GroupName: String,
        PolicyName: String,
        PolicyDocument: String,
    }
}

impl Op for GetGroupPolicy {
    const NAME: &'static str = "GetGroupPolicy";
    const READ_ONLY: bool = true;
    type Output = GetGroupPolicyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Group>(cx, "iam:GetGroupPolicy", &self.GroupName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GetGroupPolicyResponse, Fault> {
        let document = entities::inline::<Group>(cx.tx, cx.account(), &self.GroupName, &self.PolicyName)?;
        let document = wire::encoded(document.text());
        Ok(GetGroupPolicyResponse { GroupName: self.GroupName, PolicyName: self.PolicyName, PolicyDocument: document })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_document_comes_back_as_it_was_written() {
        let lab = Lab::new().groups(["x"]);
        let resource = "arn:aws:apigateway:us-east-1::/tags/arn%3Aaws%3Aapigateway%3A%2Frestapis%2Faaeeieije";
        let document =
            allow("apigateway:PUT").replace(r#""Resource":"*""#, &format!("\"Resource\" : [\"{resource}\"]"));
        lab.root().ok("PutGroupPolicy", json!({ "GroupName": "x", "PolicyName": "P", "PolicyDocument": document }));
        let answer = lab.root().ok("GetGroupPolicy", json!({ "GroupName": "x", "PolicyName": "P" }));
        assert_eq!((&answer["GroupName"], &answer["PolicyName"]), (&json!("x"), &json!("P")));
        let encoded = answer["PolicyDocument"].as_str().unwrap();
        assert!(encoded.contains("arn%253Aaws"), "{encoded}");
        assert_eq!(percent_encoding::percent_decode_str(encoded).decode_utf8().unwrap(), document);
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let lab = Lab::new().groups(["x"]);
        let get = |name: &str| lab.root().err("GetGroupPolicy", json!({ "GroupName": name, "PolicyName": "none" }));
        assert_eq!(get("x"), "NoSuchEntity: The group policy with name none cannot be found.");
        assert_eq!(get("ghost"), "NoSuchEntity: The group with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("GetGroupPolicy", json!({ "GroupName": "x", "PolicyName": "p" }), "group x");
    }
}
