"""`modulus calibrate`."""

from __future__ import annotations

import argparse
from pathlib import Path

from modulus.cli.console import emit, refuse_folder, say
from modulus.cli.options import (
    Commands,
    add_command,
    add_operators,
    add_static,
    add_tolerance,
    add_visibility,
    numbers,
    percentiles,
    visibilities,
)

_DESCRIPTION = """\
Shows what settings trade: the error of the integers against what a proof costs, on your samples.
Makes no keys. A star marks the cheapest setting within the tolerance.

error: the largest of any output entry, as a share of that output's largest value (of integers:
the share that differs); agreement: samples with the float model's argmax, sign or labels; refused:
samples that leave a range, which a percentile cuts; seconds: expected proving time of one core,
without the seal.

examples:
  modulus calibrate net.onnx --calibration samples.npz
  modulus calibrate net.onnx --calibration samples.npz --tolerance 1e-3 -o settings.json
  modulus calibrate net.onnx --calibration samples.npz --activation-bits 12,16 --plot errors.html
  modulus compile net.onnx --settings settings.json -o net
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "calibrate", "show accuracy against proving cost", _DESCRIPTION)
    parser.add_argument("model", type=Path, metavar="MODEL.onnx")
    parser.add_argument(
        "--calibration",
        type=Path,
        required=True,
        metavar="SAMPLES",
        help="typical inputs, .npz, .npy or .json, samples along the first axis",
    )
    parser.add_argument(
        "--activation-bits",
        type=numbers,
        default=[8, 10, 12, 14, 16, 18, 20],
        metavar="N,N..",
        help="widths to try, 8 to 20 (8,10,..,20)",
    )
    parser.add_argument(
        "--weight-bits",
        type=numbers,
        default=[14],
        metavar="N,N..",
        help="widths to try, 8 to 16 (14)",
    )
    parser.add_argument(
        "--percentile",
        type=percentiles,
        default=[None, 99.9],
        metavar="P,P..",
        help="shares of the samples' values to cover, max for all of them (max,99.9)",
    )
    parser.add_argument(
        "--margin", type=float, default=1.5, metavar="FACTOR", help="headroom (1.5)"
    )
    add_tolerance(parser)
    add_visibility(parser, "input")
    add_visibility(parser, "output")
    add_static(parser)
    add_operators(parser)
    parser.add_argument("--layers", action="store_true", help="also show errors and costs by layer")
    parser.add_argument("--json", action="store_true", help="print everything as JSON on stdout")
    parser.add_argument("--plot", type=Path, metavar="FILE.html", help="draw the errors by layer")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="SETTINGS.json",
        help="save the starred setting with its ranges, for `modulus compile --settings`",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Measure, print, and save what was asked for."""
    from modulus import api
    from modulus.accuracy.chart import write_chart
    from modulus.cli.describe_trade_off import (
        describe_errors,
        describe_layer_costs,
        describe_trade_off,
        label,
    )
    from modulus.progress import shown

    for path in (options.plot, options.output):
        if path is not None:
            refuse_folder(path)
    with shown("calibrating") as progress:
        found = api.calibrate(
            options.model,
            options.calibration,
            activation_bits=options.activation_bits,
            weight_bits=options.weight_bits,
            percentiles=options.percentile,
            margin=options.margin,
            tolerance=options.tolerance,
            agreement=options.agreement,
            input_visibility=visibilities(options.input_visibility),
            output_visibility=visibilities(options.output_visibility),
            dimensions=dict(options.dimension),
            fixed_inputs=dict(options.fix),
            progress=progress,
        )
    if options.json:
        emit(found.to_dict())
    else:
        print(describe_trade_off(found))
        if options.layers:
            print(f"\n{describe_errors(found)}\n\n{describe_layer_costs(found)}")
    if options.plot is not None:
        series = {
            label(row): row.measured.report.layers for row in found.rows if row.measured is not None
        }
        write_chart(options.plot, f"Error by layer: {options.model.name}", series)
        say(f"drew the errors by layer in {options.plot}")
    if options.output is not None:
        found.choose().calibration.save(options.output)
        say(f"wrote the settings to {options.output}")
