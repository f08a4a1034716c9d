//! The driver on stable: every target over its corpus, then over mutations of it, from a seed that it prints. No clock
//! decides anything, so that the same seed finds the same thing. An input that makes a target panic is kept in
//! `fuzz/artifacts/TARGET/`.

use bastide_fuzz_targets::{TARGETS, Target, seeds};
use clap::Parser;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

#[derive(Parser)]
#[command(about = "Runs every fuzz target over its corpus and mutations of it")]
struct Args {
    /// Mutations per target
    #[arg(long, default_value_t = 20_000)]
    iterations: u64,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this target
    #[arg(long)]
    target: Option<String>,
    /// Run one target (--target) over this file and nothing else
    #[arg(long, requires = "target")]
    input: Option<PathBuf>,
    /// Write the corpus's seeds again, and run nothing
    #[arg(long)]
    write_seeds: bool,
}

/// No input of the corpus grows longer by mutation.
const LENGTH_MAX: usize = 64 * 1024;

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(found) => {
            eprintln!("{found} targets panicked");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> std::io::Result<usize> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    if args.write_seeds {
        for (target, files) in seeds::all() {
            for (name, bytes) in files {
                let folder = fuzz.join("corpus").join(target);
                std::fs::create_dir_all(&folder)?;
                std::fs::write(folder.join(name), bytes)?;
            }
        }
        return Ok(0);
    }
    let chosen = |target: &&Target| args.target.as_deref().is_none_or(|name| name == target.name);
    let targets: Vec<&Target> = TARGETS.iter().filter(chosen).collect();
    if targets.is_empty() {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        return Err(std::io::Error::other(format!("no such target; there are {}", names.join(", "))));
    }
    if let (Some(path), [target]) = (&args.input, targets.as_slice()) {
        (target.run)(&std::fs::read(path)?);
        return Ok(0);
    }
    let mut found = 0;
    for target in targets {
        found += usize::from(!fuzz_one(target, &fuzz, args)?);
    }
    Ok(found)
}

/// Whether the target held.
fn fuzz_one(target: &Target, fuzz: &Path, args: &Args) -> std::io::Result<bool> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(fuzz.join("corpus").join(target.name))?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?;
    paths.sort();
    let corpus: Vec<Vec<u8>> = paths.iter().map(std::fs::read).collect::<std::io::Result<_>>()?;
    if corpus.is_empty() {
        return Err(std::io::Error::other(format!("fuzz/corpus/{} is empty", target.name)));
    }
    let started = Instant::now();
    let mut mutator = Mutator { chance: args.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1, corpus: &corpus };
    let mutations = (0..args.iterations).map(|_| mutator.next());
    for input in corpus.iter().cloned().chain(mutations) {
        if catch_unwind(AssertUnwindSafe(|| (target.run)(&input))).is_err() {
            let folder = fuzz.join("artifacts").join(target.name);
            std::fs::create_dir_all(&folder)?;
            let path = folder.join(format!("seed-{}-{}", args.seed, input.len()));
            std::fs::write(&path, &input)?;
            eprintln!("{}: panicked; again with --target {} --input {}", target.name, target.name, path.display());
            return Ok(false);
        }
    }
    println!(
        "{:<14} {} of the corpus and {} mutations in {:.1} s",
        target.name,
        corpus.len(),
        args.iterations,
        started.elapsed().as_secs_f64()
    );
    Ok(true)
}

/// Pieces that parsers look for, and numbers at which they break.
const TOKENS: &[&[u8]] = &[
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b"<",
    b"</",
    b"/>",
    b"<!DOCTYPE x [",
    b"<!ENTITY a \"b\">",
    b"&amp;",
    b"&#0;",
    b"<![CDATA[",
    b"%",
    b"%00",
    b"%zz",
    b"+",
    b"&",
    b"=",
    b"..",
    b"/../",
    b"//",
    b":",
    b";",
    b",",
    b"\r\n",
    b"\n\n",
    b"\0",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"null",
    b"true",
    b"NaN",
    b"-0",
    b"1e999",
    b"9223372036854775808",
    b"4294967295",
    b".member.",
    b".1",
    b".999999999",
    b"${",
    b"*",
    b"?",
    b"\x9f",
    b"\xbf",
    b"\x5f",
    b"\xfb\x7f\xf8\x00\x00\x00\x00\x00\x00",
    b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"x-amz-content-sha256: ",
    b"content-encoding: gzip\n",
    b"ffffffffffffffff;chunk-signature=",
    b"0;chunk-signature=",
];

struct Mutator<'a> {
    chance: u64,
    corpus: &'a [Vec<u8>],
}

impl<'a> Mutator<'a> {
    /// One of the corpus with one to eight changes.
    fn next(&mut self) -> Vec<u8> {
        let mut input = self.any().to_vec();
        for _ in 0..=self.below(8) {
            self.change(&mut input);
        }
        input.truncate(LENGTH_MAX);
        input
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let at = self.below(input.len() + 1);
        let length = 1 + self.below(16);
        let end = (at + length).min(input.len());
        match self.below(9) {
            0 | 1 if at < input.len() => input[at] ^= 1 << self.below(8),
            2 if at < input.len() => input[at] = self.draw() as u8,
            3 => drop(input.drain(at..end)),
            4 => {
                let copy = input[at..end].repeat(1 + self.below(4));
                input.splice(at..at, copy);
            }
            5 | 6 => {
                let token = TOKENS[self.below(TOKENS.len())];
                let over = if self.below(2) == 0 { at } else { (at + token.len()).min(input.len()) };
                input.splice(at..over, token.iter().copied());
            }
            7 => {
                // The head of this one, the tail of another.
                let other = self.any();
                let from = self.below(other.len() + 1);
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            8 if self.below(8) == 0 => {
                // Depth: an opening that never ends.
                let token = TOKENS[self.below(12)].repeat(1 + self.below(2_000));
                input.splice(at..at, token);
            }
            _ => input.truncate(at),
        }
    }

    fn any(&mut self) -> &'a [u8] {
        let at = self.below(self.corpus.len());
        &self.corpus[at]
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.draw() % bound.max(1) as u64) as usize
    }

    /// xorshift64*.
    fn draw(&mut self) -> u64 {
        self.chance ^= self.chance >> 12;
        self.chance ^= self.chance << 25;
        self.chance ^= self.chance >> 27;
        self.chance.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
}
