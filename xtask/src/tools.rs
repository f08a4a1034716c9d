//! The foreign tools that tests need, installed into the project's own `.tools/`: nothing outside of it is touched.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, project};

/// Debian's aws CLI (version 2) and what it imports beyond Python itself. Unpacked, never installed.
const AWS_V2: &[&str] = &[
    "awscli",
    "python3-awscrt",
    "python3-cffi-backend",
    "python3-colorama",
    "python3-cryptography",
    "python3-dateutil",
    "python3-distro",
    "python3-docutils",
    "python3-jmespath",
    "python3-prompt-toolkit",
    "python3-pyasn1",
    "python3-roman",
    "python3-ruamel.yaml",
    "python3-ruamel.yaml.clib",
    "python3-six",
    "python3-urllib3",
    "python3-wcwidth",
];

/// Debian's own Python: its extension modules are built for it.
const DEBIAN_PYTHON: &str = "/usr/bin/python3";

/// A Python environment with the aws CLI (version 1) and boto3 from PyPI, as `testkit/python/requirements.txt` pins
/// them. Gives its `bin` folder.
pub fn python() -> Result<PathBuf> {
    venv("venv", "testkit/python/requirements.txt")
}

/// A Python environment with what the KMS test has as outside clients: the AWS Encryption SDK CLI, boto3, cryptography.
pub fn python_kms() -> Result<PathBuf> {
    venv("venv-kms", "testkit/python/requirements-kms.txt")
}

/// A Python environment with the servers that the benchmark compares with.
pub fn peers() -> Result<PathBuf> {
    venv("venv-peers", "testkit/python/requirements-peers.txt")
}

/// The aws CLI, version 1.
pub fn aws_v1() -> Result<PathBuf> {
    Ok(python()?.join("aws"))
}

/// The environment `.tools/NAME` holding exactly what the file pins. Made again when the pins change.
fn venv(name: &str, requirements: &str) -> Result<PathBuf> {
    let folder = project::tools().join(name);
    let bin = folder.join("bin");
    let wanted = project::root().join(requirements);
    let stamp = folder.join("requirements.txt");
    let pins = project::read(&wanted)?;
    if bin.join("python3").exists() && project::read(&stamp).is_ok_and(|installed| installed == pins) {
        return Ok(bin);
    }
    if !project::exists("python3") {
        return Err(
            "python3 is not on the PATH; the aws CLI and boto3 need it (Debian: apt install python3 python3-venv)"
                .into(),
        );
    }
    eprintln!("installing {requirements} into .tools/{name} (once, from PyPI)");
    let made = project::output(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
    made.map_err(|error| {
        format!("{error}\npython3 cannot make a virtual environment (Debian: apt install python3-venv)")
    })?;
    let mut pip = Command::new(bin.join("python3"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--requirement"]);
    project::output(pip.arg(&wanted))?;
    project::write(&stamp, &pins)?;
    Ok(bin)
}

/// Debian's aws CLI, version 2: a small program in `.tools/aws2` that runs it without looking at the machine's own Python
/// packages. `Ok(None)` on a machine without apt or Debian's Python.
pub fn aws_v2() -> Result<Option<PathBuf>> {
    let folder = project::tools().join("aws2");
    let program = folder.join("aws");
    if program.exists() {
        return Ok(Some(program));
    }
    if !(project::exists("apt-get") && project::exists("dpkg-deb") && project::exists(DEBIAN_PYTHON)) {
        return Ok(None);
    }
    eprintln!("unpacking Debian's awscli into .tools/aws2 (once, with apt)");
    let packages = project::scratch("debian")?;
    let download = || {
        let mut apt = Command::new("apt-get");
        apt.current_dir(&packages).args(["--quiet", "--quiet", "download"]).args(AWS_V2);
        project::output(&mut apt)
    };
    if let Err(first) = download() {
        // A machine that has never listed its packages: list them and try again.
        let listed = project::output(Command::new("apt-get").args(["--quiet", "--quiet", "update"]));
        listed.and_then(|_| download()).map_err(|again| format!("{first}\n{again}"))?;
    }
    let root = folder.join("root");
    std::fs::create_dir_all(&root)?;
    let debs = project::entries(&packages)?;
    for deb in debs.iter().filter(|path| path.extension() == Some(OsStr::new("deb"))) {
        project::output(Command::new("dpkg-deb").arg("--extract").arg(deb).arg(&root))?;
    }
    make_program(&program, &root)?;
    Ok(Some(program))
}

/// `-S` keeps Python from adding the machine's own packages, so that what is tested is what was unpacked.
fn make_program(program: &Path, root: &Path) -> Result<()> {
    let (packages, aws) = (root.join("usr/lib/python3/dist-packages"), root.join("usr/bin/aws"));
    let script =
        format!("#!/bin/sh\nPYTHONPATH='{}' exec {DEBIAN_PYTHON} -S '{}' \"$@\"\n", packages.display(), aws.display());
    let draft = program.with_extension("new");
    project::write(&draft, &script)?;
    project::run(Command::new("chmod").arg("755").arg(&draft))?;
    project::output(Command::new(&draft).arg("--version"))?;
    Ok(std::fs::rename(&draft, program)?)
}
