"""`modulus prove`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from modulus.cli.commit import COMMITMENT_SUFFIX
from modulus.cli.console import refuse_folder, say, size
from modulus.cli.options import Commands, add_command, add_context, add_input, add_srs, named_path

if TYPE_CHECKING:
    from modulus.api import CompiledModel
    from modulus.arrays import Inputs
    from modulus.openings import Opening

_DESCRIPTION = """\
Proves one inference of a compiled model.

The proof is sealed: it is zero-knowledge, reveals the public values and nothing else. A transparent
one is made faster but reveals evaluations of the model's tensors: it is for development, and is
refused for private weights.

examples:
  modulus prove net --input image.npz -o image.proof
  modulus prove net --input image.json --context 0x2a -o image.proof
  modulus prove net --input image.npz --transparent -o image.proof
  modulus prove net --opening customer.opening --output-opening score.opening -o customer.proof
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "prove", "prove one inference", _DESCRIPTION)
    parser.add_argument("folder", type=Path, metavar="DIR", help="what `modulus compile` wrote")
    add_input(parser, required=False)
    parser.add_argument(
        "--opening",
        type=named_path,
        action="append",
        default=[],
        metavar="[NAME=]FILE",
        help="opening of a committed input (or output), as `modulus commit` wrote it; may be "
        "repeated, by name",
    )
    parser.add_argument(
        "--output-opening",
        type=named_path,
        action="append",
        default=[],
        metavar="[NAME=]FILE",
        help="commit to a committed output and write its opening here (secret), with the public "
        "commitment beside it",
    )
    add_context(parser)
    parser.add_argument(
        "--transparent", action="store_true", help="make a proof that is not zero-knowledge"
    )
    add_srs(parser)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="PROOF")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Prove and write the proof."""
    from modulus.api import CompiledModel
    from modulus.cli.inputs import read_inputs
    from modulus.progress import shown
    from modulus.prover import NO_INPUTS

    refuse_folder(options.output)
    model = CompiledModel.load(options.folder, srs_path=options.srs)
    inputs = NO_INPUTS if options.input is None else read_inputs(options.input)
    openings = _openings(model, inputs, options)
    start = time.perf_counter()
    with shown("proving") as progress:
        proof = model.prove(
            inputs,
            openings=openings,
            context=options.context,
            transparent=options.transparent,
            progress=progress,
        )
    seconds = time.perf_counter() - start
    proof.save(options.output)
    say(f"wrote {options.output} ({size(len(proof))}) in {seconds:.2f} s")
    if options.transparent:
        say("this proof is transparent: it is not zero-knowledge")


def _openings(
    model: CompiledModel, inputs: Inputs, options: argparse.Namespace
) -> dict[str, Opening]:
    """Read the openings that are given, and make those of committed outputs."""
    from modulus.committing import committed_port, committed_ports, lone_port
    from modulus.openings import Opening

    openings = {
        name or lone_port(model.graph).name: Opening.load(path) for name, path in options.opening
    }
    for name, path in options.output_opening:
        refuse_folder(path)
        port = committed_port(committed_ports(model.graph, inputs=False), name, "output")
        opening = model.commit_output(inputs, openings, port.name)
        public = path.with_suffix(COMMITMENT_SUFFIX)
        opening.save(path)
        opening.commitment.save(public)
        say(f"wrote {path} (secret) and {public} (public)")
        openings[port.name] = opening
    return openings
