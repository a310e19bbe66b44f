//! Wire format of sealed proofs; every length follows from the schedule, but for that of the public
//! values, which may be packed.
//!
//! Source: `docs/spec/seal.md`, section 4.

use ark_bn254::{Fr, G1Affine};
use modulus_kzg::encoding::{decode_field, decode_g2, decode_point, encode_field, encode_point};
use modulus_protocol::schedule::{RowKind, Schedule};
use modulus_protocol::statement::{Mode, unpack};
use modulus_protocol::{MAGIC, Reason, Rejection, VERSION};

use super::packing::{self, Shape};
use crate::groth16::Proof;

const HEADER: usize = 16 + 2 + 1 + 32;
const SCALARS: usize = 8;
/// S, W, W'.
const OPENING_POINTS: usize = 3;

/// A decoded proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedProof {
    /// Packed public values.
    pub public: Vec<u8>,
    /// Commitments to the rows of committed inputs.
    pub committed: Vec<G1Affine>,
    /// Commitments to the trace rows.
    pub trace: Vec<G1Affine>,
    /// Commitments to the helper rows.
    pub helpers: Vec<G1Affine>,
    /// Commitment to S.
    pub s: G1Affine,
    /// Commitment to W.
    pub w: G1Affine,
    /// Commitment to W'.
    pub w_prime: G1Affine,
    /// Challenge that combines the rows.
    pub rho: Fr,
    /// Challenge at which the combined row is opened.
    pub zeta: Fr,
    /// Inverse of `zeta (zeta^2 - 1)`.
    pub t0: Fr,
    /// a1, a2, s1, s2.
    pub openings: [Fr; 4],
    /// P, the last squeeze of the transcript.
    pub pin: Fr,
    /// The Groth16 proof.
    pub seal: Proof,
}

/// Numbers of elements in a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Bytes of the public values.
    pub public: usize,
    /// Rows of committed inputs.
    pub committed: usize,
    /// Trace rows.
    pub trace: usize,
    /// Helper rows.
    pub helpers: usize,
}

impl Layout {
    /// The layout of every proof of a schedule.
    #[must_use]
    pub fn new(schedule: &Schedule) -> Self {
        Self {
            public: schedule.public_length(),
            committed: schedule.rows(RowKind::Port).len(),
            trace: schedule.rows(RowKind::Trace).len(),
            helpers: schedule.rows(RowKind::Helper).len(),
        }
    }

    /// Bytes of what the contract receives as the proof.
    #[must_use]
    pub fn body_length(&self) -> usize {
        64 * (self.trace + self.helpers + OPENING_POINTS) + 32 * SCALARS + 64 + 128 + 64
    }

    /// Bytes of the whole file if `public` bytes hold the public values.
    fn length(&self, public: usize) -> usize {
        HEADER + 4 + public + 4 + 64 * self.committed + self.body_length()
    }

    /// Bytes of the longest file, in which the public values are not packed.
    #[must_use]
    pub fn max_length(&self) -> usize {
        self.length(self.public)
    }
}

impl SealedProof {
    /// What the contract receives as the proof.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let rows = self.trace.iter().chain(&self.helpers);
        let points = rows.chain([&self.s, &self.w, &self.w_prime]);
        let [a1, a2, s1, s2] = &self.openings;
        let scalars = [&self.rho, &self.zeta, &self.t0, a1, a2, s1, s2, &self.pin];
        let mut bytes: Vec<u8> = points.flat_map(encode_point).collect();
        bytes.extend(scalars.into_iter().flat_map(encode_field));
        bytes.extend(self.seal.encode());
        bytes
    }

    /// Encodes the proof for the key with the given digest and schedule.
    #[must_use]
    pub fn encode(&self, schedule: &Schedule, key: Fr) -> Vec<u8> {
        let packed = packing::pack(&self.public, &public_shapes(schedule));
        let committed: Vec<u8> = self.committed.iter().flat_map(encode_point).collect();
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.push(Mode::Sealed.byte());
        bytes.extend(encode_field(&key));
        for part in [packed.as_ref().unwrap_or(&self.public), &committed] {
            // Parts of 4 GiB do not occur: their tensors lie in committed rows.
            bytes.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
            bytes.extend(part);
        }
        bytes.extend(self.body());
        bytes
    }

    /// Decodes a proof for the key with the given digest and schedule, and its public values.
    ///
    /// # Errors
    ///
    /// A [`Rejection`] if header, length, a public value, a point or a scalar is wrong.
    pub fn decode(
        bytes: &[u8],
        schedule: &Schedule,
        key: Fr,
    ) -> Result<(Self, Vec<i64>), Rejection> {
        let layout = Layout::new(schedule);
        let mut reader = Reader(bytes);
        if reader.array() != Some(*MAGIC) {
            return Err(malformed("magic", "not a proof"));
        }
        if reader.array().map(u16::from_le_bytes) != Some(VERSION) {
            return Err(malformed("version", "unknown proof version"));
        }
        if reader.array() != Some([Mode::Sealed.byte()]) {
            return Err(malformed("mode", "not a sealed proof"));
        }
        let named_key = reader.array();
        let stored = reader.length("public values")?;
        // Attack: a length that the file's own could not contradict would be allocated.
        if stored > layout.public || bytes.len() != layout.length(stored) {
            let detail = format!(
                "{} bytes, {stored} of them public values; proofs for this key have up to {} and {}",
                bytes.len(),
                layout.max_length(),
                layout.public,
            );
            return Err(malformed("length", detail));
        }
        if named_key != Some(encode_field(&key)) {
            let detail = "the proof was made for another verifying key";
            return Err(Rejection::new(Reason::WrongVerifyingKey, "header", detail));
        }
        let public = unpacked(schedule, reader.take("public values", stored)?, &layout)?;
        let mut inputs = reader.sized("committed inputs", 64 * layout.committed)?;
        let values = unpack(schedule, &public)?;
        let committed = inputs.points("committed input", layout.committed)?;
        let trace = reader.points("trace row", layout.trace)?;
        let helpers = reader.points("helper row", layout.helpers)?;
        let [s, w, w_prime] = [reader.point("S")?, reader.point("W")?, reader.point("W'")?];
        let mut scalars = Reader(reader.take("scalars", 32 * SCALARS)?);
        let seal = Proof {
            a: reader.point("A")?,
            b: reader.point_g2("B")?,
            c: reader.point("C")?,
        };
        let [rho, zeta, t0, a1, a2, s1, s2, pin] = scalars.scalars()?;
        let proof = Self {
            public,
            committed,
            trace,
            helpers,
            s,
            w,
            w_prime,
            rho,
            zeta,
            t0,
            openings: [a1, a2, s1, s2],
            pin,
            seal,
        };
        Ok((proof, values))
    }
}

/// Numbers of values and their bytes, tensor by tensor.
fn public_shapes(schedule: &Schedule) -> Vec<Shape> {
    schedule
        .public_tensors()
        .map(|(public, tensor)| (tensor.size(), public.width))
        .collect()
}

fn unpacked(schedule: &Schedule, stored: &[u8], layout: &Layout) -> Result<Vec<u8>, Rejection> {
    if stored.len() == layout.public {
        return Ok(stored.to_vec());
    }
    packing::unpack(stored, &public_shapes(schedule))
        .ok_or_else(|| malformed("public values", "they are not packed as they must be"))
}

fn malformed(place: &str, detail: impl Into<String>) -> Rejection {
    Rejection::new(Reason::MalformedProof, place, detail)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn array<const LENGTH: usize>(&mut self) -> Option<[u8; LENGTH]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn take(&mut self, place: &str, length: usize) -> Result<&'a [u8], Rejection> {
        let (taken, rest) = self
            .0
            .split_at_checked(length)
            .ok_or_else(|| malformed(place, "unexpected end"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn length(&mut self, place: &str) -> Result<usize, Rejection> {
        self.array()
            .and_then(|bytes| usize::try_from(u32::from_le_bytes(bytes)).ok())
            .ok_or_else(|| malformed(place, "unexpected end"))
    }

    /// A part behind its length, which follows from the schedule.
    fn sized(&mut self, place: &str, length: usize) -> Result<Self, Rejection> {
        if self.length(place)? != length {
            return Err(malformed(
                place,
                format!("the schedule has {length} bytes of them"),
            ));
        }
        self.take(place, length).map(Reader)
    }

    fn point(&mut self, place: &str) -> Result<G1Affine, Rejection> {
        let encoded = self
            .array()
            .ok_or_else(|| malformed(place, "unexpected end"))?;
        decode_point(&encoded)
            .map_err(|error| Rejection::new(Reason::InvalidPoint, place, error.to_string()))
    }

    fn points(&mut self, place: &str, count: usize) -> Result<Vec<G1Affine>, Rejection> {
        (0..count)
            .map(|index| self.point(&format!("{place} {index}")))
            .collect()
    }

    fn point_g2(&mut self, place: &str) -> Result<ark_bn254::G2Affine, Rejection> {
        let encoded = self
            .array()
            .ok_or_else(|| malformed(place, "unexpected end"))?;
        decode_g2(&encoded)
            .map_err(|error| Rejection::new(Reason::InvalidPoint, place, error.to_string()))
    }

    fn scalars<const COUNT: usize>(&mut self) -> Result<[Fr; COUNT], Rejection> {
        let mut scalars = [Fr::default(); COUNT];
        for (index, scalar) in scalars.iter_mut().enumerate() {
            let place = format!("scalar {index}");
            let encoded = self
                .array()
                .ok_or_else(|| malformed(&place, "unexpected end"))?;
            *scalar = decode_field(&encoded).map_err(|error| {
                Rejection::new(Reason::NonCanonicalScalar, place, error.to_string())
            })?;
        }
        Ok(scalars)
    }
}
