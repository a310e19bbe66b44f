"""Entry point: parse, run, and turn exceptions into one message and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Sequence
from typing import TextIO

import modulus
from modulus.cli import (
    calibrate,
    ceremony,
    commit,
    contract,
    deploy,
    prove,
    run,
    srs,
    update,
    verify,
)
from modulus.cli import compile as compile_command
from modulus.cli import inspect as inspect_command
from modulus.errors import (
    ArtifactError,
    CeremonyError,
    InternalError,
    ModulusError,
    NativeError,
    ProofRejected,
    SrsError,
)

REJECTED = 1
BAD_INPUT = 2
MISSING = 3
DEFECT = 70
INTERRUPTED = 130

_COMMANDS = (
    calibrate, compile_command, update, run, commit, prove, verify, inspect_command, srs, ceremony,
    contract, deploy,
)  # fmt: skip

_DESCRIPTION = """\
Proves that a neural network computed an output, and verifies such proofs.

A first proof, start to end:

  modulus compile net.onnx --calibration samples.npz -o net
  modulus prove net --input image.npz -o image.proof
  modulus verify net/verifying.key image.proof
"""
_EPILOG = """\
exit codes:
  0 done    1 the proof, or a ceremony, is rejected    2 wrong usage or unusable input
  3 a file or the powers of tau are missing or damaged    70 defect    130 interrupted

`modulus COMMAND --help` shows the options of a command, with examples.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        warnings.simplefilter("always", UserWarning)
        try:
            _load_operators(options)
            options.run(options)
        except ModulusError as error:
            return _report(error)
        except FileNotFoundError as error:
            print(f"error: {error.filename}: no such file", file=sys.stderr)
            return MISSING
        except BrokenPipeError:
            # The reader of our output has gone; flushing at exit must not complain about it again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except KeyboardInterrupt:
            print("interrupted: nothing was written", file=sys.stderr)
            return INTERRUPTED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="modulus",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"modulus {modulus.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in _COMMANDS:
        command.add(commands)
    return parser


def _load_operators(options: argparse.Namespace) -> None:
    files = getattr(options, "operators", [])
    if files:
        from modulus import ops

        for path in files:
            ops.load(path)


def _report(error: ModulusError) -> int:
    print(f"error: {error}", file=sys.stderr)
    if isinstance(error, ProofRejected | CeremonyError):
        return REJECTED
    if isinstance(error, ArtifactError | SrsError):
        return MISSING
    if isinstance(error, NativeError | InternalError):
        return DEFECT
    return BAD_INPUT


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,  # noqa: ARG001
    lineno: int,  # noqa: ARG001
    file: TextIO | None = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    if issubclass(category, UserWarning):
        print(f"warning: {message}", file=sys.stderr)
