//! Says on stderr what takes longer than a second, so that nobody wonders.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// Does `work`; if it lasts, says once a second `doing` and for how long.
pub fn during<T>(doing: &str, work: impl FnOnce() -> T) -> T {
    let (done, waiting) = channel::<()>();
    let doing = doing.to_owned();
    let watch = std::thread::spawn(move || {
        let mut seconds = 0;
        while let Err(RecvTimeoutError::Timeout) = waiting.recv_timeout(Duration::from_secs(1)) {
            seconds += 1;
            eprintln!("{doing} … {seconds} s");
        }
    });
    let outcome = work();
    drop(done);
    let _ = watch.join();
    outcome
}
