//! Times proving and verifying: `timing STATEMENT SRS`.
//!
//! STATEMENT holds, little-endian: u32 length and bytes of a verifying key, u32 number of
//! tensors, then per tensor u32 index, u32 length and its entries as i64.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Instant;

use modulus_kzg::Srs;
use modulus_protocol::{Interrupted, Progress, VerifyingKey, prove, verify};

/// Prints how long each part takes.
struct Clock(Mutex<(String, Instant)>);

impl Progress for Clock {
    fn stage(&self, name: &str, _: f64) -> Result<(), Interrupted> {
        let mut state = self.0.lock().unwrap();
        if state.0 != name {
            println!("    {:<16} {:>8.1?}", state.0, state.1.elapsed());
            *state = (name.to_owned(), Instant::now());
        }
        Ok(())
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let bytes = RefCell::new(std::fs::read(&arguments[1]).unwrap().into_iter());
    let number = || {
        let taken: Vec<u8> = bytes.borrow_mut().by_ref().take(4).collect();
        u32::from_le_bytes(taken.try_into().unwrap())
    };
    let length = number() as usize;
    let key: Vec<u8> = bytes.borrow_mut().by_ref().take(length).collect();
    let mut tensors = HashMap::new();
    for _ in 0..number() {
        let (index, length) = (number(), number() as usize);
        let data: Vec<u8> = bytes.borrow_mut().by_ref().take(8 * length).collect();
        let (entries, _) = data.as_chunks::<8>();
        tensors.insert(
            index,
            entries
                .iter()
                .map(|entry| i64::from_le_bytes(*entry))
                .collect(),
        );
    }
    let start = Instant::now();
    let key = VerifyingKey::decode(&key).unwrap();
    println!("key decoded in {:.1?}", start.elapsed());
    let size = key.schedule().row_size() + 1;
    let srs = Srs::load(arguments[2].as_ref(), size).unwrap();
    for _ in 0..3 {
        let clock = Clock(Mutex::new(("checks".to_owned(), Instant::now())));
        let start = Instant::now();
        let proof = prove(&key, &srs, &tensors, [0; 32], &clock).unwrap();
        clock.stage("", 1.0).unwrap();
        println!("proven in {:.1?}, {} bytes", start.elapsed(), proof.len());
        let start = Instant::now();
        verify(&key, &proof, [0; 32]).unwrap();
        println!("verified in {:.1?}", start.elapsed());
    }
}
