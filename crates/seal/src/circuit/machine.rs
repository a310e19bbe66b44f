//! The machine that turns the step logic into constraints.

use std::collections::HashMap;

use ark_bn254::Fr;
use ark_ff::{One, Zero};
use modulus_protocol::Check;
use modulus_protocol::replay::Machine;
use modulus_sumcheck::arithmetic::Arithmetic;

use super::error::SynthesisError;
use super::linear::{Linear, Wire};
use super::pool::{PoolBuilder, Row, ZERO};
use super::{Constraint, Definition, Part};

/// Constraints that a circuit may have, twenty times what large models need.
pub(super) const MAX_CONSTRAINTS: usize = 1 << 21;
/// Terms that all rows together may have: bounds the memory that a hostile schedule can cost.
const MAX_TERMS: usize = 1 << 26;
/// Terms of one value; beyond it the value becomes a wire, or long sums would cost their square.
const MAX_VALUE_TERMS: usize = 512;

/// Records constraints; values are linear combinations of wires.
#[derive(Debug)]
pub(super) struct CircuitMachine {
    pub(super) pool: PoolBuilder,
    pub(super) constraints: Vec<Constraint>,
    pub(super) wires: Wire,
    /// Wire of each product so far, by its rows in ascending order.
    products: HashMap<(Row, Row), Wire>,
    /// Part that constraints are made for; the public inputs' stands for "not yet known".
    part: Part,
    /// First constraint since the last equation: those from it on belong to the next one.
    first_open: usize,
    is_too_large: bool,
}

impl CircuitMachine {
    /// A machine whose wires below `wires` are given.
    pub(super) fn new(wires: Wire) -> Self {
        Self {
            pool: PoolBuilder::new(),
            constraints: Vec::new(),
            wires,
            products: HashMap::new(),
            part: Part::Public,
            first_open: 0,
            is_too_large: false,
        }
    }

    fn allocate(&mut self) -> Wire {
        let wire = self.wires;
        self.wires += 1;
        wire
    }

    fn constrain(&mut self, [a, b, c]: [Row; 3], definition: Definition) {
        self.is_too_large |=
            self.constraints.len() >= MAX_CONSTRAINTS || self.pool.term_count() >= MAX_TERMS;
        if self.is_too_large {
            return;
        }
        self.constraints.push(Constraint {
            a,
            b,
            c,
            definition,
            part: self.part,
        });
    }

    /// Fails if the circuit outgrew its limits.
    pub(super) fn check_size(&self) -> Result<(), SynthesisError> {
        if self.is_too_large {
            return Err(Self::too_large());
        }
        Ok(())
    }

    pub(super) fn too_large() -> SynthesisError {
        SynthesisError::TooLarge {
            constraints: MAX_CONSTRAINTS,
            terms: MAX_TERMS,
        }
    }

    /// Attributes the constraints since the last equation to its part.
    fn attribute(&mut self, part: Part) {
        for constraint in self.constraints.iter_mut().skip(self.first_open) {
            if constraint.part == Part::Public {
                constraint.part = part;
            }
        }
        self.first_open = self.constraints.len();
    }

    /// Does `work` with its constraints attributed to the transcript.
    pub(super) fn hashing<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.part, Part::Transcript);
        let result = work(self);
        self.part = outer;
        result
    }

    /// A wire that equals the product, from one constraint at most.
    fn wire_of(&mut self, left: Row, right: Row) -> Wire {
        let key = (left.min(right), left.max(right));
        if let Some(wire) = self.products.get(&key) {
            return *wire;
        }
        let wire = self.allocate();
        let product = self.pool.row(&Linear::wire(wire));
        self.constrain([left, right, product], Definition::Product(wire));
        self.products.insert(key, wire);
        wire
    }

    /// `left * right` as one wire, with neither operand rewritten.
    pub(super) fn product(&mut self, left: &Linear, right: &Linear) -> Linear {
        if self.is_too_large {
            // Nothing grows any more until the next check reports it.
            return Linear::constant(Fr::zero());
        }
        match (left.as_constant(), right.as_constant()) {
            (Some(constant), _) => right.scale(constant),
            (_, Some(constant)) => left.scale(constant),
            _ => {
                let rows = (self.pool.row(left), self.pool.row(right));
                Linear::wire(self.wire_of(rows.0, rows.1))
            }
        }
    }

    /// Enforces `value = wire` for a new or given wire.
    pub(super) fn define(&mut self, wire: Wire, value: &Linear) {
        let rows = [
            self.pool.row(value),
            self.pool.row(&Linear::constant(Fr::one())),
            self.pool.row(&Linear::wire(wire)),
        ];
        self.constrain(rows, Definition::Product(wire));
    }

    fn shortened(&mut self, value: Linear) -> Linear {
        if value.terms().len() <= MAX_VALUE_TERMS {
            return value;
        }
        let wire = self.allocate();
        self.define(wire, &value);
        Linear::wire(wire)
    }
}

impl Arithmetic for CircuitMachine {
    type Field = Fr;
    type Value = Linear;

    fn constant(&mut self, value: Fr) -> Linear {
        Linear::constant(value)
    }

    fn add(&mut self, left: &Linear, right: &Linear) -> Linear {
        let sum = left.add_scaled(right, Fr::one());
        self.shortened(sum)
    }

    fn sub(&mut self, left: &Linear, right: &Linear) -> Linear {
        let difference = left.add_scaled(right, -Fr::one());
        self.shortened(difference)
    }

    fn scale(&mut self, value: &Linear, factor: Fr) -> Linear {
        value.scale(factor)
    }

    /// One constraint for the product of the non-constant parts, unless it is known already.
    ///
    /// With constants split off, `x y`, `x (1 - y)` and `(1 - x)(1 - y)` share one constraint:
    /// equality factors and selectors are made of these.
    fn mul(&mut self, left: &Linear, right: &Linear) -> Linear {
        if left.as_constant().is_some() || right.as_constant().is_some() {
            return self.product(left, right);
        }
        let (p, q) = (left.constant_part(), right.constant_part());
        let (a, b) = (left.without_constant(), right.without_constant());
        let (positive_a, a_sign) = positive(&a);
        let (positive_b, b_sign) = positive(&b);
        let value = self
            .product(&positive_a, &positive_b)
            .scale(a_sign * b_sign)
            .add_scaled(&a, q)
            .add_scaled(&b, p)
            .add_scaled(&Linear::constant(p * q), Fr::one());
        self.shortened(value)
    }
}

/// The value or its negative, whichever does not begin with -1, and the sign that leads back.
fn positive(value: &Linear) -> (Linear, Fr) {
    match value.terms().first() {
        Some((_, leading)) if *leading == -Fr::one() => (value.scale(*leading), *leading),
        _ => (value.clone(), Fr::one()),
    }
}

impl Machine for CircuitMachine {
    type Error = SynthesisError;

    fn assert_equal(
        &mut self,
        left: &Linear,
        right: &Linear,
        check: Check,
    ) -> Result<(), SynthesisError> {
        let difference = left.add_scaled(right, -Fr::one());
        // A schedule may state 0 = 0, for instance in a step without claims.
        if difference.as_constant() != Some(Fr::zero()) {
            let rows = [
                self.pool.row(&difference),
                self.pool.row(&Linear::constant(Fr::one())),
                ZERO,
            ];
            self.constrain(rows, Definition::Assertion);
        }
        self.attribute(check.into());
        self.check_size()
    }

    fn inverse(&mut self, value: &Linear, _: Check) -> Result<Linear, SynthesisError> {
        let wire = self.allocate();
        let inverse = Linear::wire(wire);
        let rows = [
            self.pool.row(value),
            self.pool.row(&inverse),
            self.pool.row(&Linear::constant(Fr::one())),
        ];
        self.constrain(rows, Definition::Inverse(wire));
        Ok(inverse)
    }
}
