//! Text for the shells people use: variables set and unset, quoted so that no value can become code.

use clap::ValueEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub enum Shell {
    /// sh, bash, zsh, dash, ksh
    #[default]
    Sh,
    Fish,
    Powershell,
}

impl Shell {
    pub fn set(self, name: &str, value: &str) -> String {
        match self {
            Shell::Sh => format!("export {name}={}", sh_quoted(value)),
            Shell::Fish => format!("set -gx {name} '{}'", value.replace('\\', "\\\\").replace('\'', "\\'")),
            Shell::Powershell => format!("$Env:{name} = '{}'", value.replace('\'', "''")),
        }
    }

    pub fn unset(self, name: &str) -> String {
        match self {
            Shell::Sh => format!("unset {name}"),
            Shell::Fish => format!("set -e {name}"),
            Shell::Powershell => format!("Remove-Item Env:{name} -ErrorAction SilentlyContinue"),
        }
    }
}

/// As one word of sh: bare where nothing in it means anything to a shell.
pub fn sh_quoted(value: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-./:@%+,=".contains(letter);
    if !value.is_empty() && value.chars().all(plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_becomes_code() {
        let nasty = r"it's $(rm) `x` \ ";
        assert_eq!(Shell::Sh.set("A", nasty), r"export A='it'\''s $(rm) `x` \ '");
        assert_eq!(Shell::Fish.set("A", nasty), r"set -gx A 'it\'s $(rm) `x` \\ '");
        assert_eq!(Shell::Powershell.set("A", nasty), r"$Env:A = 'it''s $(rm) `x` \ '");
        assert_eq!(Shell::Sh.set("A", "http://127.0.0.1:4566"), "export A=http://127.0.0.1:4566");
        assert_eq!(Shell::Sh.set("A", ""), "export A=''");
    }
}
