"""What users call: compile a model, verify a proof. `modulus` re-exports it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from modulus import verifier
from modulus.arrays import Inputs
from modulus.artifacts import RECIPE, read_proof
from modulus.commitments import Commitment
from modulus.compiling import compile_model
from modulus.errors import ArtifactError
from modulus.ir.graph import Numbers, numbers
from modulus.keycheck import check_key
from modulus.openings import Opening
from modulus.options import Options
from modulus.progress import ProgressCallback, on_terminal
from modulus.prover import (
    CompiledModel,
    NotZeroKnowledgeWarning,
    Proof,
)
from modulus.reading import (
    InputScale,
    read_fixed,
    read_input_scales,
    read_key,
    read_model,
    read_settings,
)
from modulus.recipe import Recipe, check_model
from modulus.srs import DevelopmentWarning
from modulus.verifier import PublicTensor, VerifyingKey

if TYPE_CHECKING:
    from modulus.accuracy import TradeOff
    from modulus.frontend import FixedInputs, Samples
    from modulus.quantize import Calibration

__all__ = [
    "Commitment",
    "CompiledModel",
    "DevelopmentWarning",
    "Inputs",
    "NotZeroKnowledgeWarning",
    "Opening",
    "Proof",
    "Proven",
    "VerifyingKey",
    "calibrate",
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
    commitments: Mapping[str, Commitment]
    """Of the committed inputs and outputs."""
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
    activation_bits: int | str | None = None,
    weight_bits: int | None = None,
    margin: float | None = None,
    percentile: float | None = None,
    tolerance: float | None = None,
    agreement: float | None = None,
    settings: Calibration | str | Path | None = None,
    input_visibility: str | Mapping[str, str] = "public",
    output_visibility: str | Mapping[str, str] = "public",
    input_scales: Mapping[str, InputScale] | None = None,
    weights: str = "private",
    dimensions: Mapping[str, int] | None = None,
    fixed_inputs: FixedInputs | None = None,
    row_bits: int | None = None,
    transparent_only: bool = False,
    output: str | Path | None = None,
    srs_path: str | Path | None = None,
    ceremony: str | Path | None = None,
    progress: ProgressCallback | None = None,
) -> CompiledModel:
    """Turn a float model into integers and make its keys.

    Args:
        model: Path, bytes or `onnx.ModelProto` of an ONNX model, a `torch.nn.Module`, a fitted
            scikit-learn estimator or pipeline, or an XGBoost or LightGBM booster.
        calibration: Typical inputs, from which the ranges of all tensors are taken.
        activation_bits: Width of activations, 8 to 20, by default 16; "auto" for the cheapest
            width that meets the tolerance on the calibration samples.
        weight_bits: Width of weights, 8 to 16, by default 14; a search may also choose 16.
        margin: How much more than the samples' ranges the integers cover, by default 1.5.
        percentile: Share of the samples' values, in percent, that the ranges cover, such as 99.9;
            inputs that leave them are refused. By default all values.
        tolerance: For "auto": the largest error of any output entry, as a share of that output's
            largest absolute value over the samples, or the share of integers of an output that
            differ; by default 0.001 without an agreement.
        agreement: For "auto": the least share of samples with the float model's argmax or labels.
        settings: What `calibrate` saved, in place of everything above: the same graph again.
        input_visibility: "public", "private" or "committed": hidden behind a commitment that its
            owner makes once with `CompiledModel.commit`. One for all, or by name, where inputs
            without one are public.
        output_visibility: The same for outputs; see `CompiledModel.commit_output`.
        input_scales: Scales of inputs that come as integers from elsewhere, by name: a number, or
            the verifying key of the model whose only committed output is this input.
        weights: "private", hidden by blinded commitments, or "public": whoever has the model can
            then recompute its verifying key.
        dimensions: Sizes of symbolic dimensions by name.
        fixed_inputs: Inputs that become constants of the model: a number or an array by name.
        row_bits: Slots per committed row as a power of two; chosen by cost when not given.
        transparent_only: Make no seal: faster, for public weights and for development.
        output: Also save the keys and the report into this folder.
        srs_path: Take the powers of tau from this file instead of the cache.
        ceremony: Take the seal's key from this ceremony (`modulus ceremony`) of the architecture,
            instead of making one for development.
        progress: Called with stage and fraction; by default a bar on a terminal.

    Raises:
        CeremonyError: The ceremony is not one of this model's circuit and powers of tau.
        ModelError: The model cannot be read or uses what is not supported.
        QuantizationError: Numbers do not fit the bit widths, or none meets the tolerance.
        VisibilityError: A visibility that cannot be honoured.
        SrsError: The powers of tau are unusable.
        ResourceError: There is not enough memory.
    """
    from modulus.accuracy import Choice

    given = read_settings(settings)
    choice = Choice(activation_bits, weight_bits, margin, percentile, tolerance, agreement, given)
    options = Options(
        input_visibility=input_visibility,
        output_visibility=output_visibility,
        weights=weights,
        dimensions=dimensions or (given.dimensions if given else None),
        row_bits=row_bits,
        transparent_only=transparent_only,
        fixed_inputs=read_fixed(fixed_inputs) or (given.fixed_inputs if given else {}),
        input_scales=read_input_scales(input_scales),
    )
    path = None if srs_path is None else Path(srs_path)
    setup = None if ceremony is None else Path(ceremony)
    compiled = compile_model(model, calibration, choice, options, path, progress, ceremony=setup)
    _warn_of_setup("this key rests on", compiled.verifying_key)
    if output is not None:
        compiled.save(output)
    return compiled


def calibrate(  # noqa: PLR0913
    model: Any,
    calibration: Samples,
    *,
    activation_bits: Sequence[int] = (8, 10, 12, 14, 16, 18, 20),
    weight_bits: Sequence[int] = (14,),
    percentiles: Sequence[float | None] = (None, 99.9),
    margin: float = 1.5,
    tolerance: float | None = None,
    agreement: float | None = None,
    input_visibility: str | Mapping[str, str] = "public",
    output_visibility: str | Mapping[str, str] = "public",
    dimensions: Mapping[str, int] | None = None,
    fixed_inputs: FixedInputs | None = None,
    progress: ProgressCallback | None = None,
) -> TradeOff:
    """Measure how settings trade accuracy for proving cost; no keys are made.

    `result.rows` holds a report and costs per setting; `result.choose().calibration.save(path)`
    keeps the cheapest settings within the tolerance for `compile(..., settings=path)`.

    Args:
        model: As for `compile`.
        calibration: Typical inputs, on which everything is measured.
        activation_bits: Widths to try.
        weight_bits: Widths to try.
        percentiles: Shares of the samples' values to cover; None for all of them.
        margin: How much more than that the integers cover.
        tolerance: As for `compile`.
        agreement: As for `compile`.
        input_visibility: As for `compile`; it decides what is committed to.
        output_visibility: As for `compile`.
        dimensions: Sizes of symbolic dimensions by name.
        fixed_inputs: As for `compile`.
        progress: Called with stage and fraction; by default a bar on a terminal.

    Raises:
        ModelError: The model cannot be read or uses what is not supported.
        QuantizationError: A setting is outside its range.
    """
    from modulus.accuracy import Tolerance, Workload, trade_off
    from modulus.quantize import Settings

    limit = Tolerance.of(tolerance, agreement)
    options = Options(
        input_visibility=input_visibility,
        output_visibility=output_visibility,
        dimensions=dimensions,
        fixed_inputs=read_fixed(fixed_inputs),
    )
    asked = [
        Settings(activations, weights, margin, percentile)
        for activations in activation_bits
        for weights in weight_bits
        for percentile in percentiles
    ]
    with on_terminal("calibrating") as bar:
        graph = read_model(model, calibration, options)
        return trade_off(Workload(graph, calibration, options), asked, limit, progress or bar)


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
    from modulus.accuracy import Choice

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
    choice = Choice(
        options.activation_bits, options.weight_bits, options.margin, options.percentile
    )
    compiled = compile_model(model, calibration, choice, options, path, progress, previous)
    _warn_of_setup("this key rests on", compiled.verifying_key)
    compiled.save(folder)
    return compiled


def verify(
    proof: Proof | bytes | str | Path,
    verifying_key: VerifyingKey | bytes | str | Path,
    *,
    context: bytes = b"",
    commitments: Mapping[str, Commitment] | Commitment | None = None,
    reference: bool = False,
    model: Any = None,
    recipe: str | Path | None = None,
) -> Proven:
    """Verify a proof and return what it proves.

    Args:
        proof: The proof, its bytes, or its path.
        verifying_key: The key, its bytes, or its path; trusted by the caller.
        context: The context it must have been made with.
        commitments: What the committed inputs and outputs must be, by name; one alone is enough if
            the model has one. Those that are not named may be anything: see `Proven.commitments`.
        reference: Use the independent verifier in pure Python, which takes seconds.
        model: The float model that the key must be of, if its weights are public: it is compiled
            again and compared.
        recipe: How it was compiled; by default the recipe.json beside the key.

    Raises:
        ProofRejected: With the reason; there is no other way to say no.
        ModelError: The key is not the one of the model given.
        FileNotFoundError: A path does not exist.
        ArtifactError: The verifying key is not one.
    """
    key = read_key(verifying_key)
    if model is not None:
        path = _recipe_beside(verifying_key) if recipe is None else recipe
        check_model(key, model, Recipe.load(path))
    data = read_proof(Path(proof)) if isinstance(proof, str | Path) else bytes(proof)
    check = verify_by_reference if reference else verifier.verify
    tensors = check(key, data, context)
    committed = verifier.commitments(key, data)
    if commitments is not None:
        verifier.check_expected(committed, commitments)
    _warn_of_setup("this proof rests on", key)
    return Proven(
        outputs={t.name: _numbers(t) for t in tensors if t.is_output},
        inputs={t.name: _numbers(t) for t in tensors if not t.is_output},
        integers={t.name: _integers(t) for t in tensors if t.is_output},
        input_integers={t.name: _integers(t) for t in tensors if not t.is_output},
        commitments={tensor.name: tensor.commitment for tensor in committed},
        setup_doubt=key.setup_doubt,
    )


def _recipe_beside(verifying_key: VerifyingKey | bytes | str | Path) -> Path:
    if isinstance(verifying_key, str | Path):
        return Path(verifying_key).parent / RECIPE
    raise ArtifactError("the key has no path", hint="pass recipe=PATH of its recipe.json")


def verify_by_reference(
    key: VerifyingKey, proof: bytes, context: bytes = b""
) -> list[PublicTensor]:
    """Check the key and verify with `modulus.reference`, the executable specification.

    Raises:
        ProofRejected: With the reason.
        ArtifactError: The context is too long.
    """
    from modulus.reference.verify import verify as reference_verify

    # The reference makes no circuits: that of the seal is compared natively all the same.
    check_key(key)
    values = reference_verify(key.encode(), proof, verifier.padded_context(context))
    return [
        PublicTensor(v.name, v.is_output, v.shape, v.scale, tuple(v.values), v.columns)
        for v in values
    ]


def _integers(tensor: PublicTensor) -> NDArray[np.int64]:
    return np.array(tensor.integers, dtype=np.int64).reshape(tensor.shape)


def _numbers(tensor: PublicTensor) -> Numbers:
    return numbers(_integers(tensor), tensor.scale, tensor.columns)


def _warn_of_setup(what: str, key: VerifyingKey) -> None:
    if key.setup_doubt is not None:
        warnings.warn(f"{what} {key.setup_doubt}", DevelopmentWarning, stacklevel=3)
