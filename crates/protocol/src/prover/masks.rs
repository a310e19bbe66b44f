//! What hides the rows of a proof, or, in transparent mode, does not.
//!
//! Source: Modulus protocol, section 6; `docs/spec/seal.md`, section 3.

use std::fmt;

use ark_bn254::Fr;
use ark_ff::{One, Zero};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::error::ProveError;
use super::randomness::Randomness;
use crate::schedule::{RowKind, Schedule, TensorKind};
use crate::statement::Mode;

/// Uniform slots of the last helper row. Six of them make what an opening publishes uniform.
pub const BLINDING_SLOTS: usize = 8;

/// Blinding coefficients of rows that were committed before a proof, in row order.
#[derive(Clone, Default, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Blinds {
    /// Of weight rows; empty for public weights, whose rows have 1 there.
    pub weights: Vec<Fr>,
    /// Of committed inputs and outputs.
    pub ports: Vec<Fr>,
}

impl fmt::Debug for Blinds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Blinds { .. }")
    }
}

impl Blinds {
    /// Coefficients of the weight rows.
    pub(super) fn of_weights(&self, schedule: &Schedule) -> Result<Vec<Fr>, ProveError> {
        let rows = schedule.rows(RowKind::Weight).len();
        if self.weights.is_empty() {
            return Ok(vec![Fr::one(); rows]);
        }
        fitting(&self.weights, rows)
    }
}

fn fitting(blinds: &[Fr], rows: usize) -> Result<Vec<Fr>, ProveError> {
    if blinds.len() == rows {
        return Ok(blinds.to_vec());
    }
    Err(ProveError::Blinds {
        expected: rows,
        found: blinds.len(),
    })
}

/// Everything that is added to the rows, and the salt of the transcript.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Masks {
    #[zeroize(skip)]
    pub(super) mode: Mode,
    pub(super) salt: Fr,
    /// Coefficient beyond the slots, one per row.
    pub(super) rows: Vec<Fr>,
    slots: Vec<MaskedSlot>,
}

/// A slot that no tensor covers, and what hides there.
#[derive(Zeroize, ZeroizeOnDrop)]
struct MaskedSlot {
    row: usize,
    slot: usize,
    value: Fr,
}

impl Masks {
    /// Nothing is hidden, and no commitment is the point at infinity.
    pub(crate) fn transparent(schedule: &Schedule) -> Self {
        Self {
            mode: Mode::Transparent,
            salt: Fr::zero(),
            rows: vec![Fr::one(); schedule.row_kinds.len()],
            slots: Vec::new(),
        }
    }

    /// Draws what is fresh in a sealed proof.
    pub(super) fn sealed(
        schedule: &Schedule,
        blinds: &Blinds,
        randomness: &mut Randomness,
    ) -> Result<Self, ProveError> {
        require_free_slots(schedule)?;
        let count = schedule.row_kinds.len();
        let mut rows = vec![Fr::one(); schedule.rows(RowKind::Table).len()];
        rows.reserve_exact(count - rows.len());
        rows.extend(blinds.of_weights(schedule)?);
        rows.extend(fitting(&blinds.ports, schedule.rows(RowKind::Port).len())?);
        rows.resize_with(count, || randomness.scalar());
        let salt = randomness.scalar();
        let mut slots = short_ports(schedule, &mut rows);
        let first = schedule.row_size() - BLINDING_SLOTS;
        slots.extend((first..schedule.row_size()).map(|slot| MaskedSlot {
            row: count - 1,
            slot,
            value: randomness.scalar(),
        }));
        Ok(Self {
            mode: Mode::Sealed,
            salt,
            rows,
            slots,
        })
    }

    /// Masked slots of a row.
    pub(super) fn slots(&self, row: usize) -> impl Iterator<Item = (usize, Fr)> + '_ {
        let of_row = self.slots.iter().filter(move |masked| masked.row == row);
        of_row.map(|masked| (masked.slot, masked.value))
    }
}

/// Moves the blinding of ports that do not fill their row to the slot behind their block: so the
/// commitment is the same in models whose rows have another length.
fn short_ports(schedule: &Schedule, rows: &mut [Fr]) -> Vec<MaskedSlot> {
    let ports = schedule.tensors.iter().filter(|tensor| {
        tensor.kind == TensorKind::Port && tensor.block_bits() < schedule.row_bits
    });
    ports
        .map(|tensor| MaskedSlot {
            row: tensor.row,
            slot: 1 << tensor.block_bits(),
            value: std::mem::take(&mut rows[tensor.row]),
        })
        .collect()
}

/// Attack: a schedule that covers the blinding slots would let proofs reveal its prover's data.
fn require_free_slots(schedule: &Schedule) -> Result<(), ProveError> {
    let end = schedule.row_kinds.len() << schedule.row_bits;
    let is_covered = schedule.tensors.iter().any(|tensor| {
        let start = (tensor.row << schedule.row_bits) + tensor.offset;
        tensor.kind != TensorKind::Virtual
            && start + (1 << tensor.block_bits()) + BLINDING_SLOTS > end
    });
    if is_covered || schedule.row_size() < BLINDING_SLOTS {
        return Err(ProveError::NoBlindingSlots);
    }
    Ok(())
}
