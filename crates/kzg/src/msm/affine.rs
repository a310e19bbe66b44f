//! Sums of many groups of points at once, in affine coordinates.

use ark_bn254::{Fq, G1Affine};
use ark_ff::{AdditiveGroup, Field, One, Zero};

/// Additions that share one inversion, which costs about as much as 300 multiplications.
const BATCH_LENGTH: usize = 1024;

/// Sums consecutive groups of points.
///
/// `fetch(i)` is the i-th point, `counts` the lengths of the groups. Each round adds neighbours
/// in pairs, so groups of any shape take logarithmically many rounds, and equal, opposite and
/// infinite points are all handled.
///
/// Shape: `counts`: `[groups]` -> `[groups]`.
pub(super) fn sum_groups(fetch: impl Fn(usize) -> G1Affine, mut counts: Vec<u32>) -> Vec<G1Affine> {
    let mut batch = Batch::new();
    let mut points = halve(fetch, &mut counts, &mut batch);
    while counts.iter().any(|count| *count > 1) {
        points = halve(|position| points[position], &mut counts, &mut batch);
    }
    let mut sums = points.into_iter();
    counts
        .into_iter()
        .map(|count| if count == 0 { None } else { sums.next() })
        .map(|sum| sum.unwrap_or_else(G1Affine::identity))
        .collect()
}

/// Adds neighbours within each group, which then has half its points, rounded up.
fn halve(
    fetch: impl Fn(usize) -> G1Affine,
    counts: &mut [u32],
    batch: &mut Batch,
) -> Vec<G1Affine> {
    let length: usize = counts.iter().map(|count| count.div_ceil(2) as usize).sum();
    let mut sums = vec![G1Affine::identity(); length];
    let (mut position, mut target) = (0, 0);
    for count in counts {
        for _ in 0..*count / 2 {
            batch.push(fetch(position), fetch(position + 1), target, &mut sums);
            position += 2;
            target += 1;
        }
        if *count % 2 == 1 {
            sums[target] = fetch(position);
            position += 1;
            target += 1;
        }
        *count = count.div_ceil(2);
    }
    batch.flush(&mut sums);
    sums
}

/// An addition waiting for the inverse of its denominator.
struct Pending {
    left: G1Affine,
    right_x: Fq,
    numerator: Fq,
    denominator: Fq,
    /// Product of the denominators before this one.
    prefix: Fq,
    target: usize,
}

/// Additions collected for one shared inversion (Montgomery's trick).
struct Batch {
    pending: Vec<Pending>,
    product: Fq,
}

impl Batch {
    fn new() -> Self {
        Self {
            pending: Vec::with_capacity(BATCH_LENGTH),
            product: Fq::one(),
        }
    }

    /// Adds two points into `sums[target]`, now or when the batch is full.
    fn push(&mut self, left: G1Affine, right: G1Affine, target: usize, sums: &mut [G1Affine]) {
        if left.infinity || right.infinity {
            sums[target] = if left.infinity { right } else { left };
            return;
        }
        let mut numerator = right.y - left.y;
        let mut denominator = right.x - left.x;
        if denominator.is_zero() && numerator.is_zero() {
            let square = left.x.square();
            numerator = square.double() + square;
            denominator = left.y.double();
        }
        if denominator.is_zero() {
            sums[target] = G1Affine::identity();
            return;
        }
        let prefix = self.product;
        self.product *= denominator;
        self.pending.push(Pending {
            left,
            right_x: right.x,
            numerator,
            denominator,
            prefix,
            target,
        });
        if self.pending.len() == BATCH_LENGTH {
            self.flush(sums);
        }
    }

    /// Completes all pending additions.
    fn flush(&mut self, sums: &mut [G1Affine]) {
        // Invariant: a product of non-zero denominators has an inverse.
        let mut suffix = self.product.inverse().unwrap_or_default();
        self.product = Fq::one();
        while let Some(addition) = self.pending.pop() {
            let Pending {
                left,
                right_x,
                numerator,
                denominator,
                prefix,
                target,
            } = addition;
            let slope = numerator * (suffix * prefix);
            suffix *= denominator;
            let x = slope.square() - left.x - right_x;
            let y = slope * (left.x - x) - left.y;
            sums[target] = G1Affine::new_unchecked(x, y);
        }
    }
}
