//! From a schedule to its circuit.

use ark_bn254::Fr;
use ark_ff::Zero;
use modulus_protocol::pattern::initial_capacity;
use modulus_protocol::replay::{Outcome, replay};
use modulus_protocol::schedule::Schedule;
use modulus_sumcheck::arithmetic::Arithmetic;

use super::error::SynthesisError;
use super::linear::{Linear, Wire};
use super::machine::{CircuitMachine, MAX_CONSTRAINTS};
use super::messages::{MessageWires, message_count};
use super::pool::Pool;
use super::sponge::CircuitSponge;
use super::{COMBINATION, COMBINER, Circuit, Constraint, Definition, FIRST_MESSAGE, SEAL};

impl Circuit {
    /// The circuit of a schedule; equal schedules have equal circuits.
    ///
    /// # Errors
    ///
    /// [`SynthesisError`] if the schedule is too large for any ceremony.
    pub fn synthesise(schedule: &Schedule) -> Result<Self, SynthesisError> {
        let messages = message_count(schedule);
        let given = u32::try_from(messages)
            .ok()
            .filter(|_| messages < MAX_CONSTRAINTS)
            .ok_or(CircuitMachine::too_large())?;
        let mut machine = CircuitMachine::new(FIRST_MESSAGE + given);
        let mut sponge = CircuitSponge::new(initial_capacity(schedule));
        let mut source = MessageWires::new(schedule);
        let outcome = replay(schedule, &mut machine, &mut sponge, &mut source)?;
        if source.taken() != messages {
            return Err(SynthesisError::Messages {
                announced: messages,
                taken: source.taken(),
            });
        }
        publish(&mut machine, &outcome);
        Self::finish(machine, messages)
    }

    pub(super) fn finish(machine: CircuitMachine, messages: usize) -> Result<Self, SynthesisError> {
        machine.check_size()?;
        let wires = machine.wires;
        let pool = machine.pool.finish();
        let mut constraints = machine.constraints;
        orient(&pool, &mut constraints, wires);
        Ok(Self {
            pool,
            constraints,
            wires: wires as usize,
            messages,
        })
    }

    /// A circuit of few constraints, for tests of slow algorithms: three messages, an inverse.
    #[cfg(test)]
    pub(crate) fn tiny() -> Result<Self, SynthesisError> {
        use modulus_protocol::Check;
        use modulus_protocol::replay::Machine;

        let messages = 3;
        let mut machine = CircuitMachine::new(FIRST_MESSAGE + messages);
        let [a, b, c] = [0, 1, 2].map(|index| Linear::wire(FIRST_MESSAGE + index));
        let product = machine.mul(&a, &b);
        machine.assert_equal(&product, &c, Check::ZeroCheck)?;
        let inverse = machine.inverse(&c, Check::Points)?;
        let seal = machine.mul(&inverse, &a);
        let outcome = Outcome {
            h1: a.clone(),
            h2: b.clone(),
            h3: c.clone(),
            e: inverse,
            rho: product,
            zeta: b.clone(),
            openings: [a.clone(), b, c, a],
            seal,
        };
        publish(&mut machine, &outcome);
        Self::finish(machine, messages as usize)
    }
}

/// Ties the public inputs to the transcript, each by a constraint of its own.
///
/// Attack: a public input that no constraint mentions can be changed freely on chain.
fn publish(machine: &mut CircuitMachine, outcome: &Outcome<Linear>) {
    machine.define(SEAL, &outcome.seal);
    let [a1, a2, s1, s2] = &outcome.openings;
    let values = [
        &outcome.h1,
        &outcome.h2,
        &outcome.h3,
        &outcome.rho,
        &outcome.zeta,
        a1,
        a2,
        s1,
        s2,
        &outcome.e,
    ];
    let r = Linear::wire(COMBINER);
    let mut sum = Linear::constant(Fr::zero());
    for value in values.into_iter().rev() {
        sum = machine.mul(&sum, &r);
        sum = machine.add(&sum, value);
    }
    machine.define(COMBINATION, &sum);
}

/// Swaps operands so that few wires occur on the right: each of those costs a point of the
/// second group in the key and in every proof.
fn orient(pool: &Pool, constraints: &mut [Constraint], wires: Wire) {
    let mut on_right = vec![false; wires as usize];
    let is_fixed = |constraint: &Constraint| {
        constraint.a == constraint.b || !matches!(constraint.definition, Definition::Product(_))
    };
    for constraint in constraints.iter().filter(|constraint| is_fixed(constraint)) {
        for (wire, _) in pool.terms(constraint.b) {
            on_right[wire as usize] = true;
        }
    }
    for constraint in constraints.iter_mut() {
        if is_fixed(constraint) {
            continue;
        }
        let added = |row| {
            pool.terms(row)
                .filter(|(wire, _)| !on_right[*wire as usize])
                .count()
        };
        let (left, right) = (added(constraint.a), added(constraint.b));
        let is_shorter = pool.terms(constraint.a).len() < pool.terms(constraint.b).len();
        if left < right || (left == right && is_shorter) {
            std::mem::swap(&mut constraint.a, &mut constraint.b);
        }
        for (wire, _) in pool.terms(constraint.b) {
            on_right[wire as usize] = true;
        }
    }
}
