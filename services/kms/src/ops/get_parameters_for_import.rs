//! KMS GetParametersForImport. Real: an RSA wrapping key and a token, both valid for 24 hours; any number at a time. Refused:
//! RSAES_PKCS1_V1_5, which AWS has given up, and SM2.

use super::prelude::*;

shape! {
    pub struct GetParametersForImport {
        KeyId: String,
        WrappingAlgorithm: WrappingAlgorithm,
        WrappingKeySpec: KeySpec,
    }

    pub struct GetParametersForImportResponse {
        KeyId: String,
        ImportToken: Vec<u8>,
        PublicKey: Vec<u8>,
        ParametersValidTo: Timestamp,
    }
}

/// A key whose material is imported.
///
/// # Errors
/// What the table of states says; UnsupportedOperationException.
pub(super) fn external(cx: &Cx<'_>, text: &str, operation: &str) -> Result<Arc<Key>, Fault> {
    let key = managed_key(cx, text, operation)?;
    match key.origin {
        Origin::External => Ok(key),
        other => Err(fault::wrong_origin(&key.arn(), other.as_str())),
    }
}

impl Op for GetParametersForImport {
    const NAME: &'static str = "GetParametersForImport";
    const READ_ONLY: bool = false;
    const PREPARE: Option<PrepareWork<Self>> =
        Some(|op| Ok(Pair::generate(op.WrappingKeySpec).map(|pair| Box::new(pair) as Box<_>)));
    type Output = GetParametersForImportResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::on_own_key(cx, "kms:GetParametersForImport", &self.KeyId)?;
        Ok(ask
            .key("kms:WrappingAlgorithm", [self.WrappingAlgorithm.as_str().to_owned()])
            .key("kms:WrappingKeySpec", [self.WrappingKeySpec.as_str().to_owned()]))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GetParametersForImportResponse, Fault> {
        use WrappingAlgorithm as W;
        let key = external(cx, &self.KeyId, Self::NAME)?;
        let algorithm = self.WrappingAlgorithm;
        let rsa = matches!(key.spec, KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096);
        match algorithm {
            W::Sm2Pke => return Err(fault::not_here("SM2")),
            W::RsaesPkcs1V15 => {
                return Err(fault::unsupported("The wrapping algorithm RSAES_PKCS1_V1_5 is no longer supported."));
            }
            W::RsaesOaepSha1 | W::RsaesOaepSha256 if rsa => {
                return Err(fault::validation(format!(
                    "Wrapping algorithm {} cannot wrap the key material of key spec {}.",
                    algorithm.as_str(),
                    key.spec.as_str()
                )));
            }
            W::RsaesOaepSha1 | W::RsaesOaepSha256 | W::RsaAesKeyWrapSha1 | W::RsaAesKeyWrapSha256 => {}
        }
        self.WrappingKeySpec.info()?;
        let pair = make::pair(cx, self.WrappingKeySpec)?;
        let token = hex::encode(cx.random().bytes::<32>());
        let valid_to = cx.now().plus_secs(IMPORT_VALID_SECS);
        imports::put(cx.tx, &key.place, &token, Import { algorithm, private: Some(pair.private), valid_to });
        jobs::schedule_import_expiry(cx, &key.place, &token, valid_to)?;
        Ok(GetParametersForImportResponse {
            KeyId: key.arn(),
            ImportToken: token.into_bytes(),
            PublicKey: pair.public,
            ParametersValidTo: valid_to,
        })
    }
}
