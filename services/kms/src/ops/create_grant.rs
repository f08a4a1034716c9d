//! KMS CreateGrant. Real: in force at once; both context constraints; a retiring principal; the same grant under the same name
//! is made once; through a grant only grants that are no wider; quota. Not checked: whether the principals exist. Refused:
//! SourceArn constraints and service principals given as such.

use super::prelude::*;
use crate::model::spec::Kind;
use bastide_authn::Principal;

shape! {
    pub struct CreateGrant {
        KeyId: String,
        GranteePrincipal: Option<String>,
        RetiringPrincipal: Option<String>,
        Operations: Vec<GrantOperation>,
        Constraints: Option<GrantConstraints>,
        GrantTokens: Option<Vec<String>>,
        Name: Option<String>,
        DryRun: Option<bool>,
        GranteeServicePrincipal: Option<String>,
        RetiringServicePrincipal: Option<String>,
    }

    pub struct CreateGrantResponse {
        GrantToken: String,
        GrantId: String,
    }
}

impl CreateGrant {
    fn equals(&self) -> Option<&Context> {
        self.Constraints.as_ref()?.EncryptionContextEquals.as_ref()
    }

    fn subset(&self) -> Option<&Context> {
        self.Constraints.as_ref()?.EncryptionContextSubset.as_ref()
    }

    /// Whether what is asked for is within what `parent` gives.
    fn is_within(&self, parent: &Grant) -> bool {
        let operations = self.Operations.iter().all(|operation| parent.operations.contains(operation));
        let equals = parent.context_equals.as_ref().is_none_or(|wanted| self.equals() == Some(wanted));
        let contains = |context: Option<&Context>, wanted: &Context| {
            context.is_some_and(|context| wanted.iter().all(|(key, value)| context.get(key) == Some(value)))
        };
        let subset = parent.context_subset.as_ref();
        let subset = subset.is_none_or(|wanted| contains(self.equals(), wanted) || contains(self.subset(), wanted));
        operations && equals && subset
    }

    /// What AWS has and Bastide does not.
    fn refused(&self) -> Result<(), Fault> {
        if self.GranteeServicePrincipal.is_some() || self.RetiringServicePrincipal.is_some() {
            return Err(fault::not_here("service principals in grants"));
        }
        if self.Constraints.as_ref().is_some_and(|constraints| constraints.SourceArn.is_some()) {
            return Err(fault::not_here("SourceArn constraints"));
        }
        Ok(())
    }

    fn check(&self, key: &Key) -> Result<String, Fault> {
        let grantee =
            self.GranteePrincipal.clone().ok_or_else(|| fault::validation("GranteePrincipal is required."))?;
        for principal in [Some(&grantee), self.RetiringPrincipal.as_ref()].into_iter().flatten() {
            if !principal.starts_with("arn:aws:iam::") && !principal.starts_with("arn:aws:sts::") {
                return Err(fault::invalid_arn(format!("ARN does not refer to a valid principal: {principal}")));
            }
        }
        if let Some(operation) = self.Operations.iter().find(|operation| !suits(**operation, key)) {
            return Err(fault::validation(format!(
                "Grant operation {} does not suit key usage {} and key spec {}.",
                operation.as_str(),
                key.usage.as_str(),
                key.spec.as_str()
            )));
        }
        if (self.equals().is_some() || self.subset().is_some()) && key.spec != KeySpec::SymmetricDefault {
            return Err(fault::validation("Encryption context constraints need a symmetric encryption key."));
        }
        Ok(grantee)
    }
}

/// Whether the operation is one of this kind of key.
fn suits(operation: GrantOperation, key: &Key) -> bool {
    use GrantOperation as G;
    let symmetric = key.spec.kind() == Some(Kind::Symmetric);
    match operation {
        G::CreateGrant | G::RetireGrant | G::DescribeKey => true,
        G::Encrypt | G::Decrypt | G::ReEncryptFrom | G::ReEncryptTo => key.usage == KeyUsage::EncryptDecrypt,
        G::GenerateDataKey
        | G::GenerateDataKeyWithoutPlaintext
        | G::GenerateDataKeyPair
        | G::GenerateDataKeyPairWithoutPlaintext => symmetric,
        G::Sign | G::Verify => key.usage == KeyUsage::SignVerify,
        G::GetPublicKey => key.spec.is_asymmetric(),
        G::GenerateMac | G::VerifyMac => key.usage == KeyUsage::GenerateVerifyMac,
        G::DeriveSharedSecret => key.usage == KeyUsage::KeyAgreement,
        G::Encapsulate | G::Decapsulate => key.usage == KeyUsage::EncapsulateDecapsulate,
    }
}

/// Whether a service makes or handles the grant for a resource of its caller.
pub(super) fn for_aws_resource(cx: &Read<'_>, ask: Ask) -> Ask {
    let service = !cx.caller().via.is_empty() || matches!(cx.caller().principal, Principal::Service { .. });
    ask.key("kms:GrantIsForAWSResource", [service.to_string()])
}

impl Op for CreateGrant {
    const NAME: &'static str = "CreateGrant";
    const READ_ONLY: bool = false;
    type Output = CreateGrantResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        self.refused()?;
        grants::check_tokens(cx.state(), self.GrantTokens.as_deref())?;
        let target = keys::find(cx.state(), cx.call, &self.KeyId, Named::ByKey)?;
        let mut ask = for_aws_resource(cx, policy::on(cx, "kms:CreateGrant", &target));
        ask = ask.key("kms:GrantOperations", self.Operations.iter().map(|operation| operation.as_str().to_owned()));
        if let Some(grantee) = &self.GranteePrincipal {
            ask = ask.key("kms:GranteePrincipal", [grantee.clone()]);
        }
        if let Some(retiring) = &self.RetiringPrincipal {
            ask = ask.key("kms:RetiringPrincipal", [retiring.clone()]);
        }
        for (context, kind) in [(self.equals(), "EncryptionContextEquals"), (self.subset(), "EncryptionContextSubset")]
        {
            if context.is_some() {
                ask = policy::with_context(ask.key("kms:GrantConstraintType", [kind.to_owned()]), context);
            }
        }
        let wide = |grant: &Grant| self.is_within(grant);
        Ok(ask.granted_by(grants::allowing(cx.state(), &target.place, cx.caller(), GrantOperation::CreateGrant, wide)))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<CreateGrantResponse, Fault> {
        let key = managed_key(cx, &self.KeyId, Self::NAME)?;
        let grantee = self.check(&key)?;
        not_dry(self.DryRun)?;
        let issuer = cx.caller().principal.account().unwrap_or(key.place.account);
        let constraints = self.Constraints;
        let (equals, subset) = constraints.map_or((None, None), |constraints| {
            (constraints.EncryptionContextEquals, constraints.EncryptionContextSubset)
        });
        let id = hex::encode(cx.random().bytes::<32>());
        let grant = Grant {
            id,
            name: self.Name,
            created: cx.now(),
            grantee,
            retiring: self.RetiringPrincipal,
            issuer: format!("arn:aws:iam::{issuer}:root"),
            operations: self.Operations,
            context_equals: equals,
            context_subset: subset,
        };
        let there = grants::of_key(cx.tx, &key.place).find(|old| old.name.is_some() && old.is_same_as(&grant));
        let id = match there {
            Some(old) => old.id.clone(),
            None => {
                if grants::of_key(cx.tx, &key.place).count() >= GRANTS_PER_KEY_MAX {
                    return Err(fault::limit_exceeded(format!("{} has reached its quota of grants.", key.arn())));
                }
                let id = grant.id.clone();
                grants::put(cx.tx, &key.place, grant);
                id
            }
        };
        Ok(CreateGrantResponse { GrantToken: token::of(&key.place, &id), GrantId: id })
    }
}
