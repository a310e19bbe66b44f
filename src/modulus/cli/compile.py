"""`modulus compile`."""

from __future__ import annotations

import argparse
from pathlib import Path

from modulus.cli.console import say, say_setup
from modulus.cli.options import (
    Commands,
    add_command,
    add_operators,
    add_srs,
    add_static,
    add_tolerance,
    add_visibility,
    add_widths,
    input_scale,
    visibilities,
)

_DESCRIPTION = """\
Turns an ONNX model into integers and makes its keys.

Writes DIR/proving.key (holds the weights: keep it), DIR/verifying.key (for whoever verifies),
DIR/seal.key (what sealing takes, the same for all models of an architecture) and DIR/report.json
(error of the integers against the float model, and costs).

examples:
  modulus compile net.onnx --calibration samples.npz -o net
  modulus compile net.onnx --calibration samples.npz --activation-bits auto --tolerance 1e-3 -o net
  modulus compile net.onnx --settings settings.json -o net
  modulus compile net.onnx --calibration samples.npz --input-visibility committed -o net
  modulus compile next.onnx --calibration outputs.npz --input-visibility x=committed \\
          --input-scale x=net/verifying.key -o next
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
    add_widths(parser)
    add_tolerance(parser, "for auto: ")
    parser.add_argument(
        "--settings",
        type=Path,
        metavar="FILE",
        help="what `modulus calibrate -o` wrote, in place of the options above: the same integers "
        "again, without samples",
    )
    add_visibility(parser, "input")
    add_visibility(parser, "output")
    parser.add_argument(
        "--input-scale",
        type=input_scale,
        action="append",
        default=[],
        metavar="NAME=NUMBER|KEY",
        help="scale of an input that comes as integers from elsewhere: a number, or the verifying "
        "key of the model whose only committed output it is; may be repeated",
    )
    parser.add_argument(
        "--weights",
        choices=("public", "private"),
        default="private",
        help="private weights are hidden (private); with public ones anybody can recompute the key",
    )
    add_static(parser)
    add_operators(parser)
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
    parser.add_argument(
        "--ceremony",
        type=Path,
        metavar="FILE",
        help="take the seal's key from this ceremony, which is one of the model's architecture",
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
            margin=options.margin,
            percentile=options.percentile,
            tolerance=options.tolerance,
            agreement=options.agreement,
            settings=options.settings,
            input_visibility=visibilities(options.input_visibility),
            output_visibility=visibilities(options.output_visibility),
            input_scales=dict(options.input_scale),
            weights=options.weights,
            dimensions=dict(options.dimension),
            fixed_inputs=dict(options.fix),
            row_bits=options.row_bits,
            transparent_only=options.transparent_only,
            srs_path=options.srs,
            ceremony=options.ceremony,
            output=options.output,
            progress=progress,
        )
    say(describe_report(model.report))
    if model.verifying_key.setup_doubt is None:
        say_setup(model.verifying_key, "this key rests on")
    say(f"wrote the keys and report.json to {options.output}")
