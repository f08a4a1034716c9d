//! STS GetAccessKeyInfo. Real: the account is read from the key id itself, as AWS does; the key need not exist.

use bastide_base::account_of_access_key;
use bastide_kernel::{Ask, Cx, Fault, Granted, Op, Read, shape};

shape! {
    pub struct GetAccessKeyInfo {
        AccessKeyId: String,
    }

    pub struct Output {
        Account: String,
    }
}

impl Op for GetAccessKeyInfo {
    const NAME: &'static str = "GetAccessKeyInfo";
    const READ_ONLY: bool = true;
    type Output = Output;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("sts:GetAccessKeyInfo"))
    }

    fn run(self, _: &mut Cx<'_>, _: Granted<Self>) -> Result<Output, Fault> {
        let known = self.AccessKeyId.starts_with("AKIA") || self.AccessKeyId.starts_with("ASIA");
        match account_of_access_key(&self.AccessKeyId) {
            Some(account) if known => Ok(Output { Account: account.to_string() }),
            _ => Err(Fault::validation(format!("Invalid Access Key ID: {}", self.AccessKeyId))),
        }
    }
}
