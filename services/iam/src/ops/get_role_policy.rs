//! IAM GetRolePolicy. Real: the document as it was written, URL-encoded.

use super::prelude::*;

shape! {
    pub struct GetRolePolicy {
        RoleName: String,
        PolicyName: String,
    }

    pub struct GetRolePolicyResponse {
        RoleName: String,
        PolicyName: String,
        PolicyDocument: String,
    }
}

impl Op for GetRolePolicy {
    const NAME: &'static str = "GetRolePolicy";
    const READ_ONLY: bool = true;
    type Output = GetRolePolicyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Role>(cx, "iam:GetRolePolicy", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GetRolePolicyResponse, Fault> {
        let document = entities::inline::<Role>(cx.tx, cx.account(), &self.RoleName, &self.PolicyName)?;
        let document = wire::encoded(document.text());
        Ok(GetRolePolicyResponse { RoleName: self.RoleName, PolicyName: self.PolicyName, PolicyDocument: document })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_document_comes_back_as_it_was_written() {
        let lab = Lab::new().roles(["x"]);
        let resource = "arn:aws:apigateway:us-east-1::/tags/arn%3Aaws%3Aapigateway%3A%2Frestapis%2Faaeeieije";
        let document =
            allow("apigateway:PUT").replace(r#""Resource":"*""#, &format!("\"Resource\" : [\"{resource}\"]"));
        lab.root().ok("PutRolePolicy", json!({ "RoleName": "x", "PolicyName": "P", "PolicyDocument": document }));
        let answer = lab.root().ok("GetRolePolicy", json!({ "RoleName": "x", "PolicyName": "P" }));
        assert_eq!((&answer["RoleName"], &answer["PolicyName"]), (&json!("x"), &json!("P")));
        let encoded = answer["PolicyDocument"].as_str().unwrap();
        assert!(encoded.contains("arn%253Aaws"), "{encoded}");
        assert_eq!(percent_encoding::percent_decode_str(encoded).decode_utf8().unwrap(), document);
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let lab = Lab::new().roles(["x"]);
        let get = |name: &str| lab.root().err("GetRolePolicy", json!({ "RoleName": name, "PolicyName": "none" }));
        assert_eq!(get("x"), "NoSuchEntity: The role policy with name none cannot be found.");
        assert_eq!(get("ghost"), "NoSuchEntity: The role with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("GetRolePolicy", json!({ "RoleName": "x", "PolicyName": "p" }), "role x");
    }
}
