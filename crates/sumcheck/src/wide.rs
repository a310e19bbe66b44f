//! Unreduced sums of integer times field element.
//!
//! A product of a 63-bit magnitude and a 254-bit residue has 317 bits, so 2^64 of them fit a
//! signed sum of 384 bits. Only the sum is reduced: one multiply-accumulate an element.

use ark_ff::{BigInt, Fp, MontBackend, MontConfig, PrimeField};

const LIMBS: usize = 6;

/// A field whose residues can be accumulated without reduction.
pub trait WideField: PrimeField {
    /// The internal residue (Montgomery form), little-endian limbs.
    fn residue(&self) -> &[u64; 4];

    /// The element whose internal residue is congruent to a non-negative sum of residues.
    fn from_residue_sum(sum: [u64; LIMBS]) -> Self;
}

impl<T: MontConfig<4>> WideField for Fp<MontBackend<T, 4>, 4> {
    #[inline]
    fn residue(&self) -> &[u64; 4] {
        &self.0.0
    }

    fn from_residue_sum(sum: [u64; LIMBS]) -> Self {
        let mut low = BigInt([sum[0], sum[1], sum[2], sum[3]]);
        // The modulus has at least 253 bits, so a handful of subtractions reduce 256 bits.
        while low >= T::MODULUS {
            subtract(&mut low.0, &T::MODULUS.0);
        }
        // Montgomery form of x is x * 2^256 mod p: just what the high limbs stand for.
        let high = u128::from(sum[4]) | u128::from(sum[5]) << 64;
        Self::new_unchecked(low) + Self::from(high)
    }
}

fn subtract(left: &mut [u64; 4], right: &[u64; 4]) {
    let mut borrow = false;
    for (limb, other) in left.iter_mut().zip(right) {
        let (difference, first) = limb.overflowing_sub(*other);
        let (difference, second) = difference.overflowing_sub(u64::from(borrow));
        *limb = difference;
        borrow = first || second;
    }
}

/// A signed sum of products, in two's complement of 384 bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wide([u64; LIMBS]);

impl Wide {
    /// Adds `integer * element`.
    #[inline]
    pub fn add_product<F: WideField>(&mut self, integer: i64, element: &F) {
        let sign = (integer >> 63).cast_unsigned();
        let magnitude = u128::from(integer.unsigned_abs());
        let residue = element.residue();
        // Negation is complement plus one; both are branchless because signs are unpredictable.
        let mut carry = u128::from(sign & 1);
        let mut product = 0_u128;
        let [low @ .., fifth, top] = &mut self.0;
        for (sum, limb) in low.iter_mut().zip(residue) {
            product = u128::from(*limb) * magnitude + (product >> 64);
            carry += u128::from(*sum) + u128::from(low_limb(product) ^ sign);
            *sum = low_limb(carry);
            carry >>= 64;
        }
        carry += u128::from(*fifth) + u128::from(low_limb(product >> 64) ^ sign);
        *fifth = low_limb(carry);
        *top = top.wrapping_add(sign).wrapping_add(low_limb(carry >> 64));
    }

    /// Adds another sum.
    #[inline]
    pub fn add(&mut self, other: &Self) {
        let mut carry = 0_u128;
        for (limb, addend) in self.0.iter_mut().zip(&other.0) {
            carry += u128::from(*limb) + u128::from(*addend);
            *limb = low_limb(carry);
            carry >>= 64;
        }
    }

    /// The sum as a field element.
    #[must_use]
    pub fn reduce<F: WideField>(self) -> F {
        if self.0[LIMBS - 1] >> 63 == 0 {
            return F::from_residue_sum(self.0);
        }
        let mut magnitude = self.0;
        let mut carry = true;
        for limb in &mut magnitude {
            let (value, overflow) = (!*limb).overflowing_add(u64::from(carry));
            *limb = value;
            carry = overflow;
        }
        -F::from_residue_sum(magnitude)
    }
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the low limb is meant")]
fn low_limb(value: u128) -> u64 {
    value as u64
}
