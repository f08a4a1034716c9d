//! KMS RetireGrant. Real: by token, or by key and id; the retiring principal may, the grantee if the grant says so, and whom
//! policies allow.

use super::prelude::*;
use bastide_authz::Grant as Source;

shape! {
    pub struct RetireGrant {
        GrantToken: Option<String>,
        KeyId: Option<String>,
        GrantId: Option<String>,
        DryRun: Option<bool>,
    }
}

impl RetireGrant {
    /// The key and the id of the grant.
    ///
    /// # Errors
    /// ValidationException unless the grant is named in one of the two ways; what the token or the key id is refused for.
    fn target(&self, cx: &Read<'_>) -> Result<(Target, String), Fault> {
        match (&self.GrantToken, &self.KeyId, &self.GrantId) {
            (Some(token), None, None) => {
                let (place, grant) = token::read(token)?;
                if place.region != cx.region() {
                    return Err(fault::invalid_grant_token());
                }
                let key = keys::get(cx.state(), &place);
                Ok((Target { place, alias: None, key }, grant))
            }
            (None, Some(key), Some(grant)) => Ok((keys::find(cx.state(), cx.call, key, Named::ByKey)?, grant.clone())),
            _ => Err(fault::validation("Specify either the grant token or both key ID and grant ID.")),
        }
    }
}

impl Op for RetireGrant {
    const NAME: &'static str = "RetireGrant";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let (target, id) = self.target(cx)?;
        let mut ask = policy::on(cx, "kms:RetireGrant", &target);
        let Some(grant) = grants::get(cx.state(), &target.place, &id) else { return Ok(ask) };
        for (context, kind) in [
            (grant.context_equals.as_ref(), "EncryptionContextEquals"),
            (grant.context_subset.as_ref(), "EncryptionContextSubset"),
        ] {
            if context.is_some() {
                ask = policy::with_context(ask.key("kms:GrantConstraintType", [kind.to_owned()]), context);
            }
        }
        let principal = &cx.caller().principal;
        let retiring = grant.retiring.as_ref().and_then(|named| grants::reach(named, principal));
        let grantee = grant.operations.contains(&GrantOperation::RetireGrant);
        let grantee = grants::reach(&grant.grantee, principal).filter(|_| grantee);
        let sources = [("retiring principal", retiring), ("grantee", grantee)];
        Ok(ask.granted_by(
            sources
                .into_iter()
                .filter_map(|(role, reach)| Some(Source { name: format!("{role} of grant {id}"), reach: reach? })),
        ))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let (target, id) = self.target(&cx.read())?;
        let key = target.key()?;
        states::check(key, Self::NAME)?;
        if grants::get(cx.tx, &key.place, &id).is_none() {
            return Err(match self.GrantToken {
                Some(_) => fault::invalid_grant_token(),
                None => fault::not_found(format!("Grant ID {id} not found")),
            });
        }
        not_dry(self.DryRun)?;
        grants::delete(cx.tx, &key.place, &id);
        Ok(Nothing)
    }
}
