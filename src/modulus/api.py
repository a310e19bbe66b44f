"""What users call: compile a model, verify a proof. `modulus` re-exports it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from modulus import seals, srs, verifier
from modulus._native import Circuit, Sealer, draw_blinds
from modulus.artifacts import read_proof, read_verifying_key
from modulus.errors import ArtifactError, ModelError
from modulus.ir.graph import Graph, Numbers, Visibility, numbers
from modulus.options import Options
from modulus.progress import ProgressCallback, on_terminal
from modulus.prover import (
    CompiledModel,
    Inputs,
    NotZeroKnowledgeWarning,
    Proof,
    make_verifying_key,
    plan,
)
from modulus.resources import check_memory
from modulus.schedule.codec import encode_schedule
from modulus.schedule.cost import schedule_costs
from modulus.srs import DevelopmentWarning
from modulus.verifier import PublicTensor, SealPart, VerifyingKey

if TYPE_CHECKING:
    from modulus.frontend import FixedInputs, Samples
    from modulus.ops import FloatGraph
    from modulus.quantize import Settings

__all__ = [
    "CompiledModel",
    "DevelopmentWarning",
    "Inputs",
    "NotZeroKnowledgeWarning",
    "Proof",
    "Proven",
    "VerifyingKey",
    "compile",
    "update",
    "verify",
]


@dataclass(frozen=True)
class Proven(Mapping[str, Numbers]):
    """Proven outputs by name, as real numbers; as integers where the scale is one."""

    outputs: Mapping[str, Numbers]
    inputs: Mapping[str, Numbers]
    """Proven public inputs; a model with private inputs proves only that some exist."""
    integers: Mapping[str, NDArray[np.int64]] = field(repr=False)
    """The integers behind the outputs: what is proven to the last bit."""
    input_integers: Mapping[str, NDArray[np.int64]] = field(repr=False)
    """The integers behind the public inputs."""
    setup_doubt: str | None
    """Why the proof may be forged all the same, from the origin of the key's powers of tau."""

    def __getitem__(self, name: str) -> Numbers:
        return self.outputs[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.outputs)

    def __len__(self) -> int:
        return len(self.outputs)


def compile(  # noqa: A001, PLR0913
    model: Any,
    calibration: Samples | None = None,
    *,
    activation_bits: int = 16,
    weight_bits: int = 14,
    input_visibility: str = "public",
    output_visibility: str = "public",
    weights: str = "private",
    dimensions: Mapping[str, int] | None = None,
    fixed_inputs: FixedInputs | None = None,
    row_bits: int | None = None,
    transparent_only: bool = False,
    output: str | Path | None = None,
    srs_path: str | Path | None = None,
    progress: ProgressCallback | None = None,
) -> CompiledModel:
    """Turn a float model into integers and make its keys.

    Args:
        model: Path, bytes or `onnx.ModelProto` of an ONNX model, a `torch.nn.Module`, a fitted
            scikit-learn estimator or pipeline, or an XGBoost or LightGBM booster.
        calibration: Typical inputs, from which the ranges of all tensors are taken.
        activation_bits: Width of activations, 8 to 20.
        weight_bits: Width of weights, 8 to 16.
        input_visibility: "public" or "private".
        output_visibility: "public" or "private".
        weights: "private", hidden by blinded commitments, or "public": whoever has the model can
            then recompute its verifying key.
        dimensions: Sizes of symbolic dimensions by name.
        fixed_inputs: Inputs that become constants of the model: a number or an array by name.
        row_bits: Slots per committed row as a power of two; chosen by cost when not given.
        transparent_only: Make no seal: faster, for public weights and for development.
        output: Also save the keys and the report into this folder.
        srs_path: Take the powers of tau from this file instead of the cache.
        progress: Called with stage and fraction; by default a bar on a terminal.

    Raises:
        ModelError: The model cannot be read or uses what is not supported.
        QuantizationError: Numbers do not fit the bit widths.
        VisibilityError: A visibility that cannot be honoured yet.
        SrsError: The powers of tau are unusable.
        ResourceError: There is not enough memory.
    """
    options = Options(
        activation_bits,
        weight_bits,
        input_visibility,
        output_visibility,
        weights,
        dimensions,
        row_bits,
        transparent_only,
        {name: np.asarray(number).tolist() for name, number in (fixed_inputs or {}).items()},
    )
    path = None if srs_path is None else Path(srs_path)
    compiled = _compile(model, calibration, options, path, progress)
    _warn_of_setup("this key rests on", compiled.verifying_key)
    if output is not None:
        compiled.save(output)
    return compiled


def update(
    folder: str | Path,
    model: Any,
    calibration: Samples | None = None,
    *,
    srs_path: str | Path | None = None,
    progress: ProgressCallback | None = None,
) -> CompiledModel:
    """Replace the weights of a compiled model by those of a retrained one, and save it.

    Seal and setup stay; only the weights are committed to anew. The verifying key is another one.

    Args:
        folder: What `compile` saved; its keys are replaced.
        model: A model of the same architecture.
        calibration: Typical inputs, as for `compile`.
        srs_path: Take the powers of tau from this file instead of the cache.
        progress: Called with stage and fraction; by default a bar on a terminal.

    Raises:
        ModelError: The model has another architecture.
        ArtifactError: The folder does not hold a compiled model that can be updated.
        Further errors as `compile`.
    """
    path = None if srs_path is None else Path(srs_path)
    previous = CompiledModel.load(folder, srs_path=path)
    stored = previous.report.get("options")
    known = {item.name for item in fields(Options)}
    if not isinstance(stored, Mapping) or set(stored) != known:
        raise ArtifactError(
            f"{folder}: the report does not say how the model was compiled",
            hint="compile the new model as a whole",
        )
    row_bits = previous.verifying_key.schedule.row_bits
    options = replace(Options(**stored), row_bits=row_bits)
    compiled = _compile(model, calibration, options, path, progress, previous)
    _warn_of_setup("this key rests on", compiled.verifying_key)
    compiled.save(folder)
    return compiled


def _compile(
    model: Any,
    calibration: Samples | None,
    options: Options,
    srs_path: Path | None,
    progress: ProgressCallback | None,
    previous: CompiledModel | None = None,
) -> CompiledModel:
    from modulus.quantize import Settings

    settings = Settings(activation_bits=options.activation_bits, weight_bits=options.weight_bits)
    ports = options.ports()
    with on_terminal("compiling") as bar:
        report_progress = progress or bar
        report_progress("reading the model", 0.0)
        float_graph = _read_model(model, calibration, options)
        for note in float_graph.notes:
            warnings.warn(note, UserWarning, stacklevel=3)
        report_progress("calibrating and quantising", 0.0)
        graph, report = _quantize(float_graph, calibration, settings, ports)
        report_progress("planning the proof", 0.0)
        system_bytes, schedule = plan(
            graph, options.row_bits, on_chain=not options.transparent_only
        )
        costs = schedule_costs(schedule)
        check_memory(costs.prove_memory_bytes, "committing to the weights")
        powers = srs.for_compiling(schedule.row_bits, srs_path, report_progress)
        encoded = encode_schedule(schedule)
        sealer = None if options.transparent_only else _sealer(encoded, previous, report_progress)
        blinds = draw_blinds(encoded) if options.weights == "private" else b""
        key = make_verifying_key(
            graph,
            system_bytes,
            schedule,
            powers,
            report_progress,
            seal=None if sealer is None else _seal_part(sealer, previous),
            weight_blinds=blinds,
        )
    report |= {"costs": asdict(costs), "options": asdict(options)}
    return CompiledModel(graph, key, report, srs_path, blinds, held_sealer=sealer)


def _sealer(
    schedule_bytes: bytes, previous: CompiledModel | None, progress: ProgressCallback
) -> Sealer:
    progress("building the seal's circuit", 0.0)
    circuit = Circuit(schedule_bytes)
    part = None if previous is None else previous.verifying_key.seal
    if previous is None or part is None:
        return seals.for_compiling(circuit, progress)
    if circuit.hash != part.circuit_hash:
        raise ModelError(
            "the new model has another architecture, or needs other integers",
            hint="compile it as a whole: `modulus compile`",
        )
    return seals.for_proving(circuit, part, previous.seal_folder)


def _seal_part(sealer: Sealer, previous: CompiledModel | None) -> SealPart:
    """Return what the verifying key says; a ceremony's transcript stays with its key."""
    part = None if previous is None else previous.verifying_key.seal
    return part or SealPart(sealer.circuit_hash, sealer.groth16)


def verify(
    proof: Proof | bytes | str | Path,
    verifying_key: VerifyingKey | bytes | str | Path,
    *,
    context: bytes = b"",
    reference: bool = False,
) -> Proven:
    """Verify a proof and return what it proves.

    Args:
        proof: The proof, its bytes, or its path.
        verifying_key: The key, its bytes, or its path; trusted by the caller.
        context: The context it must have been made with.
        reference: Use the independent verifier in pure Python, which takes seconds.

    Raises:
        ProofRejected: With the reason; there is no other way to say no.
        FileNotFoundError: A path does not exist.
        ArtifactError: The verifying key is not one.
    """
    key = _verifying_key(verifying_key)
    data = read_proof(Path(proof)) if isinstance(proof, str | Path) else bytes(proof)
    check = verify_by_reference if reference else verifier.verify
    tensors = check(key, data, context)
    _warn_of_setup("this proof rests on", key)
    return Proven(
        outputs={t.name: _numbers(t) for t in tensors if t.is_output},
        inputs={t.name: _numbers(t) for t in tensors if not t.is_output},
        integers={t.name: _integers(t) for t in tensors if t.is_output},
        input_integers={t.name: _integers(t) for t in tensors if not t.is_output},
        setup_doubt=key.setup_doubt,
    )


def verify_by_reference(
    key: VerifyingKey, proof: bytes, context: bytes = b""
) -> list[PublicTensor]:
    """Verify with `modulus.reference`, the executable specification.

    Raises:
        ProofRejected: With the reason.
        ArtifactError: The context is too long.
    """
    from modulus.reference.verify import verify as reference_verify

    values = reference_verify(key.encode(), proof, verifier.padded_context(context))
    return [PublicTensor(v.name, v.is_output, v.shape, v.scale, tuple(v.values)) for v in values]


def _read_model(model: Any, calibration: Samples | None, options: Options) -> FloatGraph:
    from modulus import frontend

    dimensions, fixed = options.dimensions, options.fixed_inputs
    if fixed and (_is_torch_module(model) or frontend.is_estimator(model)):
        raise ModelError("inputs of ONNX models only can be fixed")
    if _is_torch_module(model):
        if calibration is None or isinstance(calibration, str | Path | Mapping):
            raise ModelError(
                "a torch module is exported with an example input",
                hint="pass calibration=ARRAY, samples along the first axis",
            )
        return frontend.from_torch(model, np.asarray(calibration)[:1], dimensions=dimensions)
    if frontend.is_estimator(model):
        if calibration is None or isinstance(calibration, str | Path | Mapping):
            raise ModelError(
                "an estimator is converted for rows of features",
                hint="pass calibration=ROWS, an array of shape [n, features]",
            )
        return frontend.from_estimator(model, calibration, dimensions=dimensions)
    return frontend.load_onnx(model, dimensions, fixed)


def _quantize(
    graph: FloatGraph,
    calibration: Samples | None,
    settings: Settings,
    ports: tuple[Visibility, Visibility],
) -> tuple[Graph, dict[str, Any]]:
    """Quantise for the calibration samples, and compare the result with the float model on them."""
    from modulus import frontend
    from modulus.quantize import compare, quantize_for

    if calibration is None:
        warnings.warn(
            "no calibration samples: ranges are taken from random inputs, real ones of unit "
            "variance. Inputs outside them will be refused, and narrow ones lose precision; pass "
            "typical inputs.",
            UserWarning,
            stacklevel=4,
        )
        calibration = frontend.noise(graph)
    samples = frontend.load_samples(calibration, graph.inputs)
    runs = list(frontend.batches(samples, graph.inputs))
    ranges = frontend.calibrate(graph, samples, percentile=settings.percentile)
    integers, used = quantize_for(
        graph, ranges, runs, settings, input_visibility=ports[0], output_visibility=ports[1]
    )
    accuracy = compare(integers, runs, frontend.FloatReference(graph).run, used)
    return integers, {"settings": asdict(used), "accuracy": asdict(accuracy)}


def _is_torch_module(model: Any) -> bool:
    """Whether the model's class derives from torch's; torch itself may not even be installed."""
    return any(
        base.__module__ == "torch.nn.modules.module" and base.__name__ == "Module"
        for base in type(model).__mro__
    )


def _verifying_key(source: VerifyingKey | bytes | str | Path) -> VerifyingKey:
    if isinstance(source, VerifyingKey):
        return source
    if isinstance(source, bytes):
        return VerifyingKey.decode(source)
    return read_verifying_key(Path(source))


def _integers(tensor: PublicTensor) -> NDArray[np.int64]:
    return np.array(tensor.integers, dtype=np.int64).reshape(tensor.shape)


def _numbers(tensor: PublicTensor) -> Numbers:
    return numbers(_integers(tensor), tensor.scale)


def _warn_of_setup(what: str, key: VerifyingKey) -> None:
    if key.setup_doubt is not None:
        warnings.warn(f"{what} {key.setup_doubt}", DevelopmentWarning, stacklevel=3)
