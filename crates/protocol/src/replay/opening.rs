//! The Laurent identity that ties the opened values to the combined row value.

use modulus_sumcheck::arithmetic::Arithmetic;

use super::Machine;
use crate::rejection::Check;

/// Checks `a1 E(1/zeta) + a2 E(zeta) = 2v + zeta s1 + s2 / zeta`.
///
/// Source: Modulus protocol, section 3, steps 8 and 9.
pub(super) fn check<M: Machine>(
    machine: &mut M,
    u: &[M::Value],
    row_values: &[M::Value],
    rho: &M::Value,
    zeta: &M::Value,
    [a1, a2, s1, s2]: &[M::Value; 4],
) -> Result<(), M::Error> {
    let mut v = machine.zero();
    for value in row_values.iter().rev() {
        v = machine.mul(&v, rho);
        v = machine.add(&v, value);
    }
    let square = machine.mul(zeta, zeta);
    let one = machine.one();
    let difference = machine.sub(&square, &one);
    let product = machine.mul(zeta, &difference);
    // One inverse shows that zeta is not 0, 1 or -1.
    let inverse = machine.inverse(&product, Check::Points)?;
    let reciprocal = machine.mul(&inverse, &difference);
    let at_reciprocal = e_value(machine, u, &reciprocal);
    let at_zeta = e_value(machine, u, zeta);

    let first = machine.mul(a1, &at_reciprocal);
    let second = machine.mul(a2, &at_zeta);
    let left = machine.add(&first, &second);
    let first = machine.mul(zeta, s1);
    let second = machine.mul(&reciprocal, s2);
    let right = machine.add(&first, &second);
    let right = machine.add(&right, &v);
    let right = machine.add(&right, &v);
    machine.assert_equal(&left, &right, Check::OpeningIdentity)
}

/// `E(x) = prod (1 - u_k + u_k x^(2^k))`.
fn e_value<A: Arithmetic>(machine: &mut A, u: &[A::Value], x: &A::Value) -> A::Value {
    let one = machine.one();
    let mut product = machine.one();
    let mut power = x.clone();
    for (position, coordinate) in u.iter().enumerate() {
        if position > 0 {
            power = machine.mul(&power, &power);
        }
        let factor = machine.line(&one, &power, coordinate);
        product = machine.mul(&product, &factor);
    }
    product
}
