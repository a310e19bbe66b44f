//! Multilinear extensions that a verifier evaluates by itself in logarithmic time.
//!
//! Source: Modulus protocol, section 5; `vectors/multilinear/selectors.json`.

use crate::arithmetic::Arithmetic;

/// `eq(left, right)` of two coordinates: `1 - l - r + 2lr`.
pub fn eq_bit<A: Arithmetic>(arithmetic: &mut A, left: &A::Value, right: &A::Value) -> A::Value {
    let product = arithmetic.mul(left, right);
    let doubled = arithmetic.add(&product, &product);
    let sum = arithmetic.add(left, right);
    let complement = arithmetic.complement(&sum);
    arithmetic.add(&complement, &doubled)
}

/// `eq(point, bits of index)`: the weight of one index.
pub fn eq_index<A: Arithmetic>(arithmetic: &mut A, point: &[A::Value], index: u64) -> A::Value {
    let mut product = arithmetic.one();
    for (position, coordinate) in point.iter().enumerate() {
        let factor = if bit(index, position) {
            coordinate.clone()
        } else {
            arithmetic.complement(coordinate)
        };
        product = arithmetic.mul(&product, &factor);
    }
    product
}

/// Extension of `[i < extent]`; `extent` is at most 2^len(point).
pub fn selector<A: Arithmetic>(arithmetic: &mut A, extent: u64, point: &[A::Value]) -> A::Value {
    if fills(extent, point.len()) {
        return arithmetic.one();
    }
    // Invariant: `below` is the weight of all indices whose low bits are below those of extent.
    let mut below = arithmetic.zero();
    for (position, coordinate) in point.iter().enumerate() {
        let complement = arithmetic.complement(coordinate);
        below = if bit(extent, position) {
            let kept = arithmetic.mul(coordinate, &below);
            arithmetic.add(&kept, &complement)
        } else {
            arithmetic.mul(&complement, &below)
        };
    }
    below
}

/// Extension of `i -> base^i` over all 2^len(point) indices.
pub fn full_powers<A: Arithmetic>(
    arithmetic: &mut A,
    base: &A::Value,
    point: &[A::Value],
) -> A::Value {
    truncated_and_full_powers(arithmetic, 0, base, point).1
}

/// Extension of `i -> base^i * [i < extent]`; `extent` is at most 2^len(point).
pub fn truncated_powers<A: Arithmetic>(
    arithmetic: &mut A,
    extent: u64,
    base: &A::Value,
    point: &[A::Value],
) -> A::Value {
    truncated_and_full_powers(arithmetic, extent, base, point).0
}

/// Both power sums, truncated and full, in one pass.
pub fn truncated_and_full_powers<A: Arithmetic>(
    arithmetic: &mut A,
    extent: u64,
    base: &A::Value,
    point: &[A::Value],
) -> (A::Value, A::Value) {
    let is_full = fills(extent, point.len());
    let needs_truncated = extent != 0 && !is_full;
    let mut below = arithmetic.zero();
    let mut full = arithmetic.one();
    let mut power = base.clone();
    for (position, coordinate) in point.iter().enumerate() {
        let complement = arithmetic.complement(coordinate);
        let raised = arithmetic.mul(coordinate, &power);
        if needs_truncated {
            below = if bit(extent, position) {
                // A 0 here puts the index below extent whatever its lower bits are.
                let low = arithmetic.mul(&complement, &full);
                let high = arithmetic.mul(&raised, &below);
                arithmetic.add(&low, &high)
            } else {
                arithmetic.mul(&complement, &below)
            };
        }
        let both = arithmetic.add(&complement, &raised);
        full = arithmetic.mul(&full, &both);
        if position + 1 < point.len() {
            power = arithmetic.mul(&power, &power);
        }
    }
    if is_full {
        (full.clone(), full)
    } else {
        (below, full)
    }
}

/// `base^exponent` for a constant exponent.
pub fn power<A: Arithmetic>(arithmetic: &mut A, base: &A::Value, exponent: u64) -> A::Value {
    let mut result = arithmetic.one();
    for position in (0..u64::BITS - exponent.leading_zeros()).rev() {
        result = arithmetic.mul(&result, &result);
        if exponent >> position & 1 == 1 {
            result = arithmetic.mul(&result, base);
        }
    }
    result
}

fn fills(extent: u64, variables: usize) -> bool {
    u32::try_from(variables)
        .ok()
        .and_then(|count| 1_u64.checked_shl(count))
        == Some(extent)
}

fn bit(value: u64, position: usize) -> bool {
    u32::try_from(position)
        .ok()
        .and_then(|shift| value.checked_shr(shift))
        .unwrap_or(0)
        & 1
        == 1
}
