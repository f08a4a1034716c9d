//! AWS's AccessDenied sentence.

use crate::evaluate::{Decision, Denial, Verdict};
use crate::request::Layer;
use std::fmt::Write;

impl Decision<'_> {
    /// Why access is denied, as AWS says it, or the sentence without a reason where it is not.
    ///
    /// `principal_arn` is the caller as it is shown ([`crate::PrincipalFacts::shown_arn`]). The wording is that of
    /// "Troubleshoot access denied error messages"; that an explicit deny ends in the policy's ARN, within an account or an
    /// organisation and for IAM's and Organizations' policies only, is from the AWS Security Blog, "Enhanced access denied
    /// error messages with policy ARNs". Inline policies have no ARN and are not named.
    pub fn denied_sentence(&self, principal_arn: &str, action: &str, resource: &str) -> String {
        let mut sentence = format!("User: {principal_arn} is not authorized to perform: {action}");
        if !resource.is_empty() {
            let _ = write!(sentence, " on resource: {resource}");
        }
        if let Verdict::Deny(denial) = self.verdict {
            sentence.push(' ');
            sentence.push_str(&denial.reason(action, self.may_name_policy));
        }
        sentence
    }
}

impl Denial<'_> {
    fn reason(&self, action: &str, may_name_policy: bool) -> String {
        let kind = self.layer.policy_type();
        let Some(citation) = self.explicit else {
            return format!("because no {kind} allows the {action} action");
        };
        let article = match self.layer {
            Layer::RoleTrust => "the",
            Layer::Identity => "an",
            _ => "a",
        };
        let named = match self.layer {
            Layer::Resource | Layer::RoleTrust | Layer::Endpoint => false,
            _ => may_name_policy && citation.policy.starts_with("arn:"),
        };
        match named {
            true => format!("with an explicit deny in {article} {kind}: {}", citation.policy),
            false => format!("with an explicit deny in {article} {kind}"),
        }
    }
}
