//! Multi-scalar multiplication: Pippenger's method with signed windows and affine buckets.
//!
//! Every scalar is a sign and a magnitude; the magnitudes are cut into windows. Within a window
//! the bases are sorted by digit, each bucket is summed with [`sum_groups`] (six field
//! multiplications an addition, one inversion shared by a thousand), and the buckets are combined
//! by rows and columns with the same routine. Zero digits cost nothing, so sparse and small
//! inputs are fast without a path of their own.
//!
//! The time depends on the scalars: whoever can time a prover learns something about its data.

mod affine;
mod digits;

use std::ops::Range;

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ff::{AdditiveGroup, Zero};
use rayon::prelude::*;

use self::affine::sum_groups;
use self::digits::Digits;
use crate::error::SizeError;

/// Scalars one task handles at least: below it the buckets cost more than the scalars.
const MIN_TASK_LENGTH: usize = 1 << 12;

/// Sum of `scalars[i] * bases[i]`.
///
/// # Errors
///
/// [`SizeError::LengthMismatch`] if there are fewer bases than scalars, or more.
pub fn msm(bases: &[G1Affine], scalars: &[Fr]) -> Result<G1Projective, SizeError> {
    check_lengths(bases.len(), scalars.len())?;
    Ok(sum(bases, &Digits::from_scalars(scalars)))
}

/// Sum of `values[i] * bases[i]` for small integers.
///
/// The time grows with the bits of the largest value and with the number of non-zero ones.
///
/// # Errors
///
/// [`SizeError::LengthMismatch`] if there are fewer bases than values, or more.
pub fn msm_small(bases: &[G1Affine], values: &[i64]) -> Result<G1Projective, SizeError> {
    check_lengths(bases.len(), values.len())?;
    Ok(sum(bases, &Digits::from_integers(values)))
}

fn check_lengths(bases: usize, scalars: usize) -> Result<(), SizeError> {
    if bases == scalars {
        Ok(())
    } else {
        Err(SizeError::LengthMismatch { bases, scalars })
    }
}

/// Sums all windows of all parts, one task each, and shifts them into place.
fn sum<const LIMBS: usize>(bases: &[G1Affine], digits: &Digits<LIMBS>) -> G1Projective {
    if digits.len() == 0 {
        return G1Projective::zero();
    }
    let parts = part_count(digits.windows(), digits.len());
    let length = digits.len().div_ceil(parts);
    let sums: Vec<G1Projective> = (0..digits.windows() * parts)
        .into_par_iter()
        .with_max_len(1)
        .map(|task| {
            let start = (task % parts) * length;
            let range = start.min(digits.len())..(start + length).min(digits.len());
            let sorted = Sorted::new(digits, task / parts, range);
            combine(&sorted.bucket_sums(bases))
        })
        .collect();
    let mut total = G1Projective::zero();
    for window in sums.chunks(parts).rev() {
        for _ in 0..digits.width() {
            total.double_in_place();
        }
        total += window.iter().sum::<G1Projective>();
    }
    total
}

/// Splits the scalars when the windows alone do not occupy all threads evenly.
fn part_count(windows: usize, length: usize) -> usize {
    let threads = rayon::current_num_threads();
    if windows.is_multiple_of(threads) {
        return 1;
    }
    (4 * threads)
        .div_ceil(windows)
        .min(length / MIN_TASK_LENGTH)
        .max(1)
}

/// Bases of one window, sorted by the absolute value of their digit.
struct Sorted {
    /// Index of a base, doubled, plus one if it is to be negated.
    entries: Vec<u32>,
    /// Number of bases of digit 1, 2, ..
    counts: Vec<u32>,
}

impl Sorted {
    /// Counting sort; zero digits are dropped.
    fn new<const LIMBS: usize>(digits: &Digits<LIMBS>, window: usize, range: Range<usize>) -> Self {
        let digits_of = || {
            digits
                .window(window, range.clone())
                .filter(|(digit, _)| *digit != 0)
        };
        let mut counts = vec![0_u32; digits.bucket_count()];
        for (digit, _) in digits_of() {
            counts[digit as usize - 1] += 1;
        }
        let mut total = 0;
        let mut next: Vec<u32> = counts
            .iter()
            .map(|count| {
                let start = total;
                total += count;
                start
            })
            .collect();
        let mut entries = vec![0; total as usize];
        for (digit, tag) in digits_of() {
            let slot = &mut next[digit as usize - 1];
            entries[*slot as usize] = tag;
            *slot += 1;
        }
        Self { entries, counts }
    }

    /// Sum of each bucket.
    fn bucket_sums(self, bases: &[G1Affine]) -> Vec<G1Affine> {
        let fetch = |position: usize| {
            let tag = self.entries[position];
            let base = bases[(tag >> 1) as usize];
            if tag & 1 == 1 { -base } else { base }
        };
        sum_groups(fetch, self.counts)
    }
}

/// Sum of `(i + 1) * buckets[i]`.
///
/// With `i = row * width + column` this is
/// `width * sum_row row * R_row + sum_column (column + 1) * C_column`, where R and C are the row
/// and column sums: two batched additions a bucket, and running sums over a square root of them.
fn combine(buckets: &[G1Affine]) -> G1Projective {
    let width_bits = buckets.len().ilog2().div_ceil(2);
    let width = 1_u32 << width_bits;
    let (columns, rows) = (width as usize, buckets.len() >> width_bits);
    let height = u32::try_from(rows).unwrap_or(u32::MAX);
    let row_sums = sum_groups(|position| buckets[position], vec![width; rows]);
    let column_sums = sum_groups(
        |position| buckets[position % rows * columns + position / rows],
        vec![height; columns],
    );
    let mut total = weighted_sum(&row_sums[1..]);
    for _ in 0..width_bits {
        total.double_in_place();
    }
    total + weighted_sum(&column_sums)
}

/// Sum of `(i + 1) * points[i]` by running sums.
fn weighted_sum(points: &[G1Affine]) -> G1Projective {
    let mut running = G1Projective::zero();
    let mut total = G1Projective::zero();
    for point in points.iter().rev() {
        running += point;
        total += running;
    }
    total
}
