//! The opening: algebra against its definition, honest openings, and every input altered.

use std::sync::OnceLock;

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{Field, One, Zero};
use modulus_kzg::{
    CommitmentScheme, OpeningClaim, OpeningError, Openings, Quotients, SizeError, Srs,
    check_identity, e_eval, evaluate, laurent_quotient, open, verify_opening,
};

const MAX_VARIABLES: usize = 10;

fn srs() -> &'static Srs {
    static SRS: OnceLock<Srs> = OnceLock::new();
    SRS.get_or_init(|| Srs::generate_development(10, |_, _| ()).expect("randomness"))
}

/// A deterministic stream of field elements that look random.
fn elements(seed: u64) -> impl Iterator<Item = Fr> {
    let base = Fr::from(seed + 0x9e37_79b9).pow([77]);
    std::iter::successors(Some(base), move |last| {
        Some(last.square() * last.square() * last + base)
    })
}

fn equality_vector(u: &[Fr]) -> Vec<Fr> {
    (0..1_usize << u.len())
        .map(|index| {
            u.iter()
                .enumerate()
                .map(|(k, x)| {
                    if index >> k & 1 == 1 {
                        *x
                    } else {
                        Fr::one() - x
                    }
                })
                .product()
        })
        .collect()
}

/// Rows and everything an honest prover makes of them.
struct Honest {
    u: Vec<Fr>,
    v: Fr,
    rows: Vec<G1Affine>,
    rho: Fr,
    s: G1Affine,
    zeta: Fr,
    openings: Openings,
    bb: Fr,
    w: G1Affine,
    zz: Fr,
    w_prime: G1Affine,
}

impl Honest {
    /// `blinded` rows have a coefficient at index 2^m.
    fn new(variables: usize, blinded: bool) -> Self {
        let slots = 1 << variables;
        let length = slots + usize::from(blinded);
        let mut source = elements(variables as u64 + u64::from(blinded) * 100);
        let mut next = || source.next().expect("endless");
        let rows: Vec<Vec<Fr>> = (0..3)
            .map(|_| (0..length).map(|_| next()).collect())
            .collect();
        let u: Vec<Fr> = (0..variables).map(|_| next()).collect();
        let [rho, zeta, bb, zz] = std::array::from_fn(|_| next());

        let f: Vec<Fr> = (0..length)
            .map(|i| rows[0][i] + rho * (rows[1][i] + rho * rows[2][i]))
            .collect();
        let v = f.iter().zip(equality_vector(&u)).map(|(a, b)| *a * b).sum();
        let s = laurent_quotient(&f, &u).expect("shapes fit");
        let openings = open(&f, &s, zeta).expect("zeta is random");
        let quotients = Quotients::new(&f, &s, zeta, &openings, bb).expect("zeta is random");
        let commit = |values: &[Fr]| srs().commit(values).expect("enough powers");
        Self {
            v,
            rows: rows.iter().map(|row| commit(row)).collect(),
            rho,
            s: commit(&s),
            zeta,
            openings,
            bb,
            w: commit(quotients.w()),
            zz,
            w_prime: commit(&quotients.w_prime(zz)),
            u,
        }
    }

    fn claim(&self) -> OpeningClaim<'_> {
        OpeningClaim {
            rows: &self.rows,
            rho: self.rho,
            s: self.s,
            zeta: self.zeta,
            openings: self.openings,
            bb: self.bb,
            w: self.w,
            zz: self.zz,
            w_prime: self.w_prime,
        }
    }
}

#[test]
fn honest_openings_verify() {
    for variables in 1..=MAX_VARIABLES {
        for blinded in [false, true] {
            let honest = Honest::new(variables, blinded);
            check_identity(&honest.u, honest.v, honest.zeta, &honest.openings).expect("identity");
            verify_opening(&honest.claim(), srs().tau_g2()).expect("pairing");
        }
    }
}

#[test]
fn quotient_is_the_one_of_the_definition() {
    for variables in 0..=5 {
        let slots = 1_usize << variables;
        let f: Vec<Fr> = elements(5).take(slots + 1).collect();
        let u: Vec<Fr> = elements(6).take(variables).collect();
        let e = equality_vector(&u);
        let mut expected = vec![Fr::zero(); slots];
        for (i, a) in f.iter().enumerate() {
            for (j, b) in e.iter().enumerate() {
                if i != j {
                    expected[i.abs_diff(j) - 1] += *a * b;
                }
            }
        }
        assert_eq!(laurent_quotient(&f, &u).expect("shapes fit"), expected);
        assert_eq!(e_eval(&u, Fr::from(3)), evaluate(&e, Fr::from(3)));
    }
}

#[test]
fn evaluation_is_the_same_in_parts() {
    let coefficients: Vec<Fr> = elements(1).take(10_000).collect();
    let x = Fr::from(123_456_789);
    let expected = coefficients
        .iter()
        .rev()
        .fold(Fr::zero(), |sum, c| sum * x + c);
    assert_eq!(evaluate(&coefficients, x), expected);
}

#[test]
fn last_coefficient_does_not_reach_the_value() {
    let u: Vec<Fr> = elements(8).take(4).collect();
    let mut f = vec![Fr::zero(); 17];
    f[16] = Fr::from(42);
    let s = laurent_quotient(&f, &u).expect("shapes fit");
    let zeta = Fr::from(9);
    let openings = open(&f, &s, zeta).expect("distinct points");
    check_identity(&u, Fr::zero(), zeta, &openings).expect("the value is zero");
}

#[test]
fn every_altered_scalar_is_rejected() {
    let honest = Honest::new(4, true);
    let one = Fr::one();
    let alterations: [fn(&mut OpeningClaim<'_>, Fr); 8] = [
        |claim, x| claim.rho += x,
        |claim, x| claim.zeta += x,
        |claim, x| claim.bb += x,
        |claim, x| claim.zz += x,
        |claim, x| claim.openings.a1 += x,
        |claim, x| claim.openings.a2 += x,
        |claim, x| claim.openings.s1 += x,
        |claim, x| claim.openings.s2 += x,
    ];
    for (index, alter) in alterations.iter().enumerate() {
        let mut claim = honest.claim();
        alter(&mut claim, one);
        assert_eq!(
            verify_opening(&claim, srs().tau_g2()),
            Err(OpeningError::PairingMismatch),
            "alteration {index}"
        );
    }
}

#[test]
fn every_altered_point_is_rejected() {
    let honest = Honest::new(4, true);
    let add = |point: G1Affine| (point + G1Affine::generator()).into_affine();
    let rejected = |claim: &OpeningClaim<'_>, tau_g2: G2Affine| {
        assert_eq!(
            verify_opening(claim, tau_g2),
            Err(OpeningError::PairingMismatch)
        );
    };
    for index in 0..honest.rows.len() {
        let mut rows = honest.rows.clone();
        rows[index] = add(rows[index]);
        rejected(
            &OpeningClaim {
                rows: &rows,
                ..honest.claim()
            },
            srs().tau_g2(),
        );
    }
    let claim = honest.claim();
    rejected(
        &OpeningClaim {
            rows: &honest.rows[..2],
            ..claim
        },
        srs().tau_g2(),
    );
    rejected(
        &OpeningClaim {
            s: add(claim.s),
            ..claim
        },
        srs().tau_g2(),
    );
    rejected(
        &OpeningClaim {
            w: add(claim.w),
            ..claim
        },
        srs().tau_g2(),
    );
    rejected(
        &OpeningClaim {
            w_prime: add(claim.w_prime),
            ..claim
        },
        srs().tau_g2(),
    );
    rejected(
        &OpeningClaim {
            w_prime: G1Affine::identity(),
            ..claim
        },
        srs().tau_g2(),
    );
    rejected(
        &claim,
        (srs().tau_g2() + G2Affine::generator()).into_affine(),
    );
}

#[test]
fn identity_binds_every_input() {
    let honest = Honest::new(5, true);
    let check = |u: &[Fr], v, zeta, openings: &Openings| check_identity(u, v, zeta, openings);
    let Honest {
        u,
        v,
        zeta,
        openings,
        ..
    } = &honest;
    let one = Fr::one();
    for index in 0..u.len() {
        let mut other = u.clone();
        other[index] += one;
        assert_eq!(
            check(&other, *v, *zeta, openings),
            Err(OpeningError::IdentityMismatch)
        );
    }
    let mismatch = Err(OpeningError::IdentityMismatch);
    assert_eq!(check(u, *v + one, *zeta, openings), mismatch);
    assert_eq!(check(u, *v, *zeta + one, openings), mismatch);
    for altered in [
        Openings {
            a1: openings.a1 + one,
            ..*openings
        },
        Openings {
            a2: openings.a2 + one,
            ..*openings
        },
        Openings {
            s1: openings.s1 + one,
            ..*openings
        },
        Openings {
            s2: openings.s2 + one,
            ..*openings
        },
    ] {
        assert_eq!(check(u, *v, *zeta, &altered), mismatch);
    }
}

#[test]
fn degenerate_challenges_are_rejected() {
    let honest = Honest::new(3, false);
    for zeta in [Fr::zero(), Fr::one(), -Fr::one()] {
        let expected = Some(OpeningError::DegenerateChallenge);
        assert_eq!(
            check_identity(&honest.u, honest.v, zeta, &honest.openings).err(),
            expected
        );
        let claim = OpeningClaim {
            zeta,
            ..honest.claim()
        };
        assert_eq!(verify_opening(&claim, srs().tau_g2()).err(), expected);
        assert_eq!(open(&[], &[], zeta).err(), expected);
        let quotients = Quotients::new(&[], &[], zeta, &honest.openings, honest.bb);
        assert_eq!(quotients.err(), expected);
    }
}

#[test]
fn shapes_that_do_not_fit_are_rejected() {
    let u: Vec<Fr> = elements(1).take(3).collect();
    for coefficients in [0, 7, 10] {
        assert_eq!(
            laurent_quotient(&vec![Fr::one(); coefficients], &u),
            Err(SizeError::RowLength {
                coefficients,
                variables: 3
            })
        );
    }
    assert!(laurent_quotient(&[Fr::one()], &vec![Fr::one(); 64]).is_err());
}
