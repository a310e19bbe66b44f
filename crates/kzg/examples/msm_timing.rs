//! Times the prover's group arithmetic: `cargo run --release -p modulus-kzg --example msm_timing`.

use std::time::{Duration, Instant};

use ark_bn254::{Fr, G1Projective};
use ark_ec::VariableBaseMSM;
use ark_ff::{AdditiveGroup, UniformRand};
use modulus_kzg::{Quotients, Srs, evaluate, laurent_quotient, msm, msm_small, open};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

const REPETITIONS: usize = 5;

/// Best of a few runs, in milliseconds.
fn time<T>(mut run: impl FnMut() -> T) -> f64 {
    let best = (0..REPETITIONS)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(run());
            start.elapsed()
        })
        .min()
        .unwrap_or(Duration::ZERO);
    best.as_secs_f64() * 1e3
}

fn small_values(rng: &mut ChaCha20Rng, bits: u32, count: usize) -> Vec<i64> {
    let half = 1_i64 << (bits - 1);
    (0..count)
        .map(|_| i64::from(rng.next_u32() >> (32 - bits)) - half)
        .collect()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let power: u32 = std::env::args()
        .nth(1)
        .map_or(Ok(16), |text| text.parse())?;
    let count = 1_usize << power;
    let mut rng = ChaCha20Rng::seed_from_u64(1);

    let start = Instant::now();
    let srs = Srs::generate_development(power + 1, |_, _| ())?;
    println!(
        "generate 2^{}: {:.0} ms",
        power + 1,
        start.elapsed().as_secs_f64() * 1e3
    );
    let path = std::env::temp_dir().join(format!("msm_timing.{}.srs", std::process::id()));
    srs.save(&path)?;
    println!("load 2^{power}: {:.1} ms", time(|| Srs::load(&path, count)));
    std::fs::remove_file(&path)?;

    let bases = &srs.g1()[..count];
    let scalars: Vec<Fr> = (0..count).map(|_| Fr::rand(&mut rng)).collect();
    println!("msm, full: {:.1} ms", time(|| msm(bases, &scalars)));
    println!(
        "msm, full, ark-ec: {:.1} ms",
        time(|| G1Projective::msm_unchecked(bases, &scalars))
    );
    for bits in [8, 12, 16, 20, 32] {
        let values = small_values(&mut rng, bits, count);
        println!(
            "msm, {bits} bits: {:.1} ms",
            time(|| msm_small(bases, &values))
        );
    }
    let sparse: Vec<Fr> = scalars
        .iter()
        .enumerate()
        .map(|(index, scalar)| if index % 16 == 0 { *scalar } else { Fr::ZERO })
        .collect();
    println!("msm, 1 in 16: {:.1} ms", time(|| msm(bases, &sparse)));
    println!(
        "msm, all equal: {:.1} ms",
        time(|| msm(bases, &vec![scalars[0]; count]))
    );

    let u = &scalars[..power as usize];
    let [zeta, bb, zz] = [scalars[20], scalars[21], scalars[22]];
    let s = laurent_quotient(&scalars, u)?;
    println!(
        "laurent quotient: {:.1} ms",
        time(|| laurent_quotient(&scalars, u))
    );
    println!("evaluate: {:.1} ms", time(|| evaluate(&scalars, zeta)));
    let openings = open(&scalars, &s, zeta)?;
    let quotients = time(|| {
        Quotients::new(&scalars, &s, zeta, &openings, bb).map(|quotients| quotients.w_prime(zz))
    });
    println!("quotients: {quotients:.1} ms");
    Ok(())
}
