//! Scalars as signed magnitudes, and their signed digits.

use std::ops::Range;

use ark_bn254::Fr;
use ark_ff::{PrimeField, Zero};
use rayon::prelude::*;
use zeroize::Zeroize;

/// Widest window: its buckets still fit the cache of a core.
const MAX_WIDTH: usize = 16;

/// A non-zero scalar: the absolute value, and the index of its base, doubled, plus one if the
/// scalar is negative.
type Signed<const LIMBS: usize> = ([u64; LIMBS], u32);

/// Non-zero scalars cut into windows of signed digits.
///
/// Each magnitude has half a window's range added in every window but the highest. A digit is
/// then its window's bits minus that half: no carry runs through the windows.
pub(super) struct Digits<const LIMBS: usize> {
    shifted: Vec<Signed<LIMBS>>,
    width: usize,
    windows: usize,
}

impl<const LIMBS: usize> Drop for Digits<LIMBS> {
    fn drop(&mut self) {
        // They are the witness.
        self.shifted.zeroize();
    }
}

impl Digits<4> {
    /// A scalar above half the order counts as negative, so small negative numbers are small.
    pub(super) fn from_scalars(scalars: &[Fr]) -> Self {
        let signed = |(index, scalar): (usize, &Fr)| {
            let integer = scalar.into_bigint();
            if integer > Fr::MODULUS_MINUS_ONE_DIV_TWO {
                ((-*scalar).into_bigint().0, tag(index, true))
            } else {
                (integer.0, tag(index, false))
            }
        };
        let nonzero = scalars
            .par_iter()
            .enumerate()
            .filter(|(_, scalar)| !scalar.is_zero());
        Self::new(nonzero.map(signed).collect())
    }
}

impl Digits<2> {
    pub(super) fn from_integers(values: &[i64]) -> Self {
        let signed =
            |(index, value): (usize, &i64)| ([value.unsigned_abs(), 0], tag(index, *value < 0));
        let nonzero = values.iter().enumerate().filter(|(_, value)| **value != 0);
        Self::new(nonzero.map(signed).collect())
    }
}

fn tag(index: usize, negative: bool) -> u32 {
    // Invariant: a reference string has at most 2^28 + 1 powers.
    u32::try_from(2 * index + usize::from(negative)).unwrap_or(u32::MAX)
}

impl<const LIMBS: usize> Digits<LIMBS> {
    fn new(mut signed: Vec<Signed<LIMBS>>) -> Self {
        let union = signed.iter().fold([0; LIMBS], |mut union, (magnitude, _)| {
            union
                .iter_mut()
                .zip(magnitude)
                .for_each(|(all, limb)| *all |= limb);
            union
        });
        let bits = bit_length(&union);
        let width = choose_width(bits, signed.len());
        let windows = (bits + 1).div_ceil(width);
        let offset = half_ranges(width, windows);
        signed
            .par_iter_mut()
            .for_each(|(magnitude, _)| add(magnitude, &offset));
        Self {
            shifted: signed,
            width,
            windows,
        }
    }

    /// Number of non-zero scalars.
    pub(super) fn len(&self) -> usize {
        self.shifted.len()
    }

    /// Bits of a window.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Number of windows.
    pub(super) fn windows(&self) -> usize {
        self.windows
    }

    /// Largest absolute value of a digit.
    pub(super) fn bucket_count(&self) -> usize {
        1 << (self.width - 1)
    }

    /// The digits of one window as absolute value and tagged base; the sign is in the tag.
    pub(super) fn window(
        &self,
        window: usize,
        range: Range<usize>,
    ) -> impl Iterator<Item = (u32, u32)> {
        let shift = window * self.width;
        let mask = (1_u64 << self.width) - 1;
        // Invariant: without a half added, the highest digit is at most half the range.
        let half = if window + 1 == self.windows {
            0
        } else {
            1 << (self.width - 1)
        };
        self.shifted[range].iter().map(move |(magnitude, tag)| {
            let bits = i64::try_from(extract(magnitude, shift) & mask).unwrap_or_default();
            let digit = bits - half;
            let absolute = u32::try_from(digit.unsigned_abs()).unwrap_or_default();
            (absolute, tag ^ u32::from(digit < 0))
        })
    }
}

/// The width with the fewest additions: one a scalar to fill the buckets, one a bucket to
/// combine them, since the first scalar of a bucket is free and combining takes two.
fn choose_width(bits: usize, scalars: usize) -> usize {
    let cost = |width: &usize| (bits + 1).div_ceil(*width) * (scalars + (1 << (width - 1)));
    (1..=MAX_WIDTH).min_by_key(cost).unwrap_or(MAX_WIDTH)
}

/// Half a window's range in every window but the highest.
fn half_ranges<const LIMBS: usize>(width: usize, windows: usize) -> [u64; LIMBS] {
    let mut sum = [0; LIMBS];
    for window in 1..windows {
        let bit = window * width - 1;
        sum[bit / 64] |= 1 << (bit % 64);
    }
    sum
}

fn add<const LIMBS: usize>(value: &mut [u64; LIMBS], addend: &[u64; LIMBS]) {
    let mut carry = false;
    for (limb, other) in value.iter_mut().zip(addend) {
        let (sum, first) = limb.overflowing_add(*other);
        let (sum, second) = sum.overflowing_add(u64::from(carry));
        *limb = sum;
        carry = first || second;
    }
}

/// The low 64 bits of a value shifted right.
fn extract<const LIMBS: usize>(value: &[u64; LIMBS], shift: usize) -> u64 {
    let limb = |index: usize| value.get(index).copied().unwrap_or_default();
    let (index, offset) = (shift / 64, shift % 64);
    let low = limb(index) >> offset;
    if offset == 0 {
        low
    } else {
        low | limb(index + 1) << (64 - offset)
    }
}

fn bit_length<const LIMBS: usize>(value: &[u64; LIMBS]) -> usize {
    value
        .iter()
        .rposition(|limb| *limb != 0)
        .map_or(0, |index| 64 * index + value[index].ilog2() as usize + 1)
}
