//! The dates IAM's own policies may hold: a wider set than has a meaning. What is accepted here and is no point in time
//! equals nothing when the policy is evaluated.

/// Epoch seconds, or ISO 8601 in the lenient form the service takes: any part behind the year may be missing, numbers need
/// no leading zeros.
pub(super) fn is_acceptable(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    if !lower.contains(['t', '-']) {
        return within(&lower, 0, i64::MAX);
    }
    let (date, time) = lower.split_once('t').unwrap_or((&lower, ""));
    is_day(date) && is_time(time)
}

fn is_day(date: &str) -> bool {
    let (sign, date) = match date.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, date),
    };
    let mut parts = date.split('-');
    let year = parts.next().and_then(number).map(|year| sign * year);
    let month = parts.next();
    let day = parts.next();
    year.is_some_and(|year| (-292_275_054..=292_278_993).contains(&year))
        && month.is_none_or(|month| within(month, 1, 12))
        && day.is_none_or(|day| within(day, 1, 31))
        && parts.next().is_none()
}

fn is_time(time: &str) -> bool {
    let mut parts = time.splitn(3, ':');
    let hours = parts.next().unwrap_or_default();
    (hours.is_empty() || within(hours, 0, 23))
        && parts.next().is_none_or(|minutes| within(minutes, 0, 59))
        && parts.next().is_none_or(is_seconds_and_zone)
}

fn is_seconds_and_zone(text: &str) -> bool {
    let (seconds, zone_is_fine) = if let Some((seconds, rest)) = text.split_once('z') {
        (seconds, rest.is_empty())
    } else if let Some((seconds, zone)) = text.split_once('+') {
        let (hours, minutes) = zone.split_once(':').map_or((zone, None), |(hours, minutes)| (hours, Some(minutes)));
        let two = |part: &str, most| part.len() == 2 && within(part, 0, most);
        (seconds, two(hours, 23) && minutes.is_none_or(|minutes| two(minutes, 59)))
    } else {
        (text, true)
    };
    let (seconds, fraction) = seconds.split_once('.').map_or((seconds, None), |(whole, part)| (whole, Some(part)));
    zone_is_fine && within(seconds, 0, 59) && fraction.is_none_or(|fraction| within(fraction, 0, 999_999_999))
}

fn number(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn within(text: &str, least: i64, most: i64) -> bool {
    number(text).is_some_and(|number| (least..=most).contains(&number))
}
