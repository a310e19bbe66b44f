//! Powers of tau with alpha and beta: phase 1 of the setup.

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::pairing::{Pairing, PairingOutput};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::Zero;
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use modulus_kzg::msm;
use modulus_protocol::Progress;

use super::error::CeremonyError;

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
    /// What a file prepared for phase 2 holds besides.
    pub lagrange: Option<Lagrange>,
}

/// `[L_j(tau) s]` over the domain of 2^power elements; they follow from the powers, at a cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lagrange {
    /// s = 1.
    pub tau: Vec<G1Affine>,
    /// s = 1, in the second group.
    pub tau_g2: Vec<G2Affine>,
    /// s = alpha.
    pub alpha: Vec<G1Affine>,
    /// s = beta.
    pub beta: Vec<G1Affine>,
}

impl Powers {
    /// Largest power of two that a domain may have.
    #[must_use]
    pub fn power(&self) -> u32 {
        self.tau_g2.len().max(1).ilog2()
    }

    /// Checks that all points, which must be in their groups, are powers of one tau, times one
    /// alpha and one beta, and that the Lagrange bases are theirs.
    ///
    /// That anybody honest took part cannot be checked: compare the file with the published one.
    ///
    /// # Errors
    ///
    /// [`CeremonyError::NotPowers`] with the check that failed.
    pub fn check(&self, progress: &dyn Progress) -> Result<(), CeremonyError> {
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
        let series = [
            (&self.tau, "powers of tau"),
            (&self.alpha, "powers of tau times alpha"),
            (&self.beta, "powers of tau times beta"),
        ];
        for ((points, what), done) in series.into_iter().zip(0_u32..) {
            progress.stage("checking the powers of tau", f64::from(done) / 8.0)?;
            let weights = random_weights(points.len() - 1)?;
            let lower = msm(&points[..points.len() - 1], &weights)?;
            let upper = msm(&points[1..], &weights)?;
            if !is_equal(&[(upper, generator_g2), (-lower, tau_g2)]) {
                return fail(what);
            }
        }
        progress.stage("checking the powers of tau", 3.0 / 8.0)?;
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
        progress.stage("checking the powers of tau", 5.0 / 8.0)?;
        self.lagrange
            .as_ref()
            .map_or(Ok(()), |lagrange| self.check_lagrange(lagrange))
    }

    /// `sum_j r_j [L_j s] = sum_i c_i [tau^i s]`, where c is the inverse transform of r.
    fn check_lagrange(&self, lagrange: &Lagrange) -> Result<(), CeremonyError> {
        let fail = |what| Err(CeremonyError::NotPowers { what });
        let size = self.tau_g2.len();
        let domain = Radix2EvaluationDomain::<Fr>::new(size).filter(|_| {
            let first = [&lagrange.tau, &lagrange.alpha, &lagrange.beta];
            first.iter().all(|points| points.len() == size) && lagrange.tau_g2.len() == size
        });
        let Some(domain) = domain else {
            return fail("numbers of Lagrange points");
        };
        let weights = random_weights(size)?;
        let coefficients = domain.ifft(&weights);
        for (points, powers, what) in [
            (&lagrange.tau, &self.tau, "Lagrange points of tau"),
            (&lagrange.alpha, &self.alpha, "Lagrange points of alpha"),
            (&lagrange.beta, &self.beta, "Lagrange points of beta"),
        ] {
            if msm(points, &weights)? != msm(&powers[..size], &coefficients)? {
                return fail(what);
            }
        }
        let left = G2Projective::msm_unchecked(&lagrange.tau_g2, &weights);
        if left != G2Projective::msm_unchecked(&self.tau_g2, &coefficients) {
            return fail("Lagrange points of the second group");
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
