//! Sizes and times of the seal of a verifying key's schedule: `seal_timing KEY [ceremony]`.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::time::Instant;

use ark_bn254::Fr;
use ark_ff::UniformRand;
use modulus_protocol::{Silent, VerifyingKey};
use modulus_seal::ceremony::{Ceremony, Label, Powers, verify_setup};
use modulus_seal::circuit::{Assignment, Circuit};
use modulus_seal::groth16::{ProvingKey, prove, setup_development};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

fn main() {
    let path = std::env::args().nth(1).unwrap();
    let key = VerifyingKey::decode(&std::fs::read(path).unwrap()).unwrap();
    let start = Instant::now();
    let circuit = Circuit::synthesise(key.schedule()).unwrap();
    println!("synthesised in {:.1?}", start.elapsed());
    println!(
        "{} constraints, {} wires, {} messages, {} entries",
        circuit.constraint_count(),
        circuit.wire_count(),
        circuit.message_count(),
        circuit.entry_count()
    );
    for (part, count) in circuit.breakdown() {
        println!("    {part:<16} {count:>7}");
    }
    let start = Instant::now();
    let hash = circuit.hash();
    println!("hashed in {:.1?}: {:02x?}", start.elapsed(), &hash[..4]);
    let start = Instant::now();
    let key = setup_development(&circuit, &Silent).unwrap();
    println!("set up in {:.1?}", start.elapsed());
    let start = Instant::now();
    let bytes = key.encode();
    println!("{} bytes, encoded in {:.1?}", bytes.len(), start.elapsed());
    let start = Instant::now();
    let key = ProvingKey::decode(&bytes, &circuit).unwrap();
    println!("decoded in {:.1?}", start.elapsed());
    // Values of any assignment cost the same, so no transcript is needed to time a proof.
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let mut random = |count| (0..count).map(|_| Fr::rand(&mut rng)).collect::<Vec<_>>();
    let assignment = Assignment {
        wires: random(circuit.wire_count()),
        a: random(circuit.constraint_count()),
        b: random(circuit.constraint_count()),
        c: random(circuit.constraint_count()),
    };
    for _ in 0..3 {
        let start = Instant::now();
        prove(&key, &assignment, &mut rng, &Silent).unwrap();
        println!("proven in {:.1?}", start.elapsed());
    }
    if std::env::args().nth(2).is_some() {
        let power = (circuit.constraint_count() + 4).next_power_of_two().ilog2();
        let powers = Powers::generate_development(power).unwrap();
        let start = Instant::now();
        powers.check(&Silent).unwrap();
        println!("powers checked in {:.1?}", start.elapsed());
        let start = Instant::now();
        let mut ceremony = Ceremony::begin(Vec::new(), &circuit, &powers, &Silent).unwrap();
        println!("ceremony begun in {:.1?}", start.elapsed());
        let start = Instant::now();
        ceremony
            .contribute(Label::new("").unwrap(), b"", &Silent)
            .unwrap();
        println!("contributed in {:.1?}", start.elapsed());
        let start = Instant::now();
        let points = ceremony.key().points();
        let evidence = ceremony.key().evidence();
        let transcript = ceremony.transcript();
        verify_setup(&circuit, powers.tau_g2[1], points, evidence, &transcript).unwrap();
        println!("setup verified in {:.1?}", start.elapsed());
    }
}
