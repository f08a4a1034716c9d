//! How much one decision may compare. Texts of the request and patterns of the policies multiply, and both are a
//! stranger's to write; whatever they are, a decision ends.

use std::cell::Cell;

/// Steps left. One step is about one byte looked at or brought by a variable.
#[derive(Debug)]
pub(crate) struct Budget {
    left: Cell<u64>,
}

impl Budget {
    /// What one decision may take: eight megabytes looked at, where an ordinary statement looks at some hundred bytes.
    pub(crate) const DECISION: u64 = 1 << 23;

    pub(crate) fn new(steps: u64) -> Self {
        Budget { left: Cell::new(steps) }
    }

    /// For what is bounded by itself: reading a policy, and actions, which are short.
    pub(crate) fn unlimited() -> Self {
        Self::new(u64::MAX)
    }

    /// Takes steps; `false` when there are not so many left, and from then on it is spent.
    pub(crate) fn charge(&self, steps: usize) -> bool {
        let left = self.left.get().saturating_sub(u64::try_from(steps).unwrap_or(u64::MAX));
        self.left.set(left);
        left > 0
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    pub(crate) fn renew(&self) {
        self.left.set(Self::DECISION);
    }

    #[cfg(test)]
    pub(crate) fn taken(&self) -> u64 {
        u64::MAX - self.left.get()
    }
}
