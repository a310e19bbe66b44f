//! What the rows of tables and of public weights hold, shown without the powers of tau.
//!
//! Whoever knows the integers of these rows checks their commitments against one opening: a random
//! combination of the rows is evaluated at a random point. Both are drawn from digests that bind
//! the commitments and the integers.
//!
//! Source: `docs/spec/schedule.md`, section 10.

use std::ops::Range;

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::VariableBaseMSM;
use ark_ff::{One, Zero};
use modulus_kzg::{CommitmentScheme, Srs, evaluate, evaluation_quotient, verify_evaluation};
use modulus_transcript::DigestBuilder;

use crate::prover::{FixedRows, ProveError, Tensors};
use crate::rejection::{Reason, Rejection};
use crate::schedule::RowKind;
use crate::verifying_key::VerifyingKey;

/// Rows whose integers everybody may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fixed {
    /// Function tables: their integers follow from the system.
    Tables,
    /// Weights that are committed without blinding: their integers follow from the model.
    Weights,
}

impl Fixed {
    fn kind(self) -> RowKind {
        match self {
            Self::Tables => RowKind::Table,
            Self::Weights => RowKind::Weight,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Tables => "function tables",
            Self::Weights => "weights",
        }
    }
}

/// Openings that a verifying key carries beside its commitments; they are no part of its digest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FixedOpenings {
    /// Of the table rows.
    pub tables: Option<G1Affine>,
    /// Of the weight rows, if the weights are public.
    pub weights: Option<G1Affine>,
}

impl FixedOpenings {
    fn of(&self, fixed: Fixed) -> Option<G1Affine> {
        match fixed {
            Fixed::Tables => self.tables,
            Fixed::Weights => self.weights,
        }
    }
}

/// Opens the rows of one kind.
///
/// # Errors
///
/// [`ProveError`] if tensors are missing or have another size or range, or there are too few
/// powers of tau.
pub fn open_fixed(
    key: &VerifyingKey,
    srs: &Srs,
    tensors: &Tensors,
    fixed: Fixed,
) -> Result<G1Affine, ProveError> {
    let rows = FixedRows::new(key.schedule(), tensors, fixed.kind())?;
    let challenges = Challenges::new(key, &rows, fixed);
    let quotient = evaluation_quotient(&challenges.combine(&rows), challenges.point);
    Ok(srs.commit(&quotient)?)
}

/// Checks that the rows of one kind hold these tensors, and no blinding.
///
/// # Errors
///
/// [`Reason::MalformedKey`] if they do not, or if the key has no opening of them.
pub fn check_fixed(key: &VerifyingKey, tensors: &Tensors, fixed: Fixed) -> Result<(), Rejection> {
    let malformed = |detail: String| Rejection::new(Reason::MalformedKey, fixed.name(), detail);
    let range = key.schedule().rows(fixed.kind());
    if range.is_empty() {
        return Ok(());
    }
    let opening = key
        .openings()
        .of(fixed)
        .ok_or_else(|| malformed("the key has no opening of their rows".to_owned()))?;
    let rows = FixedRows::new(key.schedule(), tensors, fixed.kind())
        .map_err(|error| malformed(error.to_string()))?;
    let challenges = Challenges::new(key, &rows, fixed);
    let value = evaluate(&challenges.combine(&rows), challenges.point);
    if verify_evaluation(
        challenges.commitment(key, range),
        challenges.point,
        value,
        opening,
        key.tau_g2(),
    ) {
        return Ok(());
    }
    let detail = "the commitments are not to what they must hold".to_owned();
    Err(malformed(detail))
}

/// What combines the rows, and where the combination is evaluated.
struct Challenges {
    combiner: Fr,
    point: Fr,
}

impl Challenges {
    fn new(key: &VerifyingKey, rows: &FixedRows<'_>, fixed: Fixed) -> Self {
        let digest = match fixed {
            // The key's digest binds the system, which says what tables hold.
            Fixed::Tables => DigestBuilder::new("modulus.tables.1").field(key.digest()),
            // Attack: with a point known beforehand, other weights with this value could be found.
            Fixed::Weights => DigestBuilder::new("modulus.weights.1")
                .field(key.digest())
                .word(rows.digest()),
        };
        let combiner = digest.finish_truncated();
        let point = DigestBuilder::new("modulus.fixed.1")
            .field(combiner)
            .finish_truncated();
        Self { combiner, point }
    }

    /// Coefficients of the combined row; its blinding coefficient is that of public rows.
    fn combine(&self, rows: &FixedRows<'_>) -> Vec<Fr> {
        let mut sum = vec![Fr::zero(); rows.row_size() + 1];
        let mut power = Fr::one();
        for row in rows.iter() {
            for (target, integer) in sum.iter_mut().zip(&row) {
                if *integer != 0 {
                    *target += power * Fr::from(*integer);
                }
            }
            sum[rows.row_size()] += power;
            power *= self.combiner;
        }
        sum
    }

    fn commitment(&self, key: &VerifyingKey, rows: Range<usize>) -> G1Projective {
        let points = &key.points()[rows];
        let powers: Vec<Fr> =
            std::iter::successors(Some(Fr::one()), |power| Some(*power * self.combiner))
                .take(points.len())
                .collect();
        G1Projective::msm_unchecked(points, &powers)
    }
}
