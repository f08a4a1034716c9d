//! KMS Verify. Real: everything that Sign makes; a signature that is not valid is an error.

use super::prelude::*;
use super::sign::{ask, message};

shape! {
    pub struct Verify {
        KeyId: String,
        Message: Vec<u8>,
        MessageType: Option<MessageType>,
        Signature: Vec<u8>,
        SigningAlgorithm: SigningAlgorithm,
        GrantTokens: Option<Vec<String>>,
        DryRun: Option<bool>,
    }

    pub struct VerifyResponse {
        KeyId: String,
        SignatureValid: bool,
        SigningAlgorithm: SigningAlgorithm,
    }
}

impl Op for Verify {
    const NAME: &'static str = "Verify";
    const READ_ONLY: bool = true;
    type Output = VerifyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let tokens = self.GrantTokens.as_deref();
        ask(cx, GrantOperation::Verify, &self.KeyId, tokens, self.SigningAlgorithm, self.MessageType)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<VerifyResponse, Fault> {
        let key = usable_key(cx, &self.KeyId, Self::NAME, KeyUsage::SignVerify)?;
        let message = message(&key, self.SigningAlgorithm, self.MessageType, &self.Message)?;
        not_dry(self.DryRun)?;
        match private(&key)?.verify(key.spec, self.SigningAlgorithm, &message, &self.Signature) {
            true => {
                Ok(VerifyResponse { KeyId: key.arn(), SignatureValid: true, SigningAlgorithm: self.SigningAlgorithm })
            }
            false => Err(fault::invalid_signature()),
        }
    }
}
