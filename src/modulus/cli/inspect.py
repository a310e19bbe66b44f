"""`modulus inspect`."""

from __future__ import annotations

import argparse
from pathlib import Path

from modulus.artifacts import (
    MAX_PROVING_BYTES,
    REPORT,
    VERIFYING_KEY,
    read_report,
    read_verifying_key,
)
from modulus.cli.console import facts, say, size
from modulus.cli.describe_key import describe_key
from modulus.cli.options import Commands, add_command, add_operators, dimension
from modulus.errors import ArtifactError
from modulus.files import read_file
from modulus.verifier import KEY_MAGIC, PROOF_MAGIC, read_header

_DESCRIPTION = """\
Shows what something is and what it costs: a compiled model (a folder or its verifying key),
a proof, or an ONNX model before compiling. Nothing is verified.

examples:
  modulus inspect net
  modulus inspect net/verifying.key
  modulus inspect image.proof
  modulus inspect net --plot errors.html
  modulus inspect net.onnx --dimension batch=1
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands, "inspect", "show operators, sizes, costs and soundness", _DESCRIPTION
    )
    parser.add_argument("path", type=Path, metavar="DIR|KEY|PROOF|MODEL.onnx")
    parser.add_argument(
        "--dimension", type=dimension, action="append", default=[], metavar="NAME=SIZE"
    )
    add_operators(parser)
    parser.add_argument(
        "--plot",
        type=Path,
        metavar="FILE.html",
        help="draw the error of every layer, which the folder's report.json holds",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Describe by kind of file."""
    path: Path = options.path
    if options.plot is not None:
        _plot(path, options.plot)
    if path.is_dir():
        print(describe_key(path / VERIFYING_KEY, read_verifying_key(path / VERIFYING_KEY)))
        return
    data = read_file(path, "file", limit=MAX_PROVING_BYTES)
    if data.startswith(KEY_MAGIC):
        print(describe_key(path, read_verifying_key(path)))
    elif data.startswith(PROOF_MAGIC):
        print(_proof(data))
    else:
        print(_model(path, dict(options.dimension)))


def _plot(folder: Path, target: Path) -> None:
    from modulus.accuracy.chart import write_chart
    from modulus.quantize import Report

    report = read_report(folder / REPORT)
    if "accuracy" not in report:
        raise ArtifactError(
            f"{folder / REPORT} holds no errors of layers",
            hint="compile the model with --calibration",
        )
    settings = report["settings"]
    name = f"{settings['activation_bits']}/{settings['weight_bits']}"
    layers = Report.from_stored(report["accuracy"]).layers
    write_chart(target, f"Error by layer: {folder.resolve().name}", {name: layers})
    say(f"drew the errors by layer in {target}")


def _proof(data: bytes) -> str:
    header = read_header(data)
    return facts(
        [
            ("proof", size(header.length)),
            (
                "mode",
                "transparent (not zero-knowledge)" if header.transparent else "sealed",
            ),
            ("claims to be for model", header.claimed_key_digest.hex()),
            ("public values", size(len(header.claimed_public_bytes))),
        ]
    )


def _model(path: Path, dimensions: dict[str, int]) -> str:
    from modulus.cli.describe_model import describe_model
    from modulus.frontend import load_onnx

    return describe_model(load_onnx(path, dimensions))
