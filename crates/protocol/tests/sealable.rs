//! Transcripts made for sealing: they verify, and what is published of them looks uniform.

#![allow(clippy::unwrap_used)]

mod common;

use ark_bn254::{Fr, G1Affine};
use ark_ff::{Field, One, PrimeField, Zero};
use common::{CONTEXT, SRS, execute, key, parts_of, schedule, tensor};
use modulus_kzg::{OpeningClaim, Openings, verify_opening};
use modulus_protocol::schedule::encode;
use modulus_protocol::statement::{
    Mode, combination_challenge, helper_digest, pinned, quotient_digest, quotient_point,
    statement_digest,
};
use modulus_protocol::{
    Blinds, KeyParts, Layout, ProveError, Sealable, Silent, VerifyingKey, commit_fixed,
    draw_blinds, prove, prove_sealable,
};

const INPUT: [i64; 3] = [3, -5, 7];

fn private_key() -> (VerifyingKey, Blinds) {
    let schedule = schedule();
    let tensors = execute(INPUT);
    let blinds = draw_blinds(&schedule, &tensors).unwrap();
    let points = commit_fixed(&schedule, &SRS, &tensors, &blinds, &Silent).unwrap();
    let parts = parts_of(&schedule, &tensors);
    (
        VerifyingKey::new(KeyParts { points, ..parts }).unwrap(),
        blinds,
    )
}

fn sealable(key: &VerifyingKey, blinds: &Blinds) -> Sealable {
    prove_sealable(key, &SRS, &execute(INPUT), blinds, CONTEXT, &Silent).unwrap()
}

/// Scalars that a sealed proof publishes.
fn scalars(made: &Sealable) -> Vec<Fr> {
    let outcome = &made.outcome;
    let t0 = (outcome.zeta * (outcome.zeta.square() - Fr::one()))
        .inverse()
        .unwrap();
    let mut scalars = vec![outcome.rho, outcome.zeta, t0];
    scalars.extend(outcome.openings);
    scalars.push(outcome.seal);
    scalars
}

fn points(made: &Sealable) -> Vec<G1Affine> {
    let mut points = made.trace.clone();
    points.extend(&made.helpers);
    points.extend([made.s, made.w, made.w_prime]);
    points
}

#[test]
fn the_opening_of_a_blinded_transcript_verifies() {
    let (private, blinds) = private_key();
    for (key, blinds) in [(key(), Blinds::default()), (private, blinds)] {
        let made = sealable(&key, &blinds);
        let outcome = &made.outcome;
        let digest = key.digest();
        let h1 = statement_digest(
            Mode::Sealed,
            digest,
            CONTEXT,
            &made.public,
            &[],
            &made.trace,
        );
        assert_eq!(outcome.h1, h1);
        assert_eq!(outcome.h2, helper_digest(h1, &made.helpers));
        assert_eq!(outcome.h3, quotient_digest(outcome.h2, made.s));
        assert_eq!(made.messages.len(), Layout::new(key.schedule()).scalars + 5);
        assert_eq!(made.messages[0], h1);
        assert!(!made.messages[1].is_zero(), "the salt");
        let mut rows = key.points().to_vec();
        rows.extend(&made.trace);
        rows.extend(&made.helpers);
        let [a1, a2, s1, s2] = outcome.openings;
        let bb = combination_challenge(made.r);
        let claim = OpeningClaim {
            rows: &rows,
            rho: outcome.rho,
            s: made.s,
            zeta: outcome.zeta,
            openings: Openings { a1, a2, s1, s2 },
            bb,
            w: made.w,
            zz: quotient_point(bb, made.w),
            w_prime: made.w_prime,
        };
        verify_opening(&claim, key.tau_g2()).unwrap();
    }
}

#[test]
fn two_attempts_share_nothing() {
    let key = key();
    let (first, second) = (
        sealable(&key, &Blinds::default()),
        sealable(&key, &Blinds::default()),
    );
    let (left, right) = (points(&first), points(&second));
    assert!(left.iter().all(|point| !right.contains(point)));
    let (left, right) = (scalars(&first), scalars(&second));
    assert!(left.iter().all(|scalar| !right.contains(scalar)));
    // e is zero or the sum of the same public values at another z.
    let (left, right) = (pinned(&first.outcome), pinned(&second.outcome));
    assert!(left.iter().zip(&right).all(|(left, right)| left != right));
    assert_eq!(first.public, second.public);
}

/// Four highest bits of every published scalar, and the lowest ones: both are uniform.
#[test]
fn published_scalars_are_uniform() {
    const PROOFS: u32 = 320;
    const BUCKETS: u32 = 16;
    let key = key();
    let mut counts = vec![[[0_u32; BUCKETS as usize]; 2]; 8];
    for _ in 0..PROOFS {
        let made = sealable(&key, &Blinds::default());
        for (scalar, [high, low]) in scalars(&made).into_iter().zip(&mut counts) {
            let limbs = scalar.into_bigint().0;
            // floor(16 x / p), up to 2^-50 of a bucket.
            let top = u128::from(limbs[3]) << 4;
            let bucket = usize::try_from(top / u128::from(Fr::MODULUS.0[3] + 1)).unwrap();
            high[bucket] += 1;
            low[usize::try_from(limbs[0] % 16).unwrap()] += 1;
        }
    }
    let expected = f64::from(PROOFS) / f64::from(BUCKETS);
    for (scalar, sides) in counts.iter().enumerate() {
        for side in sides {
            let statistic: f64 = side
                .iter()
                .map(|count| (f64::from(*count) - expected).powi(2) / expected)
                .sum();
            // Chi-squared with 15 degrees of freedom: above 60 with probability 2e-7.
            assert!(statistic < 60.0, "scalar {scalar}: {statistic}");
        }
    }
}

#[test]
fn private_weights_are_blinded() {
    let (first, _) = private_key();
    let (second, _) = private_key();
    let tables = 8;
    let pairs = || first.points().iter().zip(second.points());
    assert!(pairs().take(tables).all(|(left, right)| left == right));
    assert!(pairs().skip(tables).all(|(left, right)| left != right));
    assert_eq!(pairs().count(), tables + 1);
    assert_ne!(first.points(), key().points());
}

#[test]
fn transparent_proofs_of_private_weights_are_refused() {
    let (key, _) = private_key();
    let made = prove(&key, &SRS, &execute(INPUT), CONTEXT, &Silent);
    assert!(matches!(made, Err(ProveError::TransparentRefused)));
}

#[test]
fn blinds_of_another_number_of_rows_are_refused() {
    let key = key();
    let weights = vec![Fr::one(); 2];
    let ports = vec![Fr::one()];
    for blinds in [
        Blinds {
            weights,
            ports: Vec::new(),
        },
        Blinds {
            weights: Vec::new(),
            ports,
        },
    ] {
        let made = prove_sealable(&key, &SRS, &execute(INPUT), &blinds, CONTEXT, &Silent);
        assert!(matches!(made.err(), Some(ProveError::Blinds { .. })));
    }
}

#[test]
fn a_schedule_without_free_slots_is_refused() {
    let mut covered = schedule();
    let last = covered.row_kinds.len() - 1;
    let helper = covered
        .tensors
        .iter_mut()
        .skip(tensor::HELPER)
        .find(|tensor| tensor.shape == [2])
        .unwrap();
    (helper.row, helper.offset) = (last, covered_offset());
    let parts = KeyParts {
        schedule: encode(&covered),
        ..parts_of(&schedule(), &execute(INPUT))
    };
    let key = VerifyingKey::new(parts).unwrap();
    let blinds = Blinds::default();
    let made = prove_sealable(&key, &SRS, &execute(INPUT), &blinds, CONTEXT, &Silent);
    assert!(matches!(made.err(), Some(ProveError::NoBlindingSlots)));
}

/// The last two slots of a row.
fn covered_offset() -> usize {
    (1 << common::ROW_BITS) - 2
}
