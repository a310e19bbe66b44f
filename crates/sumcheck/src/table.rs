//! Dense tables over the hypercube; entry i belongs to the point with the bits of i.

use ark_ff::PrimeField;
use rayon::prelude::*;

use crate::bits;
use crate::kernel::Coordinate;

/// Entries below which a pass is not worth splitting over threads.
pub const PARALLEL_THRESHOLD: usize = 1 << 11;

/// All values `eq(point, i)`, times `scale`.
#[must_use]
pub fn eq_table<F: PrimeField>(point: &[F], scale: F) -> Vec<F> {
    let mut table = vec![F::zero(); 1 << point.len()];
    fill_eq(&mut table, point, scale);
    table
}

/// Writes `scale * eq(point, i)` into `table`, which has 2^len(point) entries.
pub fn fill_eq<F: PrimeField>(table: &mut [F], point: &[F], scale: F) {
    if let Some(first) = table.first_mut() {
        *first = scale;
    }
    for (position, coordinate) in point.iter().enumerate() {
        let (low, rest) = table.split_at_mut(1 << position);
        let high = &mut rest[..1 << position];
        let step = |(lower, upper): (&mut F, &mut F)| {
            *upper = *lower * coordinate;
            *lower -= *upper;
        };
        if low.len() < PARALLEL_THRESHOLD {
            low.iter_mut().zip(high).for_each(step);
        } else {
            low.par_iter_mut()
                .zip(high)
                .with_min_len(PARALLEL_THRESHOLD)
                .for_each(step);
        }
    }
}

/// Fixes the highest variable: the table of half the size at `challenge`.
pub fn bind_high<F: PrimeField>(table: &mut Vec<F>, challenge: F) {
    let half = table.len() / 2;
    let (low, high) = table.split_at_mut(half);
    let step = |(lower, upper): (&mut F, &mut F)| {
        let difference = *upper - *lower;
        if !difference.is_zero() {
            *lower += difference * challenge;
        }
    };
    if half < PARALLEL_THRESHOLD {
        low.iter_mut().zip(high).for_each(step);
    } else {
        low.par_iter_mut()
            .zip(high)
            .with_min_len(PARALLEL_THRESHOLD)
            .for_each(step);
    }
    table.truncate(half);
}

/// Value at `point` of the extension of `table`.
#[must_use]
pub fn evaluate<F: PrimeField>(table: &[F], point: &[F]) -> F {
    let weights = eq_table(point, F::one());
    table
        .iter()
        .zip(&weights)
        .map(|(value, weight)| *value * weight)
        .sum()
}

/// A table of `source` over the listed variables, spread over all `variables`.
///
/// Bit k of a source index is variable `order[k]`; the result does not depend on the others.
#[must_use]
pub fn spread<F: Copy>(source: &[F], order: &[usize], variables: usize) -> Vec<F> {
    let mut steps = vec![0; variables];
    for (bit, variable) in order.iter().enumerate() {
        steps[*variable] = 1 << bit;
    }
    source_indices(0, &steps)
        .into_iter()
        .map(|index| source[index])
        .collect()
}

/// `base + sum of steps[k]` over the set bits k of i, for every i.
#[must_use]
pub fn source_indices(base: usize, steps: &[usize]) -> Vec<usize> {
    let mut indices = Vec::with_capacity(1 << steps.len());
    indices.push(base);
    for step in steps {
        for position in 0..indices.len() {
            indices.push(indices[position] + step);
        }
    }
    indices
}

/// Extension of `[i < extent]` over the variables among `coordinates`, spread over `variables`.
#[must_use]
pub fn selector<F: PrimeField>(
    extent: usize,
    coordinates: &[Coordinate<F>],
    variables: usize,
) -> Vec<F> {
    let mut order = Vec::new();
    // Invariant: per assignment of the variables so far, the weight of indices below extent.
    let is_full = extent == 1 << coordinates.len();
    let mut below = vec![if is_full { F::one() } else { F::zero() }];
    for (position, coordinate) in coordinates.iter().enumerate() {
        let bound = !is_full && extent >> position & 1 == 1;
        let at = |value: F, low: bool| match (is_full, bound, low) {
            (true, ..) | (false, true, false) | (false, false, true) => value,
            (false, true, true) => F::one(),
            (false, false, false) => F::zero(),
        };
        match *coordinate {
            Coordinate::Fixed(point) => below.iter_mut().for_each(|value| {
                let (low, high) = (at(*value, true), at(*value, false));
                *value = low + (high - low) * point;
            }),
            Coordinate::Variable(variable) => {
                order.push(variable);
                let high: Vec<F> = below.iter().map(|value| at(*value, false)).collect();
                for value in &mut below {
                    *value = at(*value, true);
                }
                below.extend(high);
            }
        }
    }
    spread(&below, &order, variables)
}

/// `base^i * [i inside shape]` over the padded block of `shape`.
#[must_use]
pub fn shape_powers<F: PrimeField>(shape: &[usize], base: F) -> Vec<F> {
    let size = block_size(shape);
    let mut powers = Vec::with_capacity(size);
    let mut power = F::one();
    for _ in 0..size {
        powers.push(power);
        power *= base;
    }
    for_each_outside(shape, |index| powers[index] = F::zero());
    powers
}

/// Slots of the padded block of a shape.
#[must_use]
pub fn block_size(shape: &[usize]) -> usize {
    1 << shape.iter().map(|extent| bits(*extent)).sum::<usize>()
}

/// Calls `visit` with the block index of every entry of the shape, in C order.
pub fn for_each_inside(shape: &[usize], mut visit: impl FnMut(usize)) {
    let Some((last, outer)) = shape.split_last() else {
        visit(0);
        return;
    };
    let mut index = vec![0; outer.len()];
    loop {
        let base = index
            .iter()
            .zip(outer)
            .fold(0, |base, (value, extent)| base << bits(*extent) | value)
            << bits(*last);
        (base..base + last).for_each(&mut visit);
        let mut axis = outer.len();
        loop {
            if axis == 0 {
                return;
            }
            axis -= 1;
            index[axis] += 1;
            if index[axis] < outer[axis] {
                break;
            }
            index[axis] = 0;
        }
    }
}

fn for_each_outside(shape: &[usize], mut visit: impl FnMut(usize)) {
    let mut next = 0;
    for_each_inside(shape, |index| {
        (next..index).for_each(&mut visit);
        next = index + 1;
    });
    (next..block_size(shape)).for_each(&mut visit);
}

/// Copies unpadded C-order values into the padded block of `shape`; the padding is zero.
#[must_use]
pub fn pad<T: Copy + Default>(values: &[T], shape: &[usize]) -> Vec<T> {
    let mut block = vec![T::default(); block_size(shape)];
    let mut source = values.iter();
    for_each_inside(shape, |index| {
        block[index] = source.next().copied().unwrap_or_default();
    });
    block
}
