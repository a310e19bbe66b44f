//! Errors of this crate.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why bytes are not the canonical encoding of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// A scalar is not below the order of the group.
    #[error("scalar is not below the group order")]
    ScalarNotCanonical,
    /// A coordinate is not below the base field's modulus.
    #[error("coordinate is not below the base field's modulus")]
    CoordinateNotCanonical,
    /// The point at infinity, which no commitment may be.
    #[error("point at infinity")]
    Infinity,
    /// The coordinates do not satisfy the curve equation.
    #[error("point is not on the curve")]
    NotOnCurve,
    /// The point is on the curve but outside the group of prime order.
    #[error("point is not in the prime-order subgroup")]
    NotInSubgroup,
}

/// Why an opening was rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OpeningError {
    /// The challenge is 0, 1 or -1, where the two opened points are not distinct.
    #[error("the evaluation challenge has no two distinct points")]
    DegenerateChallenge,
    /// The Laurent identity does not hold at the challenge.
    #[error("the inner-product identity does not hold")]
    IdentityMismatch,
    /// The pairing equation does not hold.
    #[error("the pairing equation does not hold")]
    PairingMismatch,
}

/// A polynomial or vector does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SizeError {
    /// More coefficients than the reference string has powers.
    #[error("{required} powers are needed, the reference string has {available}")]
    NotEnoughPowers {
        /// Powers needed.
        required: usize,
        /// Powers there are.
        available: usize,
    },
    /// Bases and scalars differ in number.
    #[error("{bases} bases for {scalars} scalars")]
    LengthMismatch {
        /// Number of bases.
        bases: usize,
        /// Number of scalars.
        scalars: usize,
    },
    /// The row is neither 2^m nor 2^m + 1 long for the m coordinates given.
    #[error("{coefficients} coefficients do not fit {variables} variables")]
    RowLength {
        /// Coefficients given.
        coefficients: usize,
        /// Coordinates given.
        variables: usize,
    },
    /// The power is outside what this crate supports.
    #[error("power {power} is outside 1..={maximum}")]
    UnsupportedPower {
        /// Power asked for.
        power: u32,
        /// Largest supported.
        maximum: u32,
    },
}

/// What is wrong with a file.
#[derive(Debug, Error)]
pub enum FileFault {
    /// The operating system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Another kind of file.
    #[error("not a {expected} file")]
    Magic {
        /// Kind that was expected.
        expected: &'static str,
    },
    /// A version this code does not read.
    #[error("version {found} is not supported, expected {expected}")]
    Version {
        /// Version in the file.
        found: u32,
        /// Version this code reads.
        expected: u32,
    },
    /// The file is shorter or longer than its header says.
    #[error("the header announces {expected} bytes, the file has {found}")]
    Length {
        /// Bytes announced.
        expected: u64,
        /// Bytes there are.
        found: u64,
    },
    /// A checksum does not match.
    #[error("the content does not match its checksum: the file is damaged")]
    Checksum,
    /// A field of the header is not one this code understands.
    #[error("bad header: {what}")]
    Header {
        /// Which field.
        what: &'static str,
    },
    /// A required section is missing, repeated or too short.
    #[error("section {section}: {what}")]
    Section {
        /// Number of the section.
        section: u32,
        /// What is wrong.
        what: &'static str,
    },
    /// A point does not decode.
    #[error("point {index}: {source}")]
    Point {
        /// Index of the power.
        index: usize,
        /// Why.
        source: DecodeError,
    },
    /// The powers are not the powers of one non-zero secret.
    #[error("not a sequence of powers: {what}")]
    NotPowers {
        /// Which check failed.
        what: &'static str,
    },
    /// The file has fewer powers than asked for.
    #[error("the file has {available} powers, {required} are needed")]
    TooFewPowers {
        /// Powers asked for.
        required: usize,
        /// Powers there are.
        available: usize,
    },
}

/// Any error of this crate.
#[derive(Debug, Error)]
pub enum KzgError {
    /// Bytes are not a canonical encoding.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// An opening was rejected.
    #[error(transparent)]
    Opening(#[from] OpeningError),
    /// Something does not fit.
    #[error(transparent)]
    Size(#[from] SizeError),
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system: {0}")]
    Entropy(getrandom::Error),
    /// A file cannot be read, written or trusted.
    #[error("{}: {fault}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        fault: FileFault,
    },
}
