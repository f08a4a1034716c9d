//! One statement: whether it applies to a request, and if not, what stands in the way.

use crate::action::ActionPattern;
use crate::condition::Condition;
use crate::principal::{PrincipalClause, Reach};
use crate::request::Request;
use crate::template::Template;
use serde::{Deserialize, Serialize};

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

/// A request as statements look at it: its action lower-cased once.
pub(crate) struct Asked<'a> {
    pub(crate) request: &'a Request<'a>,
    pub(crate) action: String,
}

impl<'a> Asked<'a> {
    pub(crate) fn new(request: &'a Request<'a>) -> Self {
        Asked { request, action: request.action.to_ascii_lowercase() }
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
        if !self.covers_action(asked) || !self.covers_resource(asked) {
            return None;
        }
        let reach = self.reach(asked)?;
        self.conditions.iter().all(|condition| condition.holds(asked.request.context)).then_some(reach)
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
            match pattern.matches(asked.request.resource, asked.request.context) {
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
