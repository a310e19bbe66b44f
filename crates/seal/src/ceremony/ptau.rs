//! Import of powers with alpha and beta from a snarkjs `.ptau` file.
//!
//! `"ptau"`, version, section count, then sections of (kind u32, length u64, content), all
//! little-endian. Section 1 is the header, 2 to 6 the points, as Montgomery limbs.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::PrimeField;
use modulus_kzg::{DecodeError, FileFault, KzgError};
use rayon::prelude::*;

use super::error::CeremonyError;
use super::powers::Powers;
use crate::groth16::coordinates;

const MAGIC: [u8; 4] = *b"ptau";
const VERSION: u32 = 1;
const MAX_SECTIONS: u32 = 64;
const HEADER: u32 = 1;
const TAU: u32 = 2;
const TAU_G2: u32 = 3;
const ALPHA: u32 = 4;
const BETA: u32 = 5;
const BETA_G2: u32 = 6;
const MAX_POWER: u32 = 28;

impl Powers {
    /// Reads the first powers of a file, enough for domains of 2^power elements, and checks them.
    ///
    /// # Errors
    ///
    /// [`CeremonyError::Powers`] if the file is of another kind, truncated or has too few powers;
    /// [`CeremonyError::NotPowers`] if they are not powers of one secret.
    pub fn import_ptau(path: &Path, power: u32) -> Result<Self, CeremonyError> {
        let powers = read(path, power).map_err(|fault| KzgError::File {
            path: path.to_owned(),
            fault,
        })?;
        powers.check()?;
        Ok(powers)
    }
}

fn read(path: &Path, power: u32) -> Result<Powers, FileFault> {
    if !(1..=MAX_POWER).contains(&power) {
        return Err(FileFault::Header { what: "power" });
    }
    let size = 1_usize << power;
    let mut file = Ptau::open(path)?;
    Ok(Powers {
        tau: file.points(TAU, 2 * size - 1, first)?,
        tau_g2: file.points(TAU_G2, size, second)?,
        alpha: file.points(ALPHA, size, first)?,
        beta: file.points(BETA, size, first)?,
        beta_g2: file
            .points(BETA_G2, 1, second)?
            .pop()
            .ok_or(FileFault::Section {
                section: BETA_G2,
                what: "too short",
            })?,
    })
}

struct Section {
    kind: u32,
    start: u64,
    length: u64,
}

struct Ptau {
    file: BufReader<File>,
    sections: Vec<Section>,
}

impl Ptau {
    fn open(path: &Path) -> Result<Self, FileFault> {
        let mut file = BufReader::new(File::open(path)?);
        let total = file.get_ref().metadata()?.len();
        if array::<4>(&mut file)? != MAGIC {
            return Err(FileFault::Magic {
                expected: "powers of tau (.ptau)",
            });
        }
        let version = word(&mut file)?;
        if version != VERSION {
            return Err(FileFault::Version {
                found: version,
                expected: VERSION,
            });
        }
        let count = word(&mut file)?;
        if count > MAX_SECTIONS {
            return Err(FileFault::Header {
                what: "number of sections",
            });
        }
        let mut sections = Vec::new();
        let mut position = 12_u64;
        for _ in 0..count {
            let kind = word(&mut file)?;
            let length = u64::from_le_bytes(array(&mut file)?);
            let start = position + 12;
            position = start.checked_add(length).ok_or(FileFault::Header {
                what: "section length",
            })?;
            // Nothing is allocated or skipped by a length that the file does not have.
            if position > total {
                break;
            }
            sections.push(Section {
                kind,
                start,
                length,
            });
            file.seek(SeekFrom::Start(position))?;
        }
        if position != total {
            return Err(FileFault::Length {
                expected: position,
                found: total,
            });
        }
        let mut ptau = Self { file, sections };
        ptau.check_header()?;
        Ok(ptau)
    }

    fn check_header(&mut self) -> Result<(), FileFault> {
        let content = self.content(HEADER, 4 + 32)?;
        let (element_length, modulus) = content.split_at(4);
        let limbs = Fq::MODULUS.0.map(u64::to_le_bytes);
        if element_length != 32_u32.to_le_bytes() || modulus != limbs.as_flattened() {
            return Err(FileFault::Header {
                what: "another curve than BN254",
            });
        }
        Ok(())
    }

    /// The first bytes of the only section of a kind: with two, readers could differ.
    fn content(&mut self, kind: u32, length: usize) -> Result<Vec<u8>, FileFault> {
        let fail = |what| FileFault::Section {
            section: kind,
            what,
        };
        let mut matching = self.sections.iter().filter(|section| section.kind == kind);
        let section = match (matching.next(), matching.next()) {
            (Some(section), None) => section,
            (None, _) => return Err(fail("missing")),
            (Some(_), Some(_)) => return Err(fail("repeated")),
        };
        if section.length < length as u64 {
            return Err(fail("too short"));
        }
        self.file.seek(SeekFrom::Start(section.start))?;
        let mut content = vec![0; length];
        self.file.read_exact(&mut content)?;
        Ok(content)
    }

    fn points<const LENGTH: usize, P: Send>(
        &mut self,
        kind: u32,
        count: usize,
        decode: impl Fn(&[u8; LENGTH]) -> Result<P, DecodeError> + Sync,
    ) -> Result<Vec<P>, FileFault> {
        let content = self.content(kind, count * LENGTH)?;
        let (encoded, _) = content.as_chunks::<LENGTH>();
        encoded
            .par_iter()
            .enumerate()
            .map(|(index, bytes)| {
                decode(bytes).map_err(|source| FileFault::Point { index, source })
            })
            .collect()
    }
}

fn first(bytes: &[u8; 64]) -> Result<G1Affine, DecodeError> {
    let [x, y] = coordinates(bytes).ok_or(DecodeError::CoordinateNotCanonical)?;
    let point = G1Affine::new_unchecked(x, y);
    if !point.is_on_curve() {
        return Err(DecodeError::NotOnCurve);
    }
    Ok(point)
}

fn second(bytes: &[u8; 128]) -> Result<G2Affine, DecodeError> {
    let [x0, x1, y0, y1] = coordinates(bytes).ok_or(DecodeError::CoordinateNotCanonical)?;
    let point = G2Affine::new_unchecked(Fq2::new(x0, x1), Fq2::new(y0, y1));
    if point.is_zero() || !point.is_on_curve() {
        return Err(DecodeError::NotOnCurve);
    }
    // Attack: the twist has points of other orders, and pairings with them are not bilinear.
    if !point.is_in_correct_subgroup_assuming_on_curve() {
        return Err(DecodeError::NotInSubgroup);
    }
    Ok(point)
}

fn array<const LENGTH: usize>(file: &mut BufReader<File>) -> Result<[u8; LENGTH], FileFault> {
    let mut bytes = [0; LENGTH];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn word(file: &mut BufReader<File>) -> Result<u32, FileFault> {
    array(file).map(u32::from_le_bytes)
}
