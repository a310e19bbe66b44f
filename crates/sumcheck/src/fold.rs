//! Folding a tensor at the fixed coordinates of a point, one multiply-accumulate an entry.

use ark_ff::PrimeField;
use rayon::prelude::*;

use crate::bits;
use crate::kernel::Coordinate;
use crate::table::{PARALLEL_THRESHOLD, eq_table, pad};
use crate::wide::{Wide, WideField};

/// Sums kept beside each other while an equality table is split in two.
const SPLIT_BITS: usize = 11;

/// An entry of a tensor, with the sum its products are gathered in.
pub trait Entry<F>: Copy + Default + Send + Sync {
    /// A sum of products, possibly unreduced.
    type Sum: Copy + Default + Send + Sync;

    /// Adds `self * weight` to a sum.
    fn add_product(self, weight: &F, sum: &mut Self::Sum);
    /// Adds one sum to another.
    fn merge(sum: &mut Self::Sum, other: &Self::Sum);
    /// The sum as a field element.
    fn finish(sum: Self::Sum) -> F;
    /// The entry as a field element.
    fn lift(self) -> F;
}

impl<F: WideField> Entry<F> for i64 {
    type Sum = Wide;

    #[inline]
    fn add_product(self, weight: &F, sum: &mut Wide) {
        sum.add_product(self, weight);
    }

    fn merge(sum: &mut Wide, other: &Wide) {
        sum.add(other);
    }

    fn finish(sum: Wide) -> F {
        sum.reduce()
    }

    fn lift(self) -> F {
        F::from(self)
    }
}

/// A field element as the entry of a tensor.
#[derive(Debug, Clone, Copy, Default)]
#[repr(transparent)]
pub struct Element<F>(pub F);

impl<F: PrimeField> Entry<F> for Element<F> {
    type Sum = F;

    fn add_product(self, weight: &F, sum: &mut F) {
        *sum += self.0 * weight;
    }

    fn merge(sum: &mut F, other: &F) {
        *sum += other;
    }

    fn finish(sum: F) -> F {
        sum
    }

    fn lift(self) -> F {
        self.0
    }
}

/// Where the entries of a tensor go.
struct Plan<F> {
    /// Per axis and index: position in the equality table, position among the sums.
    axes: Vec<Vec<(usize, usize)>>,
    /// Equality weights of the low fixed coordinates.
    low: Vec<F>,
    /// Equality weights of the high fixed coordinates, folded in after summing.
    high: Vec<F>,
    /// Stage variables of the free coordinates, in order.
    order: Vec<usize>,
}

impl<F: PrimeField> Plan<F> {
    fn new(shape: &[usize], point: &[Coordinate<F>]) -> Self {
        let mut fixed = Vec::new();
        let mut order = Vec::new();
        let mut places = Vec::with_capacity(point.len());
        for coordinate in point {
            match *coordinate {
                Coordinate::Fixed(value) => {
                    places.push((true, fixed.len()));
                    fixed.push(value);
                }
                Coordinate::Variable(variable) => {
                    places.push((false, order.len()));
                    order.push(variable);
                }
            }
        }
        let free = order.len();
        let split = fixed.len() - (fixed.len() / 2).min(SPLIT_BITS.saturating_sub(free));
        let mut first_bit = point.len();
        let mut axes = Vec::with_capacity(shape.len());
        for extent in shape {
            let width = bits(*extent);
            first_bit -= width;
            let targets: Vec<(usize, usize)> = places[first_bit..first_bit + width]
                .iter()
                .map(|&(is_fixed, place)| match is_fixed {
                    true if place < split => (1 << place, 0),
                    true => (0, 1 << (free + place - split)),
                    false => (0, 1 << place),
                })
                .collect();
            let entries = (0..*extent).map(|index| {
                targets
                    .iter()
                    .enumerate()
                    .filter(|(bit, _)| index >> bit & 1 == 1)
                    .fold((0, 0), |(weight, sum), (_, target)| {
                        (weight | target.0, sum | target.1)
                    })
            });
            axes.push(entries.collect());
        }
        let (low, high) = fixed.split_at(split);
        Self {
            axes,
            low: eq_table(low, F::one()),
            high: eq_table(high, F::one()),
            order,
        }
    }

    fn sums(&self) -> usize {
        self.high.len() << self.order.len()
    }

    /// Base positions of one line along the last axis.
    fn line(&self, mut number: usize) -> (usize, usize) {
        let mut base = (0, 0);
        for axis in self.axes.iter().rev().skip(1) {
            let (weight, sum) = axis[number % axis.len()];
            base = (base.0 | weight, base.1 | sum);
            number /= axis.len();
        }
        base
    }

    fn accumulate<E: Entry<F>>(&self, values: &[E], start: usize) -> Vec<E::Sum> {
        let mut sums = vec![E::Sum::default(); self.sums()];
        let scalar = [(0, 0)];
        let last: &[(usize, usize)] = self.axes.last().map_or(&scalar, |axis| axis);
        let mut position = start;
        let mut rest = values;
        while !rest.is_empty() {
            let offset = position % last.len();
            let (weight_base, sum_base) = self.line(position / last.len());
            let (line, tail) = rest.split_at(rest.len().min(last.len() - offset));
            for (value, (weight, sum)) in line.iter().zip(&last[offset..]) {
                value.add_product(&self.low[weight_base | weight], &mut sums[sum_base | sum]);
            }
            position += line.len();
            rest = tail;
        }
        sums
    }
}

/// The tensor folded at the fixed coordinates of `point`: a table over the variables of `point`,
/// and which variable each bit of its index stands for.
///
/// `values` are in unpadded C order; the tensor is zero outside its shape. `point` has one
/// coordinate per bit of the padded block, lowest bit first.
#[must_use]
pub fn fold<F: PrimeField, E: Entry<F>>(
    values: &[E],
    shape: &[usize],
    point: &[Coordinate<F>],
) -> (Vec<F>, Vec<usize>) {
    let order: Vec<usize> = point
        .iter()
        .filter_map(|coordinate| match coordinate {
            Coordinate::Fixed(_) => None,
            Coordinate::Variable(variable) => Some(*variable),
        })
        .collect();
    if order.len() == point.len() {
        let block = pad(values, shape);
        return (
            block
                .par_iter()
                .with_min_len(PARALLEL_THRESHOLD)
                .map(|e| e.lift())
                .collect(),
            order,
        );
    }
    let plan = Plan::new(shape, point);
    let pieces = (values.len() / (4 * plan.sums()).max(PARALLEL_THRESHOLD))
        .clamp(1, rayon::current_num_threads());
    let length = values.len().div_ceil(pieces).max(1);
    let sums = values
        .par_chunks(length)
        .enumerate()
        .map(|(piece, chunk)| plan.accumulate(chunk, piece * length))
        .reduce_with(|mut left, right| {
            left.iter_mut()
                .zip(&right)
                .for_each(|(sum, other)| E::merge(sum, other));
            left
        })
        .unwrap_or_else(|| vec![E::Sum::default(); plan.sums()]);
    let free = 1 << plan.order.len();
    let mut table = vec![F::zero(); free];
    for (part, weight) in sums.chunks_exact(free).zip(&plan.high) {
        for (entry, sum) in table.iter_mut().zip(part) {
            let value = E::finish(*sum);
            *entry += if plan.high.len() == 1 {
                value
            } else {
                value * weight
            };
        }
    }
    (table, plan.order)
}

/// Value of the tensor's extension at a point.
#[must_use]
pub fn evaluate<F: PrimeField, E: Entry<F>>(values: &[E], shape: &[usize], point: &[F]) -> F {
    let point: Vec<_> = point
        .iter()
        .map(|value| Coordinate::Fixed(*value))
        .collect();
    if point.is_empty() {
        return values.first().map_or(F::zero(), |value| value.lift());
    }
    fold(values, shape, &point)
        .0
        .first()
        .copied()
        .unwrap_or_default()
}
