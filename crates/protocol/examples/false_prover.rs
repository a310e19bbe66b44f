//! A prover that proves whatever it is told, for the Python tests that tamper with every relation.
//!
//! Its argument is a file of powers of tau. Each line it reads names a folder with `key`, a
//! verifying key, and `tensors`: per tensor its index (4 bytes), its count (8 bytes) and its entries
//! (8 bytes each), little-endian. It writes `proof` there and answers with a line.

use std::error::Error;
use std::io::{BufRead, Write};
use std::path::Path;

use modulus_kzg::Srs;
use modulus_protocol::attacks::{Attack, prove_falsely};
use modulus_protocol::{Tensors, VerifyingKey};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os()
        .nth(1)
        .ok_or("usage: false_prover SRS, then folders on standard input")?;
    let srs = Srs::load(Path::new(&path), usize::MAX)?;
    let mut answers = std::io::stdout().lock();
    for folder in std::io::stdin().lock().lines() {
        match forge(Path::new(&folder?), &srs) {
            Ok(()) => writeln!(answers, "proven")?,
            Err(error) => writeln!(answers, "{error}")?,
        }
        answers.flush()?;
    }
    Ok(())
}

fn forge(folder: &Path, srs: &Srs) -> Result<(), Box<dyn Error>> {
    let key = VerifyingKey::decode(&std::fs::read(folder.join("key"))?)?;
    let tensors = read_tensors(&std::fs::read(folder.join("tensors"))?)?;
    let forgery = prove_falsely(&key, srs, &tensors, [0; 32], Attack::default())?;
    std::fs::write(folder.join("proof"), forgery.proof)?;
    Ok(())
}

fn read_tensors(mut bytes: &[u8]) -> Result<Tensors, Box<dyn Error>> {
    let mut tensors = Tensors::new();
    while !bytes.is_empty() {
        let index = u32::from_le_bytes(take(&mut bytes)?);
        let count = u64::from_le_bytes(take(&mut bytes)?);
        let entries = (0..count).map(|_| take(&mut bytes).map(i64::from_le_bytes));
        tensors.insert(index, entries.collect::<Result<_, _>>()?);
    }
    Ok(tensors)
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], &'static str> {
    let (head, rest) = bytes.split_first_chunk().ok_or("the tensors end early")?;
    *bytes = rest;
    Ok(*head)
}
