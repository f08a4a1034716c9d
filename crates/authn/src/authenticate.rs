use crate::{Caller, Directory, Principal, SessionSeal};
use bastide_base::{Clock, Region, SecretString};
use bastide_sigv4::{
    BodyCheck, Call, Dialect, Expect, Fault, Form, Head, KeyCache, Payload, SigError, Style, parse, verify,
};
use bastide_store::Snapshot;

/// Proves who sent a request.
#[derive(Default)]
pub struct Authenticator {
    keys: KeyCache,
}

/// What a request says about itself, unproven: enough to find the service and to word a refusal.
pub struct Claim<'a> {
    form: Form<'a>,
    head: Head<'a>,
}

/// What claims are held against.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    pub clock: &'a Clock,
    pub state: &'a Snapshot,
    pub directory: &'a dyn Directory,
    pub sessions: &'a SessionSeal,
}

/// A caller, and what of its request is still to be proven.
#[derive(Debug)]
pub struct Authenticated {
    pub caller: Caller,
    pub body: BodyCheck,
}

/// Why a request is not who it says. Which of the reasons it was is told as AWS tells it, no finer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    Signature(SigError),
    /// No such access key, an inactive one, or one whose owner is gone.
    UnknownKey,
    /// A session token that was not sealed here, was changed, or belongs to another key.
    BadToken,
    ExpiredToken,
    /// The region is none of AWS's.
    Region(String),
}

impl<'a> Claim<'a> {
    /// Reads the claim out of the request's head.
    ///
    /// # Errors
    /// [`Refusal::Signature`] when it cannot be read.
    pub fn read(head: Head<'a>) -> Result<Self, Refusal> {
        let form = parse(&head).map_err(Refusal::Signature)?;
        Ok(Claim { form, head })
    }

    pub fn is_anonymous(&self) -> bool {
        matches!(self.form, Form::Anonymous)
    }

    /// The signing name of the service, as the credential's scope has it.
    pub fn service(&self) -> Option<&str> {
        match &self.form {
            // V2 has no scope; only S3 takes it.
            Form::V2(_) => Some("s3"),
            form => form.scope().map(|scope| scope.service),
        }
    }

    /// The region in the credential's scope. V2 has none, and V4a may name several: then the home region stands.
    ///
    /// # Errors
    /// [`Refusal::Region`] when it is none of AWS's public regions.
    pub fn region(&self, home: Region) -> Result<Region, Refusal> {
        match self.form.scope().map(|scope| scope.region) {
            Some("") | None => Ok(home),
            Some(region) => region.parse().map_err(|_| Refusal::Region(region.to_owned())),
        }
    }

    pub fn access_key_id(&self) -> Option<&str> {
        self.form.access_key_id()
    }

    /// `s3:authType`.
    pub fn auth_type(&self) -> Option<&'static str> {
        self.form.place().map(|place| place.auth_type())
    }

    /// `s3:signatureversion`.
    pub fn signature_version(&self) -> Option<&'static str> {
        self.form.signature_version()
    }
}

impl Authenticator {
    /// Proves the claim.
    ///
    /// # Errors
    /// A [`Refusal`]; nothing about the request may be believed then. An anonymous claim is refused here: whoever lets
    /// anonymous requests in makes [`Caller::anonymous`] without asking.
    ///
    /// `signing_name` is that of the service which is going to answer: a signature for another proves nothing to it.
    pub fn authenticate(
        &self,
        claim: &Claim<'_>,
        signing_name: &str,
        payload: Payload<'_>,
        host_bucket: Option<&str>,
        evidence: Evidence<'_>,
    ) -> Result<Authenticated, Refusal> {
        let form = &claim.form;
        let id = form.access_key_id().ok_or(Refusal::Signature(SigError::MissingAuthentication))?;
        let style = Style::of(signing_name);
        if matches!(form, Form::V2(_)) && !style.sigv2 {
            return Err(Refusal::Signature(SigError::SigV2Refused));
        }
        let now = wire_now(form, evidence.clock);
        let expect = Expect { service: Some(signing_name), region: None };
        form.check(&claim.head, now, expect).map_err(Refusal::Signature)?;

        let (secret, caller) = match form.session_token() {
            Some(token) => from_session(id, token, evidence)?,
            None => from_key(id, evidence)?,
        };
        let call = Call { head: claim.head, payload, now, style, host_bucket };
        let verified = verify(form, &call, secret.expose().as_bytes(), &self.keys).map_err(Refusal::Signature)?;
        Ok(Authenticated { caller, body: verified.body })
    }
}

/// The present as the signer's clock would show it.
///
/// Clients sign with their own wall clock, which knows nothing of ours being advanced. A signature's age is the virtual time
/// that passed since that wall time, so a request signed just now is fresh whatever the clock shows, and a URL that was
/// presigned before the clock was advanced has aged with it. It is never younger than by the wall clock: while virtual time
/// stands still, what was signed still grows old. V2's URLs do not say when they were signed, so the wall clock judges them.
fn wire_now(form: &Form<'_>, clock: &Clock) -> i64 {
    let wall = clock.wall().secs();
    let Some(signed_at) = form.signed_at() else { return wall };
    let by_wall = wall - signed_at;
    let virtual_age = || clock.now().secs() - clock.at_wall(bastide_base::Timestamp::from_secs(signed_at)).secs();
    signed_at + if by_wall < 0 { by_wall } else { by_wall.max(virtual_age()) }
}

fn from_key(id: &str, Evidence { state, directory, .. }: Evidence<'_>) -> Result<(SecretString, Caller), Refusal> {
    let key = directory.access_key(state, id).filter(|key| key.active).ok_or(Refusal::UnknownKey)?;
    let caller =
        Caller { principal: key.principal, access_key_id: Some(id.to_owned()), session: None, via: Vec::new() };
    Ok((key.secret, caller))
}

fn from_session(id: &str, token: &str, evidence: Evidence<'_>) -> Result<(SecretString, Caller), Refusal> {
    let Evidence { clock, state, directory, sessions } = evidence;
    let claims = sessions.open(token).ok_or(Refusal::BadToken)?;
    if claims.access_key_id != id {
        return Err(Refusal::BadToken);
    }
    if claims.session.expires_at <= clock.now() {
        return Err(Refusal::ExpiredToken);
    }
    if !directory.stands(state, &claims.principal) {
        return Err(Refusal::BadToken);
    }
    let caller = Caller {
        principal: claims.principal,
        access_key_id: Some(id.to_owned()),
        session: Some(claims.session),
        via: Vec::new(),
    };
    Ok((claims.secret_access_key, caller))
}

impl Caller {
    /// Whether these credentials may call the service at all. Sessions from GetSessionToken are kept out of IAM without
    /// MFA, and out of STS but for AssumeRole and GetCallerIdentity (IAM User Guide, "Compare AWS STS credentials").
    pub fn may_call(&self, service: &str, operation: &str) -> bool {
        let Some(session) = &self.session else { return true };
        if !matches!(self.principal, Principal::User { .. } | Principal::Root { .. } | Principal::FederatedUser { .. })
        {
            return true;
        }
        match service {
            "iam" => session.mfa_at.is_some() && !matches!(self.principal, Principal::FederatedUser { .. }),
            "sts" if matches!(self.principal, Principal::FederatedUser { .. }) => operation == "GetCallerIdentity",
            "sts" => matches!(operation, "AssumeRole" | "GetCallerIdentity"),
            _ => true,
        }
    }
}

impl Refusal {
    /// The error as AWS words it in a protocol.
    pub fn fault(&self, dialect: Dialect) -> Fault {
        let fault =
            |status, code, message: &str| Fault { status, code, message: message.to_owned(), details: Vec::new() };
        const INVALID: &str = "The security token included in the request is invalid.";
        const EXPIRED: &str = "The security token included in the request is expired";
        match (self, dialect) {
            (Refusal::Signature(error), dialect) => error.fault(dialect),
            (Refusal::UnknownKey, Dialect::S3) => {
                fault(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
            }
            (Refusal::BadToken, Dialect::S3) => {
                fault(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
            }
            (Refusal::UnknownKey | Refusal::BadToken, Dialect::Query) => fault(403, "InvalidClientTokenId", INVALID),
            (Refusal::UnknownKey | Refusal::BadToken, Dialect::Json) => {
                fault(400, "UnrecognizedClientException", INVALID)
            }
            (Refusal::UnknownKey | Refusal::BadToken, Dialect::Rest) => {
                fault(403, "UnrecognizedClientException", INVALID)
            }
            (Refusal::ExpiredToken, Dialect::S3) => fault(400, "ExpiredToken", "The provided token has expired."),
            (Refusal::ExpiredToken, Dialect::Query) => fault(403, "ExpiredToken", EXPIRED),
            (Refusal::ExpiredToken, Dialect::Json) => fault(400, "ExpiredTokenException", EXPIRED),
            (Refusal::ExpiredToken, Dialect::Rest) => fault(403, "ExpiredTokenException", EXPIRED),
            (Refusal::Region(region), dialect) => {
                let message = format!("Credential should be scoped to a valid region, not '{region}'. ");
                match dialect {
                    Dialect::S3 => fault(400, "AuthorizationHeaderMalformed", &message),
                    Dialect::Query => fault(403, "SignatureDoesNotMatch", &message),
                    Dialect::Json => fault(400, "InvalidSignatureException", &message),
                    Dialect::Rest => fault(403, "InvalidSignatureException", &message),
                }
            }
        }
    }
}
