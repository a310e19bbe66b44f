//! Keys from powers of tau: contributions, their records, and what convinces others.

#![allow(clippy::unwrap_used)]

use std::sync::LazyLock;

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use modulus_protocol::Silent;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use super::record::{contributor_secret, nonce};
use super::{
    Ceremony, CeremonyError, Kind, LABEL_LENGTH, Label, MAX_BEACON_EXPONENT, Powers, RECORD_LENGTH,
    domain_power, verify_chain, verify_key, verify_setup, verify_state, write_rehearsal,
};
use crate::circuit::{Circuit, Transcript};
use crate::groth16::{Evidence, KeyPoints, Proof, ProvingKey, prove, verify};

static CIRCUIT: LazyLock<Circuit> = LazyLock::new(|| Circuit::tiny().unwrap());
// One size more than needed: a ceremony file serves all smaller circuits.
static POWERS: LazyLock<Powers> = LazyLock::new(|| Powers::generate_development(6).unwrap());
static BEGUN: LazyLock<Ceremony> = LazyLock::new(|| begin(&POWERS).unwrap());
static HELD: LazyLock<Ceremony> = LazyLock::new(|| {
    let mut ceremony = BEGUN.clone();
    ceremony
        .contribute(label("Alice"), b"dice", &Silent)
        .unwrap();
    ceremony.contribute(label("Bob"), b"", &Silent).unwrap();
    ceremony
        .finish_with_beacon(label("round 7"), [3; 32], 4, &Silent)
        .unwrap();
    ceremony
});

fn label(text: &str) -> Label {
    Label::new(text).unwrap()
}

fn begin(powers: &Powers) -> Result<Ceremony, CeremonyError> {
    Ceremony::begin(b"schedule".to_vec(), &CIRCUIT, powers, &Silent)
}

/// Verifies the transcript of the ceremony that was held for some points.
fn judge(transcript: &[u8], points: &KeyPoints) -> Result<(), CeremonyError> {
    let evidence = HELD.key().evidence();
    verify_setup(&CIRCUIT, HELD.tau_g2(), points, evidence, transcript).map(|_| ())
}

/// What a contributor does before contributing.
fn check(state: &Ceremony) -> Result<(), CeremonyError> {
    verify_state(&CIRCUIT, &POWERS, &state.transcript(), state.key(), &Silent).map(|_| ())
}

#[test]
fn keys_of_a_ceremony_prove() {
    let key = HELD.clone().into_key().unwrap();
    let transcript = Transcript {
        messages: [3_u64, 5, 15].map(Fr::from).to_vec(),
        r: Fr::from(77_u64),
    };
    let assignment = CIRCUIT.assign(&transcript).unwrap();
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let proof = prove(&key, &assignment, &mut rng, &Silent).unwrap();
    let inputs = assignment.public_inputs();
    assert_eq!(verify(key.points(), &inputs, &proof), Ok(()));
    assert!(verify(BEGUN.key().points(), &inputs, &proof).is_err());
    assert_eq!(ProvingKey::decode(&key.encode(), &CIRCUIT).unwrap(), key);
}

#[test]
fn keys_of_a_ceremony_belong_to_their_circuit() {
    let key = HELD.key();
    assert!(key.evidence().proves(&CIRCUIT, key.points()));
    assert_eq!(key.evidence().tau_g2, POWERS.tau_g2[1]);
    let decoded = Evidence::decode(&key.evidence().encode()).unwrap();
    assert_eq!(&decoded, key.evidence());
    let mut points = key.points().clone();
    points.inputs.swap(1, 2);
    assert!(!key.evidence().proves(&CIRCUIT, &points));
}

#[test]
fn what_was_contributed_convinces_others() {
    let transcript = HELD.transcript();
    let points = HELD.key().points();
    let evidence = HELD.key().evidence();
    let chain = verify_setup(&CIRCUIT, HELD.tau_g2(), points, evidence, &transcript).unwrap();
    assert_eq!(chain.hash, HELD.hash());
    assert_eq!(chain.records, HELD.records());
    assert!(matches!(chain.records[2].kind, Kind::Beacon { .. }));
    assert_eq!(chain.records[0].label.to_string(), "Alice");
    verify_key(&CIRCUIT, &POWERS, &transcript, HELD.key(), &Silent).unwrap();
}

#[test]
fn prepared_powers_give_the_same_key() {
    let power = domain_power(&CIRCUIT).unwrap();
    let prepared = Powers::generate_development(power).unwrap();
    let bare = Powers {
        lagrange: None,
        ..prepared.clone()
    };
    let begun = begin(&prepared).unwrap();
    assert_eq!(begun, begin(&bare).unwrap());
}

#[test]
fn changed_records_are_refused() {
    let transcript = HELD.transcript();
    let points = HELD.key().points();
    judge(&transcript, points).unwrap();
    // What a beacon says of its source is bound by the chain's hash alone.
    let source = 2 * RECORD_LENGTH + 1..2 * RECORD_LENGTH + 1 + LABEL_LENGTH;
    for position in (0..transcript.len()).step_by(23) {
        if source.contains(&position) {
            continue;
        }
        let mut changed = transcript.clone();
        changed[position] ^= 1;
        assert!(judge(&changed, points).is_err(), "{position}");
    }
    assert!(verify_chain([1; 32], &transcript).is_err());
    assert!(judge(&transcript[1..], points).is_err());
    assert!(judge(&[], points).is_err());
    let (first, rest) = transcript.split_at(RECORD_LENGTH);
    let (second, beacon) = rest.split_at(RECORD_LENGTH);
    for (case, changed) in [
        ("left out", rest.to_vec()),
        ("swapped", [second, first, beacon].concat()),
        ("without its beacon", [first, second].concat()),
        ("after the beacon", [&transcript, first].concat()),
        ("repeated", [first, first, second, beacon].concat()),
    ] {
        assert!(judge(&changed, points).is_err(), "{case}");
    }
}

#[test]
fn a_contribution_cannot_be_claimed_by_another() {
    let mut transcript = HELD.transcript();
    transcript[1..][..5].copy_from_slice(b"Mally");
    let result = judge(&transcript, HELD.key().points());
    assert!(matches!(
        result,
        Err(CeremonyError::Contribution { index: 0, .. })
    ));
}

/// What a contributor throws is enough, even where the operating system's randomness is known.
#[test]
fn secrets_and_nonces_depend_on_all_that_they_are_made_from() {
    let [zero, one] = [0_u64, 1].map(Fr::from);
    let secrets = [(zero, "4 1 6"), (zero, "4 1 5"), (one, "4 1 6")]
        .map(|(system, text)| *contributor_secret(&system, text.as_bytes()));
    let name = label("Alice");
    let nonces = [
        nonce(&zero, &secrets[0], [1; 32], &name),
        nonce(&zero, &secrets[1], [1; 32], &name),
        nonce(&one, &secrets[0], [1; 32], &name),
        nonce(&zero, &secrets[0], [2; 32], &name),
        nonce(&zero, &secrets[0], [1; 32], &label("Bob")),
    ];
    let drawn: Vec<Fr> = secrets
        .into_iter()
        .chain(nonces.map(|nonce| *nonce))
        .collect();
    for (index, value) in drawn.iter().enumerate() {
        assert!(!drawn[..index].contains(value), "{index}");
    }
}

#[test]
fn a_beacon_alone_is_no_contribution() {
    let mut only = BEGUN.clone();
    assert!(matches!(
        only.finish_with_beacon(label(""), [1; 32], 0, &Silent),
        Err(CeremonyError::NoContribution)
    ));
    // A transcript of somebody who wrote the record all the same.
    let before = (G1Affine::generator(), G2Affine::generator());
    let (record, factor) = super::Record::beacon(before, label(""), [1; 32], 0);
    let points = KeyPoints {
        delta: (G2Affine::generator() * factor).into_affine(),
        ..BEGUN.key().points().clone()
    };
    let transcript = record.encode();
    assert!(matches!(
        judge(&transcript, &points),
        Err(CeremonyError::NoContribution)
    ));
}

#[test]
fn a_contribution_of_zero_is_refused() {
    let before = (G1Affine::generator(), G2Affine::generator());
    let zero = Fr::from(0_u64);
    let record =
        super::Record::contribution(BEGUN.start(), before, label("Nobody"), &zero).unwrap();
    assert!(matches!(
        verify_chain(BEGUN.start(), &record.encode()),
        Err(CeremonyError::Record { index: 0, .. })
    ));
    let points = BEGUN.key().points();
    let transcript = record.encode();
    assert!(judge(&transcript, points).is_err());
}

#[test]
fn contributions_that_cancel_are_refused() {
    let before = (G1Affine::generator(), G2Affine::generator());
    let one = Fr::from(1_u64);
    let record = super::Record::contribution(BEGUN.start(), before, label("One"), &one).unwrap();
    let transcript = record.encode();
    assert!(matches!(
        judge(&transcript, BEGUN.key().points()),
        Err(CeremonyError::NoContribution)
    ));
}

#[test]
fn other_points_are_refused() {
    let transcript = HELD.transcript();
    let points = HELD.key().points();
    let moved = (points.alpha + G1Affine::generator()).into_affine();
    let moved_g2 = (points.beta + G2Affine::generator()).into_affine();
    let mut inputs = points.inputs;
    inputs[2] = moved;
    let changed = [
        KeyPoints {
            alpha: moved,
            ..points.clone()
        },
        KeyPoints {
            beta: moved_g2,
            ..points.clone()
        },
        KeyPoints {
            inputs,
            ..points.clone()
        },
        KeyPoints {
            delta: (points.delta + points.delta).into_affine(),
            ..points.clone()
        },
        KeyPoints {
            delta: BEGUN.key().points().delta,
            ..points.clone()
        },
    ];
    for points in &changed {
        assert!(judge(&transcript, points).is_err());
    }
    assert!(matches!(
        judge(&BEGUN.transcript(), BEGUN.key().points()),
        Err(CeremonyError::NoContribution)
    ));
    // The right delta with the points of another key.
    let mut other = BEGUN.clone();
    other.contribute(label(""), b"", &Silent).unwrap();
    let forged = verify_key(&CIRCUIT, &POWERS, &transcript, other.key(), &Silent);
    assert!(forged.is_err());
}

#[test]
fn every_point_of_a_proving_key_is_compared() {
    type Change = fn(&mut ProvingKey);
    let transcript = HELD.transcript();
    let cases: [(&str, Change); 8] = [
        ("a", |key| key.a.swap(0, 1)),
        ("b", |key| key.b.swap(0, 1)),
        ("b_g2", |key| key.b_g2.swap(0, 1)),
        ("private", |key| key.private.swap(0, 1)),
        ("quotient", |key| key.quotient.swap(0, 1)),
        ("beta", |key| key.beta = key.delta),
        ("delta", |key| key.delta = key.beta),
        ("constraints", |key| key.constraints += 1),
    ];
    for (name, change) in cases {
        let mut key = HELD.key().clone();
        change(&mut key);
        assert!(
            matches!(
                verify_key(&CIRCUIT, &POWERS, &transcript, &key, &Silent),
                Err(CeremonyError::WrongKey { .. })
            ),
            "{name}"
        );
    }
    let other = Powers::generate_development(6).unwrap();
    assert!(verify_key(&CIRCUIT, &other, &transcript, HELD.key(), &Silent).is_err());
}

/// The attack that the evidence stops: a whole ceremony, held honestly, over a
/// key whose points of public inputs somebody chose.
#[test]
fn chosen_points_of_public_inputs_are_refused() {
    let mut begun = BEGUN.clone();
    begun.choose_input_point(1, (G1Affine::generator() * Fr::from(7_u64)).into_affine());
    begun.contribute(label("Alice"), b"", &Silent).unwrap();
    let points = begun.key().points();
    assert!(matches!(
        judge(&begun.transcript(), points),
        Err(CeremonyError::WrongInputs)
    ));
}

/// The attack that contributors stop by checking what they are handed: an honest contribution to
/// points of a forger's choice, after which any public inputs have a proof without a witness.
#[test]
fn an_unchecked_contribution_lets_others_forge() {
    let mut handed = BEGUN.clone();
    handed.choose_private_points(&BEGUN.key().points().inputs);
    assert!(matches!(
        check(&handed),
        Err(CeremonyError::WrongKey { .. })
    ));
    handed.contribute(label("Alice"), b"", &Silent).unwrap();

    let key = handed.key();
    let inputs = [7_u64, 8, 9].map(Fr::from);
    let [constant, divided @ ..] = &key.private[..4] else {
        panic!("the circuit has four private wires");
    };
    let mut sum = constant.into_group();
    for (point, input) in divided.iter().zip(&inputs) {
        sum += *point * input;
    }
    let forged = Proof {
        a: key.points().alpha,
        b: key.points().beta,
        c: (-sum).into_affine(),
    };
    assert_eq!(verify(key.points(), &inputs, &forged), Ok(()));
    judge(&handed.transcript(), key.points()).unwrap();

    // What honest people hand on passes, before the first contribution too.
    for ceremony in [&*BEGUN, &*HELD] {
        check(ceremony).unwrap();
    }
}

/// As above, with the evidence of other powers, and with evidence for a tau that is not the key's.
#[test]
fn evidence_of_others_is_refused() {
    let other = begin(&Powers::generate_development(6).unwrap()).unwrap();
    let points = HELD.key().points();
    let judged = |tau_g2, points, evidence, transcript: &[u8]| {
        verify_setup(&CIRCUIT, tau_g2, points, evidence, transcript)
    };
    let evidence = other.key().evidence();
    assert!(matches!(
        judged(HELD.tau_g2(), points, evidence, &HELD.transcript()),
        Err(CeremonyError::WrongInputs)
    ));
    let (key, transcript) = HELD.restarted_with(other.tau_g2());
    assert!(key.evidence().proves(&CIRCUIT, key.points()));
    assert!(matches!(
        judged(other.tau_g2(), key.points(), key.evidence(), &transcript),
        Err(CeremonyError::WrongInputs)
    ));
}

#[test]
fn a_ceremony_ends_as_it_should() {
    assert!(matches!(
        BEGUN.clone().into_key(),
        Err(CeremonyError::NoContribution)
    ));
    assert!(matches!(
        BEGUN
            .clone()
            .finish_with_beacon(label(""), [1; 32], 0, &Silent),
        Err(CeremonyError::NoContribution)
    ));
    let mut held = HELD.clone();
    assert!(matches!(
        held.contribute(label(""), b"", &Silent),
        Err(CeremonyError::Ended)
    ));
    assert!(matches!(
        held.finish_with_beacon(label(""), [1; 32], 0, &Silent),
        Err(CeremonyError::Ended)
    ));
    assert!(matches!(
        held.finish_with_beacon(label(""), [1; 32], MAX_BEACON_EXPONENT + 1, &Silent),
        Err(CeremonyError::Malformed { .. })
    ));
    assert_eq!(held, *HELD);
}

#[test]
fn ceremonies_survive_encoding() {
    for ceremony in [&*BEGUN, &*HELD] {
        let bytes = ceremony.encode();
        assert_eq!(Ceremony::decode(&bytes, &CIRCUIT).unwrap(), *ceremony);
        assert_eq!(Ceremony::schedule_of(&bytes).unwrap(), b"schedule");
        for length in [0, 10, 30, 60, 300, 700, bytes.len() - 1] {
            assert!(Ceremony::decode(&bytes[..length], &CIRCUIT).is_err());
        }
    }
    // Records of one ceremony before the key of another.
    let mut spliced = HELD.encode();
    let key = BEGUN.key().encode();
    spliced.truncate(spliced.len() - key.len());
    spliced.extend(key);
    assert!(matches!(
        Ceremony::decode(&spliced, &CIRCUIT),
        Err(CeremonyError::WrongKey { .. })
    ));
    // The initial key is not a proving key.
    assert!(ProvingKey::decode(&BEGUN.key().encode(), &CIRCUIT).is_err());
}

#[test]
fn wrong_powers_are_refused() {
    type Change = fn(&mut Powers);
    let good = Powers::generate_development(3).unwrap();
    good.check(&Silent).unwrap();
    let cases: [(&str, Change); 10] = [
        ("tau", |p| p.tau[9] = p.tau[8]),
        ("alpha", |p| p.alpha[2] = p.alpha[1]),
        ("beta", |p| p.beta[7] = p.beta[6]),
        ("first", |p| p.tau[0] = p.tau[1]),
        ("tau_g2", |p| p.tau_g2[5] = p.tau_g2[4]),
        ("beta_g2", |p| p.beta_g2 = G2Affine::generator()),
        ("lagrange tau", |p| lagrange(p).tau.swap(1, 2)),
        ("lagrange tau_g2", |p| lagrange(p).tau_g2.swap(1, 2)),
        ("lagrange alpha", |p| lagrange(p).alpha.swap(1, 2)),
        ("lagrange beta", |p| lagrange(p).beta.swap(1, 2)),
    ];
    for (name, change) in cases {
        let mut changed = good.clone();
        change(&mut changed);
        assert!(
            matches!(changed.check(&Silent), Err(CeremonyError::NotPowers { .. })),
            "{name}"
        );
    }
    assert!(matches!(
        begin(&good),
        Err(CeremonyError::TooFewPowers { .. })
    ));
}

fn lagrange(powers: &mut Powers) -> &mut super::Lagrange {
    powers.lagrange.as_mut().unwrap()
}

#[test]
fn names_that_could_deceive_are_refused() {
    assert!(Label::new(&"x".repeat(64)).is_some());
    assert!(Label::new(&"x".repeat(65)).is_none());
    assert!(Label::new("a\u{1b}[2Jb").is_none());
    let mut transcript = HELD.transcript();
    transcript[64] = 0x80;
    assert!(judge(&transcript, HELD.key().points()).is_err());
}

#[test]
fn powers_are_imported() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("powers.ptau");
    write_rehearsal(&path, 4, &Silent).unwrap();
    assert!(write_rehearsal(&path, 4, &Silent).is_err(), "it exists");
    let powers = Powers::read_prepared_ptau(&path, 4).unwrap();
    powers.check(&Silent).unwrap();
    assert!(powers.lagrange.is_some());
    let smaller = Powers::read_prepared_ptau(&path, 3).unwrap();
    smaller.check(&Silent).unwrap();
    assert_eq!(smaller.tau, powers.tau[..15]);
    for power in [0, 5, 29] {
        assert!(Powers::read_prepared_ptau(&path, power).is_err());
    }
    let bytes = std::fs::read(&path).unwrap();
    let accepted = |changed: &[u8]| {
        std::fs::write(&path, changed).unwrap();
        Powers::read_prepared_ptau(&path, 4).is_ok_and(|powers| powers.check(&Silent).is_ok())
    };
    assert!(accepted(&bytes));
    for (position, what) in [
        (0, "magic"),
        (4, "version"),
        (8, "sections"),
        (30, "modulus"),
    ] {
        let mut changed = bytes.clone();
        changed[position] ^= 0x40;
        assert!(!accepted(&changed), "{what}");
    }
    for length in [0, 11, 40, bytes.len() - 1] {
        assert!(!accepted(&bytes[..length]), "{length}");
    }
}

#[test]
fn files_that_are_not_prepared_are_imported_too() {
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/srs/power_6.ptau");
    let powers = Powers::read_prepared_ptau(&path, 5).unwrap();
    assert!(powers.lagrange.is_none());
    powers.check(&Silent).unwrap();
}
