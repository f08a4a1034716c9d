//! The elements of a document, one function each ("IAM JSON policy elements reference", "Grammar of the IAM JSON policy
//! language"). The order of the checks is the order in which AWS reports.

use super::Version;
use super::date;
use super::kind::{Element, Grammar};
use super::resource::{self, FormatError};
use crate::action::ActionPattern;
use crate::condition::{Condition, Family, Operator, Wanted};
use crate::error::PolicyError;
use crate::json::Json;
use crate::principal::{Named, PrincipalClause};
use crate::statement::{Clause, Effect, Statement};
use crate::template::{Reading, Template};
use std::collections::HashSet;

type Result<T> = std::result::Result<T, PolicyError>;
type Members = [(String, Json)];
/// Operator, key and values, unread.
type RawCondition<'a> = (&'a str, &'a str, Vec<&'a str>);

const TOP: [&str; 3] = ["Version", "Id", "Statement"];
const STATEMENT: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

pub(super) fn document(grammar: Grammar, document: &Json) -> Result<(Version, Option<Box<str>>, Vec<Statement>)> {
    let Json::Object(members) = document else { return Err(grammar.not_json()) };
    known_only(grammar, members, &TOP)?;
    let version = version(grammar, get(members, "Version"))?;
    let id = text(grammar, get(members, "Id"))?;
    let statements: &[Json] = match get(members, "Statement") {
        None if grammar.legacy => return Err(PolicyError::Syntax),
        None => return Err(PolicyError::MissingField("Statement")),
        Some(Json::List(list)) if list.is_empty() && !grammar.legacy => return Err(PolicyError::EmptyStatement),
        Some(Json::List(list)) if !list.is_empty() => list,
        Some(one @ Json::Object(_)) => std::slice::from_ref(one),
        Some(_) => return Err(grammar.syntax()),
    };
    let drafts = statements.iter().map(|json| Draft::read(grammar, json)).collect::<Result<Vec<_>>>()?;
    if grammar.current_version && version != Version::V2012 {
        return Err(PolicyError::VersionTooOld);
    }
    if grammar.legacy {
        check_legacy(&drafts)?
    } else {
        check_strict(grammar, &drafts)?
    }
    let variables = version == Version::V2012;
    let compiled = drafts.into_iter().map(|draft| draft.compile(grammar, variables)).collect::<Result<_>>()?;
    Ok((version, id, compiled))
}

/// A statement with its shape checked and its strings not yet read.
struct Draft<'a> {
    sid: Option<Box<str>>,
    effect: Option<&'a str>,
    principal: Option<(bool, &'a Json)>,
    actions: Option<(bool, Vec<&'a str>)>,
    resources: Option<(bool, Vec<&'a str>)>,
    conditions: Vec<RawCondition<'a>>,
}

impl<'a> Draft<'a> {
    fn read(grammar: Grammar, json: &'a Json) -> Result<Self> {
        let Json::Object(members) = json else { return Err(grammar.syntax()) };
        known_only(grammar, members, &STATEMENT)?;
        let effect = match get(members, "Effect") {
            Some(Json::Text(effect)) => Some(effect.as_str()),
            None if !grammar.legacy => None,
            _ => return Err(grammar.syntax()),
        };
        if grammar.legacy && !effect.is_some_and(|e| e.eq_ignore_ascii_case("Allow") || e.eq_ignore_ascii_case("Deny"))
        {
            return Err(PolicyError::Syntax);
        }
        Ok(Draft {
            sid: text(grammar, get(members, "Sid"))?,
            effect,
            principal: either(grammar, members, "Principal", "NotPrincipal")?,
            actions: strings_of(grammar, either(grammar, members, "Action", "NotAction")?)?,
            resources: strings_of(grammar, either(grammar, members, "Resource", "NotResource")?)?,
            conditions: conditions(grammar, get(members, "Condition"))?,
        })
    }

    fn has_actions(&self) -> bool {
        self.actions.as_ref().is_some_and(|(_, patterns)| !patterns.is_empty())
    }

    fn compile(self, grammar: Grammar, variables: bool) -> Result<Statement> {
        let effect = if self.effect == Some("Deny") { Effect::Deny } else { Effect::Allow };
        let (negated, patterns) = self.actions.unwrap_or_default();
        let actions = Clause {
            negated,
            patterns: patterns.into_iter().map(|action| (action.into(), ActionPattern::new(action))).collect(),
        };
        let reading = Reading { wildcards: true, variables, resource: true };
        let resources = self.resources.map(|(negated, patterns)| Clause {
            negated,
            patterns: patterns.into_iter().map(|text| (text.into(), Template::parse(text, reading))).collect(),
        });
        let mut compiled = Vec::with_capacity(self.conditions.len());
        for (name, key, values) in self.conditions {
            let operator = Operator::parse(name).ok_or_else(|| grammar.syntax())?;
            let wanted =
                values.iter().map(|text| ((*text).into(), Wanted::parse(operator.family, text, variables))).collect();
            compiled.push(Condition { name: name.into(), operator, key: key.into(), wanted });
        }
        let principal = self.principal.map(|(negated, json)| principal(grammar, negated, json)).transpose()?;
        Ok(Statement { sid: self.sid, effect, principal, actions, resources, conditions: compiled })
    }
}

/// What IAM's own policies are checked for once they have the right shape.
fn check_legacy(drafts: &[Draft<'_>]) -> Result<()> {
    if drafts.iter().any(|draft| draft.principal.is_some()) {
        return Err(PolicyError::PrincipalInIdentityPolicy);
    }
    let mut misformed = None;
    for draft in drafts {
        if !matches!(draft.effect, Some("Allow" | "Deny")) {
            return Err(PolicyError::LegacyParsing);
        }
        for (name, _, values) in &draft.conditions {
            let dated = Operator::parse(name).is_some_and(|operator| matches!(operator.family, Family::Date(_)));
            if dated && !values.iter().all(|value| date::is_acceptable(value)) {
                return Err(PolicyError::LegacyParsing);
            }
        }
        let resources = draft.resources.as_ref().map_or(&[][..], |(_, patterns)| patterns);
        match resource::check_all(resources) {
            Ok(()) => {}
            Err(FormatError::Legacy) if misformed.is_none() => return Err(PolicyError::LegacyParsing),
            Err(FormatError::Legacy) => {}
            Err(FormatError::Message(error)) => misformed = misformed.or(Some(error)),
        }
    }
    unique_sids(drafts, PolicyError::DuplicateSid)?;
    if drafts.iter().any(|draft| draft.sid.as_ref().is_some_and(|sid| !sid.bytes().all(|b| b.is_ascii_alphanumeric())))
    {
        return Err(PolicyError::SidNotAlphanumeric);
    }
    if !drafts.iter().all(Draft::has_actions) {
        return Err(PolicyError::MissingActions);
    }
    if let Some(error) = misformed {
        return Err(error);
    }
    for (_, patterns) in drafts.iter().filter_map(|draft| draft.actions.as_ref()) {
        patterns.iter().try_for_each(|action| action_format(action))?;
    }
    if !drafts.iter().all(|draft| draft.resources.as_ref().is_some_and(|(_, patterns)| !patterns.is_empty())) {
        return Err(PolicyError::MissingResources);
    }
    Ok(())
}

/// What trust and resource-based policies are checked for once they have the right shape.
fn check_strict(grammar: Grammar, drafts: &[Draft<'_>]) -> Result<()> {
    for draft in drafts {
        let effect = draft.effect.ok_or(PolicyError::MissingField("Effect"))?;
        if !matches!(effect, "Allow" | "Deny") {
            return Err(PolicyError::InvalidEffect(effect.to_owned()));
        }
        match (draft.principal, grammar.principal) {
            (Some((true, _)), _) if effect == "Allow" => return Err(PolicyError::AllowWithNotPrincipal),
            (Some((true, _)), _) if grammar.sts_only => return Err(PolicyError::NotPrincipalInTrustPolicy),
            (Some((true, _)), Element::Forbidden) => return Err(PolicyError::ProhibitedField("NotPrincipal")),
            (Some((false, _)), Element::Forbidden) => return Err(PolicyError::ProhibitedField("Principal")),
            (None, Element::Required) => return Err(PolicyError::MissingField("Principal")),
            _ => {}
        }
        if !draft.has_actions() {
            return Err(PolicyError::MissingField("Action"));
        }
        for action in draft.actions.iter().flat_map(|(_, patterns)| patterns) {
            if grammar.sts_only && !action.get(..4).is_some_and(|vendor| vendor.eq_ignore_ascii_case("sts:")) {
                return Err(PolicyError::TrustActionNotSts);
            }
            action_format(action)?;
        }
        match (&draft.resources, grammar.resource) {
            (Some((false, _)), Element::Forbidden) => return Err(PolicyError::ProhibitedField("Resource")),
            (Some((true, _)), Element::Forbidden) => return Err(PolicyError::NotResourceInTrustPolicy),
            (None, Element::Required) => return Err(PolicyError::MissingField("Resource")),
            (Some((_, patterns)), _) if patterns.is_empty() => return Err(PolicyError::MissingField("Resource")),
            _ => {}
        }
    }
    unique_sids(drafts, PolicyError::DuplicateSidStrict)
}

fn unique_sids(drafts: &[Draft<'_>], error: PolicyError) -> Result<()> {
    let mut seen = HashSet::new();
    let unique = drafts.iter().filter_map(|draft| draft.sid.as_deref()).all(|sid| sid.is_empty() || seen.insert(sid));
    if unique { Ok(()) } else { Err(error) }
}

fn action_format(action: &str) -> Result<()> {
    if action == "*" {
        return Ok(());
    }
    match action.split(':').collect::<Vec<_>>().as_slice() {
        [_] => Err(PolicyError::ActionWithoutVendor),
        ["*", _] => Ok(()),
        [vendor, _] if vendor.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.') => Ok(()),
        [vendor, _] => Err(PolicyError::InvalidVendor((*vendor).to_owned())),
        _ => Err(PolicyError::ActionWithTwoColons),
    }
}

fn version(grammar: Grammar, json: Option<&Json>) -> Result<Version> {
    match json {
        None => Ok(Version::default()),
        Some(Json::Text(text)) if text == "2012-10-17" => Ok(Version::V2012),
        Some(Json::Text(text)) if text == "2008-10-17" => Ok(Version::V2008),
        Some(_) if grammar.legacy => Err(PolicyError::Syntax),
        Some(_) => Err(PolicyError::InvalidVersion),
    }
}

/// "IAM JSON policy elements: Condition": operators, each with keys, each with one value or several. A block without keys
/// asks for nothing, whatever its name.
fn conditions(grammar: Grammar, json: Option<&Json>) -> Result<Vec<RawCondition<'_>>> {
    let operators = match json {
        None => return Ok(Vec::new()),
        Some(Json::Object(operators)) => operators,
        Some(_) => return Err(grammar.syntax()),
    };
    let mut conditions = Vec::new();
    for (name, keys) in operators {
        let Json::Object(keys) = keys else { return Err(grammar.syntax()) };
        for (key, values) in keys {
            if Operator::parse(name).is_none() {
                return Err(grammar.syntax());
            }
            conditions.push((name.as_str(), key.as_str(), values_of(grammar, values)?));
        }
    }
    Ok(conditions)
}

fn values_of(grammar: Grammar, json: &Json) -> Result<Vec<&str>> {
    let one = |json| match json {
        &Json::Text(ref text) | &Json::Bare(ref text) => Ok(text.as_str()),
        _ => Err(grammar.syntax()),
    };
    match json {
        Json::List(list) => list.iter().map(one).collect(),
        json => Ok(vec![one(json)?]),
    }
}

fn principal(grammar: Grammar, negated: bool, json: &Json) -> Result<PrincipalClause> {
    let mut named = Vec::new();
    match json {
        Json::Text(text) if text == "*" => named.push(("*".into(), Named::Everyone)),
        Json::Text(text) => return Err(PolicyError::InvalidPrincipal("AWS".to_owned(), text.clone())),
        Json::Object(kinds) => {
            for (kind, values) in kinds {
                for value in values_of(grammar, values)? {
                    let parsed = Named::parse(kind, value)
                        .ok_or_else(|| PolicyError::InvalidPrincipal(kind.clone(), value.to_owned()))?;
                    named.push((value.into(), parsed));
                }
            }
        }
        _ => return Err(grammar.syntax()),
    }
    if named.is_empty() {
        return Err(PolicyError::EmptyPrincipal);
    }
    Ok(PrincipalClause { negated, named })
}

/// One of two elements that exclude each other; whether it is the negated one.
fn either<'a>(grammar: Grammar, members: &'a Members, plain: &str, negated: &str) -> Result<Option<(bool, &'a Json)>> {
    match (get(members, plain), get(members, negated)) {
        (Some(_), Some(_)) => Err(grammar.syntax()),
        (Some(json), None) => Ok(Some((false, json))),
        (None, Some(json)) => Ok(Some((true, json))),
        (None, None) => Ok(None),
    }
}

fn strings_of<'a>(grammar: Grammar, element: Option<(bool, &'a Json)>) -> Result<Option<(bool, Vec<&'a str>)>> {
    let Some((negated, json)) = element else { return Ok(None) };
    let one = |json: &'a Json| match json {
        Json::Text(text) => Ok(text.as_str()),
        _ => Err(grammar.syntax()),
    };
    let list = match json {
        Json::List(list) => list.iter().map(one).collect::<Result<Vec<_>>>()?,
        json => vec![one(json)?],
    };
    Ok(Some((negated, list)))
}

fn text(grammar: Grammar, json: Option<&Json>) -> Result<Option<Box<str>>> {
    match json {
        None => Ok(None),
        Some(Json::Text(text)) => Ok(Some(text.as_str().into())),
        Some(_) => Err(grammar.syntax()),
    }
}

fn known_only(grammar: Grammar, members: &Members, known: &[&str]) -> Result<()> {
    match members.iter().find(|(name, _)| !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(_) if grammar.legacy => Err(PolicyError::Syntax),
        Some((name, _)) => Err(PolicyError::UnknownField(name.clone())),
    }
}

fn get<'a>(members: &'a Members, name: &str) -> Option<&'a Json> {
    members.iter().find(|(member, _)| member == name).map(|(_, json)| json)
}
