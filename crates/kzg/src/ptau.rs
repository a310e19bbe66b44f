//! Reading snarkjs `.ptau` files: powers of tau of a ceremony.
//!
//! A `.ptau` file is `"ptau"`, version, section count, then sections of (kind u32, length u64,
//! content), all little-endian. Points are Montgomery limbs.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ff::{BigInt, PrimeField};
use rayon::prelude::*;
use sha3::{Digest, Keccak256};

use crate::encoding::{checked_g2, checked_point};
use crate::error::{DecodeError, FileFault, KzgError};

const MAGIC: [u8; 4] = *b"ptau";
const VERSION: u32 = 1;
const MAX_SECTIONS: u32 = 64;
const G1_LENGTH: usize = 64;
const G2_LENGTH: usize = 128;
const HASH_BUFFER: usize = 1 << 20;

/// Numbers of the sections that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Section {
    /// Length of a field element, modulus, power.
    Header = 1,
    /// `[tau^i]_1`.
    Tau = 2,
    /// `[tau^i]_2`.
    TauG2 = 3,
    /// `[alpha tau^i]_1`.
    Alpha = 4,
    /// `[beta tau^i]_1`.
    Beta = 5,
    /// `[beta]_2`.
    BetaG2 = 6,
    /// Lagrange bases of the domains of size 1, 2, 4 .. for `Tau`; in files prepared for phase 2.
    TauLagrange = 12,
    /// The same for `TauG2`.
    TauLagrangeG2 = 13,
    /// The same for `Alpha`.
    AlphaLagrange = 14,
    /// The same for `Beta`.
    BetaLagrange = 15,
}

/// Where a section's content lies.
#[derive(Clone, Copy)]
struct Place {
    kind: u32,
    start: u64,
    length: u64,
}

/// An open file.
pub struct Ptau {
    path: PathBuf,
    file: BufReader<File>,
    places: Vec<Place>,
}

impl Ptau {
    /// Opens a file and checks its header.
    ///
    /// # Errors
    ///
    /// [`KzgError::File`] if it is of another kind, version or curve, or truncated.
    pub fn open(path: &Path) -> Result<Self, KzgError> {
        Self::read(path).map_err(|fault| KzgError::File {
            path: path.to_owned(),
            fault,
        })
    }

    fn read(path: &Path) -> Result<Self, FileFault> {
        let mut file = BufReader::new(File::open(path)?);
        let mut ptau = Self {
            places: read_places(&mut file)?,
            path: path.to_owned(),
            file,
        };
        ptau.check_header()?;
        Ok(ptau)
    }

    /// Whether the file has a section.
    #[must_use]
    pub fn has(&self, section: Section) -> bool {
        self.places.iter().any(|place| place.kind == section as u32)
    }

    /// Number of points of 64 bytes that a section holds; none if it is missing.
    #[must_use]
    pub fn count_g1(&self, section: Section) -> usize {
        self.place(section).map_or(0, |place| {
            usize::try_from(place.length).unwrap_or(usize::MAX) / G1_LENGTH
        })
    }

    /// Points `skip..skip + count` of a section, each on the curve and finite.
    ///
    /// # Errors
    ///
    /// [`KzgError::File`] if the section is missing, repeated or too short, or a point is wrong.
    pub fn g1(
        &mut self,
        section: Section,
        skip: usize,
        count: usize,
    ) -> Result<Vec<G1Affine>, KzgError> {
        self.points::<G1_LENGTH, _>(section, skip, count, |bytes| {
            let (words, _) = bytes.as_chunks::<32>();
            checked_point(montgomery(&words[0])?, montgomery(&words[1])?)
        })
    }

    /// Points `skip..skip + count` of a section, each in the subgroup and finite.
    ///
    /// # Errors
    ///
    /// As [`Ptau::g1`].
    pub fn g2(
        &mut self,
        section: Section,
        skip: usize,
        count: usize,
    ) -> Result<Vec<G2Affine>, KzgError> {
        self.points::<G2_LENGTH, _>(section, skip, count, |bytes| {
            let (words, _) = bytes.as_chunks::<32>();
            checked_g2(
                Fq2::new(montgomery(&words[0])?, montgomery(&words[1])?),
                Fq2::new(montgomery(&words[2])?, montgomery(&words[3])?),
            )
        })
    }

    /// Keccak-256 of the whole file.
    ///
    /// # Errors
    ///
    /// [`KzgError::File`] if the operating system refuses.
    pub fn hash(&mut self) -> Result<[u8; 32], KzgError> {
        self.hashed()
            .map_err(|error| self.fault(FileFault::Io(error)))
    }

    /// An error that names the file.
    pub(crate) fn fault(&self, fault: FileFault) -> KzgError {
        KzgError::File {
            path: self.path.clone(),
            fault,
        }
    }

    fn hashed(&mut self) -> std::io::Result<[u8; 32]> {
        self.file.rewind()?;
        let mut hasher = Keccak256::new();
        let mut buffer = vec![0; HASH_BUFFER];
        loop {
            let length = self.file.read(&mut buffer)?;
            if length == 0 {
                return Ok(hasher.finalize().into());
            }
            hasher.update(&buffer[..length]);
        }
    }

    fn check_header(&mut self) -> Result<(), FileFault> {
        let content = self.content(Section::Header, 0, 4 + 32)?;
        let (element_length, modulus) = content.split_at(4);
        let fail = |what| Err(FileFault::Header { what });
        if element_length != 32_u32.to_le_bytes() {
            return fail("length of a field element");
        }
        let limbs = Fq::MODULUS.0.map(u64::to_le_bytes);
        if modulus != limbs.as_flattened() {
            return fail("another curve than BN254");
        }
        Ok(())
    }

    /// The only section of a kind: with two, readers could differ on which one counts.
    fn place(&self, section: Section) -> Result<Place, FileFault> {
        let mut matching = self
            .places
            .iter()
            .filter(|place| place.kind == section as u32);
        let fail = |what| FileFault::Section {
            section: section as u32,
            what,
        };
        match (matching.next(), matching.next()) {
            (Some(place), None) => Ok(*place),
            (None, _) => Err(fail("missing")),
            (Some(_), Some(_)) => Err(fail("repeated")),
        }
    }

    fn content(
        &mut self,
        section: Section,
        skip: usize,
        length: usize,
    ) -> Result<Vec<u8>, FileFault> {
        let place = self.place(section)?;
        // Nothing is allocated by a length that the file does not have.
        if place.length < (skip as u64).saturating_add(length as u64) {
            return Err(FileFault::Section {
                section: section as u32,
                what: "too short",
            });
        }
        self.file.seek(SeekFrom::Start(place.start + skip as u64))?;
        let mut content = vec![0; length];
        self.file.read_exact(&mut content)?;
        Ok(content)
    }

    fn points<const LENGTH: usize, P: Send>(
        &mut self,
        section: Section,
        skip: usize,
        count: usize,
        decode: impl Fn(&[u8; LENGTH]) -> Result<P, DecodeError> + Sync,
    ) -> Result<Vec<P>, KzgError> {
        let [skip_bytes, length] = [skip, count].map(|points| points.saturating_mul(LENGTH));
        let content = self
            .content(section, skip_bytes, length)
            .map_err(|fault| self.fault(fault))?;
        let (encoded, _) = content.as_chunks::<LENGTH>();
        encoded
            .par_iter()
            .enumerate()
            .map(|(index, bytes)| {
                decode(bytes).map_err(|source| FileFault::Point {
                    index: skip + index,
                    source,
                })
            })
            .collect::<Result<_, _>>()
            .map_err(|fault| self.fault(fault))
    }
}

fn read_places(file: &mut BufReader<File>) -> Result<Vec<Place>, FileFault> {
    let found = file.get_ref().metadata()?.len();
    let within = |expected: u64| {
        if expected <= found {
            Ok(expected)
        } else {
            Err(FileFault::Length { expected, found })
        }
    };
    let mut position = within(12)?;
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
    let mut places = Vec::new();
    for _ in 0..number {
        let start = within(position + 12)?;
        let kind = read_word(file)?;
        let length = u64::from_le_bytes(read_array(file)?);
        let end = start.checked_add(length).ok_or(FileFault::Header {
            what: "section length",
        })?;
        position = within(end)?;
        places.push(Place {
            kind,
            start,
            length,
        });
        file.seek(SeekFrom::Start(position))?;
    }
    if position == found {
        Ok(places)
    } else {
        Err(FileFault::Length {
            expected: position,
            found,
        })
    }
}

fn read_array<const LENGTH: usize>(file: &mut BufReader<File>) -> Result<[u8; LENGTH], FileFault> {
    let mut bytes = [0; LENGTH];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn read_word(file: &mut BufReader<File>) -> Result<u32, FileFault> {
    read_array(file).map(u32::from_le_bytes)
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
