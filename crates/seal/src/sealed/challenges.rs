//! What a verifier derives from a sealed proof by hashing.

use ark_bn254::Fr;
use modulus_kzg::encoding::encode_g2;
use modulus_protocol::VerifyingKey;
use modulus_protocol::replay::Outcome;
use modulus_protocol::statement::{
    Mode, combination_challenge, helper_digest, pinned, pinning_challenge, power_sum,
    quotient_digest, quotient_point, statement_digest,
};
use modulus_transcript::DigestBuilder;

use super::file::SealedProof;

/// Challenges of the opening and of the circuit's public inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Challenges {
    /// Pins the circuit's copies of everything that is hashed or opened.
    pub r: Fr,
    /// These values, combined by r: the third public input.
    pub combination: Fr,
    /// Combines the row and S.
    pub bb: Fr,
    /// Point of the last quotient.
    pub zz: Fr,
    /// Separates the Groth16 equation from the opening's.
    pub kappa: Fr,
}

impl Challenges {
    /// Derives them from a decoded proof and its public values.
    #[must_use]
    pub fn new(key: &VerifyingKey, context: [u8; 32], proof: &SealedProof, public: &[i64]) -> Self {
        let h1 = statement_digest(
            Mode::Sealed,
            key.digest(),
            context,
            &proof.public,
            &proof.committed,
            &proof.trace,
        );
        let h2 = helper_digest(h1, &proof.helpers);
        let outcome = Outcome {
            h1,
            h2,
            h3: quotient_digest(h2, proof.s),
            e: power_sum(public, h1),
            rho: proof.rho,
            zeta: proof.zeta,
            openings: proof.openings,
            seal: proof.pin,
        };
        let r = pinning_challenge(&outcome);
        let combination = pinned(&outcome)
            .iter()
            .rev()
            .fold(Fr::from(0_u64), |sum, value| sum * r + value);
        let bb = combination_challenge(r);
        let zz = quotient_point(bb, proof.w);
        Self {
            r,
            combination,
            bb,
            zz,
            kappa: separator(zz, proof),
        }
    }
}

/// Attack: if this did not hash W', A, B and C, the two equations could be made to cancel, with no
/// witness for either.
fn separator(zz: Fr, proof: &SealedProof) -> Fr {
    let builder = DigestBuilder::new("modulus.k")
        .field(zz)
        .point(proof.seal.a);
    encode_g2(&proof.seal.b)
        .as_chunks::<32>()
        .0
        .iter()
        .fold(builder, |builder, word| builder.word(*word))
        .point(proof.seal.c)
        .point(proof.w_prime)
        .finish_truncated()
}
