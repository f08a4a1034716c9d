//! Wildcard matching. A pattern is compiled into steps; the common shapes (everything, exact, prefix) skip them.

use crate::budget::Budget;

/// One step of a compiled pattern. The `Segment` forms do not cross a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Byte(u8),
    One,
    Many,
    OneInSegment,
    ManyInSegment,
}

/// A compiled wildcard pattern without variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pattern {
    Everything,
    Exact(Box<str>),
    Prefix(Box<str>),
    Steps(Box<[Step]>),
}

impl Pattern {
    /// Where `*` is any run of characters and `?` any one character.
    pub(crate) fn wildcard(text: &str) -> Self {
        Self::from_steps(wildcard_steps(text).collect())
    }

    pub(crate) fn from_steps(steps: Vec<Step>) -> Self {
        let literal = |steps: &[Step]| -> Option<Box<str>> {
            let bytes: Option<Vec<u8>> =
                steps.iter().map(|step| if let Step::Byte(byte) = step { Some(*byte) } else { None }).collect();
            String::from_utf8(bytes?).ok().map(String::into_boxed_str)
        };
        match steps.as_slice() {
            [Step::Many] => return Pattern::Everything,
            [head @ .., Step::Many] => {
                if let Some(prefix) = literal(head) {
                    return Pattern::Prefix(prefix);
                }
            }
            all => {
                if let Some(exact) = literal(all) {
                    return Pattern::Exact(exact);
                }
            }
        }
        Pattern::Steps(steps.into_boxed_slice())
    }

    /// Whether the text matches. Meaningless once the budget is spent.
    pub(crate) fn matches(&self, text: &str, budget: &Budget) -> bool {
        match self {
            Pattern::Everything => true,
            Pattern::Exact(exact) => **exact == *text,
            Pattern::Prefix(prefix) => text.starts_with(&**prefix),
            Pattern::Steps(steps) => steps_match(steps, text, budget),
        }
    }
}

pub(crate) fn wildcard_steps(text: &str) -> impl Iterator<Item = Step> {
    text.bytes().map(|byte| match byte {
        b'*' => Step::Many,
        b'?' => Step::One,
        byte => Step::Byte(byte),
    })
}

/// Whether the text matches. Meaningless once the budget is spent.
///
/// What stands before the first wildcard and behind the last is compared first, and the length that is needed at least:
/// most of what does not match ends here, without a walk.
pub(crate) fn steps_match(steps: &[Step], text: &str, budget: &Budget) -> bool {
    if !budget.charge(steps.len() + 1) {
        return false;
    }
    let same = |step: &Step, byte: &u8| matches!(step, Step::Byte(want) if want == byte);
    let text = text.as_bytes();
    let head = steps.iter().zip(text).take_while(|(step, byte)| same(step, byte)).count();
    let (Some(steps), Some(text)) = (steps.get(head..), text.get(head..)) else { return false };
    match steps.first() {
        None => return text.is_empty(),
        Some(Step::Byte(_)) => return false,
        Some(_) => {}
    }
    let least = steps.iter().filter(|step| !matches!(step, Step::Many | Step::ManyInSegment)).count();
    let mut tail = steps.iter().rev().zip(text.iter().rev()).take_while(|(step, _)| matches!(step, Step::Byte(_)));
    if least > text.len() || !tail.all(|(step, byte)| same(step, byte)) {
        return false;
    }
    let segmented = steps.iter().any(|step| matches!(step, Step::OneInSegment | Step::ManyInSegment));
    match segmented {
        true => budget.charge(steps.len().saturating_mul(text.len())) && steps_match_segmented(steps, text),
        false => steps_match_free(steps, text, budget),
    }
}

/// Bytes of the UTF-8 character that starts with `lead`.
fn width(lead: u8) -> usize {
    match lead {
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xFF => 4,
        _ => 1,
    }
}

/// The usual greedy walk that backs up to the last `*` only: an earlier one never needs another try, because the later
/// one can absorb whatever it would have taken. No memory, and at worst |text| × |longest run between two `*`| time, which
/// the budget bounds.
fn steps_match_free(steps: &[Step], text: &[u8], budget: &Budget) -> bool {
    let (mut at_step, mut at_text) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    let mut taken = 0;
    loop {
        let advanced = match (steps.get(at_step), text.get(at_text)) {
            (None, None) => return true,
            (Some(Step::Many | Step::ManyInSegment), _) => {
                retry = Some((at_step + 1, at_text));
                at_step += 1;
                true
            }
            (Some(Step::Byte(want)), Some(have)) if want == have => {
                (at_step, at_text) = (at_step + 1, at_text + 1);
                true
            }
            (Some(Step::One | Step::OneInSegment), Some(lead)) => {
                (at_step, at_text) = (at_step + 1, at_text + width(*lead));
                true
            }
            _ => false,
        };
        taken += 1;
        if advanced {
            continue;
        }
        if !budget.charge(std::mem::take(&mut taken)) {
            return false;
        }
        match &mut retry {
            Some((step, from)) if *from < text.len() => {
                *from += 1;
                // Straight to where the run can begin.
                if let Some(Step::Byte(first)) = steps.get(*step) {
                    let ahead = text.get(*from..).unwrap_or_default();
                    let Some(skipped) = ahead.iter().position(|byte| byte == first) else {
                        budget.charge(ahead.len());
                        return false;
                    };
                    budget.charge(skipped);
                    *from += skipped;
                }
                (at_step, at_text) = (*step, *from);
            }
            _ => return false,
        }
    }
}

/// All places the pattern can be at, advanced byte by byte: bounded whatever the mix of wildcards that may and may not
/// cross a colon. Only resource patterns with a wildcard inside one of the first five parts of an ARN come here.
fn steps_match_segmented(steps: &[Step], text: &[u8]) -> bool {
    let mut here = vec![false; steps.len() + 1];
    let mut next = vec![false; steps.len() + 1];
    reach(&mut here, 0, steps);
    let mut position = 0;
    while let Some(&lead) = text.get(position) {
        next.fill(false);
        // The rest of a character that a `?` has taken.
        let continues = (0x80..0xC0).contains(&lead);
        for (at, step) in steps.iter().enumerate() {
            if here.get(at) != Some(&true) {
                continue;
            }
            if continues && at > 0 && matches!(steps.get(at - 1), Some(Step::One | Step::OneInSegment)) {
                reach(&mut next, at, steps);
            }
            match step {
                Step::Byte(want) if *want == lead => reach(&mut next, at + 1, steps),
                Step::One if !continues => reach(&mut next, at + 1, steps),
                Step::OneInSegment if !continues && lead != b':' => reach(&mut next, at + 1, steps),
                Step::Many => reach(&mut next, at, steps),
                Step::ManyInSegment if lead != b':' => reach(&mut next, at, steps),
                _ => {}
            }
        }
        if continues && here.last() == Some(&true) && matches!(steps.last(), Some(Step::One | Step::OneInSegment)) {
            reach(&mut next, steps.len(), steps);
        }
        std::mem::swap(&mut here, &mut next);
        position += 1;
    }
    here.last() == Some(&true)
}

/// Marks `at`, and what stands behind the `*`s that may match nothing.
fn reach(places: &mut [bool], mut at: usize, steps: &[Step]) {
    loop {
        if let Some(place) = places.get_mut(at) {
            *place = true;
        }
        match steps.get(at) {
            Some(Step::Many | Step::ManyInSegment) => at += 1,
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        for (pattern, text, expect) in [
            ("*", "", true),
            ("*", "a:b", true),
            ("", "", true),
            ("", "a", false),
            ("a*", "a", true),
            ("a*", "b", false),
            ("*a*b", "xaab", true),
            ("*a*b", "xaabc", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a?c", "aéc", true),
            ("?", "é", true),
            ("??", "é", false),
            ("*?", "", false),
            ("a**b", "ab", true),
            ("arn:aws:s3:::b/*.txt", "arn:aws:s3:::b/x/y.txt", true),
            ("arn:aws:s3:::b/*.txt", "arn:aws:s3:::b/x/y.txt2", false),
        ] {
            assert_eq!(Pattern::wildcard(pattern).matches(text, &Budget::unlimited()), expect, "{pattern} on {text}");
        }
    }

    #[test]
    fn a_character_is_one_whichever_walk_is_taken() {
        for (last, expect) in [("?", true), ("??", false), ("?*", true), ("?a", false)] {
            let mut steps = vec![Step::OneInSegment, Step::ManyInSegment, Step::Byte(b':')];
            steps.extend(wildcard_steps(last));
            assert_eq!(steps_match(&steps, "éa:é", &Budget::unlimited()), expect, "{last}");
        }
    }

    #[test]
    fn the_common_shapes_need_no_steps() {
        assert_eq!(Pattern::wildcard("*"), Pattern::Everything);
        assert_eq!(Pattern::wildcard("s3:Get*"), Pattern::Prefix("s3:Get".into()));
        assert_eq!(Pattern::wildcard("s3:GetObject"), Pattern::Exact("s3:GetObject".into()));
    }

    #[test]
    fn a_hostile_pattern_takes_few_steps() {
        for (pattern, text, most) in [
            // The tail is not there, or the pattern is longer than the text: no walk.
            (format!("{}b", "a*".repeat(500)), "a".repeat(2_000), 1_002),
            (format!("*{}b", "a".repeat(30_000)), "a".repeat(30_000), 30_003),
            // Many wildcards: linear.
            (format!("{}b*c", "a*".repeat(500)), format!("{}c", "a".repeat(30_000)), 100_000),
        ] {
            let budget = Budget::unlimited();
            assert!(!Pattern::wildcard(&pattern).matches(&text, &budget));
            assert!(budget.taken() <= most, "{} steps", budget.taken());
        }
    }

    #[test]
    fn no_pattern_takes_more_than_the_budget() {
        let run = "a".repeat(15_000);
        let mut segmented = vec![Step::ManyInSegment];
        segmented.extend(wildcard_steps(&format!("{run}b*")));
        let free: Vec<_> = wildcard_steps(&format!("*{run}b*")).collect();
        for steps in [segmented, free] {
            let budget = Budget::new(100_000);
            assert!(!steps_match(&steps, &"a".repeat(30_000), &budget));
            assert!(budget.is_spent());
        }
    }
}
