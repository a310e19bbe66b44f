//! `modulus._native.Ceremony`, and the verification of setups.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use modulus_kzg::encoding::{encode_g2, encode_point};
use modulus_kzg::ptau::Ptau;
use modulus_protocol::{Progress, Silent, schedule};
use modulus_seal::ceremony::{self, CeremonyError, Kind, Label, Powers, Record};
use modulus_seal::circuit::Circuit;
use modulus_seal::groth16::{Evidence, KeyPoints};
use modulus_seal::sealed::Sealer as NativeSealer;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::boundary::call;
use crate::error::{ceremony_error, label_error, rejection_error, synthesis_error};
use crate::progress::Reporter;
use crate::protocol::decode_key;
use crate::seal::Sealer;

/// One contribution: (kind, label, hash of the chain after it, beacon's value, its exponent).
type Contribution = (&'static str, String, [u8; 32], [u8; 32], u8);

/// Hash that the chain starts from, constraints of the circuit, contributions.
type Setup = ([u8; 32], usize, Vec<Contribution>);

/// `[tau]_2`, `[alpha]_1`, `[beta]_2` and the hash of the file that they are from.
type Origin = ([u8; 128], [u8; 64], [u8; 128], [u8; 32]);

/// A key and the records of all contributions to it.
#[pyclass(frozen, module = "modulus._native")]
pub(crate) struct Ceremony {
    circuit: Arc<Circuit>,
    inner: ceremony::Ceremony,
}

fn raised(error: &CeremonyError) -> PyErr {
    Python::attach(|py| ceremony_error(py, error))
}

fn synthesise(encoded: &[u8]) -> PyResult<Circuit> {
    let schedule = schedule::decode(encoded)
        .map_err(|error| Python::attach(|py| rejection_error(py, &error.into())))?;
    Circuit::synthesise(&schedule).map_err(|error| Python::attach(|py| synthesis_error(py, &error)))
}

/// Runs work that reports progress; what stopped it comes before the error that this caused.
fn reported<T>(
    reporter: &Reporter,
    work: impl FnOnce(&dyn Progress) -> Result<T, CeremonyError>,
) -> PyResult<T> {
    work(reporter).map_err(|error| reporter.take_exception().unwrap_or_else(|| raised(&error)))
}

fn label(text: &str) -> PyResult<Label> {
    Label::new(text).ok_or_else(|| Python::attach(label_error))
}

fn described(start: [u8; 32], records: &[Record]) -> Vec<Contribution> {
    let mut hash = start;
    records
        .iter()
        .map(|record| {
            hash = record.hash(hash);
            let (kind, value, exponent) = match record.kind {
                Kind::Contribution { .. } => ("contribution", [0; 32], 0),
                Kind::Beacon { value, exponent } => ("beacon", value, exponent),
            };
            (kind, record.label.to_string(), hash, value, exponent)
        })
        .collect()
}

#[pymethods]
impl Ceremony {
    /// Begin with the circuit of a schedule and the powers of a .ptau file, which are checked.
    #[staticmethod]
    #[pyo3(signature = (schedule, ptau, progress=None))]
    fn begin(
        py: Python<'_>,
        schedule: Vec<u8>,
        ptau: PathBuf,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let reporter = Reporter::new(progress);
        call(py, || {
            let circuit = synthesise(&schedule)?;
            let inner = reported(&reporter, |progress| {
                progress.stage("reading the powers of tau", 0.0)?;
                let powers = Powers::read_prepared_ptau(&ptau, ceremony::domain_power(&circuit)?)?;
                ceremony::Ceremony::begin(schedule, &circuit, &powers, progress)
            })?;
            Ok(Self {
                circuit: Arc::new(circuit),
                inner,
            })
        })
    }

    /// Read a ceremony and verify the chain of its contributions, but not its key.
    #[staticmethod]
    fn decode(py: Python<'_>, data: &[u8]) -> PyResult<Self> {
        call(py, || {
            let schedule = ceremony::Ceremony::schedule_of(data).map_err(|error| raised(&error))?;
            let circuit = synthesise(schedule)?;
            let inner =
                ceremony::Ceremony::decode(data, &circuit).map_err(|error| raised(&error))?;
            Ok(Self {
                circuit: Arc::new(circuit),
                inner,
            })
        })
    }

    /// The ceremony as bytes.
    fn encode<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = call(py, || Ok(self.inner.encode()))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// The ceremony after a contribution of a secret from the operating system and `entropy`, if
    /// the whole key follows from a .ptau file: other points would come back divided by the secret.
    #[pyo3(signature = (ptau, name, entropy, progress=None))]
    fn contribute(
        &self,
        py: Python<'_>,
        ptau: PathBuf,
        name: &str,
        entropy: &[u8],
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let label = label(name)?;
        self.changed(py, progress, |next, progress| {
            next.refuse_if_ended()?;
            let powers = self.powers(&ptau, progress)?;
            let transcript = next.transcript();
            ceremony::verify_state(&self.circuit, &powers, &transcript, next.key(), progress)?;
            next.contribute(label, entropy, progress).map(|_| ())
        })
    }

    /// The ceremony after a beacon, whose value is hashed 2**exponent times.
    #[pyo3(signature = (source, value, exponent, progress=None))]
    fn finish(
        &self,
        py: Python<'_>,
        source: &str,
        value: [u8; 32],
        exponent: u8,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let label = label(source)?;
        self.changed(py, progress, |next, progress| {
            next.finish_with_beacon(label, value, exponent, progress)
                .map(|_| ())
        })
    }

    /// Verify that the verifier's points follow from circuit, alpha, beta, tau and contributions;
    /// with a .ptau file, that the whole key follows from it.
    #[pyo3(signature = (ptau=None, progress=None))]
    fn verify(
        &self,
        py: Python<'_>,
        ptau: Option<PathBuf>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<()> {
        let reporter = Reporter::new(progress);
        let key = self.inner.key();
        let transcript = self.inner.transcript();
        let circuit = &*self.circuit;
        call(py, || {
            reported(&reporter, |progress| {
                let Some(ptau) = &ptau else {
                    let tau_g2 = self.inner.tau_g2();
                    let evidence = key.evidence();
                    ceremony::verify_setup(circuit, tau_g2, key.points(), evidence, &transcript)?;
                    return Ok(());
                };
                let powers = self.powers(ptau, progress)?;
                ceremony::verify_key(circuit, &powers, &transcript, key, progress)?;
                Ok(())
            })
        })
    }

    /// The key for provers, after at least one contribution.
    fn sealer(&self, py: Python<'_>) -> PyResult<Sealer> {
        call(py, || {
            let key = self
                .inner
                .clone()
                .into_key()
                .map_err(|error| raised(&error))?;
            Ok(Sealer::wrap(NativeSealer::new(
                Arc::clone(&self.circuit),
                key,
            )))
        })
    }

    /// Contributions so far.
    fn records(&self) -> Vec<Contribution> {
        described(self.inner.start(), self.inner.records())
    }

    /// Identity of the circuit, 32 bytes.
    #[getter]
    fn circuit_hash<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.key().circuit_hash())
    }

    /// Number of constraints of the circuit.
    #[getter]
    fn constraints(&self) -> usize {
        self.circuit.constraint_count()
    }

    /// `[tau]_2`, 128 bytes.
    #[getter]
    fn tau_g2<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &encode_g2(&self.inner.tau_g2()))
    }

    /// Hash that the chain of contributions starts from, 32 bytes.
    #[getter]
    fn start<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.start())
    }

    /// Points of the verifier, 576 bytes.
    #[getter]
    fn groth16<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.key().points().encode())
    }

    /// What shows that these points belong to the circuit, 512 bytes.
    #[getter]
    fn evidence<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.key().evidence().encode())
    }

    /// What a verifying key holds of the ceremony.
    #[getter]
    fn transcript<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.transcript())
    }
}

impl Ceremony {
    fn powers(&self, ptau: &Path, progress: &dyn Progress) -> Result<Powers, CeremonyError> {
        progress.stage("reading the powers of tau", 0.0)?;
        let powers = Powers::read_ptau(ptau, ceremony::domain_power(&self.circuit)?)?;
        powers.check(progress)?;
        Ok(powers)
    }

    fn changed(
        &self,
        py: Python<'_>,
        progress: Option<Py<PyAny>>,
        change: impl FnOnce(&mut ceremony::Ceremony, &dyn Progress) -> Result<(), CeremonyError> + Send,
    ) -> PyResult<Self> {
        let reporter = Reporter::new(progress);
        call(py, || {
            let mut inner = self.inner.clone();
            reported(&reporter, |progress| change(&mut inner, progress))?;
            Ok(Self {
                circuit: Arc::clone(&self.circuit),
                inner,
            })
        })
    }
}

/// Verify the setup of a verifying key's seal and return its start, constraints and contributions.
#[pyfunction]
pub(crate) fn verify_setup(py: Python<'_>, verifying_key: &[u8]) -> PyResult<Setup> {
    call(py, || {
        let key = decode_key(verifying_key)?;
        let part = key
            .seal()
            .ok_or_else(|| raised(&CeremonyError::NoContribution))?;
        let circuit = Circuit::synthesise(key.schedule())
            .map_err(|error| Python::attach(|py| synthesis_error(py, &error)))?;
        let verified = || {
            if circuit.hash() != part.circuit_hash {
                return Err(CeremonyError::WrongKey { what: "circuit" });
            }
            let points = KeyPoints::decode(&part.groth16)?;
            let evidence = Evidence::decode(&part.evidence)?;
            let tau_g2 = key.tau_g2();
            let chain = ceremony::verify_setup(&circuit, tau_g2, &points, &evidence, &part.setup)?;
            let start = ceremony::start_hash(&part.circuit_hash, &points, tau_g2);
            let contributions = described(start, &chain.records);
            Ok((start, circuit.constraint_count(), contributions))
        };
        verified().map_err(|error| raised(&error))
    })
}

/// `[tau]_2`, `[alpha]_1` and `[beta]_2` of a .ptau file, in EVM order, and its Keccak-256.
#[pyfunction]
pub(crate) fn ptau_origin(py: Python<'_>, path: PathBuf) -> PyResult<Origin> {
    call(py, || {
        let read = || {
            let powers = Powers::read_ptau(&path, 1)?;
            powers.check(&Silent)?;
            Ok((
                encode_g2(&powers.tau_g2[1]),
                encode_point(&powers.alpha[0]),
                encode_g2(&powers.beta_g2),
                Ptau::open(&path)?.hash()?,
            ))
        };
        read().map_err(|error| raised(&error))
    })
}

/// Write a new .ptau file of secrets that this machine has known: to rehearse ceremonies.
#[pyfunction]
#[pyo3(signature = (path, power, progress=None))]
pub(crate) fn write_rehearsal_ptau(
    py: Python<'_>,
    path: PathBuf,
    power: u32,
    progress: Option<Py<PyAny>>,
) -> PyResult<()> {
    let reporter = Reporter::new(progress);
    call(py, || {
        reported(&reporter, |progress| {
            ceremony::write_rehearsal(&path, power, progress)
        })
    })
}
