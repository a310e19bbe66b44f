//! The values a verifier computes with.
//!
//! The step logic is written once against this trait: with field elements it verifies, with
//! circuit variables it synthesises the circuit that verifies.

use std::marker::PhantomData;

use ark_ff::PrimeField;

/// Arithmetic on verifier values.
pub trait Arithmetic {
    /// The field that values live in.
    type Field: PrimeField;
    /// One value.
    type Value: Clone;

    /// A value known when the schedule is.
    fn constant(&mut self, value: Self::Field) -> Self::Value;

    /// `left + right`.
    fn add(&mut self, left: &Self::Value, right: &Self::Value) -> Self::Value;

    /// `left - right`.
    fn sub(&mut self, left: &Self::Value, right: &Self::Value) -> Self::Value;

    /// `left * right`.
    fn mul(&mut self, left: &Self::Value, right: &Self::Value) -> Self::Value;

    /// `factor * value` for a constant factor.
    fn scale(&mut self, value: &Self::Value, factor: Self::Field) -> Self::Value;

    /// The constant 0.
    fn zero(&mut self) -> Self::Value {
        self.constant(Self::Field::from(0_u64))
    }

    /// The constant 1.
    fn one(&mut self) -> Self::Value {
        self.constant(Self::Field::from(1_u64))
    }

    /// `1 - value`.
    fn complement(&mut self, value: &Self::Value) -> Self::Value {
        let one = self.one();
        self.sub(&one, value)
    }

    /// `low + (high - low) * at`: a line through its values at 0 and 1.
    fn line(&mut self, low: &Self::Value, high: &Self::Value, at: &Self::Value) -> Self::Value {
        let slope = self.sub(high, low);
        let rise = self.mul(&slope, at);
        self.add(low, &rise)
    }
}

/// Arithmetic on field elements.
#[derive(Debug, Clone, Copy, Default)]
pub struct Native<F>(PhantomData<F>);

impl<F> Native<F> {
    /// The arithmetic of `F`.
    #[must_use]
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<F: PrimeField> Arithmetic for Native<F> {
    type Field = F;
    type Value = F;

    fn constant(&mut self, value: F) -> F {
        value
    }

    fn add(&mut self, left: &F, right: &F) -> F {
        *left + right
    }

    fn sub(&mut self, left: &F, right: &F) -> F {
        *left - right
    }

    fn mul(&mut self, left: &F, right: &F) -> F {
        *left * right
    }

    fn scale(&mut self, value: &F, factor: F) -> F {
        *value * factor
    }
}
