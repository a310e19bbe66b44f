//! What evaluating a schedule's kernels costs a verifier, in states of their automata.
//!
//! Source: `docs/spec/schedule.md`, section 5; `src/modulus/schedule/automaton.py` counts alike.

use std::collections::BTreeSet;

use modulus_sumcheck::kernel::PART_LIMIT;

use super::types::{Kernel, KernelPart, Schedule};

/// Bound on the sum of a kernel's coefficients.
const COEFFICIENT_LIMIT: u64 = 1 << 20;
/// States of one kernel at one bit position.
const STATE_LIMIT: usize = 1 << 15;
/// States of all kernels of a schedule together.
const TOTAL_LIMIT: usize = 1 << 18;

type State = (i64, u32);

/// Attack: many kernels, each just within its limit, would keep a verifier busy for hours.
pub(super) fn check_work(schedule: &Schedule) -> Result<(), String> {
    let mut total = 0;
    for kernel in kernels(schedule) {
        total += states(kernel).ok_or("a kernel is too large to evaluate")?;
        if total > TOTAL_LIMIT {
            return Err(format!("kernels need more than {TOTAL_LIMIT} states"));
        }
    }
    Ok(())
}

fn kernels(schedule: &Schedule) -> impl Iterator<Item = &Kernel> {
    let instances = schedule.steps.iter().flat_map(|step| &step.instances);
    instances.flat_map(|instance| {
        let offsets = instance.offset.iter().flat_map(|term| &term.kernels);
        let summands = instance.summands.iter().flat_map(|sum| &sum.kernels);
        offsets.chain(summands)
    })
}

/// States of one kernel: a bound if that is small enough, else the size of its largest layer.
fn states(kernel: &Kernel) -> Option<usize> {
    let carries = kernel.parts.iter().try_fold(0_u64, |sum, part| {
        sum.checked_add(part.coefficient.unsigned_abs())
    })?;
    if kernel.parts.len() > PART_LIMIT || carries > COEFFICIENT_LIMIT {
        return None;
    }
    let flags = kernel.parts.iter().filter(|part| is_bounded(part)).count();
    let bound = usize::try_from(carries + 1).ok()? << flags;
    if bound <= STATE_LIMIT {
        return Some(bound);
    }
    largest_layer(kernel)
}

fn is_bounded(part: &KernelPart) -> bool {
    part.extent != 1 << part.coordinates.len()
}

fn largest_layer(kernel: &Kernel) -> Option<usize> {
    let width = kernel
        .parts
        .iter()
        .map(|part| part.coordinates.len())
        .max()?;
    let mut states = BTreeSet::from([(kernel.constant, 0_u32)]);
    let mut largest = 1;
    for position in 0..width {
        states = advance(kernel, &states, position)?;
        largest = largest.max(states.len());
    }
    Some(largest)
}

/// Consumes one bit of every index; nothing if too many states follow.
fn advance(kernel: &Kernel, states: &BTreeSet<State>, position: usize) -> Option<BTreeSet<State>> {
    let (low, high) = cancellable(kernel, position + 1);
    let free: u32 = kernel
        .parts
        .iter()
        .enumerate()
        .filter(|(_, part)| position < part.coordinates.len())
        .map(|(index, _)| 1 << index)
        .sum();
    let mut following = BTreeSet::new();
    for choice in (0..=free).filter(|choice| choice & !free == 0) {
        let step: i64 = kernel
            .parts
            .iter()
            .enumerate()
            .filter(|(index, _)| choice >> index & 1 == 1)
            .map(|(_, part)| part.coefficient)
            .sum();
        for (carry, flags) in states {
            let total = carry + step;
            if total & 1 != 0 || !(low..=high).contains(&(total >> 1)) {
                continue;
            }
            following.insert((total >> 1, compare(kernel, position, choice, *flags)));
            if following.len() > STATE_LIMIT {
                return None;
            }
        }
    }
    Some(following)
}

/// Whether the low bits so far are below those of the extent, one flag per bounded index.
fn compare(kernel: &Kernel, position: usize, choice: u32, flags: u32) -> u32 {
    let mut updated = flags;
    for (index, part) in kernel.parts.iter().enumerate() {
        let bound = u32::from(part.extent >> position & 1 == 1);
        if is_bounded(part) && choice >> index & 1 != bound {
            updated = updated & !(1 << index) | bound << index;
        }
    }
    updated
}

/// Carries that the bits from `position` up can still bring to zero.
fn cancellable(kernel: &Kernel, position: usize) -> (i64, i64) {
    // Coefficients are below 2^20 and extents at most 2^32.
    let reach = |part: &KernelPart| {
        let last = i64::try_from((part.extent - 1) >> position).unwrap_or(i64::MAX);
        part.coefficient.saturating_mul(last)
    };
    let parts = || kernel.parts.iter().map(reach);
    (
        -parts().map(|reach| reach.max(0)).sum::<i64>(),
        -parts().map(|reach| reach.min(0)).sum::<i64>(),
    )
}
