"""`modulus prove`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from modulus.cli.console import refuse_folder, say, size
from modulus.cli.options import Commands, add_command, add_context, add_input, add_srs

_DESCRIPTION = """\
Proves one inference of a compiled model.

The proof is sealed: it is zero-knowledge, reveals the public values and nothing else. A transparent
one is made faster but reveals evaluations of the model's tensors: it is for development, and is
refused for private weights.

examples:
  modulus prove net --input image.npz -o image.proof
  modulus prove net --input image.json --context 0x2a -o image.proof
  modulus prove net --input image.npz --transparent -o image.proof
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "prove", "prove one inference", _DESCRIPTION)
    parser.add_argument("folder", type=Path, metavar="DIR", help="what `modulus compile` wrote")
    add_input(parser)
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

    refuse_folder(options.output)
    model = CompiledModel.load(options.folder, srs_path=options.srs)
    inputs = read_inputs(options.input)
    start = time.perf_counter()
    with shown("proving") as progress:
        proof = model.prove(
            inputs, context=options.context, transparent=options.transparent, progress=progress
        )
    seconds = time.perf_counter() - start
    proof.save(options.output)
    say(f"wrote {options.output} ({size(len(proof))}) in {seconds:.2f} s")
    if options.transparent:
        say("this proof is transparent: it is not zero-knowledge")
