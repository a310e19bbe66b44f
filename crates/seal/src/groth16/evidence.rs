//! Shows that alpha, beta and the points of the public inputs belong to a circuit.
//!
//! With gamma equal to the generator, `IC_i = [beta A_i(tau) + alpha B_i(tau) + C_i(tau)]_1` follows
//! from circuit and powers of tau. A verifier has no powers: instead it is given commitments to
//! random combinations of the three columns, checks them by one opening, and the points by pairings.
//!
//! ```text
//! A = sum rho^i A_i, B and C alike;  a, b, c = [A(tau)]_1, [B(tau)]_1, [C(tau)]_1,  d = [B(tau)]_2
//! e(sum rho^i IC_i - c, G2) = e(a, beta) e(alpha, d)      e(b, G2) = e(G1, d)
//! (A + eta B + eta^2 C)(z) opens a + eta b + eta^2 c at z
//! ```
//!
//! Whoever knows tau, alpha or beta can make it for other points, and could forge anyway.
//!
//! Source: `docs/spec/seal.md`, section 7.

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::pairing::{Pairing, PairingOutput};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{Field, One, Zero};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use modulus_kzg::encoding::{decode_g2, decode_point, encode_g2, encode_point};
use modulus_kzg::{DecodeError, evaluation_quotient, msm, verify_evaluation};
pub use modulus_protocol::EVIDENCE_LENGTH;
use modulus_transcript::{DigestBuilder, keccak256};
use zeroize::Zeroizing;

use super::domain::domain;
use super::error::{KeyError, SetupError};
use super::key::KeyPoints;
use crate::circuit::{Circuit, Matrix, PUBLIC_INPUTS};

/// What a verifying key carries so that nobody has to trust its points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// `[tau]_2` of the powers that the points were made from.
    pub tau_g2: G2Affine,
    b_g2: G2Affine,
    columns: [G1Affine; 3],
    opening: G1Affine,
}

impl Evidence {
    /// Makes the evidence from the secret of the powers.
    ///
    /// `lagrange`: the Lagrange basis of the circuit's domain at `tau`.
    pub(super) fn from_secret(
        circuit: &Circuit,
        points: &KeyPoints,
        tau: Fr,
        lagrange: &[Fr],
    ) -> Result<Self, SetupError> {
        let generator = G1Affine::generator();
        let tau_g2 = (G2Affine::generator() * tau).into_affine();
        let claim = Claim::new(circuit, points, &tau_g2)?;
        let values = Zeroizing::new(claim.values(lagrange));
        let columns = values.map(|value| (generator * value).into_affine());
        let b_g2 = (G2Affine::generator() * values[1]).into_affine();
        let (eta, point) = claim.challenges(&columns, &b_g2);
        let at_tau = combine(*values, eta);
        let at_point = claim.value_at(point, eta);
        // Nobody can draw a challenge that equals a secret.
        let inverse = (tau - point).inverse().unwrap_or_default();
        Ok(Self {
            tau_g2,
            b_g2,
            columns,
            opening: (generator * ((at_tau - at_point) * inverse)).into_affine(),
        })
    }

    /// Makes the evidence from powers `[tau^i]_1` and `[tau^i]_2`, as many as the domain has.
    pub(crate) fn from_powers(
        circuit: &Circuit,
        points: &KeyPoints,
        powers: &[G1Affine],
        powers_g2: &[G2Affine],
    ) -> Result<Self, SetupError> {
        let tau_g2 = powers_g2.get(1).copied().unwrap_or_default();
        let claim = Claim::new(circuit, points, &tau_g2)?;
        let polynomials = claim
            .columns
            .each_ref()
            .map(|column| claim.domain.ifft(column));
        let commit = |coefficients: &[Fr]| {
            msm(&powers[..coefficients.len()], coefficients)
                .map(CurveGroup::into_affine)
                .map_err(SetupError::Powers)
        };
        let [a, b, c] = polynomials.each_ref().map(|polynomial| commit(polynomial));
        let columns = [a?, b?, c?];
        let b_g2 = G2Projective::msm_unchecked(powers_g2, &polynomials[1]).into_affine();
        let (eta, point) = claim.challenges(&columns, &b_g2);
        let [a, b, c] = polynomials;
        let combined: Vec<Fr> = a
            .into_iter()
            .zip(b.into_iter().zip(c))
            .map(|(a, (b, c))| combine([a, b, c], eta))
            .collect();
        Ok(Self {
            tau_g2,
            b_g2,
            columns,
            opening: commit(&evaluation_quotient(&combined, point))?,
        })
    }

    /// Whether the points belong to the circuit.
    #[must_use]
    pub fn proves(&self, circuit: &Circuit, points: &KeyPoints) -> bool {
        let Ok(claim) = Claim::new(circuit, points, &self.tau_g2) else {
            return false;
        };
        let [a, b, c] = self.columns;
        let generator = G2Affine::generator();
        let sum: G1Projective = points
            .inputs
            .iter()
            .zip(&claim.powers)
            .map(|(point, power)| *point * power)
            .sum();
        let is_sum = is_one(
            [(c - sum).into_affine(), a, points.alpha],
            [generator, points.beta, self.b_g2],
        );
        let is_same = is_one([b, -G1Affine::generator()], [generator, self.b_g2]);
        let (eta, point) = claim.challenges(&self.columns, &self.b_g2);
        let commitment = a + b * eta + c * eta.square();
        let value = claim.value_at(point, eta);
        is_sum && is_same && verify_evaluation(commitment, point, value, self.opening, self.tau_g2)
    }

    /// Canonical bytes: `[tau]_2`, d, a, b, c, opening. Infinity is zeros.
    #[must_use]
    pub fn encode(&self) -> [u8; EVIDENCE_LENGTH] {
        let mut parts = Vec::with_capacity(EVIDENCE_LENGTH);
        for point in [&self.tau_g2, &self.b_g2] {
            parts.extend(encode_g2(point));
        }
        for point in self.columns.iter().chain([&self.opening]) {
            parts.extend(encode_point(point));
        }
        let mut bytes = [0; EVIDENCE_LENGTH];
        bytes.copy_from_slice(&parts);
        bytes
    }

    /// Decodes canonical bytes.
    ///
    /// # Errors
    ///
    /// [`KeyError`] if a point is not canonical, off the curve or outside the subgroup, or if tau is
    /// 0 or 1.
    pub fn decode(bytes: &[u8; EVIDENCE_LENGTH]) -> Result<Self, KeyError> {
        let (twists, rest) = bytes.split_at(2 * 128);
        let wrap = |source| KeyError::Point {
            point: "the evidence",
            source,
        };
        let mut second = [G2Affine::zero(); 2];
        for (point, encoded) in second.iter_mut().zip(twists.as_chunks::<128>().0) {
            *point = or_infinity(encoded, decode_g2).map_err(wrap)?;
        }
        let mut first = [G1Affine::zero(); 4];
        for (point, encoded) in first.iter_mut().zip(rest.as_chunks::<64>().0) {
            *point = or_infinity(encoded, decode_point).map_err(wrap)?;
        }
        let ([tau_g2, b_g2], [a, b, c, opening]) = (second, first);
        // Attack: with a known tau any column can be claimed; 0 and 1 are known to everyone.
        if tau_g2.is_zero() || tau_g2 == G2Affine::generator() {
            return Err(KeyError::KnownTau);
        }
        Ok(Self {
            tau_g2,
            b_g2,
            columns: [a, b, c],
            opening,
        })
    }
}

/// What is to be shown: the combined columns of the public inputs, as values on the domain.
struct Claim {
    domain: Radix2EvaluationDomain<Fr>,
    powers: [Fr; PUBLIC_INPUTS + 1],
    columns: [Vec<Fr>; 3],
    seed: [u8; 32],
}

impl Claim {
    fn new(circuit: &Circuit, points: &KeyPoints, tau_g2: &G2Affine) -> Result<Self, SetupError> {
        let constraints = circuit.constraint_count();
        let domain = domain(constraints).ok_or(SetupError::Domain { constraints })?;
        let mut builder = DigestBuilder::new("modulus.seal.rho")
            .word(circuit.hash())
            .word(keccak256(&encode_g2(tau_g2)))
            .word(keccak256(&encode_g2(&points.beta)))
            .point(points.alpha);
        for point in &points.inputs {
            builder = builder.point(*point);
        }
        let seed = builder.finish();
        let rho = modulus_transcript::truncate(seed);
        let powers = [Fr::one(), rho, rho.square(), rho.square() * rho];
        let columns = [Matrix::A, Matrix::B, Matrix::C]
            .map(|matrix| combined_column(circuit, matrix, &powers, domain.size()));
        Ok(Self {
            domain,
            powers,
            columns,
            seed,
        })
    }

    /// Weight of the columns against each other, and the point of the opening.
    fn challenges(&self, columns: &[G1Affine; 3], b_g2: &G2Affine) -> (Fr, Fr) {
        let mut builder = DigestBuilder::new("modulus.seal.eta").word(self.seed);
        for point in columns {
            builder = builder.word(keccak256(&encode_point(point)));
        }
        let eta = builder.word(keccak256(&encode_g2(b_g2))).finish_truncated();
        let point = DigestBuilder::new("modulus.seal.point")
            .field(eta)
            .finish_truncated();
        (eta, point)
    }

    /// Values of the three columns' polynomials where the Lagrange basis is known.
    fn values(&self, lagrange: &[Fr]) -> [Fr; 3] {
        self.columns.each_ref().map(|column| {
            let products = column
                .iter()
                .zip(lagrange)
                .map(|(value, basis)| *value * basis);
            products.sum()
        })
    }

    fn value_at(&self, point: Fr, eta: Fr) -> Fr {
        let lagrange = self.domain.evaluate_all_lagrange_coefficients(point);
        combine(self.values(&lagrange), eta)
    }
}

/// `sum_i powers_i * matrix[row][i]` for every row, with the rows that bind the inputs.
fn combined_column(
    circuit: &Circuit,
    matrix: Matrix,
    powers: &[Fr; PUBLIC_INPUTS + 1],
    size: usize,
) -> Vec<Fr> {
    let constraints = circuit.constraint_count();
    let mut column: Vec<Fr> = (0..constraints)
        .map(|index| {
            circuit
                .row(matrix, index)
                .take_while(|(wire, _)| *wire <= PUBLIC_INPUTS)
                .map(|(wire, coefficient)| powers[wire] * coefficient)
                .sum()
        })
        .collect();
    if matrix == Matrix::A {
        column.extend(powers);
    }
    column.resize(size, Fr::zero());
    column
}

fn combine([a, b, c]: [Fr; 3], eta: Fr) -> Fr {
    a + eta * (b + eta * c)
}

fn is_one<const COUNT: usize>(left: [G1Affine; COUNT], right: [G2Affine; COUNT]) -> bool {
    let product: PairingOutput<Bn254> = Bn254::multi_pairing(left, right);
    product.is_zero()
}

fn or_infinity<const LENGTH: usize, P: AffineRepr>(
    bytes: &[u8; LENGTH],
    decode: impl Fn(&[u8; LENGTH]) -> Result<P, DecodeError>,
) -> Result<P, DecodeError> {
    if bytes.iter().all(|byte| *byte == 0) {
        return Ok(P::zero());
    }
    decode(bytes)
}
