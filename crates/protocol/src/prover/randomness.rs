//! Randomness of one attempt at a sealed proof.

use ark_bn254::Fr;
use ark_ff::PrimeField;
use modulus_transcript::DigestBuilder;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{CryptoRng, Error, RngCore, SeedableRng};
use zeroize::{Zeroize, Zeroizing};

use super::Tensors;
use super::error::ProveError;
use crate::schedule::{Schedule, TensorKind};

/// A stream that is fresh in every attempt, even if the operating system's randomness fails.
///
/// Its seed hashes entropy of the operating system, the witness, the context and the statement.
/// Attack: with entropy alone, a machine that was restored from a snapshot would blind two proofs
/// alike, and their difference would reveal the witness. Mixed like this, equal streams need equal
/// entropy and equal proofs.
pub struct Randomness(ChaCha20Rng);

impl Randomness {
    /// Draws the seed for a proof; `statement` stands for the key and what blinds its rows.
    pub(super) fn new(
        schedule: &Schedule,
        tensors: &Tensors,
        context: [u8; 32],
        statement: [u8; 32],
    ) -> Result<Self, ProveError> {
        let entropy = entropy()?;
        Ok(Self::mix(&entropy, schedule, tensors, context, statement))
    }

    /// Draws the seed for commitments to the weights of a model.
    pub(super) fn of_weights(schedule: &Schedule, tensors: &Tensors) -> Result<Self, ProveError> {
        Ok(Self::mix_weights(&*entropy()?, schedule, tensors))
    }

    fn mix_weights(entropy: &[u8; 64], schedule: &Schedule, tensors: &Tensors) -> Self {
        let seed = seeded(entropy, "modulus.weights.seed.1")
            .word(witness_digest(schedule, tensors))
            .finish();
        Self(ChaCha20Rng::from_seed(*Zeroizing::new(seed)))
    }

    /// Draws the seed for a commitment to values alone.
    pub(super) fn of_values(values: &[i64]) -> Result<Self, ProveError> {
        let builder = seeded(&*entropy()?, "modulus.opening.1");
        let seed = Zeroizing::new(absorb(builder, values).finish());
        Ok(Self(ChaCha20Rng::from_seed(*seed)))
    }

    fn mix(
        entropy: &[u8; 64],
        schedule: &Schedule,
        tensors: &Tensors,
        context: [u8; 32],
        statement: [u8; 32],
    ) -> Self {
        let seed = seeded(entropy, "modulus.seed.1")
            .word(witness_digest(schedule, tensors))
            .word(context)
            .word(statement)
            .finish();
        Self(ChaCha20Rng::from_seed(*Zeroizing::new(seed)))
    }

    /// A uniform scalar: 512 bits, reduced.
    pub fn scalar(&mut self) -> Fr {
        let mut bytes = Zeroizing::new([0; 64]);
        self.0.fill_bytes(bytes.as_mut_slice());
        Fr::from_le_bytes_mod_order(bytes.as_slice())
    }
}

impl RngCore for Randomness {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.0.try_fill_bytes(bytes)
    }
}

impl CryptoRng for Randomness {}

impl Drop for Randomness {
    fn drop(&mut self) {
        self.0 = ChaCha20Rng::from_seed([0; 32]);
        // Without a use the compiler may leave the old key in memory.
        std::hint::black_box(&self.0);
    }
}

fn entropy() -> Result<Zeroizing<[u8; 64]>, ProveError> {
    let mut entropy = Zeroizing::new([0; 64]);
    getrandom::fill(entropy.as_mut_slice()).map_err(ProveError::Entropy)?;
    Ok(entropy)
}

fn seeded(entropy: &[u8; 64], tag: &str) -> DigestBuilder {
    let words = entropy.as_chunks::<32>().0;
    words
        .iter()
        .fold(DigestBuilder::new(tag), |builder, word| builder.word(*word))
}

/// Appends four values a word.
fn absorb(mut builder: DigestBuilder, values: &[i64]) -> DigestBuilder {
    for chunk in values.chunks(4) {
        let mut word = [0; 32];
        for (bytes, value) in word.as_chunks_mut::<8>().0.iter_mut().zip(chunk) {
            *bytes = value.to_le_bytes();
        }
        builder = builder.word(word);
        word.zeroize();
    }
    builder
}

/// A digest of everything private that is committed.
fn witness_digest(schedule: &Schedule, tensors: &Tensors) -> [u8; 32] {
    let mut builder = DigestBuilder::new("modulus.witness.1");
    for (index, tensor) in (0..).zip(&schedule.tensors) {
        let is_private = matches!(
            tensor.kind,
            TensorKind::Weight | TensorKind::Port | TensorKind::Trace
        );
        if let Some(values) = tensors.get(&index).filter(|_| is_private) {
            builder = absorb(builder, values);
        }
    }
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A schedule of a single entry.
    fn schedule_of(kind: TensorKind) -> Schedule {
        let tensor = crate::schedule::Tensor {
            kind,
            shape: vec![1],
            low: 0,
            high: 1,
            row: 0,
            offset: 0,
        };
        Schedule {
            row_bits: 4,
            row_kinds: Vec::new(),
            tensors: vec![tensor],
            columns: 0,
            claims: Vec::new(),
            zero_check_variables: 0,
            zero_check_degree: 1,
            pointwise: Vec::new(),
            lookups: Vec::new(),
            tables: Vec::new(),
            steps: Vec::new(),
            padding: Vec::new(),
            public: Vec::new(),
        }
    }

    fn first(entropy: u8, context: u8, statement: u8, witness: i64) -> Fr {
        let schedule = schedule_of(TensorKind::Trace);
        let tensors = Tensors::from([(0, vec![witness])]);
        Randomness::mix(
            &[entropy; 64],
            &schedule,
            &tensors,
            [context; 32],
            [statement; 32],
        )
        .scalar()
    }

    /// Each source alone separates two proofs; equal sources give the same stream.
    #[test]
    fn every_source_enters_the_stream() {
        let base = first(1, 2, 3, 4);
        assert_eq!(base, first(1, 2, 3, 4));
        for other in [
            first(9, 2, 3, 4),
            first(1, 9, 3, 4),
            first(1, 2, 9, 4),
            first(1, 2, 3, 9),
        ] {
            assert_ne!(base, other);
        }
    }

    /// Attack: two models on machines with equal entropy, or on one that was restored from a snapshot,
    /// with equal blinding: the difference of the commitments is that of the weights.
    #[test]
    fn other_weights_are_blinded_otherwise() {
        let schedule = schedule_of(TensorKind::Weight);
        let first = |entropy, weight| {
            let tensors = Tensors::from([(0, vec![weight])]);
            Randomness::mix_weights(&[entropy; 64], &schedule, &tensors).scalar()
        };
        assert_eq!(first(1, 4), first(1, 4));
        assert_ne!(first(1, 4), first(1, 5));
        assert_ne!(first(1, 4), first(2, 4));
    }
}
