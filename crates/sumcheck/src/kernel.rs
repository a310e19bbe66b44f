//! Kernels of affine index maps.
//!
//! A kernel is the sum, over index tuples v with `0 <= v_k < n_k` and
//! `sum a_k v_k + c = 0`, of the product of `eq(p_k, v_k)`. Windows, slices, pads,
//! concatenation pieces, flips and reshapes are all of this form.
//!
//! Source: Modulus protocol, section 5; `vectors/multilinear/kernels.json`.

use std::collections::BTreeMap;

use ark_ff::PrimeField;
use thiserror::Error;

use crate::arithmetic::Arithmetic;

/// States an automaton may hold at one bit position.
///
/// A reshape needs about as many as its inner width; this bounds what a hostile key can cost.
const STATE_LIMIT: usize = 1 << 15;

/// Index variables of one kernel; the automaton branches over all their bits at once.
pub const PART_LIMIT: usize = 8;

/// A kernel that is too large to evaluate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("kernel needs more than {STATE_LIMIT} states or more than {PART_LIMIT} index variables")]
pub struct KernelTooLarge;

/// One index variable: `coefficient * v` with `0 <= v < extent`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<C> {
    /// Any integer; the sum of magnitudes times extents stays far below 2^63.
    pub coefficient: i64,
    /// Number of values, at most 2^len(coordinates).
    pub extent: u64,
    /// Point that v is extended to, low bit first.
    pub coordinates: Vec<C>,
}

impl<C> Part<C> {
    fn is_bounded(&self) -> bool {
        u32::try_from(self.coordinates.len())
            .ok()
            .and_then(|bits| 1_u64.checked_shl(bits))
            != Some(self.extent)
    }
}

/// Carry so far, and one flag per part (bit k of the mask): its low bits are below its extent's.
type State = (i64, u32);

/// Evaluates a kernel by an automaton over the bits of its indices, low bits first.
///
/// # Errors
///
/// If the automaton would grow beyond its limit.
pub fn evaluate<A: Arithmetic>(
    arithmetic: &mut A,
    parts: &[Part<A::Value>],
    constant: i64,
) -> Result<A::Value, KernelTooLarge> {
    if parts.len() > PART_LIMIT {
        return Err(KernelTooLarge);
    }
    let width = parts
        .iter()
        .map(|part| part.coordinates.len())
        .max()
        .unwrap_or(0);
    // A dimension that fills its power of two needs no bound: its flag starts, and stays, true.
    let mut flags = 0;
    for (index, part) in parts.iter().enumerate() {
        flags |= u32::from(!part.is_bounded()) << index;
    }
    let mut states = BTreeMap::from([((constant, flags), arithmetic.one())]);
    for position in 0..width {
        states = advance(arithmetic, &states, parts, position)?;
    }
    let accepted = (0, (1_u32 << parts.len()) - 1);
    Ok(states
        .remove(&accepted)
        .unwrap_or_else(|| arithmetic.zero()))
}

/// Consumes one bit of every variable.
fn advance<A: Arithmetic>(
    arithmetic: &mut A,
    states: &BTreeMap<State, A::Value>,
    parts: &[Part<A::Value>],
    position: usize,
) -> Result<BTreeMap<State, A::Value>, KernelTooLarge> {
    let (lowest, highest) = reachable(parts, position + 1);
    let mut successors: BTreeMap<State, A::Value> = BTreeMap::new();
    for (choice, weight) in choices(arithmetic, parts, position) {
        let step: i64 = parts
            .iter()
            .enumerate()
            .filter(|(index, _)| choice >> index & 1 == 1)
            .map(|(_, part)| part.coefficient)
            .sum();
        for (&(carry, flags), value) in states {
            let total = carry + step;
            // An odd sum can never be cancelled by higher bits.
            if total & 1 != 0 || !(lowest..=highest).contains(&(total >> 1)) {
                continue;
            }
            let state = (total >> 1, compare(parts, position, choice, flags));
            let product = arithmetic.mul(value, &weight);
            if let Some(sum) = successors.get_mut(&state) {
                *sum = arithmetic.add(sum, &product);
            } else {
                if successors.len() == STATE_LIMIT {
                    return Err(KernelTooLarge);
                }
                successors.insert(state, product);
            }
        }
    }
    Ok(successors)
}

/// Every assignment of bit `position` to the parts, as a mask, with its equality weight.
fn choices<A: Arithmetic>(
    arithmetic: &mut A,
    parts: &[Part<A::Value>],
    position: usize,
) -> Vec<(u32, A::Value)> {
    let mut choices = vec![(0_u32, arithmetic.one())];
    for (index, part) in parts.iter().enumerate() {
        let Some(coordinate) = part.coordinates.get(position) else {
            continue;
        };
        let mut extended = Vec::with_capacity(2 * choices.len());
        for (mask, weight) in choices {
            let high = arithmetic.mul(&weight, coordinate);
            let low = arithmetic.sub(&weight, &high);
            extended.push((mask, low));
            extended.push((mask | 1 << index, high));
        }
        choices = extended;
    }
    choices
}

/// Flags after one more bit: the highest bit that differs from the extent decides.
fn compare<C>(parts: &[Part<C>], position: usize, choice: u32, flags: u32) -> u32 {
    let mut updated = flags;
    for (index, part) in parts.iter().enumerate() {
        let bound = u32::from(
            part.extent
                .checked_shr(position_bits(position))
                .unwrap_or(0)
                & 1
                == 1,
        );
        let bit = choice >> index & 1;
        if part.is_bounded() && bit != bound {
            updated = (updated & !(1 << index)) | bound << index;
        }
    }
    updated
}

/// Range of carries that the bits from `position` up can still cancel.
fn reachable<C>(parts: &[Part<C>], position: usize) -> (i64, i64) {
    let (mut lowest, mut highest) = (0_i64, 0_i64);
    for part in parts {
        let last = part
            .extent
            .saturating_sub(1)
            .checked_shr(position_bits(position))
            .unwrap_or(0);
        let remaining = part
            .coefficient
            .saturating_mul(i64::try_from(last).unwrap_or(i64::MAX));
        lowest = lowest.saturating_sub(remaining.max(0));
        highest = highest.saturating_sub(remaining.min(0));
    }
    (lowest, highest)
}

fn position_bits(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// A coordinate of a prover's kernel: fixed, or one of the variables of a sumcheck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coordinate<F> {
    /// A field element known before the sumcheck.
    Fixed(F),
    /// The variable with this number.
    Variable(usize),
}

/// All values of a kernel over `variables` variables; a variable that no part has is ignored.
///
/// Solutions are enumerated part by part, each part restricted to the values that the remaining
/// parts can still cancel, so the cost is close to the number of solutions.
#[must_use]
pub fn dense<F: PrimeField>(
    parts: &[Part<Coordinate<F>>],
    constant: i64,
    variables: usize,
) -> Vec<F> {
    let weights: Vec<Vec<(F, usize)>> = parts.iter().map(part_weights).collect();
    let mut remaining = vec![(0_i64, 0_i64); parts.len() + 1];
    for (index, part) in parts.iter().enumerate().rev() {
        let span = part.coefficient * i64::try_from(part.extent.saturating_sub(1)).unwrap_or(0);
        let (low, high) = remaining[index + 1];
        remaining[index] = (low + span.min(0), high + span.max(0));
    }
    let mut values = vec![F::zero(); 1 << variables];
    let search = Search {
        parts,
        weights: &weights,
        remaining: &remaining,
    };
    search.visit(0, constant, F::one(), 0, &mut values);
    let used: usize =
        parts
            .iter()
            .flat_map(|part| &part.coordinates)
            .fold(0, |mask, coordinate| {
                if let Coordinate::Variable(variable) = coordinate {
                    mask | 1 << variable
                } else {
                    mask
                }
            });
    for index in 0..values.len() {
        if index & !used != 0 {
            values[index] = values[index & used];
        }
    }
    values
}

/// Per value of one index: its weight at the fixed coordinates, and its bits at the variables.
fn part_weights<F: PrimeField>(part: &Part<Coordinate<F>>) -> Vec<(F, usize)> {
    let mut weights = vec![(F::one(), 0)];
    for coordinate in &part.coordinates {
        let (mut low, mut high) = (weights.clone(), weights);
        match *coordinate {
            Coordinate::Fixed(point) => {
                for (lower, upper) in low.iter_mut().zip(&mut high) {
                    upper.0 *= point;
                    lower.0 -= upper.0;
                }
            }
            Coordinate::Variable(variable) => {
                for entry in &mut high {
                    entry.1 |= 1 << variable;
                }
            }
        }
        low.append(&mut high);
        weights = low;
    }
    weights.truncate(usize::try_from(part.extent).unwrap_or(usize::MAX));
    weights
}

struct Search<'a, F> {
    parts: &'a [Part<Coordinate<F>>],
    weights: &'a [Vec<(F, usize)>],
    remaining: &'a [(i64, i64)],
}

impl<F: PrimeField> Search<'_, F> {
    fn visit(&self, depth: usize, sum: i64, weight: F, index: usize, values: &mut [F]) {
        if depth == self.parts.len() {
            if sum == 0 {
                values[index] += weight;
            }
            return;
        }
        let (low, high) = self.remaining[depth + 1];
        let coefficient = self.parts[depth].coefficient;
        let weights = &self.weights[depth];
        let range = if coefficient == 0 {
            0..weights.len()
        } else {
            // sum + coefficient * v must lie in [-high, -low].
            let (mut first, mut last) = (-high - sum, -low - sum);
            if coefficient < 0 {
                (first, last) = (-last, -first);
            }
            let step = coefficient.abs();
            let start = divide_up(first.max(0), step);
            let end = if last < 0 { 0 } else { last / step + 1 };
            clamp(start, weights.len())..clamp(end, weights.len())
        };
        for value in range {
            let (factor, bits) = weights[value];
            // Extents are below 2^32, so the index fits.
            let next = sum + coefficient * i64::try_from(value).unwrap_or(i64::MAX);
            self.visit(depth + 1, next, weight * factor, index | bits, values);
        }
    }
}

/// Smallest integer not below `value / divisor`, for a positive divisor.
fn divide_up(value: i64, divisor: i64) -> i64 {
    value.div_euclid(divisor) + i64::from(value.rem_euclid(divisor) != 0)
}

fn clamp(value: i64, limit: usize) -> usize {
    usize::try_from(value).map_or(0, |value| value.min(limit))
}
