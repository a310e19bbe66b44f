"""Commands that are not available yet; until then they say so."""

from __future__ import annotations

import argparse

from modulus.cli.options import Commands, add_command
from modulus.errors import VisibilityError

LATER_HINT = "development setups are made by `modulus compile`"

_COMMANDS = {
    "ceremony": "contribute to, verify or finish a Groth16 ceremony",
}


def add(commands: Commands) -> None:
    """Add the commands."""
    for name, summary in _COMMANDS.items():
        text = f"{summary} (not available yet)"
        parser = add_command(commands, name, text, f"{text.capitalize()}.")
        parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
        parser.set_defaults(run=run, name=name)


def run(options: argparse.Namespace) -> None:
    """Refuse.

    Raises:
        VisibilityError: Always.
    """
    raise VisibilityError(f"`modulus {options.name}` is not available yet", hint=LATER_HINT)
