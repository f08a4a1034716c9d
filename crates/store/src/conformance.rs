//! What every engine must do, as one suite that panics at the first thing it does not.
