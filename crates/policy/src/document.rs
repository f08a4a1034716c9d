//! A compiled policy and what it offers the evaluator.

use crate::error::PolicyError;
use crate::index::Index;
use crate::json;
use crate::principal::{Named, Reach};
use crate::statement::{Asked, Effect, Statement};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

mod date;
mod elements;
mod kind;
mod resource;

pub use kind::PolicyKind;

/// The version of the policy language ("IAM JSON policy elements: Version"). Under the old one `${…}` is plain text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum Version {
    /// What a document without a Version is.
    #[default]
    #[serde(rename = "2008-10-17")]
    V2008,
    #[serde(rename = "2012-10-17")]
    V2012,
}

/// A policy document, compiled: patterns, conditions and an index by action. Compile once, evaluate often.
#[derive(Debug, Clone)]
pub struct Policy {
    kind: PolicyKind,
    version: Version,
    id: Option<Box<str>>,
    statements: Vec<Statement>,
    allows: Index,
    denies: Index,
    can_deny: bool,
}

impl Policy {
    /// Compiles a document of a kind, which says what elements it must and must not have and how errors are worded.
    pub fn parse(kind: PolicyKind, text: &str) -> Result<Self, PolicyError> {
        let grammar = kind.grammar();
        let document = json::parse(text).ok_or_else(|| grammar.not_json())?;
        let (version, id, statements) = elements::document(grammar, &document)?;
        Ok(Self::compile(kind, version, id, statements))
    }

    fn compile(kind: PolicyKind, version: Version, id: Option<Box<str>>, statements: Vec<Statement>) -> Self {
        let index = |effect| {
            let numbered = statements.iter().enumerate().map(|(position, statement)| (position as u32, statement));
            Index::build(numbered.filter(|(_, statement)| statement.effect == effect))
        };
        let (allows, denies) = (index(Effect::Allow), index(Effect::Deny));
        let can_deny = statements.iter().any(|statement| statement.effect == Effect::Deny);
        Policy { kind, version, id, statements, allows, denies, can_deny }
    }

    pub fn kind(&self) -> PolicyKind {
        self.kind
    }

    pub fn version(&self) -> Version {
        self.version
    }

    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// The condition keys that the policy reads, in conditions and as variables, spelled as in the document and sorted
    /// (what `GetContextKeysForPolicy` answers).
    pub fn context_keys(&self) -> Vec<&str> {
        let mut keys = BTreeSet::new();
        for statement in &self.statements {
            let resources = statement.resources.iter().flat_map(|clause| &clause.patterns);
            keys.extend(resources.flat_map(|(_, template)| template.variables()));
            for condition in &statement.conditions {
                keys.insert(&*condition.key);
                keys.extend(condition.wanted.iter().flat_map(|(_, wanted)| wanted.variables()));
            }
        }
        keys.into_iter().collect()
    }

    /// The users, roles and sessions that Principal and NotPrincipal elements name by ARN. Whoever saves the policy checks
    /// that they exist, as IAM does.
    pub fn named_arns(&self) -> impl Iterator<Item = &str> {
        let clauses = self.statements.iter().filter_map(|statement| statement.principal.as_ref());
        clauses
            .flat_map(|clause| &clause.named)
            .filter_map(|(text, named)| matches!(named, Named::Arn(_)).then_some(&**text))
    }

    pub(crate) fn is_trust(&self) -> bool {
        self.kind == PolicyKind::Trust
    }

    pub(crate) fn can_deny(&self) -> bool {
        self.can_deny
    }

    /// The first statement of an effect that applies, by its position.
    pub(crate) fn first_applying(&self, effect: Effect, asked: &Asked<'_>) -> Option<usize> {
        self.applying(effect, asked).next().map(|(position, _)| position)
    }

    /// How directly the policy allows the caller at best.
    pub(crate) fn best_reach(&self, asked: &Asked<'_>) -> Option<Reach> {
        let mut best = None;
        for (_, reach) in self.applying(Effect::Allow, asked) {
            best = best.max(Some(reach));
            if reach == Reach::Direct {
                break;
            }
        }
        best
    }

    fn applying<'a>(&'a self, effect: Effect, asked: &'a Asked<'_>) -> impl Iterator<Item = (usize, Reach)> + 'a {
        let index = match effect {
            Effect::Allow => &self.allows,
            Effect::Deny => &self.denies,
        };
        index.candidates(&asked.action).filter_map(move |position| {
            let position = position as usize;
            let reach = self.statements.get(position)?.applies(asked)?;
            Some((position, reach))
        })
    }
}
