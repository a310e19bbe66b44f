"""`modulus deploy`."""

from __future__ import annotations

import argparse
from pathlib import Path

from modulus.cli.chain import account, add_chain
from modulus.cli.console import emit, say, say_setup
from modulus.cli.options import Commands, add_command

_DESCRIPTION = """\
Deploys the verifier contract of a model and prints its address as JSON. The key of the paying
account comes from a keystore file or from the environment, never from an argument. Development
keys go to local test chains (31337, 1337) only.

examples:
  MODULUS_PRIVATE_KEY=0x.. modulus deploy net/verifying.key --rpc http://127.0.0.1:8545
  modulus deploy net/verifying.key --rpc URL --keystore account.json --chain-id 11155111
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "deploy", "deploy the verifier contract", _DESCRIPTION)
    parser.add_argument("key", type=Path, metavar="verifying.key")
    add_chain(parser, required=True)
    parser.add_argument(
        "--allow-development",
        action="store_true",
        help="deploy a development key to any chain; the contract refuses every proof there",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Deploy and print the address."""
    from modulus.artifacts import read_verifying_key
    from modulus.evm.deployment import deploy
    from modulus.evm.model import ContractModel

    key = read_verifying_key(options.key)
    model = ContractModel.of(key)
    say_setup(key, "this contract rests on")
    deployment = deploy(
        options.rpc,
        model,
        account(options.keystore),
        chain_id=options.chain_id,
        gas_price=options.gas_price,
        allow_development=options.allow_development,
    )
    receipt = deployment.receipt
    say(
        f"deployed on chain {deployment.chain_id} in block {receipt.block}: "
        f"{receipt.gas_used:,} gas, {deployment.cost(options.ether_price)}"
    )
    emit(
        {
            "address": deployment.address,
            "chain_id": deployment.chain_id,
            "transaction": receipt.transaction_hash,
            "gas": receipt.gas_used,
        }
    )
