//! The rows of one kind that are committed once per model.

use std::ops::Range;

use modulus_transcript::keccak256;

use super::Tensors;
use super::error::WitnessError;
use super::witness::Witness;
use crate::schedule::{RowKind, Schedule, TensorKind};

/// Rows of tables or of weights, as integers.
pub(crate) struct FixedRows<'a> {
    witness: Witness<'a>,
    rows: Range<usize>,
    row_size: usize,
}

impl<'a> FixedRows<'a> {
    /// Takes the tensors of these rows and checks their sizes and ranges.
    pub(crate) fn new(
        schedule: &'a Schedule,
        tensors: &'a Tensors,
        kind: RowKind,
    ) -> Result<Self, WitnessError> {
        let is_needed = |tensor| match kind {
            RowKind::Table => tensor == TensorKind::Table,
            RowKind::Weight => tensor == TensorKind::Weight,
            RowKind::Port | RowKind::Trace | RowKind::Helper => false,
        };
        Ok(Self {
            witness: Witness::fixed(schedule, tensors, is_needed)?,
            rows: schedule.rows(kind),
            row_size: schedule.row_size(),
        })
    }

    pub(crate) fn row_size(&self) -> usize {
        self.row_size
    }

    /// The slots of each row.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Vec<i64>> + '_ {
        self.rows.clone().map(|row| self.witness.row(row))
    }

    /// Keccak of the keccaks of the rows, an integer as 8 bytes, big-endian two's complement.
    pub(crate) fn digest(&self) -> [u8; 32] {
        let of_row = |row: Vec<i64>| {
            let bytes: Vec<u8> = row.iter().flat_map(|value| value.to_be_bytes()).collect();
            keccak256(&bytes)
        };
        let digests: Vec<[u8; 32]> = self.iter().map(of_row).collect();
        keccak256(digests.as_flattened())
    }
}
