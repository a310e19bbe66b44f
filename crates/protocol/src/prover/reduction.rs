//! The claim reduction: one sumcheck over the slots of all rows.

use std::sync::Arc;

use ark_bn254::Fr;
use ark_ff::{One, Zero};
use modulus_sumcheck::kernel::Coordinate as Bound;
use modulus_sumcheck::table::{bind_high, block_size, eq_table, fill_eq, for_each_inside};
use modulus_sumcheck::wide::Wide;
use rayon::prelude::*;

use super::tables::Tables;
use crate::schedule::{Schedule, Tensor, TensorKind};

/// Pairs of slots per task.
const CHUNK: usize = 1 << 13;

/// Slots of a row: integers, or field elements for helpers.
pub(super) enum Slots {
    Integers(Vec<i64>),
    Elements(Vec<Fr>),
}

/// All rows of a proof.
pub(super) struct Rows(pub(super) Vec<Slots>);

impl Rows {
    /// `sum rho^b f_b` with blinding coefficient 1 in every row.
    pub(super) fn combine(&self, size: usize, rho: Fr) -> Vec<Fr> {
        let powers: Vec<Fr> = std::iter::successors(Some(Fr::one()), |power| Some(*power * rho))
            .take(self.0.len())
            .collect();
        let mut sum = vec![Fr::zero(); size];
        sum.par_chunks_mut(CHUNK)
            .enumerate()
            .for_each(|(chunk, entries)| {
                let start = chunk * CHUNK;
                let mut wide = vec![Wide::default(); entries.len()];
                for (row, power) in self.0.iter().zip(&powers) {
                    match row {
                        Slots::Integers(values) => {
                            for (sum, value) in wide.iter_mut().zip(&values[start..]) {
                                if *value != 0 {
                                    sum.add_product(*value, power);
                                }
                            }
                        }
                        Slots::Elements(values) => {
                            for (sum, value) in entries.iter_mut().zip(&values[start..]) {
                                if !value.is_zero() {
                                    *sum += *value * power;
                                }
                            }
                        }
                    }
                }
                for (entry, sum) in entries.iter_mut().zip(wide) {
                    *entry += sum.reduce::<Fr>();
                }
            });
        sum.push(powers.iter().sum());
        sum
    }
}

/// State of the sumcheck `sum over x, b of f_b(x) wt_b(x)`.
pub(super) struct Reduction {
    rows: Arc<Rows>,
    /// Rows after the first bound variable.
    bound: Vec<Vec<Fr>>,
    weights: Vec<Vec<Fr>>,
}

impl Reduction {
    pub(super) fn new(rows: Arc<Rows>, weights: Vec<Vec<Fr>>) -> Self {
        Self {
            rows,
            bound: Vec::new(),
            weights,
        }
    }

    /// Coefficients c_0, (c_1 left 0), c_2 of the next round.
    pub(super) fn round(&self) -> Vec<Fr> {
        let half = self.weights.first().map_or(0, Vec::len) / 2;
        let tasks: Vec<(usize, usize)> = (0..self.weights.len())
            .flat_map(|row| (0..half).step_by(CHUNK).map(move |start| (row, start)))
            .collect();
        let (constant, square) = tasks
            .into_par_iter()
            .map(|(row, start)| {
                let range = start..(start + CHUNK).min(half);
                let (low, high) = self.weights[row].split_at(half);
                let (low, high) = (&low[range.clone()], &high[range.clone()]);
                match (self.bound.get(row), &self.rows.0[row]) {
                    (None, Slots::Integers(values)) => {
                        let (first, second) = values.split_at(half);
                        integer_round(&first[range.clone()], &second[range], low, high)
                    }
                    (None, Slots::Elements(values)) | (Some(values), _) => {
                        let (first, second) = values.split_at(half);
                        element_round(&first[range.clone()], &second[range], low, high)
                    }
                }
            })
            .reduce(
                || (Fr::zero(), Fr::zero()),
                |left, right| (left.0 + right.0, left.1 + right.1),
            );
        vec![constant, Fr::zero(), square]
    }

    pub(super) fn bind(&mut self, challenge: Fr) {
        if self.bound.is_empty() {
            self.bound = self
                .rows
                .0
                .par_iter()
                .map(|row| bind_slots(row, challenge))
                .collect();
        } else {
            self.bound
                .par_iter_mut()
                .for_each(|values| bind_high(values, challenge));
        }
        self.weights
            .par_iter_mut()
            .for_each(|values| bind_high(values, challenge));
    }

    /// Values of all rows at the point, once every variable is bound.
    pub(super) fn row_values(&self) -> Vec<Fr> {
        self.bound
            .iter()
            .map(|values| values.first().copied().unwrap_or_default())
            .collect()
    }
}

fn integer_round(first: &[i64], second: &[i64], low: &[Fr], high: &[Fr]) -> (Fr, Fr) {
    let (mut constant, mut square) = (Wide::default(), Wide::default());
    let mut rest = Fr::zero();
    for (((first, second), low), high) in first.iter().zip(second).zip(low).zip(high) {
        if *first == 0 && *second == 0 {
            continue;
        }
        constant.add_product(*first, low);
        let weight = *high - low;
        match second.checked_sub(*first) {
            Some(slope) => square.add_product(slope, &weight),
            None => rest += Fr::from(i128::from(*second) - i128::from(*first)) * weight,
        }
    }
    (constant.reduce(), rest + square.reduce::<Fr>())
}

fn element_round(first: &[Fr], second: &[Fr], low: &[Fr], high: &[Fr]) -> (Fr, Fr) {
    let (mut constant, mut square) = (Fr::zero(), Fr::zero());
    for (((first, second), low), high) in first.iter().zip(second).zip(low).zip(high) {
        if first.is_zero() && second.is_zero() {
            continue;
        }
        constant += *first * low;
        square += (*second - first) * (*high - low);
    }
    (constant, square)
}

fn bind_slots(row: &Slots, challenge: Fr) -> Vec<Fr> {
    match row {
        Slots::Elements(values) => {
            let mut values = values.clone();
            bind_high(&mut values, challenge);
            values
        }
        Slots::Integers(values) => {
            let (first, second) = values.split_at(values.len() / 2);
            let weight = Fr::one() - challenge;
            first
                .iter()
                .zip(second)
                .map(|(first, second)| {
                    if *first == 0 && *second == 0 {
                        return Fr::zero();
                    }
                    let mut sum = Wide::default();
                    sum.add_product(*first, &weight);
                    sum.add_product(*second, &challenge);
                    sum.reduce()
                })
                .collect()
        }
    }
}

/// Weight tables of the batched linear claims, one per row.
pub(super) fn weights(tables: &Tables<'_>, sigma: Fr, theta: Fr, z: Fr) -> Vec<Vec<Fr>> {
    let schedule = tables.schedule;
    let size = schedule.row_size();
    let mut arena = Arena {
        schedule,
        slots: vec![Fr::zero(); size * schedule.row_kinds.len()],
    };
    let mut scale = Fr::one();
    for claim in &schedule.claims {
        let tensor = &schedule.tensors[claim.tensor];
        if tensor.kind == TensorKind::Virtual {
            continue;
        }
        let point: Vec<Fr> = claim
            .point
            .iter()
            .map(|coordinate| match tables.bound(*coordinate) {
                Bound::Fixed(value) => value,
                Bound::Variable(_) => Fr::zero(),
            })
            .collect();
        arena.add_eq(tensor, &point, scale);
        scale *= sigma;
    }
    for tensor in schedule.helper_tensors() {
        let block = arena.block(tensor);
        for_each_inside(&tensor.shape, |index| block[index] += scale);
    }
    scale *= sigma;
    for tensor in schedule
        .padding
        .iter()
        .map(|index| &schedule.tensors[*index])
    {
        arena.add_padding(tensor, theta, scale);
        scale *= sigma;
    }
    let mut power = scale;
    for (_, tensor) in schedule.public_tensors() {
        let block = arena.block(tensor);
        for_each_inside(&tensor.shape, |index| {
            block[index] += power;
            power *= z;
        });
    }
    let mut slots = arena.slots;
    let mut rows = Vec::with_capacity(schedule.row_kinds.len());
    while slots.len() > size {
        rows.push(slots.split_off(slots.len() - size));
    }
    rows.push(slots);
    rows.reverse();
    rows
}

/// Weights of all rows in one piece, so that a block larger than a row is contiguous.
struct Arena<'a> {
    schedule: &'a Schedule,
    slots: Vec<Fr>,
}

impl Arena<'_> {
    fn block(&mut self, tensor: &Tensor) -> &mut [Fr] {
        let start = tensor.row * self.schedule.row_size() + tensor.offset;
        &mut self.slots[start..start + block_size(&tensor.shape)]
    }

    fn add_eq(&mut self, tensor: &Tensor, point: &[Fr], scale: Fr) {
        let block = self.block(tensor);
        if block.first().is_some_and(Fr::is_zero) && block.iter().all(Fr::is_zero) {
            fill_eq(block, point, scale);
            return;
        }
        let weights = eq_table(point, scale);
        block
            .par_iter_mut()
            .zip(&weights)
            .with_min_len(CHUNK)
            .for_each(|(slot, w)| *slot += w);
    }

    fn add_padding(&mut self, tensor: &Tensor, theta: Fr, scale: Fr) {
        let block = self.block(tensor);
        let (mut power, mut next) = (scale, 0);
        let mut skip_to = |index: usize, power: &mut Fr, block: &mut [Fr]| {
            for slot in &mut block[next..index] {
                *slot += *power;
                *power *= theta;
            }
            next = index + 1;
        };
        for_each_inside(&tensor.shape, |index| {
            skip_to(index, &mut power, block);
            power *= theta;
        });
        skip_to(block.len(), &mut power, block);
    }
}
