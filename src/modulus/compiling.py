"""From a model of any kind to its keys: what compiling and updating share."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modulus import ceremony as ceremonies
from modulus import seals, srs
from modulus._native import Circuit, Sealer, Srs, draw_blinds, srs_id
from modulus.errors import ModelError, VisibilityError
from modulus.keys import fixed_tensors, make_verifying_key, plan
from modulus.options import Options
from modulus.progress import ProgressCallback, on_terminal
from modulus.prover import CompiledModel
from modulus.reading import noise, read_model
from modulus.recipe import Recipe
from modulus.resources import check_memory
from modulus.schedule.codec import encode_schedule
from modulus.schedule.cost import schedule_costs
from modulus.schedule.model import Schedule
from modulus.verifier import SealPart

if TYPE_CHECKING:
    from modulus.accuracy import Choice
    from modulus.frontend import Samples


def compile_model(
    model: Any,
    calibration: Samples | None,
    choice: Choice,
    options: Options,
    srs_path: Path | None,
    progress: ProgressCallback | None,
    previous: CompiledModel | None = None,
    *,
    ceremony: Path | None = None,
) -> CompiledModel:
    """Read, quantise and plan a model, and commit to its weights.

    Args:
        model: What `modulus.compile` takes.
        calibration: Typical inputs.
        choice: How widths and ranges are found.
        options: Everything else; what the choice settles on takes the place of its settings.
        srs_path: Take the powers of tau from this file instead of the cache.
        progress: Called with stage and fraction; by default a bar on a terminal.
        previous: The model whose seal is kept.
        ceremony: Take the seal's key from this file of a ceremony.

    Raises:
        ModulusError: As `modulus.compile` and `modulus.update` say.
    """
    if ceremony is not None and options.transparent_only:
        raise VisibilityError("a ceremony makes the key of a seal, which transparent_only omits")
    # Visibilities that cannot be honoured are refused before minutes of work.
    options.ports()
    with on_terminal("compiling") as bar:
        report_progress = progress or bar
        report_progress("reading the model", 0.0)
        float_graph = read_model(model, calibration, options)
        report_progress("calibrating and quantising", 0.0)
        if calibration is None and choice.calibration is None:
            calibration = noise(float_graph)
        chosen = choice.apply(float_graph, calibration, options, report_progress)
        report_progress("planning the proof", 0.0)
        system_bytes, schedule = plan(
            chosen.graph, options.row_bits, on_chain=not options.transparent_only
        )
        costs = schedule_costs(schedule)
        check_memory(costs.prove_memory_bytes, "committing to the weights")
        encoded = encode_schedule(schedule)
        if ceremony is not None:
            powers, sealer, part = _held(ceremony, encoded, schedule, srs_path, report_progress)
        else:
            powers = _powers(schedule, previous, srs_path, report_progress)
            sealer, part = None, None
            if not options.transparent_only:
                sealer = _sealer(encoded, previous, report_progress)
                part = _seal_part(sealer, previous)
        is_public = options.weights == "public"
        blinds = b"" if is_public else draw_blinds(encoded, fixed_tensors(chosen.graph, schedule))
        key = make_verifying_key(
            chosen.graph,
            system_bytes,
            schedule,
            powers,
            report_progress,
            seal=part,
            weight_blinds=blinds,
        )
    options = options.with_settings(chosen.calibration.settings)
    report = {**chosen.report, "costs": asdict(costs), "options": asdict(options)}
    return CompiledModel(
        chosen.graph,
        key,
        report,
        srs_path,
        blinds,
        held_sealer=sealer,
        # Its ranges tell of the weights: they are published with them or not at all.
        recipe=Recipe(chosen.calibration, options).to_json() if is_public else None,
    )


def _held(
    path: Path,
    schedule_bytes: bytes,
    schedule: Schedule,
    srs_path: Path | None,
    progress: ProgressCallback,
) -> tuple[Srs, Sealer, SealPart]:
    """Return what a ceremony made, with the powers of tau that it began with."""
    progress("reading the ceremony", 0.0)
    held = ceremonies.read(path)
    part = ceremonies.seal_of(held, Circuit(schedule_bytes).hash)
    powers = srs.for_proving(srs_id(held.tau_g2), schedule.row_bits, srs_path)
    return powers, held.sealer(), part


def _powers(
    schedule: Schedule,
    previous: CompiledModel | None,
    srs_path: Path | None,
    progress: ProgressCallback,
) -> Srs:
    """Return the powers of tau of a model, which go with the ceremony of its seal."""
    part = None if previous is None else previous.verifying_key.seal
    if previous is None or part is None or not part.setup:
        return srs.for_compiling(schedule.row_bits, srs_path, progress)
    return srs.for_proving(previous.verifying_key.srs_id, schedule.row_bits, srs_path)


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
    return part or SealPart(sealer.circuit_hash, sealer.groth16, sealer.evidence)
