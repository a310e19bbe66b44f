//! Linear claims on committed slots, as the verifier evaluates them at the reduction's point.

use std::collections::BTreeMap;

use modulus_sumcheck::arithmetic::Arithmetic;
use modulus_sumcheck::evaluate::{
    eq_bit, eq_index, power, selector, truncated_and_full_powers, truncated_powers,
};

use super::forms::squarings;
use super::{Known, Machine};
use crate::schedule::{Coordinate, Schedule, Tensor, TensorKind, axis_bits};

/// Weights of linear claims at the point u of the reduction.
pub(super) struct LinearClaims<'a, M: Arithmetic> {
    schedule: &'a Schedule,
    machine: &'a mut M,
    known: &'a Known<M::Value>,
    u: &'a [M::Value],
    row_values: &'a [M::Value],
    places: BTreeMap<(usize, usize), M::Value>,
    prefixes: Prefixes<M::Value>,
}

/// Products of equality factors over beginnings of points.
///
/// Claims of one stage share their coordinates, so most of the work is done once.
struct Prefixes<V> {
    children: BTreeMap<(usize, Coordinate), usize>,
    nodes: Vec<V>,
}

impl<'a, M: Machine> LinearClaims<'a, M> {
    pub(super) fn new(
        schedule: &'a Schedule,
        machine: &'a mut M,
        known: &'a Known<M::Value>,
        u: &'a [M::Value],
        row_values: &'a [M::Value],
    ) -> Self {
        let root = machine.one();
        let prefixes = Prefixes {
            children: BTreeMap::new(),
            nodes: vec![root],
        };
        Self {
            schedule,
            machine,
            known,
            u,
            row_values,
            places: BTreeMap::new(),
            prefixes,
        }
    }

    /// The batched target, and the batched weights applied to the row values.
    pub(super) fn batch(
        &mut self,
        sigma: &M::Value,
        h1: &M::Value,
        e: &M::Value,
    ) -> (M::Value, M::Value) {
        let schedule = self.schedule;
        let mut batch = Batch {
            sigma: sigma.clone(),
            power: self.machine.one(),
            target: self.machine.zero(),
            value: self.machine.zero(),
        };
        for (index, claim) in schedule.claims.iter().enumerate() {
            let Some(tensor) = schedule.tensors.get(claim.tensor) else {
                continue;
            };
            if tensor.kind == TensorKind::Virtual {
                continue;
            }
            let value = self.evaluation(tensor, &claim.point);
            batch.add(self.machine, self.known.claims.get(index), &value);
        }
        let value = self.helper_sum();
        batch.add(self.machine, None, &value);
        for tensor in schedule
            .padding
            .iter()
            .filter_map(|index| schedule.tensors.get(*index))
        {
            let value = self.padding(tensor);
            batch.add(self.machine, None, &value);
        }
        if !schedule.public.is_empty() {
            let value = self.public(h1);
            batch.add(self.machine, Some(e), &value);
        }
        (batch.target, batch.value)
    }

    /// The part of u inside a block, and `eq` of the rest with the block's place in its row.
    fn place(&mut self, tensor: &Tensor) -> (&'a [M::Value], M::Value) {
        let bits = tensor.block_bits().min(self.u.len());
        let (inside, outside) = self.u.split_at(bits);
        let number = tensor.offset >> bits;
        if let Some(place) = self.places.get(&(bits, number)) {
            return (inside, place.clone());
        }
        let place = eq_index(self.machine, outside, number as u64);
        self.places.insert((bits, number), place.clone());
        (inside, place)
    }

    fn row_value(&mut self, row: usize) -> M::Value {
        self.row_values
            .get(row)
            .cloned()
            .unwrap_or_else(|| self.machine.zero())
    }

    /// Weight `eq(point, .)` on a block.
    fn evaluation(&mut self, tensor: &Tensor, point: &[Coordinate]) -> M::Value {
        let (inside, place) = self.place(tensor);
        let (low, high) = point.split_at(inside.len().min(point.len()));
        let mut node = 0;
        for (coordinate, at) in low.iter().zip(inside) {
            node = self.extend(node, *coordinate, at);
        }
        let weight = match self.prefixes.nodes.get(node) {
            Some(value) => self.machine.mul(value, &place),
            None => place,
        };
        // High bits count rows: fold the rows' values at the rest of the point.
        let mut values: Vec<M::Value> = (0..1 << high.len())
            .map(|row| self.row_value(tensor.row + row))
            .collect();
        for coordinate in high {
            let at = self.coordinate(*coordinate);
            values = values
                .chunks_exact(2)
                .filter_map(|pair| match pair {
                    [low, high] => Some(self.machine.line(low, high, &at)),
                    _ => None,
                })
                .collect();
        }
        let value = values.pop().unwrap_or_else(|| self.machine.zero());
        self.machine.mul(&value, &weight)
    }

    fn coordinate(&mut self, coordinate: Coordinate) -> M::Value {
        super::Evaluator::new(self.schedule, self.machine, self.known).coordinate(coordinate)
    }

    fn extend(&mut self, node: usize, coordinate: Coordinate, at: &M::Value) -> usize {
        if let Some(child) = self.prefixes.children.get(&(node, coordinate)) {
            return *child;
        }
        let value = self.coordinate(coordinate);
        let factor = eq_bit(self.machine, &value, at);
        let Some(product) = self.prefixes.nodes.get(node) else {
            return node;
        };
        let extended = self.machine.mul(product, &factor);
        let child = self.prefixes.nodes.len();
        self.prefixes.nodes.push(extended);
        self.prefixes.children.insert((node, coordinate), child);
        child
    }

    /// Weights that are products over axes, applied to every row of a block.
    fn on_rows(
        &mut self,
        tensor: &Tensor,
        mut weight: impl FnMut(&mut M, &[&[M::Value]]) -> M::Value,
    ) -> M::Value {
        let (inside, place) = self.place(tensor);
        let row_bits = tensor.block_bits() - inside.len();
        let axes = axis_bits(&tensor.shape);
        let mut sum = self.machine.zero();
        for row in 0..1_usize << row_bits {
            let mut coordinates = inside.to_vec();
            for bit in 0..row_bits {
                coordinates.push(if row >> bit & 1 == 1 {
                    self.machine.one()
                } else {
                    self.machine.zero()
                });
            }
            let coordinates: Vec<&[M::Value]> = axes
                .iter()
                .map(|axis| coordinates.get(axis.clone()).unwrap_or_default())
                .collect();
            let factor = weight(self.machine, &coordinates);
            let value = self.row_value(tensor.row + row);
            let product = self.machine.mul(&factor, &value);
            sum = self.machine.add(&sum, &product);
        }
        self.machine.mul(&sum, &place)
    }

    /// Sum of all helper columns on their shapes.
    fn helper_sum(&mut self) -> M::Value {
        let schedule = self.schedule;
        let mut sum = self.machine.zero();
        for tensor in schedule.helper_tensors() {
            let value = self.on_rows(tensor, |machine, axes| {
                let mut product = machine.one();
                for (axis, extent) in axes.iter().zip(&tensor.shape) {
                    let factor = selector(machine, *extent as u64, axis);
                    product = machine.mul(&product, &factor);
                }
                product
            });
            sum = self.machine.add(&sum, &value);
        }
        sum
    }

    /// Weights `theta^i` on the padding of a block.
    fn padding(&mut self, tensor: &Tensor) -> M::Value {
        let bases = squarings(self.machine, &self.known.theta, tensor.block_bits());
        let starts = axis_bits(&tensor.shape);
        self.on_rows(tensor, |machine, axes| {
            let (mut inside, mut all) = (machine.one(), machine.one());
            for ((axis, extent), bits) in axes.iter().zip(&tensor.shape).zip(&starts) {
                let Some(base) = bases.get(bits.start) else {
                    continue;
                };
                let (truncated, full) =
                    truncated_and_full_powers(machine, *extent as u64, base, axis);
                inside = machine.mul(&inside, &truncated);
                all = machine.mul(&all, &full);
            }
            machine.sub(&all, &inside)
        })
    }

    /// Weights `z^position` on all public tensors.
    fn public(&mut self, z: &M::Value) -> M::Value {
        let schedule = self.schedule;
        let mut sum = self.machine.zero();
        let mut position = 0;
        for (_, tensor) in schedule.public_tensors() {
            let mut stride = 1;
            let mut bases = Vec::with_capacity(tensor.shape.len());
            for extent in tensor.shape.iter().rev() {
                bases.push(power(self.machine, z, stride));
                stride *= *extent as u64;
            }
            bases.reverse();
            let value = self.on_rows(tensor, |machine, axes| {
                let mut product = machine.one();
                for ((axis, extent), base) in axes.iter().zip(&tensor.shape).zip(&bases) {
                    let factor = truncated_powers(machine, *extent as u64, base, axis);
                    product = machine.mul(&product, &factor);
                }
                product
            });
            let shift = power(self.machine, z, position);
            let value = self.machine.mul(&value, &shift);
            sum = self.machine.add(&sum, &value);
            position += stride;
        }
        sum
    }
}

struct Batch<V> {
    sigma: V,
    power: V,
    target: V,
    value: V,
}

impl<V: Clone> Batch<V> {
    fn add<M: Machine<Value = V>>(&mut self, machine: &mut M, target: Option<&V>, value: &V) {
        if let Some(target) = target {
            let scaled = machine.mul(target, &self.power);
            self.target = machine.add(&self.target, &scaled);
        }
        let scaled = machine.mul(value, &self.power);
        self.value = machine.add(&self.value, &scaled);
        self.power = machine.mul(&self.power, &self.sigma);
    }
}
