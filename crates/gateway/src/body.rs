//! Reading bodies: never more than the limit, never longer than the deadline, and all together never more than fits.

use bytes::{Bytes, BytesMut};
use http_body::Body;
use http_body_util::BodyExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadBody {
    TooLarge {
        bytes_max: usize,
    },
    /// The bodies of other requests fill what there is.
    NoRoom,
    TooSlow,
    /// The connection ended before the body did, or its framing is broken.
    Broken,
}

/// Room for all bodies that are held at once, in bytes.
pub(crate) struct Larder(Arc<Semaphore>);

impl Larder {
    pub fn new(bytes_max: usize) -> Self {
        Larder(Arc::new(Semaphore::new(bytes_max.min(Semaphore::MAX_PERMITS))))
    }

    fn take(&self, bytes: usize) -> Result<OwnedSemaphorePermit, BadBody> {
        let bytes = u32::try_from(bytes).map_err(|_| BadBody::NoRoom)?;
        self.0.clone().try_acquire_many_owned(bytes).map_err(|_| BadBody::NoRoom)
    }
}

/// A body that has not been read yet.
pub(crate) struct Unread<'l, B> {
    body: B,
    deadline: Duration,
    larder: &'l Larder,
}

/// A body, with its room in the larder for as long as it is held.
pub(crate) struct Raw {
    pub bytes: Bytes,
    _room: OwnedSemaphorePermit,
}

impl<'l, B> Unread<'l, B>
where
    B: Body<Data = Bytes> + Unpin,
{
    pub fn new(body: B, deadline: Duration, larder: &'l Larder) -> Self {
        Unread { body, deadline, larder }
    }

    /// The whole body, if it fits. The announced length is checked first and nothing is reserved on its word.
    pub async fn whole(mut self, bytes_max: usize) -> Result<Raw, BadBody> {
        if self.body.size_hint().lower() > bytes_max as u64 {
            return Err(BadBody::TooLarge { bytes_max });
        }
        let read = async {
            let mut room = self.larder.take(0)?;
            let mut first: Option<Bytes> = None;
            let mut rest = BytesMut::new();
            while let Some(frame) = self.body.frame().await {
                let Ok(data) = frame.map_err(|_| BadBody::Broken)?.into_data() else { continue };
                if first.as_ref().map_or(0, Bytes::len) + rest.len() + data.len() > bytes_max {
                    return Err(BadBody::TooLarge { bytes_max });
                }
                room.merge(self.larder.take(data.len())?);
                match &first {
                    None => first = Some(data),
                    Some(_) => rest.extend_from_slice(&data),
                }
            }
            let first = first.unwrap_or_default();
            if rest.is_empty() {
                return Ok(Raw { bytes: first, _room: room });
            }
            let mut whole = BytesMut::with_capacity(first.len() + rest.len());
            whole.extend_from_slice(&first);
            whole.extend_from_slice(&rest);
            Ok(Raw { bytes: whole.freeze(), _room: room })
        };
        tokio::time::timeout(self.deadline, read).await.unwrap_or(Err(BadBody::TooSlow))
    }
}
