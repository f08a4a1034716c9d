//! What the cryptography library takes by itself for what KMS does with it: CPU µs per signature over 1 KiB, on one thread.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256};

use super::process;
use crate::Result;

/// CPU seconds that each figure is taken over.
const CPU_SECONDS: f64 = 1.0;
/// Signatures between two looks at the CPU time.
const BATCH: usize = 200;
const MESSAGE: [u8; 1024] = [0; 1024];

pub fn sign_rsa_2048() -> Result<f64> {
    let key = KeyPair::generate(KeySize::Rsa2048)?;
    let mut signature = vec![0; key.public_modulus_len()];
    micros(|| Ok(key.sign_digest(&RSA_PKCS1_SHA256, &digest(&SHA256, &MESSAGE), &mut signature)?))
}

pub fn sign_p256() -> Result<f64> {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING)?;
    micros(|| {
        std::hint::black_box(key.sign_digest(&digest(&SHA256, &MESSAGE))?);
        Ok(())
    })
}

/// This process's CPU µs per run. No server runs meanwhile: its time would count as this process's.
fn micros(mut run: impl FnMut() -> Result<()>) -> Result<f64> {
    let own = std::process::id();
    let before = process::cpu_seconds(own)?;
    let mut runs = 0;
    loop {
        for _ in 0..BATCH {
            run()?;
        }
        runs += BATCH;
        let used = process::cpu_seconds(own)? - before;
        if used >= CPU_SECONDS {
            return Ok(used * 1e6 / runs as f64);
        }
    }
}
