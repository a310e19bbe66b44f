"""`modulus compile`."""

from __future__ import annotations

import argparse
from pathlib import Path

from modulus.cli.console import say
from modulus.cli.options import Commands, add_command, add_srs, dimension, fixed_input

_DESCRIPTION = """\
Turns an ONNX model into integers and makes its keys.

Writes DIR/proving.key (holds the weights: keep it), DIR/verifying.key (for whoever verifies),
DIR/seal.key (what sealing takes, the same for all models of an architecture) and DIR/report.json
(error of the integers against the float model, and costs).

examples:
  modulus compile net.onnx --calibration samples.npz -o net
  modulus compile net.onnx --calibration samples.npz --weights public --dimension batch=4 -o net
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "compile", "turn a model into integers and keys", _DESCRIPTION)
    parser.add_argument("model", type=Path, metavar="MODEL.onnx")
    parser.add_argument(
        "--calibration",
        type=Path,
        metavar="SAMPLES",
        help="typical inputs, .npz, .npy or .json, samples along the first axis; a few hundred do",
    )
    parser.add_argument("--activation-bits", type=int, default=16, metavar="N", help="8 to 20 (16)")
    parser.add_argument("--weight-bits", type=int, default=14, metavar="N", help="8 to 16 (14)")
    visibilities = ("public", "private", "committed")
    parser.add_argument("--input-visibility", choices=visibilities, default="public")
    parser.add_argument("--output-visibility", choices=visibilities, default="public")
    parser.add_argument(
        "--weights",
        choices=("public", "private"),
        default="private",
        help="private weights are hidden (private); with public ones anybody can recompute the key",
    )
    parser.add_argument(
        "--dimension",
        type=dimension,
        action="append",
        default=[],
        metavar="NAME=SIZE",
        help="size of a symbolic dimension; may be repeated",
    )
    parser.add_argument(
        "--fix",
        type=fixed_input,
        action="append",
        default=[],
        metavar="INPUT=NUMBER",
        help="make an input (a sampling rate, a flag) a constant of the model; may be repeated",
    )
    parser.add_argument(
        "--row-bits",
        type=int,
        metavar="M",
        help="rows of 2^M slots: more is a smaller proof, fewer a faster prover",
    )
    parser.add_argument(
        "--transparent-only",
        action="store_true",
        help="no seal: compiles faster, proofs are not zero-knowledge; needs --weights public",
    )
    add_srs(parser)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Compile and write the keys."""
    from modulus import api
    from modulus.cli.describe import describe_report
    from modulus.progress import shown

    with shown("compiling") as progress:
        model = api.compile(
            options.model,
            options.calibration,
            activation_bits=options.activation_bits,
            weight_bits=options.weight_bits,
            input_visibility=options.input_visibility,
            output_visibility=options.output_visibility,
            weights=options.weights,
            dimensions=dict(options.dimension),
            fixed_inputs=dict(options.fix),
            row_bits=options.row_bits,
            transparent_only=options.transparent_only,
            srs_path=options.srs,
            output=options.output,
            progress=progress,
        )
    say(describe_report(model.report))
    say(f"wrote the keys and report.json to {options.output}")
