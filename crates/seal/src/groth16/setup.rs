//! Key generation on one machine, for development only.

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::scalar_mul::BatchMulPreprocessing;
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_ff::{Field, Zero};
use ark_poly::EvaluationDomain;
use modulus_protocol::{Interrupted, Progress};
use zeroize::Zeroizing;

use super::domain::domain;
use super::error::SetupError;
use super::evidence::Evidence;
use super::key::{KeyPoints, ProvingKey, Support};
use super::random::from_system;
use crate::circuit::{Circuit, Matrix, PUBLIC_INPUTS};

type Secrets = Zeroizing<Vec<Fr>>;

/// Makes a key from secrets of the operating system, which are erased and never written.
///
/// Whoever controls the machine could have kept them and could forge: everything derived from
/// such a key is for development. The secrets have nothing to do with those of the powers of tau.
///
/// # Errors
///
/// [`SetupError`] if there is no randomness, no domain for the circuit, or the setup was
/// interrupted.
pub fn setup_development(
    circuit: &Circuit,
    progress: &dyn Progress,
) -> Result<ProvingKey, SetupError> {
    let constraints = circuit.constraint_count();
    let domain = domain(constraints).ok_or(SetupError::Domain { constraints })?;
    let [alpha, beta, delta, tau] = [(); 4].map(|()| from_system().map_err(SetupError::Entropy));
    let (alpha, beta, delta, tau) = (alpha?, beta?, delta?, tau?);
    let vanishing = Zeroizing::new(domain.evaluate_vanishing_polynomial(*tau));
    let delta_inverse = Zeroizing::new(delta.inverse().unwrap_or_default());
    if vanishing.is_zero() || delta_inverse.is_zero() {
        return Err(SetupError::Degenerate { point: "tau" });
    }

    let lagrange = Zeroizing::new(domain.evaluate_all_lagrange_coefficients(*tau));
    let columns = |matrix| Secrets::new(circuit.weighted_columns(matrix, &lagrange));
    let (mut a, b, c) = (columns(Matrix::A), columns(Matrix::B), columns(Matrix::C));
    for (column, row) in a
        .iter_mut()
        .zip(&lagrange[constraints..])
        .take(PUBLIC_INPUTS + 1)
    {
        *column += row;
    }
    let mut combined = Secrets::new(Vec::with_capacity(a.len()));
    for ((a, b), c) in a.iter().zip(b.iter()).zip(c.iter()) {
        combined.push(*beta * a + *alpha * b + c);
    }
    let (inputs, private) = combined.split_at(PUBLIC_INPUTS + 1);
    let private = Secrets::new(
        private
            .iter()
            .map(|value| *value * *delta_inverse)
            .collect(),
    );
    let mut quotient = Secrets::new(Vec::with_capacity(domain.size()));
    let mut power = Zeroizing::new(*vanishing * *delta_inverse);
    for _ in 1..domain.size() {
        quotient.push(*power);
        *power *= *tau;
    }

    let support = Support::of(circuit);
    let pick = |values: &Secrets, wires: &[usize]| {
        Secrets::new(wires.iter().map(|wire| values[*wire]).collect())
    };
    let (a, b) = (pick(&a, &support.a), pick(&b, &support.b));
    let table = BatchMulPreprocessing::new(G1Projective::generator(), quotient.len());
    let table_g2 = BatchMulPreprocessing::new(G2Projective::generator(), b.len());
    let points: Vec<G1Affine> = table.batch_mul(&[*alpha, *beta, *delta]);
    let inputs = table.batch_mul(inputs);
    let key_points = KeyPoints {
        alpha: points[0],
        beta: (G2Affine::generator() * *beta).into_affine(),
        delta: (G2Affine::generator() * *delta).into_affine(),
        inputs: std::array::from_fn(|index| inputs[index]),
    };
    let mut work = Work {
        progress,
        done: 0,
        total: a.len() + (1 + TWIST_COST) * b.len() + private.len() + quotient.len(),
    };
    let key = ProvingKey {
        circuit_hash: circuit.hash(),
        constraints,
        evidence: Evidence::from_secret(circuit, &key_points, *tau, &lagrange)?,
        points: key_points,
        beta: points[1],
        delta: points[2],
        a: work.multiply(&table, &a, 1)?,
        b: work.multiply(&table, &b, 1)?,
        b_g2: work.multiply(&table_g2, &b, TWIST_COST)?,
        private: work.multiply(&table, &private, 1)?,
        quotient: work.multiply(&table, &quotient, 1)?,
        support,
    };
    key.checked()
}

/// Multiplications whose end is reported, and after which the setup can be stopped.
const REPORTED: usize = 1 << 12;

/// Cost of a multiplication in the second group, in ones of the first.
const TWIST_COST: usize = 3;

/// What is done of all multiplications.
struct Work<'a> {
    progress: &'a dyn Progress,
    done: usize,
    total: usize,
}

impl Work<'_> {
    fn multiply<G: CurveGroup<ScalarField = Fr>>(
        &mut self,
        table: &BatchMulPreprocessing<G>,
        scalars: &[Fr],
        cost: usize,
    ) -> Result<Vec<G::Affine>, Interrupted> {
        let mut points = Vec::with_capacity(scalars.len());
        for part in scalars.chunks(REPORTED) {
            #[expect(clippy::cast_precision_loss, reason = "a fraction for display")]
            let fraction = self.done as f64 / self.total as f64;
            self.progress.stage("set up the seal", fraction)?;
            points.extend(table.batch_mul(part));
            self.done += cost * part.len();
        }
        Ok(points)
    }
}

impl ProvingKey {
    /// Refuses keys whose proofs could be forged or whose public inputs could be changed freely.
    pub(crate) fn checked(self) -> Result<Self, SetupError> {
        if self.points.delta.is_zero() || self.points.delta == G2Affine::generator() {
            return Err(SetupError::Degenerate { point: "delta" });
        }
        self.check_finite()?;
        Ok(self)
    }

    /// Refuses keys with a point at infinity.
    pub(crate) fn check_finite(&self) -> Result<(), SetupError> {
        if self.points.inputs.iter().any(AffineRepr::is_zero) {
            return Err(SetupError::Degenerate { point: "IC" });
        }
        let first = [&self.a, &self.b, &self.private, &self.quotient];
        let is_infinite = first.into_iter().flatten().any(AffineRepr::is_zero)
            || self.b_g2.iter().any(AffineRepr::is_zero);
        if is_infinite {
            return Err(SetupError::Degenerate {
                point: "a wire's point",
            });
        }
        Ok(())
    }
}
