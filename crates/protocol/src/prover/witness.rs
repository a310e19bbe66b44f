//! The tensors of one proof.

use std::borrow::Cow;
use std::collections::HashMap;

use ark_bn254::Fr;
use modulus_sumcheck::fold::{self, Element};
use modulus_sumcheck::kernel::Coordinate;
use modulus_sumcheck::table::{for_each_inside, pad};
use rayon::prelude::*;

use super::error::WitnessError;
use crate::schedule::{Schedule, Tensor, TensorKind};

/// Entries of a tensor in unpadded C order.
pub(super) enum Values<'a> {
    Integers(Cow<'a, [i64]>),
    Elements(Vec<Element<Fr>>),
}

impl Values<'_> {
    /// The tensor folded at the fixed coordinates of a point, and the variables it is left with.
    pub(super) fn fold(&self, shape: &[usize], point: &[Coordinate<Fr>]) -> (Vec<Fr>, Vec<usize>) {
        match self {
            Self::Integers(values) => fold::fold(values, shape, point),
            Self::Elements(values) => fold::fold(values, shape, point),
        }
    }
}

/// All tensors by index; helper columns and multiplicities join once they are computed.
pub(super) struct Witness<'a> {
    schedule: &'a Schedule,
    values: Vec<Option<Values<'a>>>,
}

impl<'a> Witness<'a> {
    /// Takes the tensors that the caller supplies and checks their sizes and ranges.
    pub(super) fn new(
        schedule: &'a Schedule,
        tensors: &'a HashMap<u32, Vec<i64>>,
        skip_checks: bool,
    ) -> Result<Self, WitnessError> {
        let witness = Self::collect(schedule, tensors, |kind| {
            !matches!(kind, TensorKind::Multiplicity | TensorKind::Helper)
        })?;
        if !skip_checks {
            witness.check_ranges()?;
        }
        Ok(witness)
    }

    /// Takes the tensors of table and weight rows only.
    pub(super) fn fixed(
        schedule: &'a Schedule,
        tensors: &'a HashMap<u32, Vec<i64>>,
    ) -> Result<Self, WitnessError> {
        let witness = Self::collect(schedule, tensors, |kind| {
            matches!(kind, TensorKind::Table | TensorKind::Weight)
        })?;
        witness.check_ranges()?;
        Ok(witness)
    }

    fn collect(
        schedule: &'a Schedule,
        tensors: &'a HashMap<u32, Vec<i64>>,
        is_needed: impl Fn(TensorKind) -> bool,
    ) -> Result<Self, WitnessError> {
        let mut values = Vec::with_capacity(schedule.tensors.len());
        for (index, tensor) in schedule.tensors.iter().enumerate() {
            if !is_needed(tensor.kind) {
                values.push(None);
                continue;
            }
            let given = u32::try_from(index).ok().and_then(|index| tensors.get(&index));
            let given = given.ok_or(WitnessError::Missing { tensor: index })?;
            let (found, expected) = (given.len(), tensor.size());
            if found != expected {
                return Err(WitnessError::WrongLength { tensor: index, found, expected });
            }
            values.push(Some(Values::Integers(Cow::Borrowed(given))));
        }
        Ok(Self { schedule, values })
    }

    fn check_ranges(&self) -> Result<(), WitnessError> {
        for (tensor, (declared, values)) in
            self.schedule.tensors.iter().zip(&self.values).enumerate()
        {
            let Some(Values::Integers(values)) = values else { continue };
            let range = declared.low..=declared.high;
            if let Some(position) =
                values.par_iter().with_min_len(1 << 14).position_first(|v| !range.contains(v))
            {
                return Err(WitnessError::OutOfRange { tensor, position });
            }
        }
        Ok(())
    }

    pub(super) fn set(&mut self, tensor: usize, values: Values<'a>) {
        self.values[tensor] = Some(values);
    }

    /// Entries of a tensor. The prover asks for helpers only after it has computed them.
    pub(super) fn values(&self, tensor: usize) -> &Values<'a> {
        self.values[tensor].as_ref().expect("tensor is asked for before it is computed")
    }

    /// Entries of a tensor of integers, if it is one.
    pub(super) fn integers(&self, tensor: usize) -> Option<&[i64]> {
        match &self.values[tensor] {
            Some(Values::Integers(values)) => Some(values),
            _ => None,
        }
    }

    /// The slots of a row of integers.
    pub(super) fn row(&self, row: usize) -> Vec<i64> {
        self.slots(row, |values, shape| match values {
            Values::Integers(values) => pad(values, shape),
            Values::Elements(_) => Vec::new(),
        })
    }

    /// The slots of a row of field elements.
    pub(super) fn element_row(&self, row: usize) -> Vec<Fr> {
        self.slots(row, |values, shape| match values {
            Values::Integers(_) => Vec::new(),
            Values::Elements(values) => {
                pad(values, shape).into_iter().map(|element| element.0).collect()
            }
        })
    }

    fn slots<T: Copy + Default>(
        &self,
        row: usize,
        block: impl Fn(&Values<'_>, &[usize]) -> Vec<T>,
    ) -> Vec<T> {
        let size = self.schedule.row_size();
        let mut slots = vec![T::default(); size];
        for (tensor, values) in self.schedule.tensors.iter().zip(&self.values) {
            let (Some(values), true) = (values, is_in_row(self.schedule, tensor, row)) else {
                continue;
            };
            let block = block(values, &tensor.shape);
            let start = (row - tensor.row) * size;
            let part = &block[start.min(block.len())..(start + size).min(block.len())];
            slots[tensor.offset..tensor.offset + part.len()].copy_from_slice(part);
        }
        slots
    }
}

/// Whether a part of a committed tensor's block lies in a row.
fn is_in_row(schedule: &Schedule, tensor: &Tensor, row: usize) -> bool {
    let count = 1 << tensor.block_bits().saturating_sub(schedule.row_bits);
    tensor.kind != TensorKind::Virtual && (tensor.row..tensor.row + count).contains(&row)
}

/// The entries inside a shape of a block, in C order.
pub(super) fn unpad<T: Copy>(block: &[T], shape: &[usize]) -> Vec<T> {
    let mut values = Vec::with_capacity(shape.iter().product());
    for_each_inside(shape, |index| values.push(block[index]));
    values
}
