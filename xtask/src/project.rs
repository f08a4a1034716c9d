//! Where things lie, and how this tool runs other programs.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;

/// The project's folder: that of the checkout in which Cargo runs this tool, even if another one built it.
pub fn root() -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let manifest = Path::new(&manifest);
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// What commands install for themselves (Python packages, the aws CLIs). Never committed; may be deleted at any time.
pub fn tools() -> PathBuf {
    root().join(".tools")
}

/// A fresh, empty folder below `target/`, for what a run leaves behind.
pub fn scratch(name: &str) -> Result<PathBuf> {
    let path = target().join("xtask").join(name);
    if path.exists() {
        std::fs::remove_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    std::fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The binary `bastide`, where Cargo puts it for this profile's folder (`debug`, `release`).
pub fn binary(folder: &str) -> PathBuf {
    target().join(folder).join("bastide")
}

/// Cargo, the one that runs this tool, in the project's folder.
pub fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).args(arguments);
    command
}

/// Runs a program to its end, its output shown; an error names it.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|error| format!("{}: {error}", name(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed: {status}", name(command)).into()) }
}

/// Runs a program and gives what it wrote to its standard output; its errors are shown only when it fails.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.output().map_err(|error| format!("{}: {error}", name(command)))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} failed: {}\n{}", name(command), output.status, errors.trim_end()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Whether a program can be started at all.
pub fn exists(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

pub fn read(path: &Path) -> Result<String> {
    Ok(std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?)
}

pub fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    Ok(std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?)
}

/// The files and folders of a folder, sorted by name.
pub fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let list = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths = list.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// `GetCallerIdentity` as a file is called: `get_caller_identity`. Runs of capitals stay together (`ListMFADevices` is
/// `list_mfa_devices`).
pub fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, &char) in chars.iter().enumerate() {
        let after_lower = at > 0 && !chars[at - 1].is_ascii_uppercase();
        let begins_word = at > 0 && chars.get(at + 1).is_some_and(char::is_ascii_lowercase);
        if char.is_ascii_uppercase() && (after_lower || begins_word) && !snake.ends_with('_') && at > 0 {
            snake.push('_');
        }
        snake.push(char.to_ascii_lowercase());
    }
    snake
}

fn name(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn operations_become_file_names() {
        for (name, file) in [
            ("GetCallerIdentity", "get_caller_identity"),
            ("ListMFADevices", "list_mfa_devices"),
            ("CreateOpenIDConnectProvider", "create_open_id_connect_provider"),
            ("GetSAMLProvider", "get_saml_provider"),
            ("PutObject", "put_object"),
            ("ListObjectsV2", "list_objects_v2"),
        ] {
            assert_eq!(snake_case(name), file);
        }
    }
}
