//! The scope a credential names, and whether it is the one expected.

use crate::error::{ScopeFault, SigError};
use crate::form::{Algorithm, Place};

/// The parts of `date/region/service/aws4_request`. V4a names no region there: it signs a region set instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope<'a> {
    /// `YYYYMMDD`.
    pub date: &'a str,
    /// Empty with V4a.
    pub region: &'a str,
    pub service: &'a str,
    pub terminator: &'a str,
}

/// What the endpoint stands for; `None` accepts anything (the caller checks by its own rules, as S3 does by bucket).
#[derive(Debug, Clone, Copy, Default)]
pub struct Expect<'a> {
    pub region: Option<&'a str>,
    pub service: Option<&'a str>,
}

/// Splits `keyid/date/region/service/term` (V4a: four parts) into the key id and the scope.
pub(crate) fn split_credential(credential: &str, algorithm: Algorithm) -> Option<(&str, Scope<'_>)> {
    let mut parts = credential.split('/');
    let access_key_id = parts.next().filter(|id| !id.is_empty())?;
    let date = parts.next()?;
    let region = match algorithm {
        Algorithm::HmacSha256 => parts.next()?,
        Algorithm::EcdsaP256Sha256 => "",
    };
    let (service, terminator) = (parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    Some((access_key_id, Scope { date, region, service, terminator }))
}

/// Every way in which a scope differs from what is expected, in AWS's order.
pub(crate) fn check(
    scope: Scope<'_>,
    region_set: Option<&str>,
    request_date: &str,
    expect: Expect<'_>,
    place: Place,
) -> Result<(), SigError> {
    let mut faults = Vec::new();
    if let Some(region) = expect.region {
        let (good, got) = match region_set {
            Some(set) => (region_set_matches(set, region), set),
            None => (scope.region == region, scope.region),
        };
        if !good {
            faults.push(ScopeFault::Region { got: got.to_owned(), expected: region.to_owned() });
        }
    }
    if let Some(service) = expect.service
        && scope.service != service
    {
        faults.push(ScopeFault::Service { got: scope.service.to_owned(), expected: service.to_owned() });
    }
    if scope.terminator != "aws4_request" {
        faults.push(ScopeFault::Terminator { got: scope.terminator.to_owned() });
    }
    let today = request_date.get(..8).unwrap_or_default();
    if scope.date != today {
        faults.push(ScopeFault::Date { got: scope.date.to_owned(), from: request_date.to_owned() });
    }
    if faults.is_empty() { Ok(()) } else { Err(SigError::Scope { faults, place }) }
}

/// Whether V4a's region set (`us-east-1,eu-*` or `*`) covers a region.
pub fn region_set_matches(set: &str, region: &str) -> bool {
    set.split(',').map(str::trim).any(|pattern| matches(pattern.as_bytes(), region.as_bytes()))
}

/// Glob with `*` only, in time linear in pattern × text.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut pattern, mut text) = (pattern, text);
    let mut retry = None;
    loop {
        match (pattern, text) {
            ([b'*', tail @ ..], _) => {
                pattern = tail;
                retry = Some((tail, text));
            }
            ([p, pattern_tail @ ..], [t, text_tail @ ..]) if p == t => (pattern, text) = (pattern_tail, text_tail),
            ([], []) => return true,
            _ => match retry {
                Some((after_star, [_, skipped @ ..])) => {
                    (pattern, text) = (after_star, skipped);
                    retry = Some((after_star, skipped));
                }
                _ => return false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_set_covers_by_name_and_by_wildcard() {
        for (set, region, covered) in [
            ("*", "eu-west-1", true),
            ("us-east-1,eu-*", "eu-west-1", true),
            ("us-east-1, eu-west-1", "eu-west-1", true),
            ("us-*-1", "us-east-1", true),
            ("us-*-1", "us-east-2", false),
            ("us-east-1", "us-east-11", false),
            ("", "us-east-1", false),
        ] {
            assert_eq!(region_set_matches(set, region), covered, "{set} {region}");
        }
    }
}
