//! What all operations that hand out credentials share.

use crate::{fault, wire};
use bastide_authn::{Principal, Session};
use bastide_base::PrincipalKind;
use bastide_kernel::{Cx, Fault};

/// Seals a session of `principal` and answers with its credentials.
pub fn issue(cx: &mut Cx<'_>, principal: &Principal, session: &Session) -> Result<wire::Credentials, Fault> {
    let id = cx.unique_id(PrincipalKind::TemporaryAccessKey);
    let made =
        cx.seal_session(id, principal, session).ok_or_else(|| Fault::internal("the session could not be sealed"))?;
    Ok(wire::Credentials {
        AccessKeyId: made.access_key_id,
        SecretAccessKey: made.secret_access_key,
        SessionToken: made.session_token,
        Expiration: session.expires_at,
    })
}

/// Bastide keeps no MFA devices yet, so no code can be right (IAM's virtual devices are not implemented).
pub fn check_mfa(serial: Option<&str>, code: Option<&str>) -> Result<(), Fault> {
    match (serial, code) {
        (None, None) => Ok(()),
        _ => Err(fault::access_denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ")),
    }
}
