//! Conditions: one operator, one key, the values asked for.

mod operator;
mod value;

use crate::budget::Budget;
use crate::context::{Context, Values};
pub(crate) use operator::{Family, Operator, Quantifier};
pub(crate) use value::Wanted;

/// One key under one operator of a Condition element.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    /// As it was written, modifiers included.
    pub(crate) name: Box<str>,
    pub(crate) operator: Operator,
    pub(crate) key: Box<str>,
    /// Alternatives, each with its text.
    pub(crate) wanted: Vec<(Box<str>, Wanted)>,
}

impl Condition {
    /// Whether the request's values satisfy it. Meaningless once the budget is spent.
    ///
    /// Several values asked for are alternatives; under a negated operator none of them may match ("Conditions with
    /// multiple context keys or values").
    pub(crate) fn holds(&self, context: &Context, budget: &Budget) -> bool {
        let values = context.get(&self.key).filter(|values| !values.is_null());
        if self.operator.family == Family::Null {
            return self
                .wanted
                .iter()
                .any(|(_, wanted)| matches!(wanted, Wanted::Null(absent) if *absent == Some(values.is_none())));
        }
        match values {
            None => self.holds_without_key(),
            Some(values) => self.holds_for(values, context, budget),
        }
    }

    /// The key is absent: `IfExists` is satisfied, ForAllValues is (of nothing, all match), ForAnyValue is not, and
    /// otherwise only a negated operator is ("IAM JSON policy elements: Condition operators"; "Set operators for
    /// multivalued context keys").
    fn holds_without_key(&self) -> bool {
        if self.operator.if_exists {
            return true;
        }
        match self.operator.quantifier {
            Quantifier::ForAllValues => true,
            Quantifier::ForAnyValue => false,
            Quantifier::Plain => self.operator.negated,
        }
    }

    /// Without a set operator, a multivalued key is satisfied by any of its values, a negated operator by all; AWS calls
    /// for a set operator there and promises nothing.
    fn holds_for(&self, values: &Values, context: &Context, budget: &Budget) -> bool {
        let satisfied = |value: &str| {
            self.wanted.iter().any(|(_, wanted)| wanted.matches(value, context, budget)) != self.operator.negated
        };
        let mut values = values.as_slice().iter().take_while(|_| !budget.is_spent());
        match self.operator.quantifier {
            Quantifier::ForAllValues => values.all(|value| satisfied(value)),
            Quantifier::ForAnyValue => values.any(|value| satisfied(value)),
            Quantifier::Plain if self.operator.negated => values.all(|value| satisfied(value)),
            Quantifier::Plain => values.any(|value| satisfied(value)),
        }
    }
}
