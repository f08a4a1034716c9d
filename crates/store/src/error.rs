use std::{fmt, path::PathBuf};

/// What can go wrong with the state. Cloned to every call that a failed batch carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreError {
    /// Somebody else moved the state: it was expected at one version and found at another.
    Conflict {
        expected: u64,
        found: u64,
    },
    /// Another server has the data directory open; `holder` is what it wrote into the lock file.
    Locked {
        dir: PathBuf,
        holder: String,
    },
    /// The data directory was written by a newer Bastide.
    Newer {
        found: u32,
        known: u32,
    },
    /// The master key is not the one this state was sealed with.
    WrongMasterKey,
    /// There is state but the master key that sealed it is not where it should be.
    MissingMasterKey(PathBuf),
    /// The log of the state is there, the state is not: starting would begin a new house over what is left of the old one.
    MissingState(PathBuf),
    /// The master key file does not hold 64 hexadecimal digits.
    BadMasterKey(PathBuf),
    /// The store was opened for reading, or has been closed.
    ReadOnly,
    /// A stored row cannot be read as its table's type.
    Row {
        table: String,
        why: String,
    },
    /// The table registry contradicts itself.
    Tables(String),
    /// A named snapshot is missing, is there already, or has a name that cannot be used.
    NoSuchSnapshot(String),
    SnapshotExists(String),
    BadSnapshotName(String),
    /// A record or row is larger than the store takes.
    TooLarge {
        what: &'static str,
        bytes: usize,
        bytes_max: usize,
    },
    /// The engine (or the file system below it) failed: the cause in its own words.
    Engine(String),
    /// A file operation failed.
    File {
        doing: &'static str,
        path: PathBuf,
        why: String,
    },
}

pub type Result<T, E = StoreError> = std::result::Result<T, E>;

impl StoreError {
    pub(crate) fn file(doing: &'static str, path: &std::path::Path, why: std::io::Error) -> Self {
        StoreError::File { doing, path: path.to_owned(), why: why.to_string() }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict { expected, found } => {
                write!(f, "the state has moved: expected version {expected}, found {found}")
            }
            Self::Locked { dir, holder } => write!(f, "{} is in use by {holder}", dir.display()),
            Self::Newer { found, known } => write!(
                f,
                "the data was written by a newer Bastide (format {found}; this one reads up to {known}): upgrade Bastide or use another data directory"
            ),
            Self::WrongMasterKey => f.write_str(
                "the master key is not the one that sealed this state; nothing was touched: give the right key",
            ),
            Self::MissingState(path) => write!(
                f,
                "{} is missing, but its log is there: bring it back from where it went, or remove the whole data directory to begin anew",
                path.display()
            ),
            Self::MissingMasterKey(path) => {
                write!(f, "{} is missing but the state needs it; nothing was touched: put the key back", path.display())
            }
            Self::BadMasterKey(path) => write!(f, "{} does not hold 64 hexadecimal digits", path.display()),
            Self::ReadOnly => f.write_str("the state takes no writes: it was opened for reading, or has been closed"),
            Self::Row { table, why } => write!(f, "a row of table {table} cannot be read or written: {why}"),
            Self::Tables(why) => write!(f, "the tables contradict each other: {why}"),
            Self::NoSuchSnapshot(name) => write!(f, "there is no snapshot named {name:?}"),
            Self::SnapshotExists(name) => write!(f, "there is a snapshot named {name:?} already"),
            Self::BadSnapshotName(name) => {
                write!(f, "{name:?} is no snapshot name: 1 to 128 letters, digits, dots, dashes and underscores")
            }
            Self::TooLarge { what, bytes, bytes_max } => {
                write!(f, "{what} of {bytes} bytes is larger than the {bytes_max} that are taken")
            }
            Self::Engine(why) => write!(f, "the state cannot be read or written: {why}"),
            Self::File { doing, path, why } => write!(f, "{doing} {}: {why}", path.display()),
        }
    }
}
impl std::error::Error for StoreError {}
