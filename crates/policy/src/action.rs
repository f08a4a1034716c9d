//! Action patterns: `service:Verb` with wildcards, compared without regard to case.

use crate::budget::Budget;
use crate::pattern::Pattern;

/// A compiled action pattern (`s3:Get*`, `*`), for any number of matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionPattern {
    /// Lower-cased.
    pattern: Pattern,
}

impl ActionPattern {
    pub fn new(pattern: &str) -> Self {
        ActionPattern { pattern: Pattern::wildcard(&pattern.to_ascii_lowercase()) }
    }

    /// Whether an action (`s3:GetObject`, in any case) matches.
    pub fn matches(&self, action: &str) -> bool {
        self.matches_lowered(&action.to_ascii_lowercase())
    }

    /// The same for an action that is lower-cased already.
    pub(crate) fn matches_lowered(&self, action: &str) -> bool {
        self.pattern.matches(action, &Budget::unlimited())
    }

    /// The whole action, lower-cased, where the pattern names just one.
    pub(crate) fn exact(&self) -> Option<&str> {
        match &self.pattern {
            Pattern::Exact(action) => Some(action),
            _ => None,
        }
    }
}

/// Whether an action matches a pattern, both in any case ("IAM JSON policy elements: Action").
pub fn action_matches(pattern: &str, action: &str) -> bool {
    ActionPattern::new(pattern).matches(action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_matter_and_wildcards_stand_anywhere() {
        for (pattern, expect) in [
            ("*", true),
            ("iam:*", true),
            ("IAM:listaccess*", true),
            ("iam:List?ccessKeys", true),
            ("iam:*Keys", true),
            ("iam:ListAccessKeys", true),
            ("iam:ListAccessKey", false),
            ("s3:*", false),
            ("*:ListAccessKeys", true),
        ] {
            assert_eq!(action_matches(pattern, "iam:ListAccessKeys"), expect, "{pattern}");
        }
    }
}
