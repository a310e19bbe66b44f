"""`modulus run`."""

from __future__ import annotations

import argparse
from pathlib import Path

from modulus.cli.console import emit, say, table
from modulus.cli.options import Commands, add_command, add_input

_DESCRIPTION = """\
Executes a compiled model in integers, without proving, and prints its outputs as JSON. With
--model it also runs the float model in ONNX Runtime and compares.

examples:
  modulus run net --input image.npz
  modulus run net --input image.npz --model net.onnx
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "run", "execute in integers, without proving", _DESCRIPTION)
    parser.add_argument("folder", type=Path, metavar="DIR", help="what `modulus compile` wrote")
    add_input(parser)
    parser.add_argument("--model", type=Path, metavar="MODEL.onnx", help="compare with this model")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Execute and print."""
    from modulus.api import CompiledModel
    from modulus.cli.inputs import read_inputs

    model = CompiledModel.load(options.folder)
    inputs = read_inputs(options.input)
    outputs = model.run(inputs)
    if options.model is not None:
        from modulus.cli.compare import compare

        say(table(compare(options.model, model.named_inputs(inputs), outputs)))
    emit({name: array.tolist() for name, array in outputs.items()})
