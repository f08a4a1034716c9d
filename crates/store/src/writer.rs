//! The one thread that makes things durable. Whatever has queued up while the last batch was being written makes the
//! next one: one engine transaction, one sync to disk, for as many calls as there are.

use crate::{Commit, Engine, Position, Receipt, Record, Result, Snapshot, StoreError, Ticket, ticket::Completion};
use arc_swap::ArcSwap;
use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock},
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// How long an allowed read's record may sit in the queue. With a sync to disk behind it this stays below the 50 ms
/// that the laws promise.
const LINGER: Duration = Duration::from_millis(20);
/// How often an engine that failed is tried again for the queued records that must not be lost.
const RETRY: Duration = Duration::from_millis(250);
/// Bounds one engine transaction, and so how long a call may wait for others' work.
const BATCH_MAX: usize = 4096;

pub(crate) struct Writer {
    pub engine: Arc<dyn Engine>,
    /// What readers see.
    pub durable: ArcSwap<Snapshot>,
    /// What the next transaction builds on: durable, and what is on its way there. Its lock is the bracket's.
    pub pending: Mutex<Snapshot>,
    /// Hashes of documents that are stored, so that they are not written again.
    pub documents: RwLock<HashSet<crate::DocumentHash>>,
    pub position: watch::Sender<Position>,
    /// From so many queued records on, a caller waits for its own.
    pub queue_max: usize,
    queue: Mutex<Queue>,
    work: Condvar,
}

struct Item {
    commit: Commit,
    /// The state after it; `None` if it does not change state.
    head: Option<Snapshot>,
    /// `None` for a record whose call was answered already: it must not be lost.
    completion: Option<Completion>,
}

#[derive(Default)]
struct Queue {
    items: VecDeque<Item>,
    /// Someone waits for what is in the queue.
    urgent: bool,
    /// When what is in the queue must be written although nobody waits.
    due: Option<Instant>,
    /// The last append failed: no call may be answered before its record is written.
    failing: bool,
    closed: bool,
}

impl Writer {
    pub fn new(engine: Arc<dyn Engine>, head: Snapshot, position: Position, queue_max: usize) -> Result<Arc<Self>> {
        Ok(Arc::new(Writer {
            documents: RwLock::new(engine.document_hashes()?.into_iter().collect()),
            engine,
            durable: ArcSwap::from_pointee(head.clone()),
            pending: Mutex::new(head),
            position: watch::Sender::new(position),
            queue_max,
            queue: Mutex::default(),
            work: Condvar::new(),
        }))
    }

    /// A panic under the lock leaves whole values only: an item is in the queue or not.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A panic in a bracket leaves the pending head as it was: only a finished commit replaces it.
    pub fn pending(&self) -> MutexGuard<'_, Snapshot> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a commit whose caller waits. Call it under the pending lock if it has a head.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`] when the writer has ended: then it is not queued.
    pub fn push(&self, mut commit: Commit, head: Option<Snapshot>) -> Result<Ticket> {
        self.drop_known_documents(&mut commit.records);
        let mut queue = self.queue();
        if queue.closed {
            return Err(StoreError::ReadOnly);
        }
        let (completion, ticket) = Ticket::pair();
        queue.items.push_back(Item { commit, head, completion: Some(completion) });
        self.make_urgent(queue);
        Ok(ticket)
    }

    /// Queues the record of a call that may be answered now, unless the queue is full or the engine is failing: then the
    /// caller waits for it.
    pub fn push_queued(&self, record: Record) -> Ticket {
        let mut commit = Commit { steps: Vec::new(), records: vec![record] };
        self.drop_known_documents(&mut commit.records);
        let mut queue = self.queue();
        if queue.closed {
            return Ticket::ready(Err(StoreError::ReadOnly));
        }
        if queue.failing || queue.items.len() >= self.queue_max {
            let (completion, ticket) = Ticket::pair();
            queue.items.push_back(Item { commit, head: None, completion: Some(completion) });
            self.make_urgent(queue);
            return ticket;
        }
        queue.items.push_back(Item { commit, head: None, completion: None });
        if queue.due.is_none() {
            queue.due = Some(Instant::now() + LINGER);
            if !queue.urgent {
                drop(queue);
                self.work.notify_one();
            }
        }
        Ticket::ready(Ok(Receipt { version: self.durable.load().version(), seq: None }))
    }

    fn make_urgent(&self, mut queue: MutexGuard<'_, Queue>) {
        if !std::mem::replace(&mut queue.urgent, true) {
            drop(queue);
            self.work.notify_one();
        }
    }

    fn drop_known_documents(&self, records: &mut [Record]) {
        if records.iter().all(|record| record.documents.is_empty()) {
            return;
        }
        let known = self.documents.read().unwrap_or_else(PoisonError::into_inner);
        for record in records {
            record.documents.retain(|document| !known.contains(&document.hash()));
        }
    }

    /// After this nothing can be queued; the thread writes what is there and ends.
    pub fn close(&self) {
        let mut queue = self.queue();
        queue.closed = true;
        drop(queue);
        self.work.notify_one();
    }

    /// The body of the writer thread.
    pub fn run(&self) {
        /// However the thread ends, nobody may wait for it for ever.
        struct Ended<'a>(&'a Writer);
        impl Drop for Ended<'_> {
            fn drop(&mut self) {
                let mut queue = self.0.queue();
                queue.closed = true;
                let left = std::mem::take(&mut queue.items);
                drop(queue);
                drop(left);
            }
        }
        let _ended = Ended(self);
        while let Some(batch) = self.next_batch() {
            if !self.write(batch) && self.queue().closed {
                return;
            }
        }
    }

    /// Waits for work: at once when someone waits for it, else when the oldest queued record is due.
    fn next_batch(&self) -> Option<Vec<Item>> {
        let mut queue = self.queue();
        loop {
            if queue.items.is_empty() {
                if queue.closed {
                    return None;
                }
                (queue.urgent, queue.due) = (false, None);
                queue = self.work.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let wait = match queue.due {
                _ if queue.urgent || queue.closed || queue.items.len() >= BATCH_MAX => Duration::ZERO,
                Some(due) => due.saturating_duration_since(Instant::now()),
                None => Duration::ZERO,
            };
            if !wait.is_zero() {
                queue = self.work.wait_timeout(queue, wait).unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            let count = queue.items.len().min(BATCH_MAX);
            let batch = queue.items.drain(..count).collect();
            queue.urgent = queue.items.iter().any(|item| item.completion.is_some());
            queue.due = (!queue.items.is_empty()).then(Instant::now);
            return Some(batch);
        }
    }

    /// Writes a batch; `false` if the engine failed.
    fn write(&self, batch: Vec<Item>) -> bool {
        let (commits, rest): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|item| (item.commit, (item.head, item.completion))).unzip();
        let from = *self.position.borrow();
        let is_work = commits.iter().any(|commit| !commit.is_empty());
        let appended = if is_work { self.engine.append(from.version, &commits) } else { Ok(from) };
        match appended {
            Ok(to) => {
                self.queue().failing = false;
                self.publish(&commits, rest, from, to);
                true
            }
            Err(why) => {
                let rest = rest.into_iter().zip(commits);
                self.fail(rest.map(|((head, completion), commit)| Item { commit, head, completion }), &why);
                false
            }
        }
    }

    fn publish(
        &self,
        commits: &[Commit],
        rest: Vec<(Option<Snapshot>, Option<Completion>)>,
        from: Position,
        to: Position,
    ) {
        let mut stored =
            commits.iter().flat_map(|commit| &commit.records).flat_map(|record| &record.documents).peekable();
        if stored.peek().is_some() {
            let mut known = self.documents.write().unwrap_or_else(PoisonError::into_inner);
            known.extend(stored.map(|document| document.hash()));
        }
        if let Some(head) = rest.iter().rev().find_map(|(head, _)| head.clone()) {
            self.durable.store(Arc::new(head));
        }
        if to != from {
            self.position.send_replace(to);
        }
        let mut at = from;
        for (commit, (_, completion)) in commits.iter().zip(rest) {
            at = Commit::position_after(std::slice::from_ref(commit), at);
            if let Some(completion) = completion {
                let seq = (!commit.records.is_empty()).then_some(at.seq);
                completion.complete(Ok(Receipt { version: at.version, seq }));
            }
        }
    }

    /// Everything that waits fails, also what queued up meanwhile, since it was decided on a state that will never be;
    /// the pending head goes back to the durable one. Records of answered calls stay queued, in their order.
    fn fail(&self, batch: impl Iterator<Item = Item>, why: &StoreError) {
        let mut failed = Vec::new();
        let mut kept = VecDeque::new();
        let mut sort = |item: Item| match item.completion {
            Some(completion) => failed.push(completion),
            None => kept.push_back(item),
        };
        batch.for_each(&mut sort);
        // A bracket that is open now builds on the head that failed; wait for it, then fail what it queued.
        let mut pending = self.pending();
        let mut queue = self.queue();
        std::mem::take(&mut queue.items).into_iter().for_each(&mut sort);
        *pending = Snapshot::clone(&self.durable.load());
        queue.failing = true;
        queue.urgent = false;
        queue.due = (!kept.is_empty()).then(|| Instant::now() + RETRY);
        queue.items = kept;
        // Only now, so that whoever hears of the failure finds the heads back together.
        drop((pending, queue));
        failed.into_iter().for_each(|completion| completion.complete(Err(why.clone())));
    }
}
