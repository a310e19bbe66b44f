//! The reference string on disk.
//!
//! ```text
//! magic 8 | version u32 | power u32 | origin u32 | zero u32 | file hash 32 | [tau]_2 128
//! keccak of each block of points, 32 each | keccak of everything so far, 32
//! points, 64 each
//! ```
//!
//! Integers are little-endian, points canonical. Points are hashed in blocks, so that a reader
//! can take and check a prefix, on all cores, without reading the rest.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use ark_bn254::{Bn254, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ec::pairing::Pairing;
use modulus_transcript::keccak256;
use rayon::prelude::*;

use super::{Origin, Srs, power_count};
use crate::encoding::{decode_g2, decode_point, encode_g2, encode_point};
use crate::error::{FileFault, KzgError};

const MAGIC: [u8; 8] = *b"modulsrs";
const VERSION: u32 = 1;
const FIXED_LENGTH: usize = 8 + 4 * 4 + 32 + 128;
const POINT_LENGTH: usize = 64;
const BLOCK_POINTS: usize = 1 << 11;
const BLOCK_LENGTH: usize = BLOCK_POINTS * POINT_LENGTH;
const ORIGIN_DEVELOPMENT: u32 = 0;
const ORIGIN_CEREMONY: u32 = 1;

impl Srs {
    /// Writes the reference string to a file, which appears complete or not at all.
    ///
    /// # Errors
    ///
    /// [`KzgError::File`] if the operating system refuses.
    pub fn save(&self, path: &Path) -> Result<(), KzgError> {
        let count = (1_usize << self.power()) + 1;
        let blocks: Vec<Vec<u8>> = self.g1[..count.min(self.g1.len())]
            .par_chunks(BLOCK_POINTS)
            .map(|points| points.iter().flat_map(encode_point).collect())
            .collect();
        let mut header = self.encode_fixed();
        let digests: Vec<[u8; 32]> = blocks.par_iter().map(|block| keccak256(block)).collect();
        header.extend(digests.as_flattened());
        header.extend(keccak256(&header));
        write_atomically(path, &header, &blocks).map_err(|error| at(path, error.into()))
    }

    /// Reads the first `max_points` powers of a file, but at least two, or all if there are fewer.
    ///
    /// What is read is checked: checksums, curve membership of every point, the subgroup of
    /// `[tau]_2`, and that the first two powers belong to it. That the rest are powers of the
    /// same secret was checked on import; a file altered since makes proofs fail, never pass.
    ///
    /// # Errors
    ///
    /// [`KzgError::File`] if the file is of another kind or version, truncated, longer than it
    /// should be, or damaged.
    pub fn load(path: &Path, max_points: usize) -> Result<Self, KzgError> {
        read(path, max_points).map_err(|fault| at(path, fault))
    }

    fn encode_fixed(&self) -> Vec<u8> {
        let (origin, file_hash) = match self.origin {
            Origin::Development => (ORIGIN_DEVELOPMENT, [0; 32]),
            Origin::Ceremony { file_hash } => (ORIGIN_CEREMONY, file_hash),
        };
        let mut bytes = Vec::with_capacity(FIXED_LENGTH);
        bytes.extend(MAGIC);
        for word in [VERSION, self.power(), origin, 0] {
            bytes.extend(word.to_le_bytes());
        }
        bytes.extend(file_hash);
        bytes.extend(encode_g2(&self.tau_g2));
        bytes
    }
}

pub(super) fn at(path: &Path, fault: FileFault) -> KzgError {
    KzgError::File {
        path: path.to_owned(),
        fault,
    }
}

fn write_atomically(path: &Path, header: &[u8], blocks: &[Vec<u8>]) -> std::io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.partial", std::process::id()));
    let partial = PathBuf::from(name);
    let write = || {
        let mut file = File::create_new(&partial)?;
        file.write_all(header)?;
        for block in blocks {
            file.write_all(block)?;
        }
        file.sync_all()?;
        std::fs::rename(&partial, path)
    };
    write().inspect_err(|_| {
        // The first error is the one worth reporting; a leftover partial file harms nobody.
        let _ = std::fs::remove_file(&partial);
    })
}

struct Fixed {
    count: usize,
    origin: Origin,
    tau_g2: G2Affine,
}

fn read(path: &Path, max_points: usize) -> Result<Srs, FileFault> {
    let mut file = File::open(path)?;
    let found = file.metadata()?.len();
    let mut header = vec![0; FIXED_LENGTH];
    if found < FIXED_LENGTH as u64 {
        return Err(FileFault::Length {
            expected: FIXED_LENGTH as u64,
            found,
        });
    }
    file.read_exact(&mut header)?;
    let fixed = decode_fixed(&header)?;

    let block_count = fixed.count.div_ceil(BLOCK_POINTS);
    let digests_length = (block_count + 1) * 32;
    let expected = (FIXED_LENGTH + digests_length + fixed.count * POINT_LENGTH) as u64;
    // Nothing is allocated by a size from the header before the file is known to have it.
    if found != expected {
        return Err(FileFault::Length { expected, found });
    }
    header.resize(FIXED_LENGTH + digests_length, 0);
    file.read_exact(&mut header[FIXED_LENGTH..])?;
    let (checked, checksum) = header.split_at(header.len() - 32);
    if keccak256(checked) != checksum {
        return Err(FileFault::Checksum);
    }
    let (digests, _) = checked[FIXED_LENGTH..].as_chunks::<32>();

    let wanted = fixed.count.min(max_points.max(2));
    let whole_blocks = (wanted.div_ceil(BLOCK_POINTS) * BLOCK_POINTS).min(fixed.count);
    let mut body = vec![0; whole_blocks * POINT_LENGTH];
    file.read_exact(&mut body)?;
    let mut g1 = decode_blocks(&body, digests)?;
    g1.truncate(wanted);
    check_first_powers(&g1, fixed.tau_g2)?;
    Ok(Srs {
        g1,
        tau_g2: fixed.tau_g2,
        origin: fixed.origin,
    })
}

fn decode_fixed(header: &[u8]) -> Result<Fixed, FileFault> {
    let (magic, rest) = split(header)?;
    if magic != MAGIC {
        return Err(FileFault::Magic {
            expected: "modulus reference string",
        });
    }
    let (version, rest) = split_word(rest)?;
    if version != VERSION {
        return Err(FileFault::Version {
            found: version,
            expected: VERSION,
        });
    }
    let (power, rest) = split_word(rest)?;
    let count = power_count(power).map_err(|_| FileFault::Header { what: "power" })?;
    let (origin, rest) = split_word(rest)?;
    let (reserved, rest) = split_word(rest)?;
    if reserved != 0 {
        return Err(FileFault::Header {
            what: "reserved field",
        });
    }
    let (file_hash, rest) = split::<32>(rest)?;
    let origin = match origin {
        ORIGIN_DEVELOPMENT if file_hash == [0; 32] => Origin::Development,
        ORIGIN_CEREMONY => Origin::Ceremony { file_hash },
        _ => return Err(FileFault::Header { what: "origin" }),
    };
    let (encoded, _) = split::<128>(rest)?;
    let tau_g2 = decode_g2(&encoded).map_err(|source| FileFault::Point { index: 0, source })?;
    Ok(Fixed {
        count,
        origin,
        tau_g2,
    })
}

fn split<const LENGTH: usize>(bytes: &[u8]) -> Result<([u8; LENGTH], &[u8]), FileFault> {
    bytes
        .split_first_chunk::<LENGTH>()
        .map(|(head, rest)| (*head, rest))
        .ok_or(FileFault::Header { what: "length" })
}

fn split_word(bytes: &[u8]) -> Result<(u32, &[u8]), FileFault> {
    split::<4>(bytes).map(|(word, rest)| (u32::from_le_bytes(word), rest))
}

fn decode_blocks(body: &[u8], digests: &[[u8; 32]]) -> Result<Vec<G1Affine>, FileFault> {
    let count = body.len() / POINT_LENGTH;
    let mut points = vec![G1Affine::identity(); count];
    points
        .par_chunks_mut(BLOCK_POINTS)
        .zip(body.par_chunks(BLOCK_LENGTH))
        .zip(digests)
        .enumerate()
        .try_for_each(|(block, ((targets, bytes), digest))| {
            if keccak256(bytes) != *digest {
                return Err(FileFault::Checksum);
            }
            let (encoded, _) = bytes.as_chunks::<POINT_LENGTH>();
            for (index, (target, point)) in targets.iter_mut().zip(encoded).enumerate() {
                *target = decode_point(point).map_err(|source| FileFault::Point {
                    index: block * BLOCK_POINTS + index,
                    source,
                })?;
            }
            Ok(())
        })?;
    Ok(points)
}

/// Checks that the powers start with the generator and `[tau]_1` of the same secret as `[tau]_2`.
pub(super) fn check_first_powers(g1: &[G1Affine], tau_g2: G2Affine) -> Result<(), FileFault> {
    let [first, second, ..] = g1 else {
        return Err(FileFault::TooFewPowers {
            required: 2,
            available: g1.len(),
        });
    };
    if *first != G1Affine::generator() {
        return Err(FileFault::NotPowers {
            what: "the first element is not the generator",
        });
    }
    let product = Bn254::multi_pairing([*second, -*first], [G2Affine::generator(), tau_g2]);
    if product != ark_ec::pairing::PairingOutput::default() {
        return Err(FileFault::NotPowers {
            what: "the two groups hold different secrets",
        });
    }
    Ok(())
}
