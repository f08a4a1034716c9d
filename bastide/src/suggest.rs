//! "Did you mean": the known name that is nearest to a mistyped one.

/// The nearest of `known`, if it is near enough to be what was meant.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(typed);
    let near = known.into_iter().map(|name| (distance(&folded, &fold(name)), name));
    near.min().filter(|(distance, name)| *distance <= (name.len() / 3).max(2)).map(|(_, name)| name)
}

/// `data-dir`, `DATA_DIR` and `dataDir` are one name to a person.
fn fold(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Letters to insert, delete or replace until one is the other (Levenshtein), two neighbours swapped counting once.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows = vec![vec![0; other.len() + 1]; one.len() + 1];
    for i in 0..=one.len() {
        for j in 0..=other.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = rows[i - 1][j - 1] + usize::from(one[i - 1] != other[j - 1]);
                let mut least = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                    least = least.min(rows[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 4] = ["listen", "data_dir", "ephemeral", "reads_wait"];

    #[test]
    fn a_slip_of_the_finger_finds_what_was_meant() {
        for (typed, meant) in [
            ("lisetn", "listen"),
            ("data-dir", "data_dir"),
            ("datadir", "data_dir"),
            ("Ephemeral", "ephemeral"),
            ("read_wait", "reads_wait"),
        ] {
            assert_eq!(nearest(typed, KNOWN), Some(meant), "{typed}");
        }
        assert_eq!(nearest("colour", KNOWN), None);
    }
}
