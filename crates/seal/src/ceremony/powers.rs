//! Powers of tau with alpha and beta: phase 1 of the setup.

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::pairing::{Pairing, PairingOutput};
use ark_ec::scalar_mul::BatchMulPreprocessing;
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup, VariableBaseMSM};
use ark_ff::{One, Zero};
use modulus_kzg::msm;
use zeroize::Zeroizing;

use super::error::CeremonyError;
use crate::groth16::random_secret;

/// Powers for circuits whose domain has at most 2^power elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Powers {
    /// `[tau^i]_1`, 2 * 2^power - 1 of them.
    pub tau: Vec<G1Affine>,
    /// `[tau^i]_2`, 2^power of them.
    pub tau_g2: Vec<G2Affine>,
    /// `[alpha tau^i]_1`, 2^power of them.
    pub alpha: Vec<G1Affine>,
    /// `[beta tau^i]_1`, 2^power of them.
    pub beta: Vec<G1Affine>,
    /// `[beta]_2`.
    pub beta_g2: G2Affine,
}

impl Powers {
    /// Powers of secrets from the operating system, for development and tests.
    ///
    /// # Errors
    ///
    /// [`CeremonyError::Entropy`] if there is no randomness.
    pub fn generate_development(power: u32) -> Result<Self, CeremonyError> {
        let secret = || random_secret().map_err(CeremonyError::Entropy);
        let (tau, alpha, beta) = (secret()?, secret()?, secret()?);
        let size = 1_usize << power;
        let series = |first: Fr, count: usize| {
            let mut values = Zeroizing::new(Vec::with_capacity(count));
            let mut value = Zeroizing::new(first);
            for _ in 0..count {
                values.push(*value);
                *value *= *tau;
            }
            values
        };
        let table = BatchMulPreprocessing::new(G1Projective::generator(), 4 * size);
        let table_g2 = BatchMulPreprocessing::new(G2Projective::generator(), size);
        Ok(Self {
            tau: table.batch_mul(&series(Fr::one(), 2 * size - 1)),
            tau_g2: table_g2.batch_mul(&series(Fr::one(), size)),
            alpha: table.batch_mul(&series(*alpha, size)),
            beta: table.batch_mul(&series(*beta, size)),
            beta_g2: (G2Affine::generator() * *beta).into_affine(),
        })
    }

    /// Largest power of two that a domain may have.
    #[must_use]
    pub fn power(&self) -> u32 {
        self.tau_g2.len().max(1).ilog2()
    }

    /// Checks that all points, which must be in their groups, are powers of one tau, times one
    /// alpha and one beta.
    ///
    /// That anybody honest took part cannot be checked: compare the file with the published one.
    ///
    /// # Errors
    ///
    /// [`CeremonyError::NotPowers`] with the check that failed.
    pub fn check(&self) -> Result<(), CeremonyError> {
        let fail = |what| Err(CeremonyError::NotPowers { what });
        let size = self.tau_g2.len();
        let fits = size.is_power_of_two()
            && size > 1
            && self.tau.len() == 2 * size - 1
            && self.alpha.len() == size
            && self.beta.len() == size;
        if !fits {
            return fail("numbers of powers do not fit each other");
        }
        let (generator, generator_g2) = (G1Affine::generator(), G2Affine::generator());
        if self.tau[0] != generator || self.tau_g2[0] != generator_g2 {
            return fail("the first element is not the generator");
        }
        if self.alpha[0].is_zero() || self.beta[0].is_zero() || self.tau[1].is_zero() {
            return fail("tau, alpha or beta is 0");
        }
        let tau_g2 = self.tau_g2[1];
        for (points, what) in [
            (&self.tau, "powers of tau"),
            (&self.alpha, "powers of tau times alpha"),
            (&self.beta, "powers of tau times beta"),
        ] {
            let weights = random_weights(points.len() - 1)?;
            let lower = msm(&points[..points.len() - 1], &weights)?;
            let upper = msm(&points[1..], &weights)?;
            if !is_equal(&[(upper, generator_g2), (-lower, tau_g2)]) {
                return fail(what);
            }
        }
        let weights = random_weights(size)?;
        let first = msm(&self.tau[..size], &weights)?;
        let second = G2Projective::msm_unchecked(&self.tau_g2, &weights).into_affine();
        if !is_equal(&[(first, generator_g2), (-generator.into_group(), second)]) {
            return fail("powers in the second group");
        }
        let beta = self.beta[0].into_group();
        if !is_equal(&[
            (beta, generator_g2),
            (-generator.into_group(), self.beta_g2),
        ]) {
            return fail("beta in the second group");
        }
        Ok(())
    }
}

/// 128-bit coefficients: a wrong element survives their combination with probability 2^-128.
pub(super) fn random_weights(count: usize) -> Result<Vec<Fr>, CeremonyError> {
    let mut bytes = vec![0; 16 * count];
    getrandom::fill(&mut bytes).map_err(CeremonyError::Entropy)?;
    let (chunks, _) = bytes.as_chunks::<16>();
    Ok(chunks
        .iter()
        .map(|chunk| Fr::from(u128::from_le_bytes(*chunk)))
        .collect())
}

/// Whether the product of two pairings is one.
pub(super) fn is_equal(pairs: &[(G1Projective, G2Affine); 2]) -> bool {
    let left = pairs.map(|(left, _)| left.into_affine());
    let product: PairingOutput<Bn254> = Bn254::multi_pairing(left, pairs.map(|(_, right)| right));
    product.is_zero()
}
