//! The socket: HTTP and TLS on one port, deadlines for heads, a clean end.

use crate::activity::{Activity, Answer};
use crate::{Gateway, Peer, Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
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
    let accepting = async {
        let room = Arc::new(Semaphore::new(gateway.limits.connections_max));
        loop {
            let permit = match room.clone().acquire_owned().await {
                Ok(permit) => permit,
                Err(closed) => break io::Error::other(closed),
            };
            let (stream, address) = accepted(&listener).await;
            let (gateway, acceptor, watcher) = (gateway.clone(), acceptor.clone(), graceful.watcher());
            tokio::spawn(async move {
                let _permit = permit;
                connection(gateway, acceptor, watcher, stream, address.ip().to_canonical()).await;
            });
        }
    };
    tokio::select! {
        error = accepting => return Err(error),
        never = keep_time(&gateway) => match never {},
        () = shutdown => {}
    }
    let _ = tokio::time::timeout(FAREWELL, graceful.shutdown()).await;
    Ok(())
}

async fn accepted(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                // Small answers must not wait for the client's acknowledgement of the one before.
                let _ = stream.set_nodelay(true);
                return (stream, address);
            }
            // Out of file descriptors, or a client that went away already: not the listener's end.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// Runs the jobs that fall due without anybody calling.
async fn keep_time(gateway: &Gateway) -> Infallible {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        tick.tick().await;
        if gateway.cloud().next_due().is_some_and(|due| due <= gateway.cloud().clock().now()) {
            gateway.run_due_jobs().await;
        }
    }
}

/// One connection, until either side ends it or it has got nowhere for too long.
async fn connection(
    gateway: Arc<Gateway>,
    acceptor: Option<TlsAcceptor>,
    watcher: Watcher,
    stream: TcpStream,
    ip: IpAddr,
) {
    let activity = Activity::new();
    let talk = async {
        let mut first = [0; 1];
        if !matches!(stream.peek(&mut first).await, Ok(1)) {
            return;
        }
        let builder = builder(&gateway);
        let service = |secure| {
            let (gateway, activity) = (gateway.clone(), activity.clone());
            service_fn(move |request| answer(gateway.clone(), activity.clone(), Peer { ip, secure }, request))
        };
        match acceptor {
            Some(acceptor) if first == [TLS_HANDSHAKE] => {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let _ = watcher.watch(builder.serve_connection(TokioIo::new(stream), service(true))).await;
            }
            _ => {
                let _ = watcher.watch(builder.serve_connection(TokioIo::new(stream), service(false))).await;
            }
        }
    };
    tokio::select! {
        () = talk => {}
        () = activity.lapsed(gateway.limits.head_deadline) => {}
    }
}

fn builder(gateway: &Gateway) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    // `Activity` watches heads and all else that may take too long. No `pipeline_flush`: with it hyper gathers the answers
    // to pipelined requests for as long as more of them come, and a client that never reads has them all kept here.
    builder.http1().timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(gateway.limits.head_bytes_max);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(gateway.limits.head_bytes_max).unwrap_or(u32::MAX))
        .max_concurrent_streams(128);
    builder
}

async fn answer(
    gateway: Arc<Gateway>,
    activity: Arc<Activity>,
    peer: Peer,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Answer>, Infallible> {
    let _underway = activity.begin();
    let (mut parts, body) = request.into_parts();
    // HTTP/2 has the host in its authority, and so have absolute URIs. Everything behind this line looks for the header;
    // one that says otherwise stays beside it, and two hosts are refused.
    if let Some(authority) = parts.uri.authority()
        && let Ok(host) = http::HeaderValue::from_str(authority.as_str())
        && parts.headers.get("host") != Some(&host)
    {
        parts.headers.append("host", host);
    }
    let request = Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        peer,
    };
    let Response { status, headers, body } = gateway.handle(request, body).await;
    let mut response = hyper::Response::new(Answer::new(body, activity));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = headers;
    Ok(response)
}
