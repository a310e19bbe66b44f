//! Import of powers of tau from a snarkjs `.ptau` file.
//!
//! A `.ptau` file is `"ptau"`, version, section count, then sections of (kind u32, length u64,
//! content), all little-endian. Section 1 is the header, section 2 the powers in the first
//! group, section 3 those in the second, as Montgomery limbs.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use ark_bn254::{Bn254, Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::pairing::{Pairing, PairingOutput};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInt, PrimeField};
use rayon::prelude::*;
use sha3::{Digest, Keccak256};

use super::file::{at, check_first_powers};
use super::{Origin, Srs, power_count};
use crate::encoding::{checked_g2, checked_point};
use crate::error::{DecodeError, FileFault, KzgError};
use crate::msm::msm;

const MAGIC: [u8; 4] = *b"ptau";
const VERSION: u32 = 1;
const MAX_SECTIONS: u32 = 64;
const HEADER: u32 = 1;
const TAU_G1: u32 = 2;
const TAU_G2: u32 = 3;
const G1_LENGTH: usize = 64;
const G2_LENGTH: usize = 128;
const HASH_BUFFER: usize = 1 << 20;

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
        let (g1, tau_g2) = read(path, count).map_err(|fault| at(path, fault))?;
        check_first_powers(&g1, tau_g2).map_err(|fault| at(path, fault))?;
        if !is_power_sequence(&g1, tau_g2)? {
            return Err(at(
                path,
                FileFault::NotPowers {
                    what: "the power relation fails",
                },
            ));
        }
        let file_hash = hash_file(path).map_err(|error| at(path, error.into()))?;
        Ok(Self {
            g1,
            tau_g2,
            origin: Origin::Ceremony { file_hash },
        })
    }
}

/// Where a section's content lies.
#[derive(Clone, Copy)]
struct Section {
    kind: u32,
    start: u64,
    length: u64,
}

fn read(path: &Path, count: usize) -> Result<(Vec<G1Affine>, G2Affine), FileFault> {
    let mut file = BufReader::new(File::open(path)?);
    let sections = read_sections(&mut file)?;
    check_header(&mut file, unique(&sections, HEADER)?)?;

    let tau_g1 = unique(&sections, TAU_G1)?;
    let available = usize::try_from(tau_g1.length / G1_LENGTH as u64).unwrap_or(usize::MAX);
    if available < count {
        return Err(FileFault::TooFewPowers {
            required: count,
            available,
        });
    }
    let body = read_content(&mut file, tau_g1, count * G1_LENGTH)?;
    let (encoded, _) = body.as_chunks::<G1_LENGTH>();
    let g1 = encoded
        .par_iter()
        .enumerate()
        .map(|(index, bytes)| {
            montgomery_g1(bytes).map_err(|source| FileFault::Point { index, source })
        })
        .collect::<Result<Vec<_>, _>>()?;

    let body = read_content(&mut file, unique(&sections, TAU_G2)?, 2 * G2_LENGTH)?;
    let (encoded, _) = body.as_chunks::<G2_LENGTH>();
    let decode = |index: usize| {
        montgomery_g2(&encoded[index]).map_err(|source| FileFault::Point { index, source })
    };
    if decode(0)? != G2Affine::generator() {
        return Err(FileFault::NotPowers {
            what: "the first element of the second group is not the generator",
        });
    }
    Ok((g1, decode(1)?))
}

fn read_sections(file: &mut BufReader<File>) -> Result<Vec<Section>, FileFault> {
    let total = file.get_ref().metadata()?.len();
    let mut position = 12;
    if total < position {
        return Err(FileFault::Length {
            expected: position,
            found: total,
        });
    }
    if read_array::<4>(file)? != MAGIC {
        return Err(FileFault::Magic {
            expected: "powers of tau (.ptau)",
        });
    }
    let version = read_word(file)?;
    if version != VERSION {
        return Err(FileFault::Version {
            found: version,
            expected: VERSION,
        });
    }
    let number = read_word(file)?;
    if number > MAX_SECTIONS {
        return Err(FileFault::Header {
            what: "number of sections",
        });
    }
    let mut sections = Vec::new();
    for _ in 0..number {
        let start = position + 12;
        if total < start {
            return Err(FileFault::Length {
                expected: start,
                found: total,
            });
        }
        let kind = read_word(file)?;
        let length = u64::from_le_bytes(read_array(file)?);
        position = start.checked_add(length).ok_or(FileFault::Header {
            what: "section length",
        })?;
        // Nothing is allocated or skipped by a length the file does not have.
        if total < position {
            return Err(FileFault::Length {
                expected: position,
                found: total,
            });
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
    Ok(sections)
}

/// The only section of a kind: with two, readers could differ on which one counts.
fn unique(sections: &[Section], kind: u32) -> Result<Section, FileFault> {
    let mut matching = sections.iter().filter(|section| section.kind == kind);
    match (matching.next(), matching.next()) {
        (Some(section), None) => Ok(*section),
        (None, _) => Err(FileFault::Section {
            section: kind,
            what: "missing",
        }),
        (Some(_), Some(_)) => Err(FileFault::Section {
            section: kind,
            what: "repeated",
        }),
    }
}

fn check_header(file: &mut BufReader<File>, section: Section) -> Result<(), FileFault> {
    let content = read_content(file, section, 4 + 32 + 4)?;
    let (element_length, rest) = content.split_at(4);
    if element_length != 32_u32.to_le_bytes() {
        return Err(FileFault::Header {
            what: "length of a field element",
        });
    }
    let modulus: Vec<u8> = Fq::MODULUS
        .0
        .iter()
        .flat_map(|limb| limb.to_le_bytes())
        .collect();
    if rest[..32] != modulus {
        return Err(FileFault::Header {
            what: "another curve than BN254",
        });
    }
    Ok(())
}

fn read_content(
    file: &mut BufReader<File>,
    section: Section,
    length: usize,
) -> Result<Vec<u8>, FileFault> {
    if section.length < length as u64 {
        return Err(FileFault::Section {
            section: section.kind,
            what: "too short",
        });
    }
    file.seek(SeekFrom::Start(section.start))?;
    let mut content = vec![0; length];
    file.read_exact(&mut content)?;
    Ok(content)
}

fn read_array<const LENGTH: usize>(file: &mut BufReader<File>) -> Result<[u8; LENGTH], FileFault> {
    let mut bytes = [0; LENGTH];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn read_word(file: &mut BufReader<File>) -> Result<u32, FileFault> {
    read_array(file).map(u32::from_le_bytes)
}

fn montgomery_g1(bytes: &[u8; G1_LENGTH]) -> Result<G1Affine, DecodeError> {
    let (words, _) = bytes.as_chunks::<32>();
    checked_point(montgomery(&words[0])?, montgomery(&words[1])?)
}

fn montgomery_g2(bytes: &[u8; G2_LENGTH]) -> Result<G2Affine, DecodeError> {
    let (words, _) = bytes.as_chunks::<32>();
    checked_g2(
        Fq2::new(montgomery(&words[0])?, montgomery(&words[1])?),
        Fq2::new(montgomery(&words[2])?, montgomery(&words[3])?),
    )
}

/// Reads little-endian Montgomery limbs, which is also how the field keeps them.
fn montgomery(bytes: &[u8; 32]) -> Result<Fq, DecodeError> {
    let mut limbs = BigInt::<4>([0; 4]);
    for (limb, chunk) in limbs.0.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *limb = u64::from_le_bytes(*chunk);
    }
    if limbs >= Fq::MODULUS {
        return Err(DecodeError::CoordinateNotCanonical);
    }
    Ok(Fq::new_unchecked(limbs))
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

fn hash_file(path: &Path) -> std::io::Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let mut hasher = Keccak256::new();
    let mut buffer = vec![0; HASH_BUFFER];
    loop {
        let length = file.read(&mut buffer)?;
        if length == 0 {
            return Ok(hasher.finalize().into());
        }
        hasher.update(&buffer[..length]);
    }
}
