//! The signed policy of a browser's form upload to S3. Its conditions are S3's to evaluate; here only who signed it.

use crate::canonical::Style;
use crate::error::{Mismatch, SigError};
use crate::form::{Algorithm, Place};
use crate::key::KeyCache;
use crate::scope::{self, Expect, Scope};
use crate::time::parse_basic;
use crate::v2;
use crate::verify::Prover;
use std::fmt;

/// The signing fields of a form: `policy` with V4's `x-amz-*` fields, or with V2's `AWSAccessKeyId` and `signature`.
#[derive(Clone)]
pub struct PostPolicy<'a> {
    /// The policy as it was sent, in Base64: this text is what is signed.
    pub policy: &'a str,
    pub(crate) session_token: Option<&'a str>,
    signer: Signer<'a>,
    signature: &'a str,
}

#[derive(Debug, Clone)]
enum Signer<'a> {
    V4 { algorithm: Algorithm, credential: &'a str, date: &'a str, time: i64 },
    V2 { access_key_id: &'a str },
}

/// Neither the session token, which the policy may name too, nor the signature.
impl fmt::Debug for PostPolicy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostPolicy({:?})", self.signer)
    }
}

impl<'a> PostPolicy<'a> {
    /// Picks the signing fields out of a form, by name in any case. `None` when there is none of them: an anonymous
    /// upload.
    ///
    /// # Errors
    /// Some fields are there and others are not, one is there twice, or one cannot be read.
    pub fn from_fields(fields: &[(&'a str, &'a str)]) -> Result<Option<Self>, SigError> {
        let field = |name: &'static str| -> Result<Option<&'a str>, SigError> {
            let mut found =
                fields.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| *value);
            let first = found.next();
            match found.next() {
                Some(_) => Err(SigError::DuplicateParameter { name: name.to_owned(), place: Place::Form }),
                None => Ok(first),
            }
        };
        let needed = |name: &'static str| field(name)?.ok_or(SigError::IncompleteForm { missing: name });
        let session_token = field("x-amz-security-token")?;
        if field("AWSAccessKeyId")?.is_some() {
            let signer = Signer::V2 { access_key_id: needed("AWSAccessKeyId")? };
            return Ok(Some(PostPolicy {
                policy: needed("policy")?,
                session_token,
                signer,
                signature: needed("signature")?,
            }));
        }
        let v4 = ["x-amz-algorithm", "x-amz-credential", "x-amz-signature", "policy"];
        if !fields.iter().any(|(name, _)| v4.iter().any(|field| field.eq_ignore_ascii_case(name))) {
            return Ok(None);
        }
        let policy = needed("policy")?;
        let (name, credential, date) = (needed("x-amz-algorithm")?, needed("x-amz-credential")?, needed("x-amz-date")?);
        let algorithm = Algorithm::of(name)
            .ok_or_else(|| SigError::UnsupportedAlgorithm { got: name.to_owned(), place: Place::Form })?;
        if scope::split_credential(credential, algorithm).is_none() {
            return Err(SigError::BadCredential { got: credential.to_owned(), place: Place::Form });
        }
        let time = parse_basic(date).ok_or_else(|| SigError::BadDate { got: date.to_owned(), place: Place::Form })?;
        let signer = Signer::V4 { algorithm, credential, date, time };
        Ok(Some(PostPolicy { policy, session_token, signer, signature: needed("x-amz-signature")? }))
    }

    pub fn access_key_id(&self) -> &'a str {
        match self.signer {
            Signer::V2 { access_key_id } => access_key_id,
            Signer::V4 { credential, .. } => credential.split_once('/').map_or("", |(id, _)| id),
        }
    }

    /// V4's algorithm; `None` is V2.
    pub fn algorithm(&self) -> Option<Algorithm> {
        match self.signer {
            Signer::V4 { algorithm, .. } => Some(algorithm),
            Signer::V2 { .. } => None,
        }
    }

    pub(crate) fn scope(&self) -> Option<Scope<'a>> {
        match self.signer {
            Signer::V4 { algorithm, credential, .. } => {
                scope::split_credential(credential, algorithm).map(|(_, scope)| scope)
            }
            Signer::V2 { .. } => None,
        }
    }

    pub(crate) fn time(&self) -> Option<i64> {
        match self.signer {
            Signer::V4 { time, .. } => Some(time),
            Signer::V2 { .. } => None,
        }
    }

    /// The scope. When the policy expires stands in the policy, which S3 reads.
    pub(crate) fn check(&self, expect: Expect<'_>) -> Result<(), SigError> {
        match (&self.signer, self.scope()) {
            // A V4a policy has no region set; the policy's own conditions limit it.
            (Signer::V4 { algorithm, date, .. }, Some(scope)) => {
                let region_set = (*algorithm == Algorithm::EcdsaP256Sha256).then_some("*");
                scope::check(scope, region_set, date, expect, Place::Form)
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn verify(&self, style: Style, secret: &[u8], cache: &KeyCache) -> Result<(), SigError> {
        let good = match self.signer {
            Signer::V2 { .. } if !style.sigv2 => return Err(SigError::SigV2Refused),
            Signer::V2 { .. } => v2::accepts(self.policy.as_bytes(), self.signature, secret),
            Signer::V4 { algorithm, credential, .. } => {
                let prover = Prover::new(cache, algorithm, credential, secret);
                let good = prover.accepts(self.policy.as_bytes(), self.signature);
                if good {
                    prover.keep();
                }
                good
            }
        };
        if good {
            return Ok(());
        }
        Err(SigError::Mismatch(Box::new(Mismatch {
            access_key_id: self.access_key_id().to_owned(),
            // The policy may name a session token among its conditions, and the caller has it anyway.
            string_to_sign: String::new(),
            canonical_request: String::new(),
            signature_provided: self.signature.to_owned(),
        })))
    }
}
