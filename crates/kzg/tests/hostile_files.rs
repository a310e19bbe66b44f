//! Damaged reference strings and ceremony files: refused, or read as what they were; never a panic.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use modulus_kzg::{KzgError, Srs};
use proptest::prelude::*;
use tempfile::TempDir;

const POWER: u32 = 2;

static CEREMONY: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/srs/power_6.ptau");
    fs::read(path).expect("readable")
});

static SAVED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let directory = TempDir::new().expect("a directory");
    let path = directory.path().join("honest.srs");
    let srs = Srs::generate_development(POWER, |_, _| ()).expect("randomness");
    srs.save(&path).expect("written");
    fs::read(path).expect("readable")
});

/// One change of a file.
#[derive(Debug, Clone)]
enum Edit {
    Flip(u8),
    /// A number that a count or length would be absurd with.
    Number(u64, usize),
    Cut,
    Insert(Vec<u8>),
    Remove(usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let number = prop_oneof![
        Just(0),
        Just(1_u64 << 24),
        Just(1 << 31),
        Just(u64::from(u32::MAX)),
        Just(1 << 40),
        Just(1 << 63),
        Just(u64::MAX),
    ];
    prop_oneof![
        (1_u8..=255).prop_map(Edit::Flip),
        (number, prop_oneof![Just(4_usize), Just(8)]).prop_map(|(n, width)| Edit::Number(n, width)),
        Just(Edit::Cut),
        prop::collection::vec(any::<u8>(), 1..40).prop_map(Edit::Insert),
        (1_usize..100).prop_map(Edit::Remove),
    ]
}

fn changed(honest: &[u8], edits: &[(prop::sample::Index, Edit)]) -> Vec<u8> {
    let mut bytes = honest.to_vec();
    for (place, edit) in edits.iter().filter(|_| !honest.is_empty()) {
        if bytes.is_empty() {
            break;
        }
        let place = place.index(bytes.len());
        match edit {
            Edit::Flip(mask) => bytes[place] ^= mask,
            Edit::Number(number, width) => {
                let end = bytes.len().min(place + width);
                bytes.splice(place..end, number.to_le_bytes()[..*width].iter().copied());
            }
            Edit::Cut => bytes.truncate(place),
            Edit::Insert(noise) => {
                bytes.splice(place..place, noise.iter().copied());
            }
            Edit::Remove(count) => {
                let end = bytes.len().min(place + count);
                bytes.drain(place..end);
            }
        }
    }
    bytes
}

fn read(bytes: &[u8], read: impl FnOnce(&PathBuf) -> Result<Srs, KzgError>) -> Option<Srs> {
    let directory = TempDir::new().expect("a directory");
    let path = directory.path().join("file");
    fs::write(&path, bytes).expect("written");
    read(&path).ok()
}

fn load(bytes: &[u8]) -> Option<Srs> {
    read(bytes, |path| Srs::load(path, usize::MAX))
}

fn import(bytes: &[u8]) -> Option<Srs> {
    read(bytes, |path| Srs::import_ptau(path, POWER))
}

#[test]
fn honest_files_are_read() {
    assert!(load(&SAVED).is_some());
    assert!(import(&CEREMONY).is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_damaged_reference_string_is_refused(
        edits in prop::collection::vec((any::<prop::sample::Index>(), edit()), 1..4),
    ) {
        let bytes = changed(&SAVED, &edits);
        prop_assume!(bytes != *SAVED);
        prop_assert!(load(&bytes).is_none());
    }

    #[test]
    fn a_damaged_ceremony_gives_its_own_powers_or_none(
        edits in prop::collection::vec((any::<prop::sample::Index>(), edit()), 1..4),
    ) {
        // Sections that are not read may hold anything.
        if let Some(srs) = import(&changed(&CEREMONY, &edits)) {
            let honest = import(&CEREMONY).expect("honest");
            prop_assert_eq!(srs.g1(), honest.g1());
            prop_assert_eq!(srs.tau_g2(), honest.tau_g2());
        }
    }

    #[test]
    fn noise_is_refused(noise in prop::collection::vec(any::<u8>(), 0..400), start in 0_usize..24) {
        for honest in [&*SAVED, &*CEREMONY] {
            let bytes = [&honest[..start], &noise].concat();
            prop_assert!(load(&bytes).is_none());
            prop_assert!(import(&bytes).is_none());
        }
    }
}
