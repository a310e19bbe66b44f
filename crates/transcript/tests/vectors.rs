//! Agreement with the language-neutral vectors.

use std::path::Path;
use std::str::FromStr;

use ark_bn254::{Fr, G1Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, PrimeField};
use modulus_transcript::{
    DigestBuilder, Poseidon2Sponge, Transcript, WIDTH, encode_field, keccak256, permute, truncate,
};
use serde_json::Value;

fn load(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../vectors/poseidon2")
        .join(name);
    let text = std::fs::read_to_string(path).expect("the vector file exists");
    serde_json::from_str(&text).expect("the vector file is JSON")
}

fn bytes(text: &str) -> Vec<u8> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal"))
        .collect()
}

fn scalar(value: &Value) -> Fr {
    Fr::from_be_bytes_mod_order(&bytes(value.as_str().expect("a string")))
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().expect("an array")
}

#[test]
fn permutation_matches_the_vectors() {
    let document = load("bn254_t4.json");
    for case in list(&document, "permutation") {
        let mut state: [Fr; WIDTH] = std::array::from_fn(|i| scalar(&case["input"][i]));
        permute(&mut state);
        let expected: [Fr; WIDTH] = std::array::from_fn(|i| scalar(&case["output"][i]));
        assert_eq!(state, expected);
    }
}

#[test]
fn sponge_matches_the_vectors() {
    let document = load("sponge.json");
    for case in list(&document, "cases") {
        let mut sponge = Poseidon2Sponge::new(scalar(&case["initial_capacity"]));
        for (index, step) in list(case, "steps").iter().enumerate() {
            if let Some(value) = step.get("absorb") {
                sponge.absorb(scalar(value));
            } else {
                assert_eq!(
                    sponge.squeeze(),
                    scalar(&step["squeeze"]),
                    "case {}, step {index}",
                    case["name"]
                );
            }
        }
    }
}

#[test]
fn keccak_is_the_evm_one() {
    assert_eq!(
        keccak256(b"").to_vec(),
        bytes("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
    );
}

#[test]
fn digest_is_keccak_of_the_concatenation() {
    let scalar = Fr::from(0x1234_5678_u64);
    let mut expected = b"modulus.test".to_vec();
    expected.resize(32, 0);
    expected.extend([7; 32]);
    expected.extend(scalar.into_bigint().to_bytes_be());
    let generator = G1Affine::generator();
    for coordinate in [1, 2] {
        expected.extend([0; 31]);
        expected.push(coordinate);
    }
    let builder = DigestBuilder::new("modulus.test")
        .word([7; 32])
        .field(scalar)
        .point(generator);
    assert_eq!(builder.clone().finish(), keccak256(&expected));
    assert_eq!(builder.finish_truncated(), truncate(keccak256(&expected)));
}

#[test]
fn truncation_drops_exactly_the_top_byte() {
    let all_ones = truncate([0xff; 32]);
    let mut expected = [0xff; 32];
    expected[0] = 0;
    assert_eq!(encode_field(&all_ones), expected);
}

#[test]
fn infinity_encodes_as_zeros() {
    let zero = DigestBuilder::new("t").word([0; 32]).word([0; 32]).finish();
    assert_eq!(
        DigestBuilder::new("t").point(G1Affine::identity()).finish(),
        zero
    );
}

#[test]
fn minus_one_is_canonical() {
    let order = "21888242871839275222246405745257275088548364400416034343698204186575808495616";
    assert_eq!(-Fr::from(1), Fr::from_str(order).expect("decimal"));
    assert_eq!(encode_field(&-Fr::from(1))[31], 0);
}

#[test]
#[should_panic(expected = "not a digest tag")]
fn long_tags_are_refused() {
    let _ = DigestBuilder::new("a tag that is longer than thirty-two bytes");
}
