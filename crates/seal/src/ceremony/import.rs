//! Powers with alpha and beta from snarkjs `.ptau` files.

use std::path::Path;

use modulus_kzg::ptau::{Ptau, Section};
use modulus_kzg::{MAX_POWER, SizeError};

use super::error::CeremonyError;
use super::powers::{Lagrange, Powers};

impl Powers {
    /// Reads the first powers of a file, enough for domains of 2^power elements.
    ///
    /// Encodings, curve and subgroup are checked; that they are powers, by [`Powers::check`].
    ///
    /// # Errors
    ///
    /// [`CeremonyError::Powers`] if the file is of another kind, truncated or has too few powers.
    pub fn read_ptau(path: &Path, power: u32) -> Result<Self, CeremonyError> {
        if !(1..=MAX_POWER).contains(&power) {
            return Err(CeremonyError::Size(SizeError::UnsupportedPower {
                power,
                maximum: MAX_POWER,
            }));
        }
        let size = 1_usize << power;
        let mut file = Ptau::open(path)?;
        let available = file.count_g1(Section::Alpha);
        if (1..size).contains(&available) {
            return Err(CeremonyError::TooFewPowers {
                required: power,
                available: available.ilog2(),
            });
        }
        Ok(Self {
            tau: file.g1(Section::Tau, 0, 2 * size - 1)?,
            tau_g2: file.g2(Section::TauG2, 0, size)?,
            alpha: file.g1(Section::Alpha, 0, size)?,
            beta: file.g1(Section::Beta, 0, size)?,
            beta_g2: file.g2(Section::BetaG2, 0, 1)?[0],
            lagrange: None,
        })
    }

    /// Reads the Lagrange bases too, if the file is prepared for phase 2.
    ///
    /// # Errors
    ///
    /// As [`Powers::read_ptau`].
    pub fn read_prepared_ptau(path: &Path, power: u32) -> Result<Self, CeremonyError> {
        let mut powers = Self::read_ptau(path, power)?;
        let mut file = Ptau::open(path)?;
        let size = powers.tau_g2.len();
        let prepared = [
            Section::TauLagrange,
            Section::TauLagrangeG2,
            Section::AlphaLagrange,
            Section::BetaLagrange,
        ];
        powers.lagrange = if prepared.iter().all(|section| file.has(*section)) {
            // Bases of the domains of size 1, 2, 4 .. follow each other.
            let skip = size - 1;
            Some(Lagrange {
                tau: file.g1(Section::TauLagrange, skip, size)?,
                tau_g2: file.g2(Section::TauLagrangeG2, skip, size)?,
                alpha: file.g1(Section::AlphaLagrange, skip, size)?,
                beta: file.g1(Section::BetaLagrange, skip, size)?,
            })
        } else {
            None
        };
        Ok(powers)
    }
}
