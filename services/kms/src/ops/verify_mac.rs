//! KMS VerifyMac. Real: in constant time; a MAC that is not valid is an error.

use super::generate_mac::{mac_key, mac_secret};
use super::prelude::*;

shape! {
    pub struct VerifyMac {
        Message: Vec<u8>,
        KeyId: String,
        MacAlgorithm: MacAlgorithm,
        Mac: Vec<u8>,
        GrantTokens: Option<Vec<String>>,
        DryRun: Option<bool>,
    }

    pub struct VerifyMacResponse {
        KeyId: String,
        MacValid: bool,
        MacAlgorithm: MacAlgorithm,
    }
}

impl Op for VerifyMac {
    const NAME: &'static str = "VerifyMac";
    const READ_ONLY: bool = true;
    type Output = VerifyMacResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::using(cx, GrantOperation::VerifyMac, &self.KeyId, None, self.GrantTokens.as_deref())?;
        Ok(ask.key("kms:MacAlgorithm", [self.MacAlgorithm.as_str().to_owned()]))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<VerifyMacResponse, Fault> {
        let key = mac_key(cx, &self.KeyId, Self::NAME, self.MacAlgorithm)?;
        not_dry(self.DryRun)?;
        match self.MacAlgorithm.verify(mac_secret(&key)?, &self.Message, &self.Mac) {
            true => Ok(VerifyMacResponse { KeyId: key.arn(), MacValid: true, MacAlgorithm: self.MacAlgorithm }),
            false => Err(fault::invalid_mac()),
        }
    }
}
