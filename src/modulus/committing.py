"""Openings of a model's committed inputs and outputs: which belong where, and whether they fit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from modulus._native import Srs
from modulus.errors import VisibilityError, WitnessError
from modulus.ir.graph import Graph, Port, Trace, Visibility
from modulus.openings import Opening, rows_of

Openings = Mapping[str, Opening] | Opening
"""By name; or one, of the only committed input, or of the only output if no input is committed."""


def committed_ports(graph: Graph, *, inputs: bool = True, outputs: bool = True) -> dict[str, Port]:
    """Return a graph's committed inputs and outputs by name."""
    ports = (*(graph.inputs if inputs else ()), *(graph.outputs if outputs else ()))
    return {port.name: port for port in ports if port.visibility is Visibility.COMMITTED}


def committed_port(ports: Mapping[str, Port], name: str | None, what: str) -> Port:
    """Return the port of a name, or the only one.

    Args:
        ports: Those to choose from.
        name: Its name; without it there must be one only.
        what: "input" or "output", for messages.

    Raises:
        VisibilityError: There is none, there are several, or none has this name.
    """
    if not ports:
        raise VisibilityError(
            f"the model has no committed {what}",
            hint=f"compile it with {what}_visibility='committed' (--{what}-visibility committed)",
        )
    if name is None and len(ports) == 1:
        return next(iter(ports.values()))
    if name is None or name not in ports:
        asked = "several committed" if name is None else f"no committed {what} {name!r}: it has"
        raise VisibilityError(
            f"the model has {asked} {what}s", hint=f"name one of {', '.join(sorted(ports))}"
        )
    return ports[name]


def named_openings(graph: Graph, openings: Openings | None) -> dict[str, Opening]:
    """Return one opening for every committed input and output.

    Raises:
        VisibilityError: One is missing, or there is one for what is not committed.
    """
    ports = committed_ports(graph)
    named = _required(graph, ports, openings)
    if isinstance(openings, Mapping) and (unknown := sorted(openings.keys() - ports.keys())):
        raise VisibilityError(f"the model has no committed input or output {', '.join(unknown)}")
    return named


def lone_port(graph: Graph) -> Port:
    """Return the port that an opening without a name belongs to.

    Raises:
        VisibilityError: There is none, or there are several.
    """
    inputs = committed_ports(graph, outputs=False)
    return committed_port(inputs or committed_ports(graph), None, "input")


def _required(
    graph: Graph, ports: Mapping[str, Port], openings: Openings | None
) -> dict[str, Opening]:
    if isinstance(openings, Opening):
        openings = {lone_port(graph).name: openings}
    named = dict(openings or {})
    if missing := sorted(ports.keys() - named.keys()):
        raise VisibilityError(
            f"openings are missing: {', '.join(missing)}",
            hint="commit first: `modulus commit`, or model.commit() and model.commit_output()",
        )
    return {name: named[name] for name in ports}


def check_opening(port: Port, opening: Opening, srs: Srs, row_bits: int) -> None:
    """Check that a model can read what an opening opens.

    Raises:
        WitnessError: It is a commitment to something else: of another shape or scale, over other
            powers of tau, or of rows that the model does not have.
        ArtifactError: The opening does not open its commitment.
    """
    made, value = opening.commitment, port.value
    if made.shape != value.shape:
        raise WitnessError(f"the opening of {port.name} has shape {made.shape}, not {value.shape}")
    if made.scale != value.scale:
        raise WitnessError(
            f"the opening of {port.name} has the scale {made.scale!r}, the model {value.scale!r}",
            hint="compile the model with the scale of the commitment (--input-scale), or commit "
            "again for this model",
        )
    if made.srs_id != srs.id:
        raise WitnessError(
            f"the opening of {port.name} was made with the powers of tau "
            f"{made.srs_id.hex()[:16]}…, the model with {srs.id.hex()[:16]}…",
            hint="commit and compile with the same powers of tau (--srs)",
        )
    if len(made.points) != rows_of(made.shape, row_bits):
        raise WitnessError(
            f"the commitment to {port.name} has {len(made.points)} points, the model's rows of "
            f"2^{row_bits} slots take {rows_of(made.shape, row_bits)}",
            hint="compile with rows that hold the whole tensor (--row-bits), or commit again",
        )
    opening.check(srs)


def check_outputs(graph: Graph, openings: Mapping[str, Opening], trace: Trace) -> None:
    """Check that committed outputs were committed to as they are.

    Raises:
        WitnessError: An opening holds other values.
    """
    for name, port in committed_ports(graph, inputs=False).items():
        if not np.array_equal(openings[name].integers, trace.value(port.value)):
            raise WitnessError(
                f"the opening of output {name} holds other values than this inference",
                hint="make it for these inputs: `modulus prove --output-opening`, or "
                "model.commit_output()",
            )


def openings_of_inputs(graph: Graph, openings: Openings | None) -> dict[str, Opening]:
    """Return the openings of the committed inputs alone.

    Raises:
        VisibilityError: One is missing.
    """
    return _required(graph, committed_ports(graph, outputs=False), openings)


def blinds_in_row_order(graph: Graph, openings: Mapping[str, Opening]) -> bytes:
    """Return the blinding of all committed rows."""
    ports = sorted(committed_ports(graph).values(), key=lambda port: port.value.stored or 0)
    return b"".join(openings[port.name].blinds for port in ports)
