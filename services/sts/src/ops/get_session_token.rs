//! STS GetSessionToken. Real: sessions of users and of the root user, their limits on what they may call. Refused: MFA
//! codes, because there are no devices yet.

use crate::{fault, model, wire};
use bastide_authn::{Principal, Session};
use bastide_kernel::{Ask, Cx, Fault, Granted, Op, Read, shape};

shape! {
    pub struct GetSessionToken {
        DurationSeconds: Option<i64>,
        SerialNumber: Option<String>,
        TokenCode: Option<String>,
    }

    pub struct Output {
        Credentials: wire::Credentials,
    }
}

/// Seconds; users get twelve hours, the root user one (API Reference, GetSessionToken, DurationSeconds).
const DEFAULT_SECS: i64 = 43_200;
const ROOT_SECS_MAX: i64 = 3_600;

impl Op for GetSessionToken {
    const NAME: &'static str = "GetSessionToken";
    const READ_ONLY: bool = false;
    type Output = Output;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::exempt("IAM User Guide, Permissions for GetSessionToken: no permissions are required of a user"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Output, Fault> {
        let principal = cx.caller().principal.clone();
        if cx.caller().session.is_some() {
            return Err(fault::access_denied("Cannot call GetSessionToken with session credentials"));
        }
        model::check_mfa(self.SerialNumber.as_deref(), self.TokenCode.as_deref())?;
        let asked = self.DurationSeconds.unwrap_or(DEFAULT_SECS);
        let duration_secs = match principal {
            Principal::Root { .. } => asked.min(ROOT_SECS_MAX),
            Principal::User { .. } => asked,
            _ => return Err(fault::access_denied("Cannot call GetSessionToken with session credentials")),
        };
        let now = cx.now().whole_seconds();
        let session = Session {
            issued_at: now,
            expires_at: now.plus_secs(duration_secs),
            mfa_at: None,
            source_identity: None,
            tags: Vec::new(),
            policies: Vec::new(),
            chained: false,
        };
        Ok(Output { Credentials: model::issue(cx, &principal, &session)? })
    }
}
