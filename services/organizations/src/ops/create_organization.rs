//! Organizations CreateOrganization. Real: both feature sets; the caller becomes the management account. Refused: the service-linked role that AWS makes.

use super::prelude::*;

shape! {
    pub struct CreateOrganization {
        FeatureSet: Option<String>,
    }

    pub struct CreateOrganizationResponse {
        Organization: wire::Organization,
    }
}

impl Op for CreateOrganization {
    const NAME: &'static str = "CreateOrganization";
    const READ_ONLY: bool = false;
    type Output = CreateOrganizationResponse;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("organizations:CreateOrganization"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<CreateOrganizationResponse, Fault> {
        let features = match self.FeatureSet.as_deref() {
            Some("CONSOLIDATED_BILLING") => FeatureSet::ConsolidatedBilling,
            _ => FeatureSet::All,
        };
        let new = organizations::New { id: fresh(cx, "o-", 10), root: fresh(cx, "r-", 4), features };
        let (account, now) = (cx.account(), cx.now());
        let organization = organizations::create(cx.tx, account, new, now)?;
        Ok(CreateOrganizationResponse { Organization: wire::organization(&cx.read(), &organization) })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    use bastide_testkit::House;

    #[test]
    fn the_caller_manages_what_it_creates() {
        let house = House::new();
        let made = call(&house.root(), "CreateOrganization", json!({})).unwrap();
        let organization = &made["Organization"];
        let id = organization["Id"].as_str().unwrap();
        assert!(id.starts_with("o-") && id.len() == 12, "{id}");
        assert_eq!(organization["FeatureSet"], "ALL");
        assert_eq!(organization["MasterAccountId"], MANAGEMENT);
        assert_eq!(organization["Arn"], format!("arn:aws:organizations::{MANAGEMENT}:organization/{id}"));
        let account = format!("arn:aws:organizations::{MANAGEMENT}:account/{id}/{MANAGEMENT}");
        assert_eq!(organization["MasterAccountArn"], account);
        let again = call(&house.root(), "CreateOrganization", json!({})).unwrap_err();
        assert_eq!(
            again,
            "AlreadyInOrganizationException: The AWS account is already a member of an organization."
        );
    }

    #[test]
    fn consolidated_billing_has_no_policies() {
        let house = House::new();
        let root = house.root();
        let made = call(&root, "CreateOrganization", json!({ "FeatureSet": "CONSOLIDATED_BILLING" })).unwrap();
        assert_eq!(made["Organization"]["AvailablePolicyTypes"], json!([]));
        let id = call(&root, "ListRoots", json!({})).unwrap()["Roots"][0]["Id"].clone();
        let fault = call(&root, "EnablePolicyType", json!({ "RootId": id, "PolicyType": "SERVICE_CONTROL_POLICY" }));
        assert!(fault.unwrap_err().starts_with("PolicyTypeNotAvailableForOrganizationException"));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies_users("CreateOrganization", json!({}), "*");
    }
}
