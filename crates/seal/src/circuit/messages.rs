//! Messages as wires that the prover is free to choose.

use modulus_protocol::replay::Messages;
use modulus_protocol::schedule::Schedule;

use super::FIRST_MESSAGE;
use super::error::SynthesisError;
use super::linear::{Linear, Wire};
use super::machine::CircuitMachine;

/// Number of absorbed elements of a schedule.
pub(super) fn message_count(schedule: &Schedule) -> usize {
    let steps: usize = schedule
        .steps
        .iter()
        .map(|step| step.variables * step.degree)
        .sum();
    let digests_and_salt = 4;
    let openings = 4;
    let public_sum = 1;
    digests_and_salt
        + schedule.zero_check_variables * schedule.zero_check_degree
        + steps
        + schedule.claims.len()
        + public_sum
        + 2 * schedule.row_bits
        + schedule.row_kinds.len()
        + openings
}

/// Hands out message wires in order.
pub(super) struct MessageWires<'a> {
    schedule: &'a Schedule,
    next: Wire,
}

impl<'a> MessageWires<'a> {
    pub(super) fn new(schedule: &'a Schedule) -> Self {
        Self {
            schedule,
            next: FIRST_MESSAGE,
        }
    }

    /// Messages handed out so far.
    pub(super) fn taken(&self) -> usize {
        (self.next - FIRST_MESSAGE) as usize
    }

    fn one(&mut self) -> Linear {
        let wire = self.next;
        self.next += 1;
        Linear::wire(wire)
    }

    fn several(&mut self, count: usize) -> Vec<Linear> {
        (0..count).map(|_| self.one()).collect()
    }
}

impl Messages<CircuitMachine> for MessageWires<'_> {
    fn statement(&mut self) -> Result<Linear, SynthesisError> {
        Ok(self.one())
    }

    fn salt(&mut self) -> Result<Linear, SynthesisError> {
        Ok(self.one())
    }

    fn helpers(&mut self, _: &Linear, _: &Linear) -> Result<Linear, SynthesisError> {
        Ok(self.one())
    }

    fn round(&mut self, degree: usize) -> Result<Vec<Linear>, SynthesisError> {
        Ok(self.several(degree))
    }

    fn claims(&mut self, stage: usize) -> Result<Vec<Linear>, SynthesisError> {
        Ok(self.several(self.schedule.stage_claims(stage).len()))
    }

    fn public_sum(&mut self) -> Result<Linear, SynthesisError> {
        Ok(self.one())
    }

    fn row_values(&mut self) -> Result<Vec<Linear>, SynthesisError> {
        Ok(self.several(self.schedule.row_kinds.len()))
    }

    fn quotient(&mut self, _: &Linear) -> Result<Linear, SynthesisError> {
        Ok(self.one())
    }

    fn openings(&mut self, _: &Linear) -> Result<[Linear; 4], SynthesisError> {
        Ok(std::array::from_fn(|_| self.one()))
    }
}
