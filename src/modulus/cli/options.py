"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import argparse
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from modulus.errors import VisibilityError

Commands = Any
"""What `ArgumentParser.add_subparsers` returns; its class is private to argparse."""

CONTEXT_BYTES = 32
VISIBILITIES = ("public", "private", "committed")


def add_command(
    commands: Commands, name: str, summary: str, description: str
) -> argparse.ArgumentParser:
    """Add a subcommand whose help keeps the layout of its examples."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return parser


def add_context(parser: argparse.ArgumentParser) -> None:
    """Add --context."""
    parser.add_argument(
        "--context",
        type=context,
        default=b"",
        metavar="0x..",
        help="up to 32 bytes the proof is bound to, in hexadecimal; shorter ones are filled with "
        "zeros on the right",
    )


def add_input(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Add --input."""
    parser.add_argument(
        "--input",
        type=Path,
        required=required,
        metavar="FILE",
        help=".npz or .json with one array per input name, or .npy for a model with one input",
    )


def add_widths(parser: argparse.ArgumentParser) -> None:
    """Add the options that fix how integers are made."""
    parser.add_argument(
        "--activation-bits",
        type=activation_bits,
        metavar="N|auto",
        help="8 to 20 (16), or auto: the cheapest width that meets the tolerance",
    )
    parser.add_argument("--weight-bits", type=int, metavar="N", help="8 to 16 (14)")
    parser.add_argument(
        "--margin",
        type=float,
        metavar="FACTOR",
        help="how much more than the samples' ranges the integers cover (1.5)",
    )
    parser.add_argument(
        "--percentile",
        type=float,
        metavar="P",
        help="cover this share of the samples' values, such as 99.9; what leaves the range is "
        "refused (all values)",
    )


def add_tolerance(parser: argparse.ArgumentParser, prefix: str = "") -> None:
    """Add --tolerance and --agreement."""
    parser.add_argument(
        "--tolerance",
        type=float,
        metavar="T",
        help=f"{prefix}largest error of an output, as a share of its largest value (0.001)",
    )
    parser.add_argument(
        "--agreement",
        type=float,
        metavar="A",
        help=f"{prefix}least share of samples with the float model's argmax or labels",
    )


def add_static(parser: argparse.ArgumentParser) -> None:
    """Add the options that make a model static: --dimension and --fix."""
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


def add_operators(parser: argparse.ArgumentParser) -> None:
    """Add --operators, whose files are run before the command."""
    parser.add_argument(
        "--operators",
        type=Path,
        action="append",
        default=[],
        metavar="FILE.py",
        help="run this Python file first, which registers operators of one's own "
        "(docs/operators/adding.md); may be repeated",
    )


def add_srs(parser: argparse.ArgumentParser) -> None:
    """Add --srs."""
    parser.add_argument(
        "--srs",
        type=Path,
        metavar="FILE",
        help="take the powers of tau from this file instead of the cache",
    )


def activation_bits(text: str) -> int | str:
    """Read a width, or auto."""
    if text == "auto":
        return text
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is neither a width nor auto")
    return int(text)


def numbers(text: str) -> list[int]:
    """Read numbers separated by commas."""
    parts = text.split(",")
    if not all(part.isdecimal() for part in parts):
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of numbers such as 12,16")
    return [int(part) for part in parts]


def percentiles(text: str) -> list[float | None]:
    """Read percentiles separated by commas; max is all values."""
    try:
        return [None if part == "max" else float(part) for part in text.split(",")]
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a list of percentiles such as max,99.9"
        ) from error


def add_visibility(parser: argparse.ArgumentParser, side: str) -> None:
    """Add --input-visibility or --output-visibility."""
    parser.add_argument(
        f"--{side}-visibility",
        type=visibility,
        action="append",
        default=[],
        metavar="[NAME=]public|private|committed",
        help=f"who sees the {side}s (public); committed: behind a commitment that its owner makes "
        "once, see `modulus commit`; may be repeated, by name",
    )


def visibility(text: str) -> tuple[str | None, str]:
    """Read VISIBILITY or NAME=VISIBILITY."""
    name, _, kind = text.rpartition("=")
    if kind not in VISIBILITIES:
        raise argparse.ArgumentTypeError(f"{kind!r} is none of {', '.join(VISIBILITIES)}")
    return name or None, kind


def visibilities(given: list[tuple[str | None, str]]) -> str | dict[str, str]:
    """Return one visibility for all, or those by name.

    Raises:
        VisibilityError: Both are given.
    """
    named = {name: kind for name, kind in given if name is not None}
    general = [kind for name, kind in given if name is None]
    if len(general) + bool(named) > 1:
        raise VisibilityError("give one visibility for all, or one for each NAME=")
    return named if named else (general or ["public"])[0]


def input_scale(text: str) -> tuple[str, float | Path]:
    """Read NAME=NUMBER or NAME=verifying.key."""
    name, _, source = text.partition("=")
    if not name or not source:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=NUMBER or NAME=KEY")
    try:
        return name, float(source)
    except ValueError:
        return name, Path(source)


def named_path(text: str) -> tuple[str | None, Path]:
    """Read FILE or NAME=FILE."""
    name, separator, path = text.partition("=")
    return (name, Path(path)) if separator else (None, Path(text))


def context(text: str) -> bytes:
    """Read a context in hexadecimal."""
    if re.fullmatch(r"0x([0-9a-fA-F]{2})*", text) is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not hexadecimal; write 0x and an even number of digits"
        )
    value = bytes.fromhex(text[2:])
    if len(value) > CONTEXT_BYTES:
        raise argparse.ArgumentTypeError(
            f"{len(value)} bytes, at most {CONTEXT_BYTES} are possible"
        )
    return value


def dimension(text: str) -> tuple[str, int]:
    """Read NAME=SIZE."""
    name, _, size = text.partition("=")
    if not name or not size.isdecimal() or int(size) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=SIZE")
    return name, int(size)


def fixed_input(text: str) -> tuple[str, float]:
    """Read INPUT=NUMBER; whole numbers stay whole."""
    name, _, number = text.partition("=")
    for kind in (int, float):
        with suppress(ValueError):
            if name:
                return name, kind(number)
    raise argparse.ArgumentTypeError(f"{text!r} is not of the form INPUT=NUMBER")
