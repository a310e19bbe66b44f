"""`modulus contract`."""

from __future__ import annotations

import argparse
from pathlib import Path

from modulus.cli.console import emit, say, say_setup
from modulus.cli.options import Commands, add_command

_DESCRIPTION = """\
Writes the Solidity verifier of a model and, beside it, its ABI, its deployment bytecode (no
compiler needed), a TypeScript encoder of its calldata, and a gas report. The report is also
printed as JSON.

examples:
  modulus contract net/verifying.key -o Verifier.sol
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "contract", "write the Solidity verifier", _DESCRIPTION)
    parser.add_argument("key", type=Path, metavar="verifying.key")
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("Verifier.sol"), metavar="FILE.sol"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Write the files and print the gas report."""
    from modulus.artifacts import read_verifying_key
    from modulus.evm.bundle import gas_report, write_contract
    from modulus.evm.model import ContractModel

    key = read_verifying_key(options.key)
    model = ContractModel.of(key)
    say_setup(key, "this contract rests on")
    for path in write_contract(model, options.output):
        say(f"wrote {path}")
    emit(gas_report(model))
