//! IAM GetUserPolicy. Real: the document as it was written, URL-encoded.

use super::prelude::*;

shape! {
    pub struct GetUserPolicy {
        UserName: String,
        PolicyName: String,
    }

    pub struct GetUserPolicyResponse {
        UserName: String,
        PolicyName: String,
        PolicyDocument: String,
    }
}

impl Op for GetUserPolicy {
    const NAME: &'static str = "GetUserPolicy";
    const READ_ONLY: bool = true;
    type Output = GetUserPolicyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<User>(cx, "iam:GetUserPolicy", &self.UserName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GetUserPolicyResponse, Fault> {
        let document = entities::inline::<User>(cx.tx, cx.account(), &self.UserName, &self.PolicyName)?;
        let document = wire::encoded(document.text());
        Ok(GetUserPolicyResponse { UserName: self.UserName, PolicyName: self.PolicyName, PolicyDocument: document })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_document_comes_back_as_it_was_written() {
        let lab = Lab::new().users(["x"]);
        let resource = "arn:aws:apigateway:us-east-1::/tags/arn%3Aaws%3Aapigateway%3A%2Frestapis%2Faaeeieije";
        let document =
            allow("apigateway:PUT").replace(r#""Resource":"*""#, &format!("\"Resource\" : [\"{resource}\"]"));
        lab.root().ok("PutUserPolicy", json!({ "UserName": "x", "PolicyName": "P", "PolicyDocument": document }));
        let answer = lab.root().ok("GetUserPolicy", json!({ "UserName": "x", "PolicyName": "P" }));
        assert_eq!((&answer["UserName"], &answer["PolicyName"]), (&json!("x"), &json!("P")));
        let encoded = answer["PolicyDocument"].as_str().unwrap();
        assert!(encoded.contains("arn%253Aaws"), "{encoded}");
        assert_eq!(percent_encoding::percent_decode_str(encoded).decode_utf8().unwrap(), document);
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let lab = Lab::new().users(["x"]);
        let get = |name: &str| lab.root().err("GetUserPolicy", json!({ "UserName": name, "PolicyName": "none" }));
        assert_eq!(get("x"), "NoSuchEntity: The user policy with name none cannot be found.");
        assert_eq!(get("ghost"), "NoSuchEntity: The user with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("GetUserPolicy", json!({ "UserName": "x", "PolicyName": "p" }), "user x");
    }
}
