//! TLS with a certificate authority of the house's own, made at first start.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

/// The authority's certificate, for clients to trust (`AWS_CA_BUNDLE`).
pub const CERTIFICATE_FILE: &str = "ca.pem";
const KEY_FILE: &str = "ca.key";

/// The authority that signs the server's certificate.
pub struct LocalCa {
    certificate_pem: String,
    key_pem: bastide_base::SecretString,
}

fn other(error: rcgen::Error) -> io::Error {
    io::Error::other(error)
}

impl LocalCa {
    /// A new authority, kept nowhere.
    ///
    /// # Errors
    /// When no key can be made.
    pub fn make() -> io::Result<Self> {
        let key = KeyPair::generate().map_err(other)?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Bastide local CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key).map_err(other)?;
        Ok(LocalCa {
            certificate_pem: certificate.pem(),
            key_pem: bastide_base::SecretString::new(key.serialize_pem()),
        })
    }

    /// The authority of a data directory; made there the first time.
    ///
    /// # Errors
    /// When its files cannot be read or written.
    pub fn open_or_make(directory: &Path) -> io::Result<Self> {
        let (certificate, key) = (directory.join(CERTIFICATE_FILE), directory.join(KEY_FILE));
        match (fs::read_to_string(&certificate), fs::read_to_string(&key)) {
            (Ok(certificate_pem), Ok(key_pem)) => {
                Ok(LocalCa { certificate_pem, key_pem: bastide_base::SecretString::new(key_pem) })
            }
            // An authority that clients trust is not replaced because it cannot be read just now.
            (Err(error), _) | (_, Err(error)) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => {
                let ca = Self::make()?;
                write(&key, ca.key_pem.expose(), 0o600)?;
                write(&certificate, &ca.certificate_pem, 0o644)?;
                Ok(ca)
            }
        }
    }

    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// What the server speaks TLS with: a fresh certificate for `names` (host names and addresses), signed by this authority.
    ///
    /// # Errors
    /// When the authority's files are damaged or a name is not one.
    pub fn server_config(&self, names: Vec<String>) -> io::Result<Arc<rustls::ServerConfig>> {
        let ca_key = KeyPair::from_pem(self.key_pem.expose()).map_err(other)?;
        let issuer = Issuer::from_ca_cert_pem(&self.certificate_pem, ca_key).map_err(other)?;
        let key = KeyPair::generate().map_err(other)?;
        let mut params = CertificateParams::new(names).map_err(other)?;
        params.distinguished_name.push(DnType::CommonName, "Bastide");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate: CertificateDer<'static> = params.signed_by(&key, &issuer).map_err(other)?.into();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![certificate], key))
            .map_err(io::Error::other)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

/// Writes through a temporary name, so that a torn file is never found.
fn write(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let part = path.with_extension("part");
    // A leftover would keep its own mode.
    match fs::remove_file(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = fs::OpenOptions::new().create_new(true).write(true).mode(mode).open(&part)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&part, path)
}
