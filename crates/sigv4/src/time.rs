//! SigV4's one form of time, `20150830T123600Z`, to and from Unix seconds.

use std::fmt::Write;

/// Reads `YYYYMMDDTHHMMSSZ`. `None` for anything else, impossible dates included.
pub fn parse_basic(text: &str) -> Option<i64> {
    let digits: &[u8; 16] = text.as_bytes().try_into().ok()?;
    let [y0, y1, y2, y3, mo0, mo1, d0, d1, b'T', h0, h1, mi0, mi1, s0, s1, b'Z'] = *digits else { return None };
    let two = |tens: u8, units: u8| -> Option<i64> {
        (tens.is_ascii_digit() && units.is_ascii_digit()).then(|| i64::from(tens - b'0') * 10 + i64::from(units - b'0'))
    };
    let (year, month, day) = (two(y0, y1)? * 100 + two(y2, y3)?, two(mo0, mo1)?, two(d0, d1)?);
    let (hour, minute, second) = (two(h0, h1)?, two(mi0, mi1)?, two(s0, s1)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=days).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(days_before(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Writes Unix seconds as `YYYYMMDDTHHMMSSZ`, clamped to the years 0 to 9999 that the form can hold.
pub fn format_basic(secs: i64) -> String {
    let secs = secs.clamp(-62_167_219_200, 253_402_300_799);
    let (days, of_day) = (secs.div_euclid(86_400), secs.rem_euclid(86_400));
    let (year, month, day) = date_of(days);
    let mut text = String::with_capacity(16);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    let _ = write!(text, "{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z");
    text
}

/// The same instant as `2015-08-30T12:36:00Z`, which S3's error details use.
pub(crate) fn format_extended(secs: i64) -> String {
    let basic = format_basic(secs);
    let part = |range: std::ops::Range<usize>| basic.get(range).unwrap_or_default();
    let (date, time) = ((part(0..4), part(4..6), part(6..8)), (part(9..11), part(11..13), part(13..15)));
    format!("{}-{}-{}T{}:{}:{}Z", date.0, date.1, date.2, time.0, time.1, time.2)
}

// Both directions count in eras of 400 years with March as the first month, so that the leap day comes last.

fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_form_names_the_instant_and_refuses_what_is_no_date() {
        assert_eq!(parse_basic("20150830T123600Z"), Some(1_440_938_160));
        assert_eq!(format_basic(1_440_938_160), "20150830T123600Z");
        assert_eq!(format_extended(1_440_938_160), "2015-08-30T12:36:00Z");
        assert_eq!(parse_basic("20240229T000000Z").map(format_basic).as_deref(), Some("20240229T000000Z"));
        for bad in
            ["20230229T000000Z", "20150830T240000Z", "20150830T123600", "2015083xT123600Z", "20151330T123600Z", ""]
        {
            assert_eq!(parse_basic(bad), None, "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_second_of_the_form_comes_back(secs in -62_167_219_200i64..253_402_300_800) {
            proptest::prop_assert_eq!(parse_basic(&format_basic(secs)), Some(secs));
        }
    }
}
