//! URI templates of the REST protocols: matched against requests, and filled in for requests of our own.

use std::collections::HashMap;
use std::sync::{LazyLock, RwLock};

use bastide_shape::{Kind, Location, Operation, Service};

use crate::route::RequestHead;
use crate::{DecodeError, form, wire};

#[derive(Debug)]
enum Segment {
    Literal(&'static str),
    Label(&'static str),
    /// Takes as many segments as there are.
    Greedy(&'static str),
}

/// One operation's method, path and what must be in the query string.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) operation: &'static Operation,
    segments: Vec<Segment>,
    /// Parameters that the template itself names (`?uploads`, `?list-type=2`).
    literals: Vec<(&'static str, Option<&'static str>)>,
    /// Members that the model requires in the query string and in headers: they tell `UploadPart` from `PutObject` and
    /// `CopyObject` from both.
    required_query: Vec<&'static str>,
    required_headers: Vec<&'static str>,
    /// Everything the operation may be asked in the query string.
    query: Vec<&'static str>,
}

/// Labels of a path with their text.
pub(crate) type Labels = Vec<(&'static str, String)>;

/// How well a template fits; the greatest wins. Literal beats label beats greedy label; then more of the query string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fit {
    /// Nothing that the model requires is missing.
    complete: bool,
    literal_segments: usize,
    exact_path: bool,
    query_literals: usize,
    required: usize,
    /// `x-id` in the query string says so.
    named: bool,
    /// How much of the query string the operation knows.
    known: usize,
}

impl Template {
    fn compile(service: &'static Service, operation: &'static Operation) -> Self {
        let (path, query) = operation.uri.split_once('?').unwrap_or((operation.uri, ""));
        let members = operation.input.and_then(|root| service.structure(root.shape));
        let members = members.map(|structure| structure.members.as_slice()).unwrap_or_default();
        let required = |location: Location| {
            members
                .iter()
                .filter(|member| member.required && member.location == location)
                .filter(|member| !matches!(wire::kind(service, member), Kind::Map(_)))
                .map(wire::name)
                .collect()
        };
        Template {
            operation,
            segments: segments(path)
                .map(|segment| match segment.strip_prefix('{').and_then(|label| label.strip_suffix('}')) {
                    Some(label) => label.strip_suffix('+').map_or(Segment::Label(label), Segment::Greedy),
                    None => Segment::Literal(segment),
                })
                .collect(),
            literals: query
                .split('&')
                .filter(|part| !part.is_empty())
                .map(|part| part.split_once('=').map_or((part, None), |(name, value)| (name, Some(value))))
                .collect(),
            query: members.iter().filter(|m| m.location == Location::QueryString).map(wire::name).collect(),
            required_query: required(Location::QueryString),
            required_headers: required(Location::Header),
        }
    }

    fn path(&self, path: &[&str]) -> Result<Option<Labels>, DecodeError> {
        let mut labels = Labels::new();
        let mut path = path;
        for (at, segment) in self.segments.iter().enumerate() {
            let Some((first, rest)) = path.split_first() else { return Ok(None) };
            match segment {
                Segment::Literal(literal) if literal == first => {}
                Segment::Literal(literal) if first.contains('%') && form::decode_label(first)? == *literal => {}
                Segment::Literal(_) => return Ok(None),
                Segment::Label(_) if first.is_empty() => return Ok(None),
                Segment::Label(label) => labels.push((label, form::decode_label(first)?.into_owned())),
                Segment::Greedy(label) => {
                    let behind = self.segments.len() - at - 1;
                    let Some((taken, rest)) = path.split_at_checked(path.len().saturating_sub(behind)) else {
                        return Ok(None);
                    };
                    let taken = taken.join("/");
                    if taken.is_empty() {
                        return Ok(None);
                    }
                    labels.push((label, form::decode_label(&taken)?.into_owned()));
                    path = rest;
                    continue;
                }
            }
            path = rest;
        }
        // One slash at the end means nothing.
        Ok(matches!(path, [] | [""]).then_some(labels))
    }

    fn fit(&self, head: &RequestHead<'_>, query: &form::Pairs<'_>) -> Option<Fit> {
        let asked = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_ref());
        for (name, value) in &self.literals {
            let found = asked(name)?;
            if value.is_some_and(|value| value != found) {
                return None;
            }
        }
        let in_query = self.required_query.iter().filter(|name| asked(name).is_some()).count();
        let in_headers = self.required_headers.iter().filter(|name| head.headers.contains_key(**name)).count();
        let required = self.required_query.len() + self.required_headers.len();
        Some(Fit {
            complete: in_query + in_headers == required,
            literal_segments: self.segments.iter().filter(|segment| matches!(segment, Segment::Literal(_))).count(),
            exact_path: !self.segments.iter().any(|segment| matches!(segment, Segment::Greedy(_))),
            query_literals: self.literals.len(),
            required: in_query + in_headers,
            named: asked("x-id") == Some(self.operation.name),
            known: query.iter().filter(|(name, _)| self.query.iter().any(|known| name == known)).count(),
        })
    }

    /// The names that the template's query string fixes.
    pub(crate) fn literal_names(operation: &Operation) -> impl Iterator<Item = &'static str> {
        let (_, query) = operation.uri.split_once('?').unwrap_or((operation.uri, ""));
        query.split('&').filter_map(|part| part.split('=').next())
    }
}

/// The segments of a path; a slash at the end of a template means nothing.
fn segments(path: &'static str) -> impl Iterator<Item = &'static str> {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.strip_suffix('/').unwrap_or(path).split('/').filter(move |_| !path.is_empty())
}

/// What a search among a service's templates found.
pub(crate) enum Found {
    Operation(&'static Operation, Labels, Fit),
    /// Another method answers on this path.
    OtherMethod,
    Nothing,
}

/// All templates of a service.
#[derive(Debug)]
pub(crate) struct Table(Vec<(&'static str, Vec<Template>)>);

impl Table {
    /// The table of a service, made at the first call.
    pub(crate) fn of(service: &'static Service) -> &'static Table {
        // A model lives as long as the process, so its address is its name.
        static TABLES: LazyLock<RwLock<HashMap<usize, &'static Table>>> = LazyLock::new(RwLock::default);
        let key = std::ptr::from_ref(service).addr();
        if let Some(table) = TABLES.read().unwrap_or_else(|poisoned| poisoned.into_inner()).get(&key) {
            return table;
        }
        let mut tables = TABLES.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        tables.entry(key).or_insert_with(|| Box::leak(Box::new(Table::compile(service))))
    }

    fn compile(service: &'static Service) -> Table {
        let mut methods: Vec<(&'static str, Vec<Template>)> = Vec::new();
        for operation in &service.operations {
            let template = Template::compile(service, operation);
            match methods.iter_mut().find(|(method, _)| *method == operation.method) {
                Some((_, templates)) => templates.push(template),
                None => methods.push((operation.method, vec![template])),
            }
        }
        Table(methods)
    }

    pub(crate) fn find(&self, head: &RequestHead<'_>, path: &str) -> Result<Found, DecodeError> {
        let query = form::pairs(head.query)?;
        let bare = path.strip_prefix('/').unwrap_or(path);
        let parts: Vec<&str> = if bare.is_empty() { Vec::new() } else { bare.split('/').collect() };
        let mut best: Option<(Fit, &Template, Labels)> = None;
        let own = self.0.iter().filter(|(method, _)| *method == head.method).flat_map(|(_, templates)| templates);
        for template in own {
            let Some(labels) = template.path(&parts)? else { continue };
            let Some(fit) = template.fit(head, &query) else { continue };
            let better = best.as_ref().is_none_or(|(known, other, _)| {
                fit > *known || fit == *known && supersedes(template.operation.name, other.operation.name)
            });
            if better {
                best = Some((fit, template, labels));
            }
        }
        if let Some((fit, template, labels)) = best {
            return Ok(Found::Operation(template.operation, labels, fit));
        }
        let others = self.0.iter().filter(|(method, _)| *method != head.method).flat_map(|(_, templates)| templates);
        for template in others {
            if template.path(&parts)?.is_some() && template.fit(head, &query).is_some() {
                return Ok(Found::OtherMethod);
            }
        }
        Ok(Found::Nothing)
    }
}

/// Of two operations on one address the newer one's name goes on where the older one's ends
/// (`GetBucketLifecycle`, `GetBucketLifecycleConfiguration`).
fn supersedes(name: &str, other: &str) -> bool {
    name.len() > other.len() && name.starts_with(other)
}
