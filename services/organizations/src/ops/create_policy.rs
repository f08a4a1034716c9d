//! Organizations CreatePolicy. Real: service and resource control policies, their grammars, sizes and quotas, tags. Refused: the types that nothing here enforces (501).

use super::prelude::*;

shape! {
    pub struct CreatePolicy {
        Content: String,
        Description: String,
        Name: String,
        Type: String,
        Tags: Option<Vec<Tag>>,
    }

    pub struct CreatePolicyResponse {
        Policy: wire::Policy,
    }
}

impl Op for CreatePolicy {
    const NAME: &'static str = "CreatePolicy";
    const READ_ONLY: bool = false;
    type Output = CreatePolicyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let kind = format!("policy/{}", self.Type.to_lowercase());
        let ask = policy::with_type(policy::on_new(cx, "organizations:CreatePolicy", &kind), &self.Type);
        Ok(policy::with_tags(cx, ask, &kind, self.Tags.as_deref()))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<CreatePolicyResponse, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        let new = policies::New {
            id: fresh(cx, "p-", 8),
            kind: wire::policy_type(&self.Type)?,
            name: self.Name,
            description: self.Description,
            content: self.Content,
            tags: wire::tags(self.Tags)?,
        };
        let made = policies::create(cx.tx, &organization, new)?;
        Ok(CreatePolicyResponse { Policy: wire::policy(&organization, &made) })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    fn input(kind: &str, content: &str) -> serde_json::Value {
        json!({ "Name": "p", "Description": "d", "Type": kind, "Content": content })
    }

    #[test]
    fn a_policy_is_kept_as_it_was_written() {
        let lab = Lab::new();
        let text = format!(" {} ", deny("s3:*"));
        let made = lab.ok("CreatePolicy", input("SERVICE_CONTROL_POLICY", &text));
        let summary = &made["Policy"]["PolicySummary"];
        let id = summary["Id"].as_str().unwrap();
        assert_eq!(made["Policy"]["Content"], text);
        assert_eq!((&summary["Name"], &summary["Description"]), (&json!("p"), &json!("d")));
        assert_eq!(summary["AwsManaged"], false);
        let arn = format!("arn:aws:organizations::{MANAGEMENT}:policy/{}/service_control_policy/{id}", lab.org);
        assert_eq!(summary["Arn"], arn);
        assert_eq!(
            lab.err("CreatePolicy", input("SERVICE_CONTROL_POLICY", &text)),
            "DuplicatePolicyException: A policy with the specified name and type already exists."
        );
    }

    #[test]
    fn a_policy_must_fit_its_type() {
        const MALFORMED: &str = "MalformedPolicyDocumentException: The provided policy document does not meet the requirements of the specified policy type.";
        let lab = Lab::new();
        let create = |kind: &str, content: &str| lab.err("CreatePolicy", input(kind, content));
        let principal = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*"}]}"#;
        for scp in ["{", "[]", principal] {
            assert_eq!(create("SERVICE_CONTROL_POLICY", scp), MALFORMED, "{scp}");
        }
        let allow = principal.replace("Deny", "Allow");
        let all = principal.replace("sts:*", "*");
        let someone = principal.replace(r#""Principal":"*""#, r#""Principal":{"AWS":"111122223333"}"#);
        let uncovered = principal.replace("sts:*", "iam:CreateUser");
        for rcp in ["{", &deny("sts:*"), &allow, &all, &someone, &uncovered] {
            assert_eq!(create("RESOURCE_CONTROL_POLICY", rcp), MALFORMED, "{rcp}");
        }
        lab.ok("CreatePolicy", input("RESOURCE_CONTROL_POLICY", principal));
        assert!(create("TAG_POLICY", "{}").starts_with("NotImplemented"));
    }

    #[test]
    fn white_space_counts() {
        let lab = Lab::new();
        for (kind, max) in [("SERVICE_CONTROL_POLICY", 10_240), ("RESOURCE_CONTROL_POLICY", 5_120)] {
            let text = match kind {
                "SERVICE_CONTROL_POLICY" => deny("s3:*"),
                _ => deny("s3:*").replace(r#""Effect""#, r#""Principal":"*","Effect""#),
            };
            let padded = |length: usize| format!("{text}{}", " ".repeat(length - text.len()));
            let fault = lab.err("CreatePolicy", input(kind, &padded(max + 1)));
            assert_eq!(fault, "ConstraintViolationException: You have exceeded the maximum policy size.");
            lab.ok("CreatePolicy", input(kind, &padded(max)));
        }
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("CreatePolicy", json!({ "Name": "x", "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content": deny("s3:*") }), "arn:aws:organizations::{management}:policy/{org}/service_control_policy/*");
    }
}
