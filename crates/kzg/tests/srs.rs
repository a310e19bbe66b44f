//! Reference strings: generation, files, and import of a ceremony.

use std::fs;
use std::path::{Path, PathBuf};

use ark_bn254::{Bn254, Fq, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ec::pairing::Pairing;
use ark_ff::PrimeField;
use modulus_kzg::encoding::encode_g2;
use modulus_kzg::{CommitmentScheme, DecodeError, FileFault, KzgError, Origin, SizeError, Srs};
use modulus_transcript::keccak256;
use tempfile::TempDir;

fn ptau() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/srs/power_6.ptau")
}

fn development(power: u32) -> Srs {
    Srs::generate_development(power, |_, _| ()).expect("randomness")
}

fn fault<T>(result: Result<T, KzgError>) -> FileFault {
    match result {
        Err(KzgError::File { fault, .. }) => fault,
        Err(other) => panic!("another error: {other}"),
        Ok(_) => panic!("accepted"),
    }
}

fn assert_powers(srs: &Srs) {
    assert_eq!(srs.g1()[0], G1Affine::generator());
    for pair in srs.g1().windows(2) {
        assert_eq!(
            Bn254::pairing(pair[1], G2Affine::generator()),
            Bn254::pairing(pair[0], srs.tau_g2())
        );
    }
}

#[test]
fn development_strings_are_powers_and_differ() {
    let mut reports = Vec::new();
    let srs = Srs::generate_development(3, |done, total| reports.push((done, total)))
        .expect("randomness");
    assert_eq!(srs.g1().len(), 9);
    assert_eq!(srs.power(), 3);
    assert_eq!(srs.origin(), Origin::Development);
    assert_eq!(reports, [(9, 9)]);
    assert_powers(&srs);
    assert_ne!(srs.id(), development(3).id());
}

#[test]
fn unsupported_powers_are_refused() {
    for power in [0, 29, u32::MAX] {
        let result = Srs::generate_development(power, |_, _| ());
        assert!(matches!(
            result,
            Err(KzgError::Size(SizeError::UnsupportedPower { .. }))
        ));
    }
}

#[test]
fn identity_is_the_digest_of_the_second_group() {
    let srs = development(2);
    let mut preimage = b"modulus.srs.1".to_vec();
    preimage.resize(32, 0);
    preimage.extend(encode_g2(&srs.tau_g2()));
    assert_eq!(srs.id(), keccak256(&preimage));
}

#[test]
fn files_round_trip_whole_and_in_part() {
    let directory = TempDir::new().expect("a directory");
    let path = directory.path().join("a.srs");
    let srs = development(12);
    srs.save(&path).expect("saved");
    let whole = Srs::load(&path, usize::MAX).expect("loaded");
    assert_eq!(whole.g1(), srs.g1());
    assert_eq!((whole.id(), whole.origin()), (srs.id(), srs.origin()));
    for count in [2, 2048, 2049, 4097] {
        let part = Srs::load(&path, count).expect("loaded");
        assert_eq!(part.g1(), &srs.g1()[..count]);
    }
    development(2).save(&path).expect("replaced");
    assert_eq!(Srs::load(&path, 100).expect("loaded").g1().len(), 5);
    assert_eq!(
        fs::read_dir(&directory).expect("readable").count(),
        1,
        "no partial file is left"
    );
}

#[test]
fn every_altered_byte_is_noticed() {
    let directory = TempDir::new().expect("a directory");
    let path = directory.path().join("a.srs");
    development(1).save(&path).expect("saved");
    let good = fs::read(&path).expect("readable");
    for position in 0..good.len() {
        let mut bytes = good.clone();
        bytes[position] ^= 1;
        fs::write(&path, bytes).expect("written");
        assert!(Srs::load(&path, 3).is_err(), "byte {position}");
    }
    for length in 0..good.len() {
        fs::write(&path, &good[..length]).expect("written");
        assert!(
            matches!(fault(Srs::load(&path, 3)), FileFault::Length { .. }),
            "length {length}"
        );
    }
    let mut longer = good;
    longer.push(0);
    fs::write(&path, longer).expect("written");
    assert!(matches!(
        fault(Srs::load(&path, 3)),
        FileFault::Length { .. }
    ));
}

#[test]
fn commitments_need_enough_powers() {
    let srs = development(1);
    let error = SizeError::NotEnoughPowers {
        required: 4,
        available: 3,
    };
    assert_eq!(srs.commit_small(&[1, 2, 3, 4], &[]), Err(error));
    assert_eq!(srs.commit_small(&[1], &[(3, 1.into())]), Err(error));
    assert!(srs.commit_small(&[1], &[(usize::MAX, 1.into())]).is_err());
    assert_eq!(
        srs.commit_small(&[1, -2], &[(2, 5.into())]),
        srs.commit(&[1.into(), (-2).into(), 5.into()])
    );
}

#[test]
fn ceremony_file_imports() {
    let srs = Srs::import_ptau(&ptau(), 6).expect("imported");
    assert_eq!(srs.g1().len(), 65);
    assert_powers(&srs);
    let file_hash = keccak256(&fs::read(ptau()).expect("readable"));
    assert_eq!(srs.origin(), Origin::Ceremony { file_hash });
    let smaller = Srs::import_ptau(&ptau(), 4).expect("imported");
    assert_eq!(smaller.g1(), &srs.g1()[..17]);
    assert_eq!(smaller.id(), srs.id());

    let directory = TempDir::new().expect("a directory");
    let path = directory.path().join("c.srs");
    srs.save(&path).expect("saved");
    assert_eq!(Srs::load(&path, 65).expect("loaded").origin(), srs.origin());
}

#[test]
fn ceremony_file_that_is_too_small_is_refused() {
    let result = Srs::import_ptau(&ptau(), 7);
    let expected = FileFault::TooFewPowers {
        required: 129,
        available: 127,
    };
    assert_eq!(fault(result).to_string(), expected.to_string());
}

/// Imports the vector with some bytes altered.
fn import_altered(alter: impl FnOnce(&mut Vec<u8>)) -> FileFault {
    let directory = TempDir::new().expect("a directory");
    let path = directory.path().join("altered.ptau");
    let mut bytes = fs::read(ptau()).expect("readable");
    alter(&mut bytes);
    fs::write(&path, bytes).expect("written");
    fault(Srs::import_ptau(&path, 6))
}

/// Offset of a section's content.
fn section(bytes: &[u8], kind: u32) -> usize {
    let mut position = 12;
    loop {
        let found = u32::from_le_bytes(bytes[position..position + 4].try_into().expect("four"));
        let length = u64::from_le_bytes(
            bytes[position + 4..position + 12]
                .try_into()
                .expect("eight"),
        );
        if found == kind {
            return position + 12;
        }
        position += 12 + usize::try_from(length).expect("small");
    }
}

#[test]
fn damaged_ceremony_headers_are_refused() {
    assert!(matches!(
        import_altered(|b| b[0] = b'q'),
        FileFault::Magic { .. }
    ));
    assert!(matches!(
        import_altered(|b| b[4] = 2),
        FileFault::Version { found: 2, .. }
    ));
    assert!(matches!(
        import_altered(|b| b[11] = 0xff),
        FileFault::Header { .. }
    ));
    assert!(matches!(
        import_altered(|b| b.truncate(100)),
        FileFault::Length { .. }
    ));
    assert!(matches!(
        import_altered(Vec::clear),
        FileFault::Length { .. }
    ));
    assert!(matches!(
        import_altered(|b| b.push(0)),
        FileFault::Length { .. }
    ));
    assert!(matches!(
        import_altered(|b| b[23] = 0xff),
        FileFault::Length { .. }
    ));
    let wrong_field = import_altered(|b| {
        let at = section(b, 1);
        b[at + 4] ^= 1;
    });
    assert!(matches!(
        wrong_field,
        FileFault::Header {
            what: "another curve than BN254"
        }
    ));
    let renamed = |from, to: u8| {
        import_altered(move |b| {
            let at = section(b, from) - 12;
            b[at] = to;
        })
    };
    assert!(matches!(
        renamed(2, 9),
        FileFault::Section {
            section: 2,
            what: "missing"
        }
    ));
    assert!(matches!(
        renamed(4, 2),
        FileFault::Section {
            section: 2,
            what: "repeated"
        }
    ));
}

#[test]
fn damaged_ceremony_points_are_refused() {
    let off_curve = import_altered(|b| {
        let at = section(b, 2) + 5 * 64;
        b[at] ^= 1;
    });
    assert!(matches!(
        off_curve,
        FileFault::Point {
            index: 5,
            source: DecodeError::NotOnCurve
        }
    ));
    let not_canonical = import_altered(|b| {
        let at = section(b, 2) + 7 * 64;
        let modulus: Vec<u8> = Fq::MODULUS
            .0
            .iter()
            .flat_map(|limb| limb.to_le_bytes())
            .collect();
        b[at..at + 32].copy_from_slice(&modulus);
    });
    assert!(matches!(
        not_canonical,
        FileFault::Point {
            index: 7,
            source: DecodeError::CoordinateNotCanonical
        }
    ));
    let second_group = import_altered(|b| {
        let at = section(b, 3) + 128;
        b[at] ^= 1;
    });
    assert!(matches!(
        second_group,
        FileFault::Point {
            index: 1,
            source: DecodeError::NotOnCurve
        }
    ));
}

#[test]
fn forged_ceremonies_are_refused() {
    let swapped = |kind, length: usize, a: usize, b: usize| {
        import_altered(move |bytes| {
            let base = section(bytes, kind);
            for offset in 0..length {
                bytes.swap(base + a * length + offset, base + b * length + offset);
            }
        })
    };
    let reason = |fault| match fault {
        FileFault::NotPowers { what } => what,
        other => panic!("another fault: {other}"),
    };
    assert_eq!(
        reason(swapped(2, 64, 0, 1)),
        "the first element is not the generator"
    );
    assert_eq!(reason(swapped(2, 64, 40, 41)), "the power relation fails");
    assert_eq!(
        reason(swapped(2, 64, 1, 2)),
        "the two groups hold different secrets"
    );
    assert_eq!(
        reason(swapped(3, 128, 1, 2)),
        "the two groups hold different secrets"
    );
    assert!(reason(swapped(3, 128, 0, 1)).starts_with("the first element of the second group"));
    // Attack: with tau = 0 every commitment is its constant term.
    let zero = import_altered(|bytes| {
        let at = section(bytes, 2) + 64;
        bytes[at..at + 64].fill(0);
    });
    assert!(matches!(
        zero,
        FileFault::Point {
            index: 1,
            source: DecodeError::Infinity
        }
    ));
}
