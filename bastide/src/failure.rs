//! Why a command ends badly, in words that say what to do next.

use std::fmt;
use std::process::ExitCode;

/// A command's failure: the sentence a person reads, and the exit code a script reads.
#[derive(Debug)]
pub struct Failure {
    message: String,
    code: u8,
    unreached: bool,
}

pub type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// It was asked for rightly and did not work: exit code 1.
    pub fn new(message: impl fmt::Display) -> Self {
        Failure { message: message.to_string(), code: 1, unreached: false }
    }

    /// It was asked for wrongly: exit code 2.
    pub fn usage(message: impl fmt::Display) -> Self {
        Failure { message: message.to_string(), code: 2, unreached: false }
    }

    /// Whoever read our output has gone (`bastide calls | head`): nothing to say, and no failure either.
    pub fn silent() -> Self {
        Failure { message: String::new(), code: 0, unreached: false }
    }

    /// Nobody answered; somebody may later.
    pub fn unreached(message: impl fmt::Display) -> Self {
        Failure { unreached: true, ..Failure::new(message) }
    }

    pub fn is_unreached(&self) -> bool {
        self.unreached
    }

    /// Says it on stderr and gives the exit code.
    pub fn report(&self) -> ExitCode {
        if !self.message.is_empty() {
            eprintln!("bastide: {}", self.message);
        }
        ExitCode::from(self.code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<std::io::Error> for Failure {
    fn from(why: std::io::Error) -> Self {
        Failure::new(why)
    }
}
