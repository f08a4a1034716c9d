//! What a connection does, so that one that does nothing can be let go, and answers that say when they are taken.

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

/// Calls under way on one connection, and when it last got anywhere.
pub(crate) struct Activity {
    calls: AtomicUsize,
    last: Mutex<Instant>,
}

/// A call under way, until dropped.
pub(crate) struct Underway(Arc<Activity>);

impl Activity {
    pub fn new() -> Arc<Self> {
        Arc::new(Activity { calls: AtomicUsize::new(0), last: Mutex::new(Instant::now()) })
    }

    pub fn begin(self: &Arc<Self>) -> Underway {
        self.calls.fetch_add(1, Ordering::SeqCst);
        Underway(self.clone())
    }

    fn moved(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Ready when the connection has got nowhere for `deadline` while no call was under way. Heads that never end,
    /// handshakes that stall, clients that only hold on, and answers that nobody takes: all are the same to it.
    pub async fn lapsed(&self, deadline: Duration) {
        loop {
            let now = Instant::now();
            let since = if self.calls.load(Ordering::SeqCst) > 0 {
                now
            } else {
                *self.last.lock().unwrap_or_else(PoisonError::into_inner)
            };
            let Some(left) = (since + deadline).checked_duration_since(now).filter(|left| !left.is_zero()) else {
                return;
            };
            tokio::time::sleep(left).await;
        }
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        self.0.moved();
        self.0.calls.fetch_sub(1, Ordering::SeqCst);
    }
}

/// An answer's body, given out piece by piece as the client takes it.
pub(crate) struct Answer {
    rest: Bytes,
    activity: Arc<Activity>,
}

/// What is written ahead of a client that does not read.
const PIECE: usize = 64 * 1024;

impl Answer {
    pub fn new(body: Bytes, activity: Arc<Activity>) -> Self {
        Answer { rest: body, activity }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        self.activity.moved();
        let length = self.rest.len().min(PIECE);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
