//! Multilinear algebra of the flat protocol, free of any transcript.
//!
//! Index bit k (value 2^k) is variable k, points are written low bit first, and sumchecks bind
//! the highest variable first, so polynomials of fewer variables share the last challenges.
//!
//! | module | concern | user |
//! | --- | --- | --- |
//! | [`arithmetic`] | values of a verifier: field elements, or circuit variables | verifier |
//! | [`evaluate`] | equality, selectors and powers in O(log) | verifier |
//! | [`kernel`] | affine index maps: automaton, and dense tables | both |
//! | [`round`] | round polynomials in coefficient form | both |
//! | [`table`] | dense tables over the hypercube | prover |
//! | [`fold`] | integer tensors against equality weights | prover |
//! | [`product`] | rounds of sums of products of tables | prover |
//! | [`pointwise`] | identities without lookups | prover |
//! | [`logup`] | helper columns of lookups | prover |
//! | [`wide`] | unreduced sums of integer times field element | prover |

#![allow(
    clippy::doc_markdown,
    reason = "formulas are written as in the specification"
)]

pub mod arithmetic;
pub mod evaluate;
pub mod fold;
pub mod kernel;
pub mod logup;
pub mod pointwise;
pub mod product;
pub mod round;
pub mod table;
pub mod wide;

/// Bits of an axis of `extent` entries: `ceil(log2 extent)`, 0 for an extent of 0 or 1.
#[must_use]
pub fn bits(extent: usize) -> usize {
    extent
        .checked_sub(1)
        .map_or(0, |last| (usize::BITS - last.leading_zeros()) as usize)
}
