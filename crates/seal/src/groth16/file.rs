//! Proving keys as bytes.
//!
//! ```text
//! magic 16 | version u32 | circuit hash 32 | points of the verifier 576 | evidence 512
//! [beta]_1, [delta]_1, A, B, private, quotient: 64 each | B in the second group: 128 each
//! keccak of the keccaks of each MiB of everything so far, 32
//! ```
//!
//! Points after the verifier's are coordinates as the machine holds them (Montgomery limbs,
//! little-endian), so that a key of megabytes loads in milliseconds. Numbers of points follow
//! from the circuit.

use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInt, PrimeField};
use ark_poly::EvaluationDomain;
use modulus_transcript::keccak256;
use rayon::prelude::*;

use super::domain::domain;
use super::error::{KeyError, KeyFileError};
use super::evidence::{EVIDENCE_LENGTH, Evidence};
use super::key::{KEY_LENGTH, KeyPoints, ProvingKey, Support};
use crate::circuit::Circuit;

const MAGIC: &[u8; 16] = b"MODULUS.SEALKEY\0";
const VERSION: u32 = 2;
const HEADER_LENGTH: usize = MAGIC.len() + 4 + 32 + KEY_LENGTH + EVIDENCE_LENGTH;
const DIGEST_LENGTH: usize = 32;
const BLOCK_LENGTH: usize = 1 << 20;

/// Numbers of points of a circuit's key.
struct Counts {
    first: [usize; 5],
    second: usize,
}

impl Counts {
    fn new(support: &Support, domain_size: usize) -> Self {
        let (a, b) = (support.a.len(), support.b.len());
        Self {
            first: [2, a, b, support.private_count(), domain_size - 1],
            second: b,
        }
    }

    fn length(&self) -> usize {
        let points = 64 * self.first.iter().sum::<usize>() + 128 * self.second;
        HEADER_LENGTH + points + DIGEST_LENGTH
    }
}

impl ProvingKey {
    /// The key as bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let counts = Counts::new(&self.support, self.quotient.len() + 1);
        let mut bytes = Vec::with_capacity(counts.length());
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(self.circuit_hash);
        bytes.extend(self.points.encode());
        bytes.extend(self.evidence.encode());
        for points in [
            [self.beta, self.delta].as_slice(),
            &self.a,
            &self.b,
            &self.private,
            &self.quotient,
        ] {
            for point in points {
                put(&mut bytes, point.x);
                put(&mut bytes, point.y);
            }
        }
        for point in &self.b_g2 {
            for coordinate in [point.x.c0, point.x.c1, point.y.c0, point.y.c1] {
                put(&mut bytes, coordinate);
            }
        }
        bytes.extend(checksum(&bytes));
        bytes
    }

    /// Reads a key and checks that it belongs to a circuit.
    ///
    /// Every point is checked to be on its curve. That the second group's points are in the
    /// subgroup is not: a key that was altered since makes proofs fail, and its checksum does not
    /// protect against somebody who can write the prover's files.
    ///
    /// # Errors
    ///
    /// [`KeyFileError`] if the bytes are of another kind, version or circuit, truncated, longer
    /// than they should be, or damaged.
    pub fn decode(bytes: &[u8], circuit: &Circuit) -> Result<Self, KeyFileError> {
        let key = Self::read(bytes, circuit)?;
        if key.points.delta == G2Affine::generator() {
            return Err(KeyError::NoContribution.into());
        }
        Ok(key)
    }

    /// Reads a key that may still lack contributions.
    pub(crate) fn read(bytes: &[u8], circuit: &Circuit) -> Result<Self, KeyFileError> {
        let length = |expected| KeyFileError::Length {
            expected,
            found: bytes.len(),
        };
        let mut reader = Reader(bytes);
        if reader.array::<16>() != Some(*MAGIC) {
            return Err(KeyFileError::Magic);
        }
        let version = reader.array().ok_or(length(HEADER_LENGTH))?;
        if u32::from_le_bytes(version) != VERSION {
            return Err(KeyFileError::Version {
                found: u32::from_le_bytes(version),
                expected: VERSION,
            });
        }
        let circuit_hash = reader.array().ok_or(length(HEADER_LENGTH))?;
        if circuit_hash != circuit.hash() {
            return Err(KeyFileError::Circuit);
        }
        let constraints = circuit.constraint_count();
        let support = Support::of(circuit);
        let domain = domain(constraints).ok_or(KeyFileError::Circuit)?;
        let counts = Counts::new(&support, domain.size());
        if bytes.len() != counts.length() {
            return Err(length(counts.length()));
        }
        let (content, digest) = bytes.split_at(bytes.len() - DIGEST_LENGTH);
        if checksum(content) != digest {
            return Err(KeyFileError::Checksum);
        }
        let points = reader.array().ok_or(length(counts.length()))?;
        let points = KeyPoints::read(&points)?;
        let evidence = reader.array().ok_or(length(counts.length()))?;
        let evidence = Evidence::decode(&evidence)?;
        let [singles, a, b, private, quotient] = counts.first.map(|count| reader.first(count));
        let b_g2 = reader.second(counts.second)?;
        let [beta, delta] = singles?[..] else {
            return Err(length(counts.length()));
        };
        Ok(Self {
            circuit_hash,
            constraints,
            support,
            points,
            evidence,
            beta,
            delta,
            a: a?,
            b: b?,
            b_g2,
            private: private?,
            quotient: quotient?,
        })
    }
}

fn put(bytes: &mut Vec<u8>, coordinate: Fq) {
    for limb in coordinate.0.0 {
        bytes.extend(limb.to_le_bytes());
    }
}

fn checksum(content: &[u8]) -> [u8; DIGEST_LENGTH] {
    let digests: Vec<[u8; 32]> = content.par_chunks(BLOCK_LENGTH).map(keccak256).collect();
    keccak256(digests.as_flattened())
}

/// Reads bytes whose number is known to be right.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn array<const LENGTH: usize>(&mut self) -> Option<[u8; LENGTH]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn points<const LENGTH: usize, P: Send>(
        &mut self,
        count: usize,
        decode: impl Fn(&[u8; LENGTH]) -> Option<P> + Sync,
    ) -> Result<Vec<P>, KeyFileError> {
        let (taken, rest): (&'a [u8], &'a [u8]) = self
            .0
            .split_at_checked(count * LENGTH)
            .unwrap_or((self.0, &[]));
        self.0 = rest;
        let (encoded, _) = taken.as_chunks::<LENGTH>();
        encoded
            .par_iter()
            .enumerate()
            .map(|(index, bytes)| decode(bytes).ok_or(KeyFileError::Point { index }))
            .collect()
    }

    fn first(&mut self, count: usize) -> Result<Vec<G1Affine>, KeyFileError> {
        self.points::<64, _>(count, |bytes| {
            let [x, y] = coordinates(bytes)?;
            let point = G1Affine::new_unchecked(x, y);
            (point.is_on_curve() && !point.is_zero()).then_some(point)
        })
    }

    fn second(&mut self, count: usize) -> Result<Vec<G2Affine>, KeyFileError> {
        self.points::<128, _>(count, |bytes| {
            let [x0, x1, y0, y1] = coordinates(bytes)?;
            let point = G2Affine::new_unchecked(Fq2::new(x0, x1), Fq2::new(y0, y1));
            (point.is_on_curve() && !point.is_zero()).then_some(point)
        })
    }
}

/// Coordinates below the field's order, or none.
fn coordinates<const COUNT: usize>(bytes: &[u8]) -> Option<[Fq; COUNT]> {
    let (limbs, _) = bytes.as_chunks::<8>();
    let (groups, _) = limbs.as_chunks::<4>();
    let mut coordinates = [Fq::default(); COUNT];
    for (coordinate, group) in coordinates.iter_mut().zip(groups) {
        let limbs = BigInt::new(group.map(u64::from_le_bytes));
        if limbs >= Fq::MODULUS {
            return None;
        }
        *coordinate = Fq::new_unchecked(limbs);
    }
    Some(coordinates)
}
