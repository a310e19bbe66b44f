"""A verifying key as tables: what it is of, what it computes, what it costs."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from modulus.ceremony import RECORD_BYTES
from modulus.cli.console import facts, table
from modulus.cli.describe import describe_costs, describe_layers, describe_seal, describe_soundness
from modulus.relations.contents import FunctionTable
from modulus.relations.function import formula
from modulus.relations.system import RelationSystem, Role
from modulus.schedule.cost import schedule_costs
from modulus.schedule.layers import layer_costs
from modulus.schedule.soundness import soundness_terms

if TYPE_CHECKING:
    from modulus.verifier import VerifyingKey


def describe_key(path: Path, key: VerifyingKey) -> str:
    """Describe everything that a key says; whether it lies is for `keycheck` to say."""
    schedule, system = key.schedule, key.system
    powers = (1 << schedule.row_bits) + 1
    parts = (
        _origins(path, key),
        _public(system),
        _committed(system),
        _functions(system),
        describe_layers(layer_costs(system)),
        describe_costs(schedule_costs(schedule)),
        describe_seal(key.schedule_bytes, schedule),
        describe_soundness(soundness_terms(schedule, powers)),
    )
    return "\n\n".join(part for part in parts if part)


def _origins(path: Path, key: VerifyingKey) -> str:
    origin = key.setup_doubt or (key.powers_of_tau.name if key.powers_of_tau else "unknown")
    return facts(
        [
            ("verifying key", str(path)),
            ("model", key.digest.hex()),
            ("powers of tau", key.srs_id.hex()),
            ("their origin", origin),
            ("seal", "none" if key.seal is None else key.seal.circuit_hash.hex()),
            ("its ceremony", _ceremony(key)),
            ("weights", _weights(key)),
        ]
    )


def _weights(key: VerifyingKey) -> str:
    if not key.schedule.rows_of(Role.WEIGHT):
        return "none"
    if key.weight_opening is None:
        return "private"
    return "public: `modulus verify --model` compares them with a model"


def _public(system: RelationSystem) -> str:
    rows = [("public tensor", "direction", "shape", "scale")]
    rows += [
        (
            item.name,
            _direction(is_output=item.is_output),
            "x".join(map(str, item.shape)),
            f"{item.scale:.6g}" + (" times that of its column" if item.columns else ""),
        )
        for item in system.public
    ]
    return table(rows) if system.public else ""


def _committed(system: RelationSystem) -> str:
    rows = [("committed tensor", "direction", "shape", "scale")]
    rows += [
        (
            item.name,
            _direction(is_output=item.is_output),
            "x".join(map(str, system.tensors[item.tensor].shape)),
            f"{item.scale:.6g}",
        )
        for item in system.committed
    ]
    return table(rows) if system.committed else ""


def _functions(system: RelationSystem) -> str:
    """List what the function tables hold: a formula, or the digest of the integers listed."""
    rows = []
    for tensor in system.tensors:
        contents = tensor.contents
        if isinstance(contents, FunctionTable):
            last = contents.first + tensor.shape[0] - 1
            ends = f"[{contents.first * contents.step:.6g}, {last * contents.step:.6g}]"
            held = f"{formula(contents.code)}  on {ends} in units of {contents.unit:.6g}"
            rows.append((tensor.name, held))
        elif contents is not None:
            integers = b"".join(
                integer.to_bytes(8, "big", signed=True) for integer in contents.integers
            )
            digest = hashlib.sha256(integers).hexdigest()
            rows.append((tensor.name, f"{len(contents.integers):,} integers, SHA-256 {digest}"))
    return facts([("function table", "holds"), *rows]) if rows else ""


def _direction(*, is_output: bool) -> str:
    return "output" if is_output else "input"


def _ceremony(key: VerifyingKey) -> str:
    if key.seal is None or not key.seal.setup:
        return "none"
    count = len(key.seal.setup) // RECORD_BYTES
    return f"{count} contributions (`modulus ceremony verify` names them)"
