//! Import of powers of tau from a ceremony's `.ptau` file.

use std::path::Path;

use ark_bn254::{Bn254, Fr, G1Affine, G2Affine};
use ark_ec::pairing::{Pairing, PairingOutput};
use ark_ec::{AffineRepr, CurveGroup};

use super::file::check_first_powers;
use super::{Origin, Srs, power_count};
use crate::error::{FileFault, KzgError};
use crate::msm::msm;
use crate::ptau::{Ptau, Section};

impl Srs {
    /// Imports 2^power + 1 powers from a `.ptau` file of a ceremony.
    ///
    /// Checked: canonical coordinates, curve and subgroup membership, the generators first,
    /// `tau != 0`, and by a random combination that all are powers of one secret. Not checked:
    /// that anybody honest took part; compare the file hash with the one the ceremony published.
    ///
    /// # Errors
    ///
    /// [`KzgError::File`] if the file is not such a file, is truncated, has too few powers or
    /// fails a check; [`KzgError::Size`] if the power is unsupported.
    pub fn import_ptau(path: &Path, power: u32) -> Result<Self, KzgError> {
        let count = power_count(power)?;
        let mut file = Ptau::open(path)?;
        let available = file.count_g1(Section::Tau);
        if (1..count).contains(&available) {
            return Err(file.fault(FileFault::TooFewPowers {
                required: count,
                available,
            }));
        }
        let g1 = file.g1(Section::Tau, 0, count)?;
        let g2 = file.g2(Section::TauG2, 0, 2)?;
        let not_powers = |what| Err(file.fault(FileFault::NotPowers { what }));
        if g2[0] != G2Affine::generator() {
            return not_powers("the first element of the second group is not the generator");
        }
        let tau_g2 = g2[1];
        if let Err(fault) = check_first_powers(&g1, tau_g2) {
            return Err(file.fault(fault));
        }
        if !is_power_sequence(&g1, tau_g2)? {
            return not_powers("the power relation fails");
        }
        Ok(Self {
            g1,
            tau_g2,
            origin: Origin::Ceremony {
                file_hash: file.hash()?,
            },
        })
    }
}

/// Whether each element is tau times the one before it.
///
/// Soundness: a wrong element survives a combination with 128-bit coefficients with
/// probability 2^-128.
fn is_power_sequence(g1: &[G1Affine], tau_g2: G2Affine) -> Result<bool, KzgError> {
    let pairs = g1.len() - 1;
    let mut seed = vec![0; 16 * pairs];
    getrandom::fill(&mut seed).map_err(KzgError::Entropy)?;
    let weights: Vec<Fr> = seed
        .as_chunks::<16>()
        .0
        .iter()
        .map(|bytes| Fr::from(u128::from_le_bytes(*bytes)))
        .collect();
    let lower = msm(&g1[..pairs], &weights)?.into_affine();
    let upper = msm(&g1[1..], &weights)?.into_affine();
    let product = Bn254::multi_pairing([upper, -lower], [G2Affine::generator(), tau_g2]);
    Ok(product == PairingOutput::default())
}
