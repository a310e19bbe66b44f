//! Encodings: one byte string per element, nothing else accepted.

use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, Field, PrimeField};
use modulus_kzg::DecodeError;
use modulus_kzg::encoding::{
    decode_field, decode_g2, decode_point, encode_field, encode_g2, encode_point,
};
use proptest::prelude::*;

fn array<const LENGTH: usize>(bytes: &[u8]) -> [u8; LENGTH] {
    bytes.try_into().expect("length")
}

/// Adds the base field's modulus to the coordinate at `offset`: the same value, encoded again.
fn shift_coordinate(bytes: &mut [u8], offset: usize) {
    let slot = &mut bytes[offset..offset + 32];
    let mut value = <Fq as PrimeField>::BigInt::from_bits_be(
        &slot
            .iter()
            .flat_map(|byte| (0..8).rev().map(move |i| byte >> i & 1 == 1))
            .collect::<Vec<_>>(),
    );
    value.add_with_carry(&Fq::MODULUS);
    slot.copy_from_slice(&value.to_bytes_be());
}

#[test]
fn known_encodings() {
    let mut expected = [0; 64];
    (expected[31], expected[63]) = (1, 2);
    assert_eq!(encode_point(&G1Affine::generator()), expected);
    // The order of the EVM: imaginary part first.
    let encoded = encode_g2(&G2Affine::generator());
    assert_eq!(encoded[..4], [0x19, 0x8e, 0x93, 0x93]);
    assert_eq!(encoded[32..36], [0x18, 0x00, 0xde, 0xef]);
    assert_eq!(encoded[64..68], [0x09, 0x06, 0x89, 0xd0]);
    assert_eq!(encoded[96..100], [0x12, 0xc8, 0x5e, 0xa5]);
}

#[test]
fn scalars_not_below_the_order_are_rejected() {
    let order: [u8; 32] = array(&Fr::MODULUS.to_bytes_be());
    assert_eq!(decode_field(&order), Err(DecodeError::ScalarNotCanonical));
    assert_eq!(
        decode_field(&[0xff; 32]),
        Err(DecodeError::ScalarNotCanonical)
    );
    assert_eq!(decode_field(&encode_field(&-Fr::from(1))), Ok(-Fr::from(1)));
}

#[test]
fn bad_points_are_rejected() {
    assert_eq!(decode_point(&[0; 64]), Err(DecodeError::Infinity));
    assert_eq!(
        decode_point(&encode_point(&G1Affine::identity())),
        Err(DecodeError::Infinity)
    );
    let good = encode_point(&G1Affine::generator());
    for offset in [0, 32] {
        let mut bytes = good;
        shift_coordinate(&mut bytes, offset);
        assert_eq!(
            decode_point(&bytes),
            Err(DecodeError::CoordinateNotCanonical)
        );
    }
    let mut off_curve = good;
    off_curve[63] ^= 1;
    assert_eq!(decode_point(&off_curve), Err(DecodeError::NotOnCurve));
}

#[test]
fn bad_points_of_the_second_group_are_rejected() {
    assert_eq!(decode_g2(&[0; 128]), Err(DecodeError::Infinity));
    let good = encode_g2(&G2Affine::generator());
    for offset in [0, 32, 64, 96] {
        let mut bytes = good;
        shift_coordinate(&mut bytes, offset);
        assert_eq!(decode_g2(&bytes), Err(DecodeError::CoordinateNotCanonical));
        let mut bytes = good;
        bytes[offset + 31] ^= 1;
        assert_eq!(decode_g2(&bytes), Err(DecodeError::NotOnCurve));
    }
}

#[test]
fn points_outside_the_subgroup_are_rejected() {
    let outside = (1..100_u64)
        .filter_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::from(x), false))
        .find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
        .expect("most points of the twist are outside");
    assert_eq!(
        decode_g2(&encode_g2(&outside)),
        Err(DecodeError::NotInSubgroup)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn encodings_round_trip(seed: u64) {
        let scalar = Fr::from(seed).pow([5]);
        prop_assert_eq!(decode_field(&encode_field(&scalar)), Ok(scalar));
        let point = (G1Affine::generator() * scalar).into_affine();
        if !point.is_zero() {
            prop_assert_eq!(decode_point(&encode_point(&point)), Ok(point));
            let twin = (G2Affine::generator() * scalar).into_affine();
            prop_assert_eq!(decode_g2(&encode_g2(&twin)), Ok(twin));
        }
    }

    #[test]
    fn decoders_never_panic(bytes: [[u8; 32]; 4]) {
        let flat = bytes.as_flattened();
        let _ = decode_field(&bytes[0]);
        let _ = decode_point(&array(&flat[..64]));
        let _ = decode_g2(&array(flat));
    }
}
