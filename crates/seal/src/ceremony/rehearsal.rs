//! Powers of tau from secrets of one machine: to rehearse a ceremony, and for tests.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use ark_bn254::{Fq, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::scalar_mul::BatchMulPreprocessing;
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_ff::{One, PrimeField};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use modulus_kzg::ptau::Section;
use modulus_kzg::{FileFault, KzgError, MAX_POWER, SizeError};
use modulus_protocol::Progress;
use zeroize::Zeroizing;

use super::error::CeremonyError;
use super::powers::{Lagrange, Powers};
use crate::groth16::random_secret;

type Scalars = Zeroizing<Vec<Fr>>;

/// Secrets that nobody may know, and that this machine has known.
struct Secrets {
    tau: Zeroizing<Fr>,
    alpha: Zeroizing<Fr>,
    beta: Zeroizing<Fr>,
    power: u32,
    first: BatchMulPreprocessing<G1Projective>,
    second: BatchMulPreprocessing<G2Projective>,
}

impl Secrets {
    fn draw(power: u32) -> Result<Self, CeremonyError> {
        if !(1..=MAX_POWER).contains(&power) {
            return Err(CeremonyError::Size(SizeError::UnsupportedPower {
                power,
                maximum: MAX_POWER,
            }));
        }
        let secret = || random_secret().map_err(CeremonyError::Entropy);
        let size = 1_usize << power;
        Ok(Self {
            tau: secret()?,
            alpha: secret()?,
            beta: secret()?,
            power,
            first: BatchMulPreprocessing::new(G1Projective::generator(), 8 * size),
            second: BatchMulPreprocessing::new(G2Projective::generator(), 2 * size),
        })
    }

    fn size(&self) -> usize {
        1 << self.power
    }

    fn series(&self, factor: Fr, count: usize) -> Scalars {
        let mut value = Zeroizing::new(factor);
        let mut values = Scalars::new(Vec::with_capacity(count));
        for _ in 0..count {
            values.push(*value);
            *value *= *self.tau;
        }
        values
    }

    /// Lagrange coefficients at tau of the domains of 2^levels elements, times a factor.
    fn lagrange(&self, factor: Fr, levels: impl Iterator<Item = u32>) -> Scalars {
        let mut values = Scalars::default();
        for domain in levels.filter_map(|level| Radix2EvaluationDomain::<Fr>::new(1 << level)) {
            let coefficients = Scalars::new(domain.evaluate_all_lagrange_coefficients(*self.tau));
            values.extend(coefficients.iter().map(|coefficient| factor * coefficient));
        }
        values
    }
}

impl Powers {
    /// Powers of secrets from the operating system, for development and tests.
    ///
    /// # Errors
    ///
    /// [`CeremonyError::Entropy`] if there is no randomness; [`CeremonyError::Size`] if the power
    /// is not supported.
    pub fn generate_development(power: u32) -> Result<Self, CeremonyError> {
        let secrets = Secrets::draw(power)?;
        let size = secrets.size();
        let top = || std::iter::once(power);
        let first = |scalars: Scalars| secrets.first.batch_mul(&scalars);
        let second = |scalars: Scalars| secrets.second.batch_mul(&scalars);
        Ok(Self {
            tau: first(secrets.series(Fr::one(), 2 * size - 1)),
            tau_g2: second(secrets.series(Fr::one(), size)),
            alpha: first(secrets.series(*secrets.alpha, size)),
            beta: first(secrets.series(*secrets.beta, size)),
            beta_g2: (G2Affine::generator() * *secrets.beta).into_affine(),
            lagrange: Some(Lagrange {
                tau: first(secrets.lagrange(Fr::one(), top())),
                tau_g2: second(secrets.lagrange(Fr::one(), top())),
                alpha: first(secrets.lagrange(*secrets.alpha, top())),
                beta: first(secrets.lagrange(*secrets.beta, top())),
            }),
        })
    }
}

/// Writes a new `.ptau` file, prepared for phase 2, of secrets of the operating system.
///
/// Such a file is for rehearsals: whoever controls the machine could have kept the secrets.
///
/// # Errors
///
/// [`CeremonyError`] if there is no randomness, the power is not supported, the file exists or
/// cannot be written, or the work was interrupted; the file is then incomplete.
pub fn write_rehearsal(
    path: &Path,
    power: u32,
    progress: &dyn Progress,
) -> Result<(), CeremonyError> {
    let io = |error| {
        CeremonyError::Powers(KzgError::File {
            path: path.to_owned(),
            fault: FileFault::Io(error),
        })
    };
    progress.stage("powers of tau", 0.0)?;
    let secrets = Secrets::draw(power)?;
    let size = secrets.size();
    let first = |scalars: Scalars| montgomery_g1(&secrets.first.batch_mul(&scalars));
    let second = |scalars: Scalars| montgomery_g2(&secrets.second.batch_mul(&scalars));
    let (one, alpha, beta) = (Fr::one(), *secrets.alpha, *secrets.beta);
    let sections: [(Section, &dyn Fn() -> Vec<u8>); 10] = [
        (Section::Header, &|| header(power)),
        (Section::Tau, &|| first(secrets.series(one, 2 * size - 1))),
        (Section::TauG2, &|| second(secrets.series(one, size))),
        (Section::Alpha, &|| first(secrets.series(alpha, size))),
        (Section::Beta, &|| first(secrets.series(beta, size))),
        (Section::BetaG2, &|| second(secrets.series(beta, 1))),
        (Section::TauLagrange, &|| {
            first(secrets.lagrange(one, 0..=power))
        }),
        (Section::TauLagrangeG2, &|| {
            second(secrets.lagrange(one, 0..=power))
        }),
        (Section::AlphaLagrange, &|| {
            first(secrets.lagrange(alpha, 0..=power))
        }),
        (Section::BetaLagrange, &|| {
            first(secrets.lagrange(beta, 0..=power))
        }),
    ];
    let mut file = BufWriter::new(File::create_new(path).map_err(io)?);
    let count = u32::try_from(sections.len()).unwrap_or_default();
    let head = [*b"ptau", 1_u32.to_le_bytes(), count.to_le_bytes()].concat();
    file.write_all(&head).map_err(io)?;
    for ((kind, content), done) in sections.into_iter().zip(0_u32..) {
        progress.stage("powers of tau", f64::from(done) / f64::from(count))?;
        let content = content();
        let mut head = (kind as u32).to_le_bytes().to_vec();
        head.extend((content.len() as u64).to_le_bytes());
        file.write_all(&head).map_err(io)?;
        file.write_all(&content).map_err(io)?;
    }
    file.flush().map_err(io)?;
    file.get_ref().sync_all().map_err(io)
}

fn header(power: u32) -> Vec<u8> {
    let mut bytes = 32_u32.to_le_bytes().to_vec();
    bytes.extend(Fq::MODULUS.0.map(u64::to_le_bytes).as_flattened());
    bytes.extend([power.to_le_bytes(); 2].as_flattened());
    bytes
}

fn limbs(coordinate: Fq) -> [[u8; 8]; 4] {
    coordinate.0.0.map(u64::to_le_bytes)
}

fn montgomery_g1(points: &[G1Affine]) -> Vec<u8> {
    points
        .iter()
        .flat_map(|point| [point.x, point.y].map(limbs))
        .flatten()
        .flatten()
        .collect()
}

fn montgomery_g2(points: &[G2Affine]) -> Vec<u8> {
    points
        .iter()
        .flat_map(|point| [point.x.c0, point.x.c1, point.y.c0, point.y.c1].map(limbs))
        .flatten()
        .flatten()
        .collect()
}
