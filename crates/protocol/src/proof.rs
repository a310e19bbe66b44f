//! Wire format of transparent proofs; every length follows from the schedule.
//!
//! Source: `docs/spec/schedule.md`, section 7.

use ark_bn254::{Fr, G1Affine};
use modulus_kzg::encoding::{decode_field, decode_point, encode_field, encode_point};

use crate::rejection::{Reason, Rejection};
use crate::schedule::{RowKind, Schedule};
use crate::statement::{Mode, unpack};

/// First bytes of every proof.
pub const MAGIC: &[u8; 16] = b"MODULUS.PROOF\0\0\0";
/// Version of the proof formats.
pub const VERSION: u16 = 1;
const HEADER: usize = 16 + 2 + 1 + 32 + 4;

/// A decoded proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Packed public values.
    pub public: Vec<u8>,
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
    /// All messages in order of absorption.
    pub scalars: Vec<Fr>,
}

/// Numbers of elements in a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Bytes of the public values.
    pub public: usize,
    /// Trace rows.
    pub trace: usize,
    /// Helper rows.
    pub helpers: usize,
    /// Messages.
    pub scalars: usize,
}

impl Layout {
    /// The layout of every proof of a schedule.
    #[must_use]
    pub fn new(schedule: &Schedule) -> Self {
        let rounds: usize = schedule.zero_check_variables * schedule.zero_check_degree
            + schedule
                .steps
                .iter()
                .map(|step| step.variables * step.degree)
                .sum::<usize>()
            + 2 * schedule.row_bits;
        Self {
            public: schedule.public_length(),
            trace: schedule.rows(RowKind::Trace).len(),
            helpers: schedule.rows(RowKind::Helper).len(),
            scalars: rounds + schedule.claims.len() + schedule.row_kinds.len() + 4,
        }
    }

    fn points(&self) -> usize {
        self.trace + self.helpers + 3
    }

    /// Bytes of the whole proof.
    #[must_use]
    pub fn length(&self) -> usize {
        HEADER + self.public + 64 * self.points() + 32 * self.scalars
    }
}

impl Proof {
    /// Encodes the proof for the key with the given digest.
    #[must_use]
    pub fn encode(&self, key: Fr) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.push(Mode::Transparent.byte());
        bytes.extend(encode_field(&key));
        // Public values of 4 GiB do not occur: a schedule's public tensors lie in committed rows.
        bytes.extend(
            u32::try_from(self.public.len())
                .unwrap_or(u32::MAX)
                .to_le_bytes(),
        );
        bytes.extend(&self.public);
        for point in self
            .trace
            .iter()
            .chain(&self.helpers)
            .chain([&self.s, &self.w, &self.w_prime])
        {
            bytes.extend(encode_point(point));
        }
        for scalar in &self.scalars {
            bytes.extend(encode_field(scalar));
        }
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
        let malformed =
            |place, detail: String| Rejection::new(Reason::MalformedProof, place, detail);
        let mut rest = bytes;
        if take(&mut rest) != Some(*MAGIC) {
            return Err(malformed("magic", "not a proof".to_owned()));
        }
        if take(&mut rest).map(u16::from_le_bytes) != Some(VERSION) {
            return Err(malformed("version", "unknown proof version".to_owned()));
        }
        if take(&mut rest) != Some([Mode::Transparent.byte()]) {
            return Err(malformed("mode", "not a transparent proof".to_owned()));
        }
        if bytes.len() != layout.length() {
            let detail = format!(
                "{} bytes, the schedule has {}",
                bytes.len(),
                layout.length()
            );
            return Err(malformed("length", detail));
        }
        if take(&mut rest) != Some(encode_field(&key)) {
            let detail = "the proof was made for another verifying key";
            return Err(Rejection::new(Reason::WrongVerifyingKey, "header", detail));
        }
        let declared = take(&mut rest).map(u32::from_le_bytes).map(usize::try_from);
        if declared != Some(Ok(layout.public)) {
            let detail = format!("the schedule has {} bytes of them", layout.public);
            return Err(malformed("public values", detail));
        }
        let Some((public, mut rest)) = rest.split_at_checked(layout.public) else {
            return Err(malformed("public values", "unexpected end".to_owned()));
        };
        let values = unpack(schedule, public)?;
        let mut points = Vec::with_capacity(layout.points());
        for index in 0..layout.points() {
            let encoded =
                take(&mut rest).ok_or_else(|| malformed("points", "unexpected end".to_owned()))?;
            points.push(decode_point(&encoded).map_err(|error| {
                Rejection::new(
                    Reason::InvalidPoint,
                    format!("point {index}"),
                    error.to_string(),
                )
            })?);
        }
        let mut scalars = Vec::with_capacity(layout.scalars);
        for index in 0..layout.scalars {
            let encoded =
                take(&mut rest).ok_or_else(|| malformed("scalars", "unexpected end".to_owned()))?;
            scalars.push(decode_field(&encoded).map_err(|error| {
                let place = format!("scalar {index}");
                Rejection::new(Reason::NonCanonicalScalar, place, error.to_string())
            })?);
        }
        let mut points = points.into_iter();
        let trace: Vec<G1Affine> = points.by_ref().take(layout.trace).collect();
        let helpers: Vec<G1Affine> = points.by_ref().take(layout.helpers).collect();
        let (Some(s), Some(w), Some(w_prime)) = (points.next(), points.next(), points.next())
        else {
            return Err(malformed("points", "unexpected end".to_owned()));
        };
        let public = public.to_vec();
        Ok((
            Self {
                public,
                trace,
                helpers,
                s,
                w,
                w_prime,
                scalars,
            },
            values,
        ))
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Some(*taken)
}
