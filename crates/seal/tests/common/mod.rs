//! Transcripts of honest proofs of the protocol's hand-made model.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

#[path = "../../../protocol/tests/common/mod.rs"]
pub mod model;

use std::sync::LazyLock;

use ark_bn254::Fr;
use ark_ff::Zero;
use modulus_protocol::pattern::{initial_capacity, pattern};
use modulus_protocol::schedule::Schedule;
use modulus_protocol::{Proof, Silent, VerifyingKey, prove};
use modulus_seal::circuit::{Circuit, Transcript};
use modulus_transcript::{DigestBuilder, Poseidon2Sponge, Transcript as _};

use model::{CONTEXT, SRS, execute, key};

pub static KEY: LazyLock<VerifyingKey> = LazyLock::new(key);
pub static CIRCUIT: LazyLock<Circuit> =
    LazyLock::new(|| Circuit::synthesise(KEY.schedule()).unwrap());

/// A transcript, and what the circuit must publish for it.
pub struct Honest {
    pub transcript: Transcript,
    pub public_inputs: [Fr; 3],
}

/// The transcript of an honest proof, put together from its wire format.
pub fn honest(x: [i64; 3], r: Fr) -> Honest {
    let schedule = KEY.schedule();
    let bytes = prove(&KEY, &SRS, &execute(x), CONTEXT, &Silent).unwrap();
    let (proof, values) = Proof::decode(&bytes, schedule, KEY.digest()).unwrap();
    let mut digest = DigestBuilder::new("modulus.h1.transparent")
        .field(KEY.digest())
        .word(CONTEXT);
    for chunk in proof.public.chunks(32) {
        let mut word = [0; 32];
        word[..chunk.len()].copy_from_slice(chunk);
        digest = digest.word(word);
    }
    let digest = proof.trace.iter().fold(digest, |d, point| d.point(*point));
    let h1 = digest.finish_truncated();
    let digest = DigestBuilder::new("modulus.h2").field(h1);
    let digest = proof.helpers.iter().fold(digest, |d, p| d.point(*p));
    let h2 = digest.finish_truncated();
    let h3 = DigestBuilder::new("modulus.h3")
        .field(h2)
        .point(proof.s)
        .finish_truncated();
    let e = values
        .iter()
        .rev()
        .fold(Fr::zero(), |sum, value| sum * h1 + Fr::from(*value));

    let mut messages = vec![h1, Fr::zero(), h2];
    let tail = 2 * schedule.row_bits + schedule.row_kinds.len() + 4;
    let (stages, reduction) = proof.scalars.split_at(proof.scalars.len() - tail);
    let (reduction, openings) = reduction.split_at(reduction.len() - 4);
    messages.extend(stages);
    messages.push(e);
    messages.extend(reduction);
    messages.push(h3);
    messages.extend(openings);

    let squeezed = squeezes(schedule, &messages);
    let find = |label| squeezed.iter().find(|(name, _)| name == label).unwrap().1;
    let mut values = vec![h1, h2, h3, find("rho"), find("zeta")];
    values.extend(openings);
    values.push(e);
    let combination = values.iter().rev().fold(Fr::zero(), |sum, v| sum * r + v);
    Honest {
        public_inputs: [find("P"), r, combination],
        transcript: Transcript { messages, r },
    }
}

/// Every challenge with its label, from the native sponge and the published pattern.
fn squeezes(schedule: &Schedule, messages: &[Fr]) -> Vec<(String, Fr)> {
    let mut sponge = Poseidon2Sponge::new(initial_capacity(schedule));
    let mut messages = messages.iter();
    let mut squeezed = Vec::new();
    for line in pattern(schedule).lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        for _ in 0..fields[2].parse::<usize>().unwrap() {
            if fields[0] == "A" {
                sponge.absorb(*messages.next().unwrap());
            } else {
                squeezed.push((fields[1].to_owned(), sponge.squeeze()));
            }
        }
    }
    assert!(messages.next().is_none(), "the pattern absorbs everything");
    squeezed
}
