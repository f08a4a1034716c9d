//! Whether output is what the text says. `...` stands for anything: within a line for any characters, alone on a line for
//! any lines, also none.

const ANYTHING: &str = "...";

/// Compares line by line; blank lines at either end and blanks at a line's end do not count.
pub fn matches(expected: &[String], output: &str) -> bool {
    let expected: Vec<&str> = trimmed(expected.iter().map(String::as_str));
    let output = lines(output);
    let mut groups = expected.split(|line| line.trim() == ANYTHING);
    let Some(first) = groups.next() else { return output.is_empty() };
    let groups: Vec<&[&str]> = groups.collect();
    let Some((last, middle)) = groups.split_last() else { return all_match(first, &output) };

    let Some(mut rest) = output.get(first.len()..).filter(|_| all_match(first, &output[..first.len()])) else {
        return false;
    };
    for group in middle {
        // The earliest place leaves the most for what follows, so it is found if any is.
        let place = (0..=rest.len().saturating_sub(group.len()))
            .find(|at| rest.get(*at..at + group.len()).is_some_and(|part| all_match(group, part)));
        let Some(at) = place else { return false };
        rest = &rest[at + group.len()..];
    }
    rest.len().checked_sub(last.len()).is_some_and(|at| all_match(last, &rest[at..]))
}

/// The output's lines as they are compared.
pub fn lines(output: &str) -> Vec<&str> {
    trimmed(output.lines())
}

fn trimmed<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut lines: Vec<&str> = lines.map(str::trim_end).skip_while(|line| line.is_empty()).collect();
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    lines
}

fn all_match(expected: &[&str], output: &[&str]) -> bool {
    expected.len() == output.len() && expected.iter().zip(output).all(|(expected, line)| line_matches(expected, line))
}

fn line_matches(expected: &str, line: &str) -> bool {
    let mut pieces = expected.split(ANYTHING);
    let Some(first) = pieces.next() else { return line.is_empty() };
    let pieces: Vec<&str> = pieces.collect();
    let Some((last, middle)) = pieces.split_last() else { return first == line };
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    for piece in middle {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expected: &str, output: &str) -> bool {
        matches(&expected.lines().map(str::to_owned).collect::<Vec<_>>(), output)
    }

    #[test]
    fn what_is_written_is_what_must_come() {
        assert!(check("a\nb", "\na  \nb\n\n"));
        assert!(check("", "\n") && check("", ""));
        for (expected, output) in [("a", "b"), ("a", "a\nb"), ("a\nb", "a"), ("", "a"), ("a", ""), ("a", " a")] {
            assert!(!check(expected, output), "{expected:?} {output:?}");
        }
    }

    #[test]
    fn three_dots_are_anything() {
        assert!(check("...", "") && check("...", "a\nb") && check("a...c", "abc") && check("a...c", "ac"));
        assert!(check("{\n...\n    \"x\": ...,\n...\n}", "{\n1\n    \"x\": 5,\n}"));
        assert!(check("a\n...\na", "a\na") && check("...b...", "abc") && check("x...x", "xyxzx"));
        for (expected, output) in [
            ("a\n...\na", "a"),
            ("a...a", "a"),
            ("...\nb", "a"),
            ("b\n...", "a"),
            ("a\n...\nb\n...\nc", "a\nc"),
            ("a...b...a", "ab"),
        ] {
            assert!(!check(expected, output), "{expected:?} {output:?}");
        }
    }
}
