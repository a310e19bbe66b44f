//! What a verifying key says of its seal, recomputed.

use modulus_protocol::{Reason, Rejection, VerifyingKey};

use crate::circuit::Circuit;
use crate::groth16::{Evidence, KeyPoints};

/// Checks that the seal's circuit is the one of the key's schedule, and that alpha, beta and the
/// points of the public inputs belong to it.
///
/// Attack: with another circuit, or a point of a public input that is free to choose, a proof of the
/// seal says nothing about the schedule. Whether somebody knows the setup's secrets is not checked.
///
/// # Errors
///
/// [`Reason::MalformedKey`] if something differs; a key without a seal has nothing to differ.
pub fn check_seal(key: &VerifyingKey) -> Result<(), Rejection> {
    let malformed = |detail: String| Rejection::new(Reason::MalformedKey, "seal", detail);
    let Some(part) = key.seal() else {
        return Ok(());
    };
    let circuit =
        Circuit::synthesise(key.schedule()).map_err(|error| malformed(error.to_string()))?;
    if circuit.hash() != part.circuit_hash {
        return Err(malformed(
            "the circuit is not the one of the schedule".to_owned(),
        ));
    }
    let points = KeyPoints::decode(&part.groth16).map_err(|error| malformed(error.to_string()))?;
    let evidence =
        Evidence::decode(&part.evidence).map_err(|error| malformed(error.to_string()))?;
    if !evidence.proves(&circuit, &points) {
        let detail = "alpha, beta or a public input's point do not belong to the circuit";
        return Err(malformed(detail.to_owned()));
    }
    Ok(())
}
