//! The project's files, read once.

use std::path::{Path, PathBuf};

use crate::{Result, project};

/// Folders that hold sources of ours.
const FOLDERS: &[&str] = &["crates", "services", "bastide", "testkit", "xtask", "fuzz"];
/// Folders within them that do not: what builds make.
const SKIPPED: &[&str] = &["target", "corpus", "artifacts", "coverage", "node_modules"];

pub struct Tree {
    pub root: PathBuf,
    /// Every Rust file, sorted by path.
    pub files: Vec<File>,
    /// Every crate of the workspace, sorted by folder.
    pub crates: Vec<Crate>,
}

pub struct File {
    /// From the project's root, with forward slashes.
    pub path: String,
    pub text: String,
}

pub struct Crate {
    /// From the project's root: `crates/base`, `services/iam`.
    pub folder: String,
    /// Our own crates among its dependencies, those of tests left out, by package name.
    pub imports: Vec<String>,
    pub manifest: String,
}

impl Tree {
    pub fn read(root: &Path) -> Result<Tree> {
        let (mut sources, mut manifests) = (Vec::new(), Vec::new());
        for folder in FOLDERS.iter().map(|folder| root.join(folder)).filter(|path| path.exists()) {
            walk(&folder, &mut sources, &mut manifests)?;
        }
        let relative = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let file = |path: &PathBuf| Ok(File { path: relative(path), text: project::read(path)? });
        let crates = manifests.iter().filter_map(|path| path.parent().map(|folder| (relative(folder), path)));
        Ok(Tree {
            root: root.to_owned(),
            files: sources.iter().map(file).collect::<Result<_>>()?,
            crates: crates
                .map(|(folder, path)| {
                    let manifest = project::read(path)?;
                    Ok(Crate { folder, imports: imports(&manifest), manifest })
                })
                .collect::<Result<_>>()?,
        })
    }

    /// The Rust files below a folder.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
    }

    /// Whether the project has this file or folder.
    pub fn has(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    /// The service crates' folders: `services/iam`.
    pub fn services(&self) -> impl Iterator<Item = &Crate> {
        self.crates.iter().filter(|each| each.folder.starts_with("services/"))
    }
}

impl File {
    /// Lines with their numbers, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(at, line)| (at + 1, line))
    }

    /// Whether the file is only compiled into tests or benchmarks.
    pub fn is_test(&self) -> bool {
        let in_folder =
            ["/tests/", "/testing/", "/benches/", "/examples/"].iter().any(|folder| self.path.contains(folder));
        in_folder || self.path.ends_with("/tests.rs") || self.path.ends_with("/testing.rs")
    }

    /// The part before the tests that stand in the same file.
    pub fn lines_before_tests(&self) -> impl Iterator<Item = (usize, &str)> {
        let tests = self.text.find("#[cfg(test)]\nmod ").map_or(usize::MAX, |at| self.text[..at].lines().count());
        self.lines().take_while(move |(line, _)| *line <= tests)
    }
}

/// The packages of ours that a manifest names as dependencies. What only tests are built with (the testkit, which holds
/// the whole house) is not among them: it opens no way for what ships.
fn imports(manifest: &str) -> Vec<String> {
    let mut in_dependencies = false;
    let mut found = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            in_dependencies = section.trim_end_matches(']').ends_with("dependencies") && !section.starts_with("dev-");
            continue;
        }
        let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
        if in_dependencies && (name == "bastide" || name.starts_with("bastide-")) {
            found.push(name.to_owned());
        }
    }
    found
}

fn walk(folder: &Path, sources: &mut Vec<PathBuf>, manifests: &mut Vec<PathBuf>) -> Result<()> {
    for path in project::entries(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                walk(&path, sources, manifests)?;
            }
        } else if name.ends_with(".rs") {
            sources.push(path);
        } else if name == "Cargo.toml" {
            manifests.push(path);
        }
    }
    Ok(())
}
