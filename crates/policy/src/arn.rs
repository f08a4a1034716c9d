//! ARN patterns of conditions, compared part by part.

use crate::budget::Budget;
use crate::context::Context;
use crate::pattern::{Pattern, Step};
use crate::template::{Expansion, Reading, Template};

/// What `ArnLike` and `ArnEquals` compare with: each of the six parts on its own, so that a wildcard never crosses one of
/// the first five colons ("IAM JSON policy elements: Condition operators", ARN condition operators). A lone `*` is any ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ArnTemplate {
    template: Template,
    /// Compiled, where nothing depends on the request.
    fixed: Option<Parts>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Parts {
    Any,
    Six(Vec<Pattern>),
    Never,
}

impl ArnTemplate {
    pub(crate) fn parse(text: &str, variables: bool) -> Self {
        let template = Template::parse(text, Reading { wildcards: true, variables, resource: false });
        let fixed = template.fixed().is_some().then(|| template.fixed_steps()).flatten().map(|steps| parts(&steps));
        ArnTemplate { template, fixed }
    }

    /// Whether the ARN matches; `None` where a variable has no value. Meaningless once the budget is spent.
    pub(crate) fn matches(&self, arn: &str, context: &Context, budget: &Budget) -> Option<bool> {
        match &self.fixed {
            Some(parts) => Some(parts.matches(arn, budget)),
            None => match self.template.steps(arn.len(), context, budget) {
                Expansion::NoValue => None,
                Expansion::TooLong => Some(false),
                Expansion::Steps(steps) => Some(parts(&steps).matches(arn, budget)),
            },
        }
    }

    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.template.variables()
    }
}

impl Parts {
    fn matches(&self, arn: &str, budget: &Budget) -> bool {
        match self {
            Parts::Any => true,
            Parts::Never => false,
            Parts::Six(patterns) => {
                let mut parts = arn.splitn(6, ':');
                patterns.iter().all(|pattern| parts.next().is_some_and(|part| pattern.matches(part, budget)))
            }
        }
    }
}

fn parts(steps: &[Step]) -> Parts {
    if steps == [Step::Many] {
        return Parts::Any;
    }
    let patterns: Vec<_> = steps.splitn(6, |step| *step == Step::Byte(b':')).collect();
    if patterns.len() < 6 {
        return Parts::Never;
    }
    Parts::Six(patterns.into_iter().map(|part| Pattern::from_steps(part.to_vec())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_compared_one_by_one() {
        let mut context = Context::new();
        context.set("aws:PrincipalArn", "arn:aws:iam::1:user/a");
        for (pattern, arn, expect) in [
            ("*", "arn:aws:iam::1:user/a", Some(true)),
            ("arn:aws:iam::*:user/*", "arn:aws:iam::1:user/a", Some(true)),
            ("arn:aws:s3:*:b", "arn:aws:s3:::b", Some(false)),
            ("arn:*:s3:*:*:b", "arn:aws:s3:::b", Some(true)),
            ("arn:aws:sns:r:1:t*", "arn:aws:sns:r:1:t:sub", Some(true)),
            ("arn:aws:sns:*1:t", "arn:aws:sns:r:1:t", Some(false)),
            ("arn:aws:iam::1:user/a", "not an arn", Some(false)),
            ("${aws:PrincipalArn}", "arn:aws:iam::1:user/a", Some(true)),
            ("${aws:SourceArn}", "arn:aws:iam::1:user/a", None),
        ] {
            assert_eq!(
                ArnTemplate::parse(pattern, true).matches(arn, &context, &Budget::unlimited()),
                expect,
                "{pattern} on {arn}"
            );
        }
    }
}
