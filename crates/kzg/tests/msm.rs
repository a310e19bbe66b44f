//! Multi-scalar multiplication against the sum of single multiplications.

use std::sync::OnceLock;

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{CurveGroup, VariableBaseMSM};
use ark_ff::{Field, One, PrimeField, Zero};
use modulus_kzg::{SizeError, Srs, msm, msm_small};
use proptest::collection::vec;
use proptest::prelude::*;

fn bases() -> &'static [G1Affine] {
    static SRS: OnceLock<Srs> = OnceLock::new();
    SRS.get_or_init(|| Srs::generate_development(13, |_, _| ()).expect("randomness"))
        .g1()
}

fn naive(bases: &[G1Affine], scalars: &[Fr]) -> G1Projective {
    bases
        .iter()
        .zip(scalars)
        .map(|(base, scalar)| *base * scalar)
        .sum()
}

fn check(bases: &[G1Affine], scalars: &[Fr]) {
    assert_eq!(
        msm(bases, scalars),
        Ok(G1Projective::msm_unchecked(bases, scalars))
    );
}

fn check_small(bases: &[G1Affine], values: &[i64]) {
    let scalars: Vec<Fr> = values.iter().map(|value| Fr::from(*value)).collect();
    let expected = naive(bases, &scalars);
    assert_eq!(msm_small(bases, values), Ok(expected));
    assert_eq!(msm(bases, &scalars), Ok(expected));
}

#[test]
fn lengths_must_agree() {
    let error = SizeError::LengthMismatch {
        bases: 1,
        scalars: 2,
    };
    assert_eq!(msm(&bases()[..1], &[Fr::one(); 2]), Err(error));
    assert_eq!(msm_small(&bases()[..1], &[1, 2]), Err(error));
    assert_eq!(msm(&[], &[]), Ok(G1Projective::zero()));
}

#[test]
fn boundaries_of_the_scalar_range() {
    let half = Fr::from_bigint(Fr::MODULUS_MINUS_ONE_DIV_TWO).expect("below the order");
    let scalars = [
        Fr::zero(),
        Fr::one(),
        -Fr::one(),
        half,
        half + Fr::one(),
        -half,
        Fr::from(u64::MAX),
    ];
    for scalar in scalars {
        assert_eq!(msm(&bases()[1..2], &[scalar]), Ok(bases()[1] * scalar));
    }
    check(&bases()[..scalars.len()], &scalars);
}

#[test]
fn boundaries_of_the_integers() {
    check_small(&bases()[..4], &[i64::MIN, i64::MAX, -1, 0]);
    for bits in 0..63 {
        let power = 1_i64 << bits;
        check_small(
            &bases()[..5],
            &[power, -power, power - 1, 1 - power, -power - 1],
        );
    }
}

#[test]
fn equal_opposite_and_infinite_bases() {
    let g = bases()[3];
    let others = [
        g,
        g,
        -g,
        G1Affine::identity(),
        g,
        (g + g).into_affine(),
        -g,
        g,
    ];
    check_small(&others, &[1, 1, 1, 1, 1, 1, 1, 1]);
    check_small(&others, &[5, -5, 5, 9, 0, 5, -5, 1]);
    check_small(&[g, -g], &[7, 7]);
    check(&[g; 64], &[-Fr::from(3).pow([99]); 64]);
}

#[test]
fn large_inputs() {
    let scalars: Vec<Fr> = (0..8000_u64)
        .map(|index| Fr::from(index * index + 1).pow([index % 7 + 30]))
        .collect();
    check(&bases()[..8000], &scalars);
    let mut sparse = scalars.clone();
    for (index, scalar) in sparse.iter_mut().enumerate() {
        if index % 11 != 0 {
            *scalar = Fr::zero();
        }
    }
    check(&bases()[..8000], &sparse);
    check(&bases()[..8000], &vec![scalars[0]; 8000]);
    let values: Vec<i64> = (0..8000)
        .map(|index| index * 7919 % 65_536 - 32_768)
        .collect();
    check_small(&bases()[..8000], &values);
}

#[test]
fn every_number_of_threads_gives_the_same() {
    let values: Vec<i64> = (0..8192)
        .map(|index| index * 31 % 100_000 - 50_000)
        .collect();
    let expected = msm_small(&bases()[..8192], &values);
    for threads in [1, 3, 8] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads");
        assert_eq!(
            pool.install(|| msm_small(&bases()[..8192], &values)),
            expected
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn scalars_of_every_size(values in vec((any::<u64>(), 0_u64..6), 0..80)) {
        let scalars: Vec<Fr> =
            values.iter().map(|(base, power)| Fr::from(*base).pow([*power])).collect();
        let bases = &bases()[..scalars.len()];
        prop_assert_eq!(msm(bases, &scalars), Ok(naive(bases, &scalars)));
    }

    #[test]
    fn integers_of_every_size(values in vec((any::<i64>(), 0_u32..64), 0..80)) {
        let values: Vec<i64> = values.iter().map(|(value, shift)| value >> shift).collect();
        let scalars: Vec<Fr> = values.iter().map(|value| Fr::from(*value)).collect();
        let bases = &bases()[..scalars.len()];
        prop_assert_eq!(msm_small(bases, &values), Ok(naive(bases, &scalars)));
    }
}
