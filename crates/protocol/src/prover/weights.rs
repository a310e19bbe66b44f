//! Weights of the batched linear claims, in the form the claim reduction wants them.
//!
//! The rows of a tensor that is larger than a row share the low coordinates of each claim, so
//! `sum over its rows f_b eq(point, (x, b))` is one table `eq(low, x)` times one combination of
//! rows. Weights are therefore kept as tables over the slots, each with the rows it applies to.

use std::collections::BTreeMap;

use ark_bn254::Fr;
use ark_ff::{One, Zero};
use modulus_sumcheck::kernel::Coordinate as Bound;
use modulus_sumcheck::table::{eq_table, for_each_inside};

use super::tables::Tables;
use crate::schedule::{Schedule, Tensor, TensorKind, axis_bits};

/// One table over the slots, and the rows it weighs with their coefficients.
pub(super) struct Weight {
    pub(super) table: Vec<Fr>,
    pub(super) rows: Vec<(usize, Fr)>,
}

/// Weights of all linear claims, batched by powers of sigma.
pub(super) fn weights(tables: &Tables<'_>, sigma: Fr, theta: Fr, z: Fr) -> Vec<Weight> {
    let schedule = tables.schedule;
    let mut weights = Weights {
        schedule,
        own: BTreeMap::new(),
        shared: Vec::new(),
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
        weights.add_claim(tensor, &point, scale);
        scale *= sigma;
    }
    for tensor in schedule.helper_tensors() {
        weights.add_inside(tensor, || scale);
    }
    scale *= sigma;
    for tensor in schedule
        .padding
        .iter()
        .map(|index| &schedule.tensors[*index])
    {
        weights.add_padding(tensor, theta, scale);
        scale *= sigma;
    }
    for (_, tensor) in schedule.public_tensors() {
        weights.add_inside(tensor, || {
            let power = scale;
            scale *= z;
            power
        });
    }
    let own = weights.own.into_iter();
    let own = own.map(|(row, table)| Weight {
        table,
        rows: vec![(row, Fr::one())],
    });
    own.chain(weights.shared).collect()
}

struct Weights<'a> {
    schedule: &'a Schedule,
    /// Tables that belong to one row.
    own: BTreeMap<usize, Vec<Fr>>,
    shared: Vec<Weight>,
}

impl Weights<'_> {
    fn row(&mut self, row: usize) -> &mut [Fr] {
        let size = self.schedule.row_size();
        self.own
            .entry(row)
            .or_insert_with(|| vec![Fr::zero(); size])
    }

    fn add_claim(&mut self, tensor: &Tensor, point: &[Fr], scale: Fr) {
        let row_bits = self.schedule.row_bits;
        if point.len() > row_bits {
            let (low, high) = point.split_at(row_bits);
            let rows = eq_table(high, scale).into_iter().enumerate();
            self.shared.push(Weight {
                table: eq_table(low, Fr::one()),
                rows: rows
                    .map(|(row, coefficient)| (tensor.row + row, coefficient))
                    .collect(),
            });
            return;
        }
        let block = &mut self.row(tensor.row)[tensor.offset..];
        for (slot, weight) in block.iter_mut().zip(eq_table(point, scale)) {
            *slot += weight;
        }
    }

    /// Adds a weight to every slot inside the shape, in C order.
    fn add_inside(&mut self, tensor: &Tensor, mut weight: impl FnMut() -> Fr) {
        let row_bits = self.schedule.row_bits;
        for_each_inside(&tensor.shape, |index| {
            let place = tensor.offset + index;
            let slot = place & ((1 << row_bits) - 1);
            self.row(tensor.row + (place >> row_bits))[slot] += weight();
        });
    }

    /// Adds `theta^i` outside the shape. Rows with the same slots outside share a table.
    fn add_padding(&mut self, tensor: &Tensor, theta: Fr, scale: Fr) {
        let (bits, row_bits) = (tensor.block_bits(), self.schedule.row_bits);
        let width = bits.min(row_bits);
        let mut powers = vec![Fr::one()];
        for position in 0..1 << width {
            powers.push(powers[position] * theta);
        }
        let next_row = powers.pop().unwrap_or_default();
        if bits <= row_bits {
            let table = outside(&powers, &axes_inside(tensor, width, 0));
            let block = &mut self.row(tensor.row)[tensor.offset..];
            for (slot, weight) in block.iter_mut().zip(table) {
                *slot += weight * scale;
            }
            return;
        }
        let mut tables: BTreeMap<Vec<(usize, usize, usize)>, Weight> = BTreeMap::new();
        let mut power = scale;
        for row in 0..1_usize << (bits - width) {
            let inside = axes_inside(tensor, width, row);
            if !inside.is_empty() {
                let weight = tables.entry(inside).or_insert_with_key(|inside| Weight {
                    table: outside(&powers, inside),
                    rows: Vec::new(),
                });
                weight.rows.push((tensor.row + row, power));
            }
            power *= next_row;
        }
        self.shared.extend(tables.into_values());
    }
}

/// What part of a row of a block is inside the shape: per axis its first bit, its bits, and how
/// many of the indices that these bits spell are inside.
fn axes_inside(tensor: &Tensor, width: usize, row: usize) -> Vec<(usize, usize, usize)> {
    let mut axes = Vec::new();
    for (axis, extent) in axis_bits(&tensor.shape).into_iter().zip(&tensor.shape) {
        let low_bits = axis.end.min(width).saturating_sub(axis.start);
        // The part of this axis' index that the row's number spells.
        let high_bits = axis.len() - low_bits;
        let high = row >> axis.start.saturating_sub(width) & ((1 << high_bits) - 1);
        let count = extent.saturating_sub(high << low_bits).min(1 << low_bits);
        if count < 1 << low_bits {
            axes.push((axis.start, low_bits, count));
        }
    }
    axes
}

/// The powers whose index is outside some axis.
fn outside(powers: &[Fr], axes: &[(usize, usize, usize)]) -> Vec<Fr> {
    let is_outside = |index: usize| {
        axes.iter()
            .any(|(start, bits, count)| index >> start & ((1 << bits) - 1) >= *count)
    };
    let values = powers.iter().enumerate();
    values
        .map(|(index, power)| {
            if is_outside(index) {
                *power
            } else {
                Fr::zero()
            }
        })
        .collect()
}
