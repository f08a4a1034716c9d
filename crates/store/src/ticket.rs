use crate::{Result, StoreError, store::outside_bracket};
use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

/// Where a commit or record ended up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The version of the state after it.
    pub version: u64,
    /// The number of its last record; `None` for one that was only queued.
    pub seq: Option<u64>,
}

/// Tells when something is durable. Await it (in any runtime) or [`wait`](Ticket::wait) for it on a plain thread.
#[must_use = "until the ticket is awaited nobody knows whether the call is durable"]
pub struct Ticket(State);

enum State {
    Ready(Result<Receipt>),
    Waiting(Arc<Slot>),
}

#[derive(Default)]
struct Slot {
    answer: Mutex<(Option<Result<Receipt>>, Option<Waker>)>,
    answered: Condvar,
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, (Option<Result<Receipt>>, Option<Waker>)> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The other end of a ticket. Dropped without an answer it answers that the store has stopped.
pub(crate) struct Completion(Arc<Slot>);

impl Completion {
    pub fn complete(self, answer: Result<Receipt>) {
        self.answer(answer);
    }

    fn answer(&self, answer: Result<Receipt>) {
        let mut slot = self.0.lock();
        if slot.0.is_some() {
            return;
        }
        slot.0 = Some(answer);
        let waker = slot.1.take();
        drop(slot);
        self.0.answered.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Drop for Completion {
    fn drop(&mut self) {
        self.answer(Err(StoreError::Engine("the store has stopped".into())));
    }
}

impl Ticket {
    pub(crate) fn pair() -> (Completion, Ticket) {
        let slot = Arc::<Slot>::default();
        (Completion(slot.clone()), Ticket(State::Waiting(slot)))
    }

    pub(crate) fn ready(answer: Result<Receipt>) -> Ticket {
        Ticket(State::Ready(answer))
    }

    /// Whether awaiting it would not wait.
    pub fn is_ready(&self) -> bool {
        match &self.0 {
            State::Ready(_) => true,
            State::Waiting(slot) => slot.lock().0.is_some(),
        }
    }

    /// Blocks this thread until the answer is there.
    ///
    /// # Panics
    /// Inside a bracket, see [`Store::begin`](crate::Store::begin).
    #[track_caller]
    pub fn wait(self) -> Result<Receipt> {
        outside_bracket();
        match self.0 {
            State::Ready(answer) => answer,
            State::Waiting(slot) => {
                let mut guard = slot.lock();
                loop {
                    match &guard.0 {
                        Some(answer) => return answer.clone(),
                        None => guard = slot.answered.wait(guard).unwrap_or_else(PoisonError::into_inner),
                    }
                }
            }
        }
    }
}

impl Future for Ticket {
    type Output = Result<Receipt>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &self.0 {
            State::Ready(answer) => Poll::Ready(answer.clone()),
            State::Waiting(slot) => {
                let mut guard = slot.lock();
                match &guard.0 {
                    Some(answer) => Poll::Ready(answer.clone()),
                    None => {
                        guard.1 = Some(cx.waker().clone());
                        Poll::Pending
                    }
                }
            }
        }
    }
}
