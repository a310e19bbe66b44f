"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import argparse
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

Commands = Any
"""What `ArgumentParser.add_subparsers` returns; its class is private to argparse."""

CONTEXT_BYTES = 32


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


def add_input(parser: argparse.ArgumentParser) -> None:
    """Add --input."""
    parser.add_argument(
        "--input",
        type=Path,
        required=True,
        metavar="FILE",
        help=".npz or .json with one array per input name, or .npy for a model with one input",
    )


def add_srs(parser: argparse.ArgumentParser) -> None:
    """Add --srs."""
    parser.add_argument(
        "--srs",
        type=Path,
        metavar="FILE",
        help="take the powers of tau from this file instead of the cache",
    )


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
