//! Wildcard matching. A pattern is compiled into steps; the common shapes (everything, exact, prefix) skip them.

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

    pub(crate) fn matches(&self, text: &str) -> bool {
        match self {
            Pattern::Everything => true,
            Pattern::Exact(exact) => **exact == *text,
            Pattern::Prefix(prefix) => text.starts_with(&**prefix),
            Pattern::Steps(steps) => steps_match(steps, text),
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

pub(crate) fn steps_match(steps: &[Step], text: &str) -> bool {
    let segmented = steps.iter().any(|step| matches!(step, Step::OneInSegment | Step::ManyInSegment));
    if segmented { steps_match_segmented(steps, text.as_bytes()) } else { steps_match_free(steps, text.as_bytes()) }
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
/// one can absorb whatever it would have taken. Linear memory, at worst |steps| × |text| time.
fn steps_match_free(steps: &[Step], text: &[u8]) -> bool {
    let (mut at_step, mut at_text) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
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
        if advanced {
            continue;
        }
        match &mut retry {
            Some((step, from)) if *from < text.len() => {
                *from += 1;
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
            assert_eq!(Pattern::wildcard(pattern).matches(text), expect, "{pattern} on {text}");
        }
    }

    #[test]
    fn a_character_is_one_whichever_walk_is_taken() {
        for (last, expect) in [("?", true), ("??", false), ("?*", true), ("?a", false)] {
            let mut steps = vec![Step::OneInSegment, Step::ManyInSegment, Step::Byte(b':')];
            steps.extend(wildcard_steps(last));
            assert_eq!(steps_match(&steps, "éa:é"), expect, "{last}");
        }
    }

    #[test]
    fn the_common_shapes_need_no_steps() {
        assert_eq!(Pattern::wildcard("*"), Pattern::Everything);
        assert_eq!(Pattern::wildcard("s3:Get*"), Pattern::Prefix("s3:Get".into()));
        assert_eq!(Pattern::wildcard("s3:GetObject"), Pattern::Exact("s3:GetObject".into()));
    }

    #[test]
    fn a_hostile_pattern_ends_soon() {
        let pattern = Pattern::wildcard(&format!("{}b", "a*".repeat(500)));
        assert!(!pattern.matches(&"a".repeat(2000)));
    }
}
