"""`modulus commit`."""

from __future__ import annotations

import argparse
from pathlib import Path

from modulus.cli.console import emit, refuse_folder, say
from modulus.cli.options import Commands, add_command, add_input, add_srs

COMMITMENT_SUFFIX = ".commitment"

_DESCRIPTION = """\
Commits to a committed input, once for any number of proofs.

Writes NAME.opening (secret: the values and what hides them; `modulus prove` takes it) and, beside
it, NAME.commitment (public: sign it, publish it, hand it to whoever verifies), and prints the
latter. Every model that has an input of the same shape and scale, over the same powers of tau, can
read it. The same values are committed to differently each time.

examples:
  modulus commit net --input customer.npz -o customer.opening
  modulus commit net --input customer.npz --name income -o income.opening
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "commit", "commit to an input", _DESCRIPTION)
    parser.add_argument("folder", type=Path, metavar="DIR", help="what `modulus compile` wrote")
    add_input(parser)
    parser.add_argument("--name", help="the input, if several are committed")
    add_srs(parser)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="NAME.opening")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Commit and write both files."""
    from modulus.api import CompiledModel
    from modulus.cli.inputs import read_inputs

    refuse_folder(options.output)
    model = CompiledModel.load(options.folder, srs_path=options.srs)
    opening = model.commit(read_inputs(options.input), options.name)
    public = options.output.with_suffix(COMMITMENT_SUFFIX)
    opening.save(options.output)
    opening.commitment.save(public)
    say(f"wrote {options.output} (secret) and {public} (public)")
    emit({**opening.commitment.as_json(), "digest": f"0x{opening.commitment.digest.hex()}"})
