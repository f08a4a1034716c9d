//! The socket: HTTP and TLS on one port, deadlines for heads, a clean end.

use crate::{Gateway, Peer, Request, Response};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

/// How to listen.
#[derive(Clone, Default)]
pub struct Settings {
    /// Speaks TLS with clients that begin with it; the others get plain HTTP on the same port.
    pub tls: Option<Arc<rustls::ServerConfig>>,
}

/// How often the clock is looked at for jobs that fell due without anybody calling.
const TICK: Duration = Duration::from_millis(250);
/// How long calls under way may take to end after the listener was told to.
const FAREWELL: Duration = Duration::from_secs(10);
/// A TLS client's first byte: the handshake record.
const TLS_HANDSHAKE: u8 = 0x16;

/// Answers on `listener` until `shutdown` is ready, then lets the calls under way end.
///
/// # Errors
/// Only when the listener itself fails; a broken connection is that client's.
pub async fn serve(
    gateway: Arc<Gateway>,
    listener: TcpListener,
    settings: Settings,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let acceptor = settings.tls.map(TlsAcceptor::from);
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(gateway.limits.connections_max));
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    tokio::pin!(shutdown);
    loop {
        let permit = tokio::select! {
            permit = room.clone().acquire_owned() => permit.map_err(io::Error::other)?,
            () = &mut shutdown => break,
        };
        let (stream, address) = loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok(accepted) => break accepted,
                    // Out of file descriptors, or a client that went away already: not the listener's end.
                    Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                },
                _ = tick.tick() => {
                    if gateway.cloud().next_due().is_some_and(|due| due <= gateway.cloud().clock().now()) {
                        gateway.run_due_jobs().await;
                    }
                }
                () = &mut shutdown => {
                    return farewell(graceful).await;
                }
            }
        };
        // Small answers must not wait for the client's acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
        let (gateway, acceptor, watcher) = (gateway.clone(), acceptor.clone(), graceful.watcher());
        tokio::spawn(async move {
            let _permit = permit;
            connection(gateway, acceptor, watcher, stream, address.ip().to_canonical()).await;
        });
    }
    farewell(graceful).await
}

async fn farewell(graceful: GracefulShutdown) -> io::Result<()> {
    let _ = tokio::time::timeout(FAREWELL, graceful.shutdown()).await;
    Ok(())
}

async fn connection(
    gateway: Arc<Gateway>,
    acceptor: Option<TlsAcceptor>,
    watcher: hyper_util::server::graceful::Watcher,
    stream: TcpStream,
    ip: std::net::IpAddr,
) {
    let deadline = gateway.limits.head_deadline;
    let mut first = [0; 1];
    let peeked = tokio::time::timeout(deadline, stream.peek(&mut first)).await;
    if !matches!(peeked, Ok(Ok(1))) {
        return;
    }
    let builder = builder(&gateway);
    match acceptor {
        Some(acceptor) if first == [TLS_HANDSHAKE] => {
            let Ok(Ok(stream)) = tokio::time::timeout(deadline, acceptor.accept(stream)).await else { return };
            let service = service_fn(|request| answer(gateway.clone(), Peer { ip, secure: true }, request));
            let _ = watcher.watch(builder.serve_connection(TokioIo::new(stream), service)).await;
        }
        _ => {
            let service = service_fn(|request| answer(gateway.clone(), Peer { ip, secure: false }, request));
            let _ = watcher.watch(builder.serve_connection(TokioIo::new(stream), service)).await;
        }
    }
}

fn builder(gateway: &Gateway) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(gateway.limits.head_deadline)
        .max_buf_size(gateway.limits.head_bytes_max)
        .pipeline_flush(true);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(gateway.limits.head_bytes_max as u32)
        .max_concurrent_streams(128)
        .keep_alive_interval(Some(Duration::from_secs(20)));
    builder
}

async fn answer(
    gateway: Arc<Gateway>,
    peer: Peer,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
    let (mut parts, body) = request.into_parts();
    // HTTP/2 has the host in its authority; everything behind this line looks for the header.
    if !parts.headers.contains_key("host")
        && let Some(authority) = parts.uri.authority()
        && let Ok(host) = http::HeaderValue::from_str(authority.as_str())
    {
        parts.headers.insert("host", host);
    }
    let request = Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        peer,
    };
    let Response { status, headers, body } = gateway.handle(request, body).await;
    let mut response = hyper::Response::new(Full::new(body));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = headers;
    Ok(response)
}
