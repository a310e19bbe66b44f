//! Linear combinations of wires: the values of circuit synthesis.

use std::cmp::Ordering;
use std::rc::Rc;

use ark_bn254::Fr;
use ark_ff::Zero;

/// Number of a wire; wire 0 is the constant 1.
pub(super) type Wire = u32;

/// `constant + sum coefficient * wire`, shared because the step logic clones values freely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Linear(Rc<Parts>);

#[derive(Debug, PartialEq, Eq)]
struct Parts {
    constant: Fr,
    /// Ascending wires, none of them 0, no zero coefficient.
    terms: Vec<(Wire, Fr)>,
}

impl Linear {
    fn new(constant: Fr, terms: Vec<(Wire, Fr)>) -> Self {
        Self(Rc::new(Parts { constant, terms }))
    }

    pub(super) fn constant(value: Fr) -> Self {
        Self::new(value, Vec::new())
    }

    /// A single wire, which is not the constant one.
    pub(super) fn wire(wire: Wire) -> Self {
        Self::new(Fr::zero(), vec![(wire, Fr::from(1_u64))])
    }

    pub(super) fn constant_part(&self) -> Fr {
        self.0.constant
    }

    pub(super) fn terms(&self) -> &[(Wire, Fr)] {
        &self.0.terms
    }

    /// The value, if it does not depend on any wire.
    pub(super) fn as_constant(&self) -> Option<Fr> {
        self.0.terms.is_empty().then_some(self.0.constant)
    }

    pub(super) fn without_constant(&self) -> Self {
        if self.0.constant.is_zero() {
            self.clone()
        } else {
            Self::new(Fr::zero(), self.0.terms.clone())
        }
    }

    pub(super) fn scale(&self, factor: Fr) -> Self {
        if factor.is_zero() {
            return Self::constant(factor);
        }
        let scaled = self.0.terms.iter().map(|(wire, c)| (*wire, *c * factor));
        Self::new(self.0.constant * factor, scaled.collect())
    }

    /// `self + factor * other`.
    pub(super) fn add_scaled(&self, other: &Self, factor: Fr) -> Self {
        let (mut left, mut right) = (self.0.terms.as_slice(), other.0.terms.as_slice());
        let mut terms = Vec::with_capacity(left.len() + right.len());
        while let ([(left_wire, a), left_rest @ ..], [(right_wire, b), right_rest @ ..]) =
            (left, right)
        {
            match left_wire.cmp(right_wire) {
                Ordering::Less => {
                    terms.push((*left_wire, *a));
                    left = left_rest;
                }
                Ordering::Greater => {
                    terms.push((*right_wire, *b * factor));
                    right = right_rest;
                }
                Ordering::Equal => {
                    let sum = *a + *b * factor;
                    if !sum.is_zero() {
                        terms.push((*left_wire, sum));
                    }
                    (left, right) = (left_rest, right_rest);
                }
            }
        }
        terms.extend_from_slice(left);
        terms.extend(right.iter().map(|(wire, b)| (*wire, *b * factor)));
        terms.retain(|(_, coefficient)| !coefficient.is_zero());
        Self::new(self.0.constant + other.0.constant * factor, terms)
    }
}
