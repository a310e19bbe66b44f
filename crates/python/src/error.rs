//! Rust errors to the exceptions of `modulus.errors`: one exhaustive match per enumeration, so that a
//! new variant does not compile until its exception is chosen.

use modulus_kzg::{FileFault, KzgError};
use modulus_protocol::{ProveError, Rejection, WitnessError};
use modulus_seal::ceremony::CeremonyError;
use modulus_seal::circuit::SynthesisError;
use modulus_seal::groth16::{KeyFileError, SetupError};
use modulus_seal::sealed::SealedError;
use pyo3::exceptions::{PyKeyboardInterrupt, PyOSError, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

const ERRORS: &str = "modulus.errors";

/// Makes `modulus.errors.<class>(message, hint=hint)`.
pub(crate) fn raise(py: Python<'_>, class: &str, message: &str, hint: Option<&str>) -> PyErr {
    let make = || -> PyResult<PyErr> {
        let keywords = PyDict::new(py);
        keywords.set_item("hint", hint)?;
        let class = py.import(ERRORS)?.getattr(class)?;
        Ok(PyErr::from_value(class.call((message,), Some(&keywords))?))
    };
    // Without the package around it the module can still say what happened.
    make().unwrap_or_else(|_| PyRuntimeError::new_err(message.to_owned()))
}

/// A rejected proof, or a verifying key that is not one.
pub(crate) fn rejection_error(py: Python<'_>, rejection: &Rejection) -> PyErr {
    let make = || -> PyResult<PyErr> {
        let errors = py.import(ERRORS)?;
        let reason = errors
            .getattr("RejectionReason")?
            .call1((rejection.reason.name(),))?;
        let keywords = PyDict::new(py);
        keywords.set_item("where", &rejection.place)?;
        keywords.set_item("detail", &rejection.detail)?;
        let error = errors
            .getattr("ProofRejected")?
            .call((reason,), Some(&keywords))?;
        Ok(PyErr::from_value(error))
    };
    make().unwrap_or_else(|_| PyRuntimeError::new_err(rejection.to_string()))
}

/// Why a proof or a commitment could not be made.
pub(crate) fn prove_error(py: Python<'_>, error: &ProveError) -> PyErr {
    let message = error.to_string();
    match error {
        ProveError::Witness(witness) => {
            raise(py, "WitnessError", &message, Some(witness_hint(witness)))
        }
        ProveError::Unsatisfied(_) => raise(py, "WitnessError", &message, Some(DISAGREE)),
        ProveError::Interrupted(_) => PyKeyboardInterrupt::new_err(()),
        ProveError::SetupTooSmall { .. } | ProveError::Size(_) => {
            raise(py, "SrsError", &message, Some("use larger powers of tau"))
        }
        ProveError::OtherSetup => {
            let hint = "use the powers of tau that the model was compiled with";
            raise(py, "SrsError", &message, Some(hint))
        }
        ProveError::Degenerate(_) => raise(
            py,
            "NativeError",
            &message,
            Some("prove again with another context"),
        ),
        ProveError::Kernel(_) => raise(py, "ArtifactError", &message, None),
        ProveError::Blinds { .. } => blinds_error(py),
        ProveError::NoBlindingSlots => raise(
            py,
            "ArtifactError",
            &message,
            Some("compile the model again with this Modulus"),
        ),
        ProveError::TransparentRefused => {
            raise(py, "VisibilityError", &message, Some("make a sealed proof"))
        }
        ProveError::Entropy(_) => raise(py, "NativeError", &message, Some(NO_ENTROPY)),
    }
}

const NO_ENTROPY: &str = "the operating system's random generator must be available";

/// Why a sealed proof could not be made.
pub(crate) fn sealed_error(py: Python<'_>, error: &SealedError) -> PyErr {
    match error {
        SealedError::Prove(error) => prove_error(py, error),
        SealedError::NoSeal => raise(
            py,
            "VisibilityError",
            &error.to_string(),
            Some("compile the model again without --transparent-only"),
        ),
        SealedError::OtherKey => raise(py, "ArtifactError", &error.to_string(), Some(FIND_KEY)),
        SealedError::Defective => raise(py, "ArtifactError", &error.to_string(), Some(DEFECTIVE)),
        SealedError::Assignment(_) | SealedError::Groth16(_) => {
            native_error(py, &error.to_string())
        }
    }
}

const DEFECTIVE: &str = "take seal.key, proving.key and the powers of tau anew from their source, and \
     prove nothing private with these: proofs by altered files can give private values away";

const FIND_KEY: &str = "put the seal.key of this model beside its proving.key, or compile again";

/// Secrets of a proving key that do not fit its model.
pub(crate) fn blinds_error(py: Python<'_>) -> PyErr {
    let message = "the blinding coefficients do not fit the model's rows";
    raise(
        py,
        "ArtifactError",
        message,
        Some("compile the model again"),
    )
}

/// A schedule without a circuit.
pub(crate) fn synthesis_error(py: Python<'_>, error: &SynthesisError) -> PyErr {
    let hint = match error {
        SynthesisError::TooLarge { .. } => Some("use fewer layers, or --transparent-only"),
        SynthesisError::Kernel(_) | SynthesisError::Messages { .. } => None,
    };
    raise(py, "ResourceError", &error.to_string(), hint)
}

/// A seal's key that could not be made.
pub(crate) fn setup_error(py: Python<'_>, error: &SetupError) -> PyErr {
    let hint = match error {
        SetupError::Entropy(_) => Some(NO_ENTROPY),
        SetupError::Domain { .. } => Some("use fewer layers, or --transparent-only"),
        SetupError::Degenerate { .. } | SetupError::Interrupted(_) => Some("try again"),
        SetupError::Powers(_) => Some("use larger powers of tau"),
    };
    raise(py, "NativeError", &error.to_string(), hint)
}

/// A seal's key that cannot be read.
pub(crate) fn key_file_error(py: Python<'_>, error: &KeyFileError) -> PyErr {
    let hint = match error {
        KeyFileError::Magic
        | KeyFileError::Version { .. }
        | KeyFileError::Circuit
        | KeyFileError::Key(_) => FIND_KEY,
        KeyFileError::Length { .. } | KeyFileError::Checksum | KeyFileError::Point { .. } => {
            "the file is incomplete or damaged: copy it again, or compile again"
        }
    };
    raise(py, "ArtifactError", &error.to_string(), Some(hint))
}

/// A ceremony that cannot go on, or is not believed.
pub(crate) fn ceremony_error(py: Python<'_>, error: &CeremonyError) -> PyErr {
    let (reason, hint) = match error {
        CeremonyError::Powers(error) => return srs_error(py, error),
        CeremonyError::Setup(error) => return setup_error(py, error),
        CeremonyError::Entropy(_) => {
            return raise(py, "NativeError", &error.to_string(), Some(NO_ENTROPY));
        }
        CeremonyError::Interrupted(_) => return PyKeyboardInterrupt::new_err(()),
        CeremonyError::TooFewPowers { .. } | CeremonyError::Size(_) => {
            ("wrong_powers_of_tau", "use a .ptau file of a larger power")
        }
        CeremonyError::NotPowers { .. } => (
            "wrong_powers_of_tau",
            "do not use this file: compare its hash with the one the ceremony published",
        ),
        CeremonyError::Key(_) | CeremonyError::Malformed { .. } => (
            "malformed_ceremony",
            "the file is incomplete, damaged or of another kind: get it again",
        ),
        CeremonyError::Record { .. } | CeremonyError::Contribution { .. } => (
            "invalid_contribution",
            "go on from the file before this contribution",
        ),
        CeremonyError::Ended => ("ceremony_ended", "begin a new ceremony to contribute"),
        CeremonyError::NoContribution | CeremonyError::Points(_) => (
            "no_contribution",
            "let at least one person run `modulus ceremony contribute`",
        ),
        CeremonyError::WrongKey { .. } | CeremonyError::WrongInputs => (
            "wrong_key",
            "do not use this key: somebody has exchanged points in it",
        ),
    };
    with_reason(py, reason, &error.to_string(), hint)
}

/// A name that does not fit a record.
pub(crate) fn label_error(py: Python<'_>) -> PyErr {
    let message = "a name has at most 64 bytes and no control characters";
    with_reason(py, "malformed_ceremony", message, "choose a shorter name")
}

fn with_reason(py: Python<'_>, reason: &str, message: &str, hint: &str) -> PyErr {
    let make = || -> PyResult<PyErr> {
        let errors = py.import(ERRORS)?;
        let reason = errors.getattr("CeremonyFault")?.call1((reason,))?;
        let keywords = PyDict::new(py);
        keywords.set_item("hint", hint)?;
        let class = errors.getattr("CeremonyError")?;
        let error = class.call((reason, message), Some(&keywords))?;
        Ok(PyErr::from_value(error))
    };
    make().unwrap_or_else(|_| PyRuntimeError::new_err(message.to_owned()))
}

const DISAGREE: &str = "execution and relations disagree: please report it";

fn witness_hint(error: &WitnessError) -> &'static str {
    match error {
        WitnessError::Missing { .. } | WitnessError::WrongLength { .. } => {
            "the tensors belong to another model"
        }
        WitnessError::OutOfRange { .. }
        | WitnessError::NotInTable { .. }
        | WitnessError::PublicOutOfRange { .. } => {
            "a value left the range the model was compiled for: calibrate with such inputs"
        }
        WitnessError::NotZero { .. } => DISAGREE,
    }
}

/// A failure of the native core itself.
pub(crate) fn native_error(py: Python<'_>, cause: &str) -> PyErr {
    raise(
        py,
        "NativeError",
        &format!("the native core failed: {cause}"),
        Some("this is a defect of Modulus, please report it"),
    )
}

/// An error while a reference string is made, read or written.
pub(crate) fn srs_error(py: Python<'_>, error: &KzgError) -> PyErr {
    let message = error.to_string();
    let hint = match error {
        KzgError::File { fault, .. } => file_hint(fault),
        KzgError::Size(_) => Some("choose another --power"),
        KzgError::Entropy(_) => Some(NO_ENTROPY),
        KzgError::Decode(_) | KzgError::Opening(_) => None,
    };
    if let KzgError::File {
        path,
        fault: FileFault::Io(cause),
    } = error
    {
        // An errno and a file name make Python choose FileNotFoundError, PermissionError and so on.
        if let Some(code) = cause.raw_os_error() {
            let path = path.display().to_string();
            return PyOSError::new_err((code, os_message(cause), path));
        }
    }
    raise(py, "SrsError", &message, hint)
}

fn os_message(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

fn file_hint(fault: &FileFault) -> Option<&'static str> {
    match fault {
        FileFault::Io(_) => None,
        FileFault::Magic { .. } => Some(
            "`modulus srs import` reads a ceremony's .ptau file, everything else a file that `modulus srs` wrote",
        ),
        FileFault::Version { .. } => Some("make the file again with this version of Modulus"),
        FileFault::Length { .. } | FileFault::Checksum => {
            Some("the file is incomplete or damaged: copy, download or make it again")
        }
        FileFault::Header { .. } | FileFault::Section { .. } => {
            Some("the file is damaged or not what its name says")
        }
        FileFault::Point { .. } | FileFault::NotPowers { .. } => {
            Some("do not use this file: compare its hash with the one the ceremony published")
        }
        FileFault::TooFewPowers { .. } => Some("choose a smaller --power or a larger file"),
    }
}
