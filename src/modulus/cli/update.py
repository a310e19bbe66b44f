"""`modulus update`."""

from __future__ import annotations

import argparse
from pathlib import Path

from modulus.cli.console import say
from modulus.cli.options import Commands, add_command, add_operators, add_srs

_DESCRIPTION = """\
Replaces the weights of a compiled model by those of a retrained one of the same architecture, with
the options it was compiled with. Seal and setup stay; the verifying key is another one.

example:
  modulus update net retrained.onnx --calibration samples.npz
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "update", "replace the weights of a model", _DESCRIPTION)
    parser.add_argument("folder", type=Path, metavar="DIR", help="what `modulus compile` wrote")
    parser.add_argument("model", type=Path, metavar="MODEL.onnx")
    parser.add_argument(
        "--calibration",
        type=Path,
        metavar="SAMPLES",
        help="typical inputs, as for `modulus compile`",
    )
    add_operators(parser)
    add_srs(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Compile with the stored options and replace the keys."""
    from modulus import api
    from modulus.cli.describe import describe_report
    from modulus.progress import shown

    with shown("updating") as progress:
        model = api.update(
            options.folder,
            options.model,
            options.calibration,
            srs_path=options.srs,
            progress=progress,
        )
    say(describe_report(model.report))
    say(f"replaced the keys and report.json in {options.folder}")
