//! Reading bodies: never more than the limit, never longer than the deadline.

use bytes::{Bytes, BytesMut};
use http_body::Body;
use http_body_util::BodyExt;
use std::time::Duration;

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadBody {
    TooLarge {
        bytes_max: usize,
    },
    TooSlow,
    /// The connection ended before the body did, or its framing is broken.
    Broken,
}

/// A body that has not been read yet.
pub(crate) struct Unread<B> {
    body: B,
    deadline: Duration,
}

impl<B> Unread<B>
where
    B: Body<Data = Bytes> + Unpin,
{
    pub fn new(body: B, deadline: Duration) -> Self {
        Unread { body, deadline }
    }

    /// The whole body, if it fits. The announced length is checked first and nothing is reserved on its word.
    pub async fn whole(mut self, bytes_max: usize) -> Result<Bytes, BadBody> {
        if self.body.size_hint().lower() > bytes_max as u64 {
            return Err(BadBody::TooLarge { bytes_max });
        }
        let read = async {
            let mut first: Option<Bytes> = None;
            let mut rest = BytesMut::new();
            while let Some(frame) = self.body.frame().await {
                let Ok(data) = frame.map_err(|_| BadBody::Broken)?.into_data() else { continue };
                if first.as_ref().map_or(0, Bytes::len) + rest.len() + data.len() > bytes_max {
                    return Err(BadBody::TooLarge { bytes_max });
                }
                match &first {
                    None => first = Some(data),
                    Some(_) => rest.extend_from_slice(&data),
                }
            }
            let first = first.unwrap_or_default();
            if rest.is_empty() {
                return Ok(first);
            }
            let mut whole = BytesMut::with_capacity(first.len() + rest.len());
            whole.extend_from_slice(&first);
            whole.extend_from_slice(&rest);
            Ok(whole.freeze())
        };
        tokio::time::timeout(self.deadline, read).await.unwrap_or(Err(BadBody::TooSlow))
    }
}
