"""`modulus verify`."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from modulus.cli.chain import account, add_chain
from modulus.cli.console import emit, say, say_setup
from modulus.cli.options import (
    CONTEXT_BYTES,
    Commands,
    add_command,
    add_context,
    add_operators,
    named_path,
)
from modulus.errors import VisibilityError

if TYPE_CHECKING:
    from modulus.commitments import Commitment
    from modulus.verifier import CommittedTensor, VerifyingKey

_DESCRIPTION = """\
Verifies a proof and prints what it proves as JSON: outputs and public inputs, as real numbers and
as the integers that are proven to the last bit, and the commitments to committed ones. A rejected
proof prints the reason on stderr, nothing on stdout, and exits with code 1.

examples:
  modulus verify net/verifying.key image.proof
  modulus verify net/verifying.key image.proof --context 0x2a
  modulus verify net/verifying.key customer.proof --commitment customer.commitment
  modulus verify net/verifying.key image.proof --reference    (pure Python, slow, independent)
  modulus verify net/verifying.key image.proof --onchain 0x.. --rpc http://127.0.0.1:8545
  modulus verify net/verifying.key image.proof --onchain 0x.. --rpc URL --send --ether-price 3000
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "verify", "verify a proof", _DESCRIPTION)
    parser.add_argument("key", type=Path, metavar="verifying.key")
    parser.add_argument("proof", type=Path, metavar="PROOF")
    add_context(parser)
    parser.add_argument(
        "--commitment",
        type=named_path,
        action="append",
        default=[],
        metavar="[NAME=]FILE",
        help="what a committed input or output must be, as `modulus commit` wrote it; may be "
        "repeated, by name. Those that are not named may be anything",
    )
    parser.add_argument(
        "--reference",
        action="store_true",
        help="use the independent reference verifier instead of the native one",
    )
    parser.add_argument(
        "--model",
        type=Path,
        metavar="MODEL.onnx",
        help="also compile this model again and check that the key is its own; for public weights",
    )
    parser.add_argument(
        "--recipe",
        type=Path,
        metavar="FILE",
        help="with --model: how the key was compiled; by default the recipe.json beside it",
    )
    add_operators(parser)
    parser.add_argument(
        "--onchain",
        metavar="ADDRESS",
        help="also ask the verifier contract at this address (a call, which costs nothing)",
    )
    parser.add_argument(
        "--send",
        action="store_true",
        help="with --onchain: send a transaction, which the account pays",
    )
    add_chain(parser, required=False)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Verify and print the proven values."""
    from modulus import verifier
    from modulus.artifacts import RECIPE, read_proof, read_verifying_key
    from modulus.verifier import PublicTensor, verify

    if (options.onchain is None) != (options.rpc is None):
        raise VisibilityError("--onchain and --rpc go together")
    key = read_verifying_key(options.key)
    if options.model is not None:
        from modulus.recipe import Recipe, check_model

        recipe = Recipe.load(options.recipe or options.key.parent / RECIPE)
        check_model(key, options.model, recipe)
        say(f"the key is the one of {options.model}: {recipe.described()}")
    proof = read_proof(options.proof)
    if options.reference:
        from modulus.api import verify_by_reference

        tensors = verify_by_reference(key, proof, options.context)
    else:
        tensors = verify(key, proof, options.context)
    committed = verifier.commitments(key, proof)
    if options.commitment:
        verifier.check_expected(committed, _expected(committed, options))
    if options.onchain is not None:
        _ask_contract(options, key, proof)
    say_setup(key, "this proof rests on")

    def listed(chosen: Iterable[PublicTensor]) -> dict[str, object]:
        return {
            tensor.name: {
                "shape": list(tensor.shape),
                "scale": tensor.scale,
                **({"columns": list(tensor.columns)} if tensor.columns else {}),
                "integers": list(tensor.integers),
                "values": list(tensor.reals),
            }
            for tensor in chosen
        }

    emit(
        {
            "outputs": listed(tensor for tensor in tensors if tensor.is_output),
            "inputs": listed(tensor for tensor in tensors if not tensor.is_output),
            "commitments": {
                tensor.name: {"is_output": tensor.is_output, **tensor.commitment.as_json()}
                for tensor in committed
            },
            "model": key.digest.hex(),
            "context": "0x" + options.context.ljust(32, b"\0").hex(),
            "setup_doubt": key.setup_doubt,
        }
    )


def _expected(
    committed: Sequence[CommittedTensor], options: argparse.Namespace
) -> dict[str, Commitment]:
    """Read what is expected; a file without a name belongs to the only committed tensor."""
    from modulus.commitments import Commitment

    only = committed[0].name if len(committed) == 1 else ""
    return {name or only: Commitment.load(path) for name, path in options.commitment}


def _ask_contract(options: argparse.Namespace, key: VerifyingKey, proof: bytes) -> None:
    from modulus.evm.deployment import verify_onchain
    from modulus.evm.model import ContractModel

    answer = verify_onchain(
        options.onchain,
        options.rpc,
        ContractModel.of(key),
        proof,
        options.context.ljust(CONTEXT_BYTES, b"\0"),
        account=account(options.keystore) if options.send else None,
        chain_id=options.chain_id,
        gas_price=options.gas_price,
    )
    receipt = answer.receipt
    done = "a call" if receipt is None else f"the transaction {receipt.transaction_hash}"
    say(
        f"accepted by {answer.address} on chain {answer.chain_id} in {done}: "
        f"{answer.gas:,} gas, {answer.cost(options.ether_price)}"
    )
