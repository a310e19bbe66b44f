//! Keys.

use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;
use modulus_kzg::DecodeError;
use modulus_kzg::encoding::{decode_g2, decode_point, encode_g2, encode_point};

use super::error::KeyError;
use super::evidence::Evidence;
use crate::circuit::{Circuit, Matrix, PUBLIC_INPUTS};

/// Bytes of the points that a verifier needs.
pub const KEY_LENGTH: usize = 64 + 2 * 128 + 64 * (PUBLIC_INPUTS + 1);

/// Points that a verifier needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPoints {
    /// `[alpha]_1`.
    pub alpha: G1Affine,
    /// `[beta]_2`.
    pub beta: G2Affine,
    /// `[delta]_2`.
    pub delta: G2Affine,
    /// One point for the constant and one per public input.
    pub inputs: [G1Affine; PUBLIC_INPUTS + 1],
}

impl KeyPoints {
    /// Canonical bytes: alpha, beta, delta, `IC_0` .. `IC_3`.
    #[must_use]
    pub fn encode(&self) -> [u8; KEY_LENGTH] {
        let mut parts = Vec::with_capacity(KEY_LENGTH);
        parts.extend(encode_point(&self.alpha));
        parts.extend(encode_g2(&self.beta));
        parts.extend(encode_g2(&self.delta));
        for point in &self.inputs {
            parts.extend(encode_point(point));
        }
        let mut bytes = [0; KEY_LENGTH];
        bytes.copy_from_slice(&parts);
        bytes
    }

    /// Decodes and checks canonical bytes.
    ///
    /// # Errors
    ///
    /// [`KeyError`] if a point is not canonical, off the curve, outside the subgroup or infinite,
    /// or if delta is the generator.
    pub fn decode(bytes: &[u8; KEY_LENGTH]) -> Result<Self, KeyError> {
        let points = Self::read(bytes)?;
        if points.delta == G2Affine::generator() {
            return Err(KeyError::NoContribution);
        }
        Ok(points)
    }

    /// Decodes points of a key that may still lack contributions.
    pub(crate) fn read(bytes: &[u8; KEY_LENGTH]) -> Result<Self, KeyError> {
        let mut reader = PointReader(bytes);
        Ok(Self {
            alpha: reader.point("alpha")?,
            beta: reader.point_g2("beta")?,
            delta: reader.point_g2("delta")?,
            inputs: [
                reader.point("IC_0")?,
                reader.point("IC_1")?,
                reader.point("IC_2")?,
                reader.point("IC_3")?,
            ],
        })
    }
}

struct PointReader<'a>(&'a [u8]);

impl PointReader<'_> {
    fn take<const LENGTH: usize>(&mut self) -> [u8; LENGTH] {
        // The length of a key is that of its points; zeros would be refused as infinity.
        let Some((taken, rest)) = self.0.split_first_chunk() else {
            return [0; LENGTH];
        };
        self.0 = rest;
        *taken
    }

    fn point(&mut self, point: &'static str) -> Result<G1Affine, KeyError> {
        let wrap = |source: DecodeError| KeyError::Point { point, source };
        decode_point(&self.take()).map_err(wrap)
    }

    fn point_g2(&mut self, point: &'static str) -> Result<G2Affine, KeyError> {
        let wrap = |source: DecodeError| KeyError::Point { point, source };
        decode_g2(&self.take()).map_err(wrap)
    }
}

/// Wires with non-empty columns, so that no point is stored or multiplied for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Support {
    pub(crate) wires: usize,
    pub(crate) a: Vec<usize>,
    pub(crate) b: Vec<usize>,
}

impl Support {
    pub(crate) fn of(circuit: &Circuit) -> Self {
        let mut a = circuit.support(Matrix::A);
        // The constant and the public inputs stand in rows of their own.
        a.retain(|wire| *wire > PUBLIC_INPUTS);
        a.splice(0..0, 0..=PUBLIC_INPUTS);
        Self {
            wires: circuit.wire_count(),
            a,
            b: circuit.support(Matrix::B),
        }
    }

    /// Wires that are neither constant nor public.
    pub(crate) fn private_count(&self) -> usize {
        self.wires - (PUBLIC_INPUTS + 1)
    }
}

/// Everything that a prover needs besides the circuit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvingKey {
    pub(crate) circuit_hash: [u8; 32],
    pub(crate) constraints: usize,
    pub(crate) support: Support,
    pub(crate) points: KeyPoints,
    pub(crate) evidence: Evidence,
    /// `[beta]_1`.
    pub(crate) beta: G1Affine,
    /// `[delta]_1`.
    pub(crate) delta: G1Affine,
    /// `[A_w(tau)]_1` of the wires in A.
    pub(crate) a: Vec<G1Affine>,
    /// `[B_w(tau)]_1` of the wires in B.
    pub(crate) b: Vec<G1Affine>,
    /// `[B_w(tau)]_2` of the wires in B.
    pub(crate) b_g2: Vec<G2Affine>,
    /// `[(beta A_w + alpha B_w + C_w)(tau) / delta]_1` of the private wires.
    pub(crate) private: Vec<G1Affine>,
    /// `[tau^i Z(tau) / delta]_1`.
    pub(crate) quotient: Vec<G1Affine>,
}

impl ProvingKey {
    /// Points that a verifier needs.
    #[must_use]
    pub fn points(&self) -> &KeyPoints {
        &self.points
    }

    /// Shows to everybody that these points belong to the circuit.
    #[must_use]
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// Hash of the circuit that the key is for.
    #[must_use]
    pub fn circuit_hash(&self) -> [u8; 32] {
        self.circuit_hash
    }
}
