//! The tensors of one proof.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ark_bn254::Fr;
use modulus_sumcheck::fold::{self, Element};
use modulus_sumcheck::kernel::Coordinate;
use modulus_sumcheck::product::Table;
use modulus_sumcheck::table::{for_each_inside, pad};
use rayon::prelude::*;

use super::error::WitnessError;
use super::{Deviation, Tensors};
use crate::schedule::{Schedule, Tensor, TensorKind};

/// Entries of a tensor in unpadded C order.
pub(super) enum Values<'a> {
    Integers(Cow<'a, [i64]>),
    Elements(Vec<Element<Fr>>),
}

/// Shapes that a cheating prover fills instead of the declared ones, with the same padded blocks.
pub(crate) type Shapes = BTreeMap<usize, Vec<usize>>;

/// All tensors by index; helper columns and multiplicities join once they are computed.
pub(super) struct Witness<'a> {
    schedule: &'a Schedule,
    values: Vec<Option<Values<'a>>>,
    shapes: Option<&'a Shapes>,
}

impl<'a> Witness<'a> {
    /// Takes the tensors that the caller supplies and checks their sizes and ranges.
    pub(super) fn new(
        schedule: &'a Schedule,
        tensors: &'a Tensors,
        deviation: Deviation<'a>,
    ) -> Result<Self, WitnessError> {
        let witness = Self::collect(schedule, tensors, deviation.shapes, |kind| {
            !matches!(kind, TensorKind::Multiplicity | TensorKind::Helper)
        })?;
        if !deviation.skip_checks {
            witness.check_ranges()?;
        }
        Ok(witness)
    }

    /// Takes tensors that a model fixes, of some kinds only.
    pub(super) fn fixed(
        schedule: &'a Schedule,
        tensors: &'a Tensors,
        is_needed: impl Fn(TensorKind) -> bool,
    ) -> Result<Self, WitnessError> {
        let witness = Self::collect(schedule, tensors, None, is_needed)?;
        witness.check_ranges()?;
        Ok(witness)
    }

    fn collect(
        schedule: &'a Schedule,
        tensors: &'a Tensors,
        shapes: Option<&'a Shapes>,
        is_needed: impl Fn(TensorKind) -> bool,
    ) -> Result<Self, WitnessError> {
        let mut witness = Self {
            schedule,
            values: Vec::new(),
            shapes,
        };
        for (index, tensor) in schedule.tensors.iter().enumerate() {
            if !is_needed(tensor.kind) {
                witness.values.push(None);
                continue;
            }
            let given = u32::try_from(index)
                .ok()
                .and_then(|index| tensors.get(&index));
            let given = given.ok_or(WitnessError::Missing { tensor: index })?;
            let (found, expected) = (given.len(), witness.shape(index).iter().product());
            if found != expected {
                return Err(WitnessError::WrongLength {
                    tensor: index,
                    found,
                    expected,
                });
            }
            witness
                .values
                .push(Some(Values::Integers(Cow::Borrowed(given))));
        }
        Ok(witness)
    }

    fn check_ranges(&self) -> Result<(), WitnessError> {
        for (tensor, (declared, values)) in
            self.schedule.tensors.iter().zip(&self.values).enumerate()
        {
            let Some(Values::Integers(values)) = values else {
                continue;
            };
            let range = declared.low..=declared.high;
            if let Some(position) = values
                .par_iter()
                .with_min_len(1 << 14)
                .position_first(|v| !range.contains(v))
            {
                return Err(WitnessError::OutOfRange { tensor, position });
            }
        }
        Ok(())
    }

    pub(super) fn set(&mut self, tensor: usize, values: Values<'a>) {
        self.values[tensor] = Some(values);
    }

    fn shape(&self, tensor: usize) -> &[usize] {
        match self.shapes.and_then(|shapes| shapes.get(&tensor)) {
            Some(shape) => shape,
            None => &self.schedule.tensors[tensor].shape,
        }
    }

    /// The tensor folded at the fixed coordinates of a point, and the variables it is left with.
    pub(super) fn fold(&self, tensor: usize, point: &[Coordinate<Fr>]) -> (Vec<Fr>, Vec<usize>) {
        let shape = self.shape(tensor);
        match &self.values[tensor] {
            Some(Values::Integers(values)) => fold::fold(values, shape, point),
            Some(Values::Elements(values)) => fold::fold(values, shape, point),
            None => fold::fold::<Fr, i64>(&[], shape, point),
        }
    }

    /// The padded block of a tensor.
    pub(super) fn block(&self, tensor: usize) -> Table<Fr> {
        let shape = self.shape(tensor);
        match &self.values[tensor] {
            Some(Values::Integers(values)) => Table::Integers(pad(values, shape)),
            Some(Values::Elements(values)) => {
                let block = pad(values, shape);
                Table::Elements(block.into_iter().map(|element| element.0).collect())
            }
            None => Table::Integers(pad(&[], shape)),
        }
    }

    /// Entries of a tensor of integers in C order of its declared shape, if it is one.
    pub(super) fn integers(&self, tensor: usize) -> Option<Cow<'_, [i64]>> {
        match &self.values[tensor] {
            Some(Values::Integers(values)) => {
                let declared = &self.schedule.tensors[tensor].shape;
                Some(match self.shape(tensor) {
                    shape if shape == declared => Cow::Borrowed(values),
                    shape => Cow::Owned(unpad(&pad(values, shape), declared)),
                })
            }
            _ => None,
        }
    }

    /// The slots of a row of integers.
    pub(super) fn row(&self, row: usize) -> Vec<i64> {
        self.slots(row, |block| match block {
            Table::Integers(values) => values,
            Table::Elements(_) => Vec::new(),
        })
    }

    /// The slots of a row of field elements.
    pub(super) fn element_row(&self, row: usize) -> Vec<Fr> {
        self.slots(row, |block| match block {
            Table::Integers(_) => Vec::new(),
            Table::Elements(values) => values,
        })
    }

    fn slots<T: Copy + Default>(
        &self,
        row: usize,
        entries: impl Fn(Table<Fr>) -> Vec<T>,
    ) -> Vec<T> {
        let size = self.schedule.row_size();
        // Room for the blinding: growing would leave a copy behind.
        let mut slots = Vec::with_capacity(size + 1);
        slots.resize(size, T::default());
        for (index, tensor) in self.schedule.tensors.iter().enumerate() {
            if !is_in_row(self.schedule, tensor, row) {
                continue;
            }
            let block = entries(self.block(index));
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
