//! Secret scalars.

use ark_bn254::Fr;
use ark_ff::{One, PrimeField, Zero};
use rand_chacha::rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

/// A uniform scalar, reduced from 512 bits.
pub(super) fn uniform(rng: &mut (impl CryptoRng + RngCore)) -> Zeroizing<Fr> {
    let mut bytes = Zeroizing::new([0; 64]);
    rng.fill_bytes(bytes.as_mut_slice());
    Zeroizing::new(Fr::from_le_bytes_mod_order(bytes.as_slice()))
}

/// A uniform scalar from the operating system that is neither 0 nor 1.
pub(crate) fn from_system() -> Result<Zeroizing<Fr>, getrandom::Error> {
    loop {
        let mut bytes = Zeroizing::new([0; 64]);
        getrandom::fill(bytes.as_mut_slice())?;
        let scalar = Zeroizing::new(Fr::from_le_bytes_mod_order(bytes.as_slice()));
        if !scalar.is_zero() && !scalar.is_one() {
            return Ok(scalar);
        }
    }
}
