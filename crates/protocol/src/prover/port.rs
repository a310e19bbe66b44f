//! Commitments that an owner makes once, to an input or output, for many proofs and models.

use ark_bn254::{Fr, G1Affine};
use modulus_kzg::{CommitmentScheme, Srs};
use modulus_sumcheck::table::pad;

use super::error::{ProveError, WitnessError};
use super::randomness::Randomness;
use crate::schedule::block_bits;

/// Commits to a tensor as models do that have it as a committed input or output.
///
/// `values` are in unpadded C order. There is one blinding coefficient a row, behind what the
/// tensor fills of it; so a tensor in one row has the same commitment whatever the row's length.
///
/// # Errors
///
/// [`ProveError`] if there are not as many values as the shape has entries, the padded block cannot
/// be cut into that many rows, or the setup is too small.
pub fn commit_port(
    srs: &Srs,
    shape: &[usize],
    values: &[i64],
    blinds: &[Fr],
) -> Result<Vec<G1Affine>, ProveError> {
    let (found, expected) = (values.len(), shape.iter().product());
    if found != expected {
        return Err(WitnessError::WrongLength {
            tensor: 0,
            found,
            expected,
        }
        .into());
    }
    let size = 1 << block_bits(shape);
    if !blinds.len().is_power_of_two() || blinds.len() > size {
        return Err(ProveError::Blinds {
            expected: 1,
            found: blinds.len(),
        });
    }
    let block = pad(values, shape);
    let rows = block.chunks(size / blinds.len());
    rows.zip(blinds)
        .map(|(row, blind)| Ok(srs.commit_small(row, &[(row.len(), *blind)])?))
        .collect()
}

/// Draws blinding coefficients for a commitment to these values, from the operating system and,
/// so that equal streams need equal values, from the values.
///
/// # Errors
///
/// [`ProveError::Entropy`] if the operating system gives no randomness.
pub fn draw_port_blinds(values: &[i64], rows: usize) -> Result<Vec<Fr>, ProveError> {
    let mut randomness = Randomness::of_values(values)?;
    Ok((0..rows).map(|_| randomness.scalar()).collect())
}
