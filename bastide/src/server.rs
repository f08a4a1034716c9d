//! A running house: the listener, its certificate, and the file that tells other commands where it is.

use crate::failure::{Failure, Result};
use crate::house::{self, House};
use crate::settings::{Settings, url_of};
use bastide_gateway::tls::LocalCa;
use bastide_gateway::{Gateway, Limits};
use std::future::Future;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// In the data directory while a server is up: the URL by which this machine reaches it.
const ENDPOINT_FILE: &str = "endpoint";

/// A house with its door in place, not yet answering.
pub struct Server {
    pub house: House,
    pub address: SocketAddr,
    listener: TcpListener,
    tls: Arc<rustls::ServerConfig>,
    directory: Option<PathBuf>,
}

impl Server {
    /// Takes the address first, then the data directory: whoever fails has touched nothing.
    ///
    /// # Errors
    /// When the address is taken, the directory is in use, or the house does not open.
    pub fn open(settings: &Settings) -> Result<Server> {
        let listener = TcpListener::bind(settings.listen).map_err(|why| cannot_listen(settings.listen, &why))?;
        let address = listener.local_addr().map_err(Failure::new)?;
        let house = house::open(settings, &format!("bastide up on {}", url_of(address)))?;
        let directory = (!settings.ephemeral).then(|| settings.data_dir.clone());
        let ca = match &directory {
            Some(directory) => LocalCa::open_or_make(directory),
            None => LocalCa::make(),
        };
        let no_tls =
            |why| Failure::new(format!("TLS cannot be set up with ca.pem and ca.key of the data directory: {why}"));
        let tls = ca.and_then(|ca| ca.server_config(names(address))).map_err(no_tls)?;
        Ok(Server { house, address, listener, tls, directory })
    }

    /// How this machine reaches it.
    pub fn url(&self) -> String {
        url_of(self.address)
    }

    /// Answers until the future that `shutdown` makes is ready; `ready` is called once it answers. Then everything queued is
    /// on disk.
    ///
    /// # Errors
    /// When the listener fails, or the last records could not be written.
    pub fn run<F: Future<Output = ()>>(self, shutdown: impl FnOnce() -> Result<F>, ready: impl FnOnce()) -> Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::new)?;
        let url = self.url();
        let Server { house, listener, tls, directory, .. } = self;
        let store = house.cloud.store().clone();
        let served = runtime.block_on(async move {
            listener.set_nonblocking(true).map_err(Failure::new)?;
            let listener = tokio::net::TcpListener::from_std(listener).map_err(Failure::new)?;
            let gateway = Arc::new(Gateway::new(house.cloud, Limits::default()));
            let _announced = directory.map(|directory| Announced::at(&directory, &url)).transpose()?;
            // Whatever ends the server is listened for before anybody is told that it is up.
            let shutdown = shutdown()?;
            ready();
            let settings = bastide_gateway::Settings { tls: Some(tls) };
            bastide_gateway::serve(gateway, listener, settings, shutdown).await.map_err(Failure::new)
        });
        // What was answered is kept, however the listener ended.
        let closed = store.close().map(|_| ()).map_err(Failure::new);
        served.and(closed)
    }
}

/// The endpoint file, for as long as the server is up.
struct Announced(PathBuf);

impl Announced {
    fn at(directory: &Path, url: &str) -> Result<Self> {
        let path = directory.join(ENDPOINT_FILE);
        std::fs::write(&path, format!("{url}\n"))
            .map_err(|why| Failure::new(format!("writing {}: {why}", path.display())))?;
        Ok(Announced(path))
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The URL of the server that is up in this data directory, or was when it was killed.
pub fn announced(directory: &Path) -> Option<String> {
    let text = std::fs::read_to_string(directory.join(ENDPOINT_FILE)).ok()?;
    Some(text.trim().to_owned()).filter(|url| !url.is_empty())
}

fn cannot_listen(address: SocketAddr, why: &std::io::Error) -> Failure {
    let what_to_do = match why.kind() {
        ErrorKind::AddrInUse => "another server (a Bastide?) has it: stop that one, or choose another with --listen",
        ErrorKind::PermissionDenied => "ports below 1024 need privileges: choose a higher one with --listen",
        ErrorKind::AddrNotAvailable => "this machine has no such address: choose another with --listen",
        _ => return Failure::new(format!("cannot listen on {address}: {why}")),
    };
    Failure::new(format!("cannot listen on {address}: {what_to_do}"))
}

/// What the certificate is for: this machine under its usual names, and the address as it was given.
fn names(address: SocketAddr) -> Vec<String> {
    let mut names = ["localhost", "*.localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec();
    let own = address.ip().to_string();
    if !address.ip().is_unspecified() && !names.contains(&own) {
        names.push(own);
    }
    names
}
