//! The pattern of absorbs and squeezes, which the sponge's initial capacity commits to.
//!
//! Source: `docs/spec/schedule.md`, section 6.

use std::fmt::Write;

use ark_bn254::Fr;
use modulus_transcript::{DigestBuilder, keccak256};

use crate::schedule::Schedule;

/// One line per event: `A` absorbs or `S` squeezes, a label, a count.
#[must_use]
pub fn pattern(schedule: &Schedule) -> String {
    let mut lines = Lines(String::new());
    lines.absorb("h1", 1);
    lines.absorb("salt", 1);
    lines.squeeze("alpha");
    lines.squeeze("beta");
    lines.absorb("h2", 1);
    lines.squeeze("lambda");
    lines.squeeze("theta");
    lines.rounds(schedule.zero_check_variables, schedule.zero_check_degree);
    lines.absorb("claims", schedule.stage_claims(0).len());
    for (index, step) in schedule.steps.iter().enumerate() {
        lines.squeeze("eta");
        lines.rounds(step.variables, step.degree);
        lines.absorb("claims", schedule.stage_claims(index + 1).len());
    }
    lines.absorb("e", 1);
    lines.squeeze("sigma");
    lines.rounds(schedule.row_bits, 2);
    lines.absorb("rows", schedule.row_kinds.len());
    lines.squeeze("rho");
    lines.absorb("h3", 1);
    lines.squeeze("zeta");
    lines.absorb("openings", 4);
    lines.squeeze("P");
    lines.0
}

/// The sponge's initial capacity.
#[must_use]
pub fn initial_capacity(schedule: &Schedule) -> Fr {
    DigestBuilder::new("modulus.iv.1")
        .word(keccak256(pattern(schedule).as_bytes()))
        .finish_truncated()
}

struct Lines(String);

impl Lines {
    fn absorb(&mut self, label: &str, count: usize) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "A {label} {count}");
    }

    fn squeeze(&mut self, label: &str) {
        let _ = writeln!(self.0, "S {label} 1");
    }

    fn rounds(&mut self, variables: usize, degree: usize) {
        for _ in 0..variables {
            self.absorb("round", degree);
            self.squeeze("challenge");
        }
    }
}
