//! One statement: whether it applies to a request, and if not, what stands in the way.

use crate::action::ActionPattern;
use crate::budget::Budget;
use crate::condition::Condition;
use crate::principal::{PrincipalClause, Reach};
use crate::request::Request;
use crate::template::Template;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Effect {
    Allow,
    Deny,
}

/// A list of patterns, each with its text, or the negation of one (NotAction, NotResource).
#[derive(Debug, Clone)]
pub(crate) struct Clause<T> {
    pub(crate) negated: bool,
    pub(crate) patterns: Vec<(Box<str>, T)>,
}

/// A compiled statement.
#[derive(Debug, Clone)]
pub struct Statement {
    pub(crate) sid: Option<Box<str>>,
    pub(crate) effect: Effect,
    /// Absent in the kinds of policy that are attached to their principal.
    pub(crate) principal: Option<PrincipalClause>,
    pub(crate) actions: Clause<ActionPattern>,
    /// Absent in the kinds of policy that are attached to their resource.
    pub(crate) resources: Option<Clause<Template>>,
    pub(crate) conditions: Vec<Condition>,
}

/// What came of judging a statement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judged {
    /// How directly it names the caller, where it applies.
    pub(crate) reach: Option<Reach>,
    /// Whether the budget was spent before the statement could be judged.
    pub(crate) exhausted: bool,
}

/// A request as statements look at it: its action lower-cased once, and what may still be compared.
pub(crate) struct Asked<'a> {
    pub(crate) request: &'a Request<'a>,
    pub(crate) action: String,
    pub(crate) budget: Budget,
    /// What was judged already, by the statement's place, where the decision is to be explained: the explanation tells
    /// what the decision saw, though it has steps of its own for the statements the decision did not come to.
    judged: Option<RefCell<BTreeMap<*const Statement, Judged>>>,
}

impl<'a> Asked<'a> {
    pub(crate) fn new(request: &'a Request<'a>) -> Self {
        let budget = Budget::new(Budget::DECISION);
        Asked { request, action: request.action.to_ascii_lowercase(), budget, judged: None }
    }

    /// From here on every statement is judged once, and the result kept.
    pub(crate) fn remembering(mut self) -> Self {
        self.judged = Some(RefCell::default());
        self
    }
}

impl Statement {
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }

    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// Whether the statement applies, and how directly it names the caller. All its elements must match ("IAM JSON policy
    /// elements: Statement"), and every operator and key of its condition ("IAM JSON policy elements: Condition").
    pub(crate) fn applies(&self, asked: &Asked<'_>) -> Option<Reach> {
        self.judged(asked).reach
    }

    pub(crate) fn judged(&self, asked: &Asked<'_>) -> Judged {
        let Some(memory) = &asked.judged else { return self.judge(asked) };
        if let Some(judged) = memory.borrow().get(&std::ptr::from_ref(self)) {
            return *judged;
        }
        let judged = self.judge(asked);
        memory.borrow_mut().insert(self, judged);
        judged
    }

    /// Where the budget does not suffice, an Allow does not apply, and a Deny of the action to the caller does: what
    /// cannot be judged never lets anyone through.
    fn judge(&self, asked: &Asked<'_>) -> Judged {
        if !self.covers_action(asked) {
            return Judged { reach: None, exhausted: false };
        }
        let Some(reach) = self.reach(asked) else { return Judged { reach: None, exhausted: false } };
        let applies = !asked.budget.is_spent()
            && self.covers_resource(asked)
            && self.conditions.iter().all(|condition| condition.holds(asked.request.context, &asked.budget));
        let exhausted = asked.budget.is_spent();
        let applies = if exhausted { self.effect == Effect::Deny } else { applies };
        Judged { reach: applies.then_some(reach), exhausted }
    }

    pub(crate) fn covers_action(&self, asked: &Asked<'_>) -> bool {
        let listed = self.actions.patterns.iter().any(|(_, pattern)| pattern.matches_lowered(&asked.action));
        listed != self.actions.negated
    }

    /// A resource whose variable has no value equals nothing ("Policy variables with no value"). Behind NotResource that
    /// would widen the statement, so there an Allow does not apply and a Deny does.
    pub(crate) fn covers_resource(&self, asked: &Asked<'_>) -> bool {
        let Some(resources) = &self.resources else { return true };
        let mut unresolved = false;
        for (_, pattern) in &resources.patterns {
            match pattern.matches(asked.request.resource, asked.request.context, &asked.budget) {
                Some(true) => return !resources.negated,
                Some(false) => {}
                None => unresolved = true,
            }
        }
        resources.negated && (!unresolved || self.effect == Effect::Deny)
    }

    pub(crate) fn reach(&self, asked: &Asked<'_>) -> Option<Reach> {
        match &self.principal {
            None => Some(Reach::Direct),
            Some(clause) => clause.reach(asked.request.principal),
        }
    }
}
