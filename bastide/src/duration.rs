//! Spans of time as people write them: `45s`, `15m`, `12h`, `30d`, `2w`, and sums of them (`1d12h`).

const UNITS: [(char, i64); 5] = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400), ('w', 604_800)];

/// In whole seconds, at least one.
///
/// # Errors
/// A sentence that shows how it is written.
pub fn parse(text: &str) -> Result<i64, String> {
    let wrong = || format!("`{text}` is not a span of time: write 45s, 15m, 12h, 30d, 2w, or a sum such as 1d12h");
    let too_long = || format!("`{text}` is longer than any clock here can count");
    let mut total: i64 = 0;
    let mut rest = text.trim();
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit()).filter(|at| *at > 0).ok_or_else(wrong)?;
        let (number, behind) = rest.split_at(digits);
        let unit = behind.chars().next().ok_or_else(wrong)?;
        let (_, seconds) = UNITS.iter().find(|(letter, _)| *letter == unit).ok_or_else(wrong)?;
        let number: i64 = number.parse().map_err(|_| too_long())?;
        total = number.checked_mul(*seconds).and_then(|seconds| total.checked_add(seconds)).ok_or_else(too_long)?;
        rest = &behind[unit.len_utf8()..];
    }
    match total {
        _ if text.trim().is_empty() => Err(wrong()),
        0 => Err(format!("`{text}` is no time at all: the least is 1s")),
        total => Ok(total),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        for (text, seconds) in
            [("45s", 45), ("15m", 900), ("12h", 43_200), ("30d", 2_592_000), ("1d12h", 129_600), ("2w", 1_209_600)]
        {
            assert_eq!(parse(text), Ok(seconds), "{text}");
        }
        for text in ["", "30", "d", "-1d", "3 days", "1.5h", "5é"] {
            let why = parse(text).unwrap_err();
            assert!(why.contains("write 45s, 15m, 12h, 30d"), "{text}: {why}");
        }
        assert_eq!(parse("0s").unwrap_err(), "`0s` is no time at all: the least is 1s");
        for text in ["99999999999999999999s", "9223372036854775807w"] {
            assert!(parse(text).unwrap_err().contains("longer than any clock"), "{text}");
        }
    }
}
