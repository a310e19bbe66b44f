//! The initial key of a circuit: what powers of tau and the circuit determine.

use std::ops::AddAssign;

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::One;
use ark_poly::domain::DomainCoeff;
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use modulus_protocol::Progress;
use rayon::prelude::*;

use super::error::CeremonyError;
use super::powers::Powers;
use crate::circuit::{Circuit, Matrix, PUBLIC_INPUTS};
use crate::groth16::{Evidence, KeyPoints, ProvingKey, SetupError, Support, domain};

/// The key of a circuit before any contribution: delta is the generator.
pub(super) fn initial_key(
    circuit: &Circuit,
    powers: &Powers,
    progress: &dyn Progress,
) -> Result<ProvingKey, CeremonyError> {
    let domain = domain_of(circuit)?;
    let size = domain.size();
    if size > powers.tau_g2.len() {
        return Err(CeremonyError::TooFewPowers {
            required: domain.log_size_of_group,
            available: powers.power(),
        });
    }
    let support = Support::of(circuit);
    // Bases of another domain are of no use.
    let prepared = powers
        .lagrange
        .as_ref()
        .filter(|_| size == powers.tau_g2.len());
    let report = |fraction| progress.stage("initial key", fraction);

    report(0.0)?;
    let lagrange = basis(
        &domain,
        prepared.map(|bases| &bases.tau),
        &powers.tau[..size],
    );
    let mut a = columns(circuit, Matrix::A, &lagrange);
    let b = columns(circuit, Matrix::B, &lagrange);
    let mut combined = columns(circuit, Matrix::C, &lagrange);
    let inputs = circuit.constraint_count()..size;
    add_input_rows(&mut a, &lagrange[inputs.clone()]);

    report(0.2)?;
    let lagrange = basis(
        &domain,
        prepared.map(|bases| &bases.alpha),
        &powers.alpha[..size],
    );
    add_to(&mut combined, &columns(circuit, Matrix::B, &lagrange));
    report(0.4)?;
    let lagrange = basis(
        &domain,
        prepared.map(|bases| &bases.beta),
        &powers.beta[..size],
    );
    add_to(&mut combined, &columns(circuit, Matrix::A, &lagrange));
    add_input_rows(&mut combined, &lagrange[inputs]);

    report(0.6)?;
    let lagrange = basis(
        &domain,
        prepared.map(|bases| &bases.tau_g2),
        &powers.tau_g2[..size],
    );
    let b_g2 = columns(circuit, Matrix::B, &lagrange);

    report(0.9)?;
    let quotient: Vec<G1Projective> = (0..size - 1)
        .into_par_iter()
        .map(|power| powers.tau[size + power].into_group() - powers.tau[power])
        .collect();
    let combined = G1Projective::normalize_batch(&combined);
    let (constants, private) = combined.split_at(PUBLIC_INPUTS + 1);
    let pick = |columns: &[G1Projective], wires: &[usize]| {
        let picked: Vec<_> = wires.iter().map(|wire| columns[*wire]).collect();
        G1Projective::normalize_batch(&picked)
    };
    let picked: Vec<G2Projective> = support.b.iter().map(|wire| b_g2[*wire]).collect();
    let points = KeyPoints {
        alpha: powers.alpha[0],
        beta: powers.beta_g2,
        delta: G2Affine::generator(),
        inputs: std::array::from_fn(|index| constants[index]),
    };
    let (tau, tau_g2) = (&powers.tau[..size], &powers.tau_g2[..size]);
    let key = ProvingKey {
        circuit_hash: circuit.hash(),
        constraints: circuit.constraint_count(),
        evidence: Evidence::from_powers(circuit, &points, tau, tau_g2)?,
        points,
        beta: powers.beta[0],
        delta: G1Affine::generator(),
        a: pick(&a, &support.a),
        b: pick(&b, &support.b),
        b_g2: G2Projective::normalize_batch(&picked),
        private: private.to_vec(),
        quotient: G1Projective::normalize_batch(&quotient),
        support,
    };
    key.check_finite()?;
    Ok(key)
}

pub(super) fn domain_of(circuit: &Circuit) -> Result<Radix2EvaluationDomain<Fr>, CeremonyError> {
    let constraints = circuit.constraint_count();
    Ok(domain(constraints).ok_or(SetupError::Domain { constraints })?)
}

/// `[L_j(tau) s]`: as prepared, or from `[tau^i s]` by the inverse transform in the group, which
/// takes minutes for large circuits.
fn basis<G>(
    domain: &Radix2EvaluationDomain<Fr>,
    prepared: Option<&Vec<G::Affine>>,
    powers: &[G::Affine],
) -> Vec<G>
where
    G: CurveGroup<ScalarField = Fr> + DomainCoeff<Fr>,
{
    let points = prepared.map_or(powers, Vec::as_slice);
    let mut points: Vec<G> = points.iter().map(|point| point.into_group()).collect();
    if prepared.is_none() {
        // sum_i p_i tau^i = sum_j p(w^j) L_j(tau) for every p, so L_j = sum_i w^(-ij) tau^i / n.
        domain.ifft_in_place(&mut points);
    }
    points
}

/// `sum_j matrix[j][wire] L_j` for every wire.
fn columns<G>(circuit: &Circuit, matrix: Matrix, lagrange: &[G]) -> Vec<G>
where
    G: CurveGroup<ScalarField = Fr> + VariableBaseMSM + for<'a> AddAssign<&'a G>,
{
    let weights = circuit.row_weights(matrix, lagrange);
    let weights = G::normalize_batch(&weights);
    circuit
        .columns(matrix)
        .into_par_iter()
        .with_max_len(1 << 8)
        .map(|column| {
            if let [(row, coefficient)] = column.as_slice()
                && coefficient.is_one()
            {
                return weights[*row].into_group();
            }
            let (bases, scalars): (Vec<G::Affine>, Vec<Fr>) = column
                .into_iter()
                .map(|(row, coefficient)| (weights[row], *coefficient))
                .unzip();
            G::msm_unchecked(&bases, &scalars)
        })
        .collect()
}

fn add_input_rows(columns: &mut [G1Projective], rows: &[G1Projective]) {
    for (column, row) in columns.iter_mut().zip(rows).take(PUBLIC_INPUTS + 1) {
        *column += row;
    }
}

fn add_to(columns: &mut [G1Projective], others: &[G1Projective]) {
    for (column, other) in columns.iter_mut().zip(others) {
        *column += other;
    }
}
