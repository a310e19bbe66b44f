"""`modulus verify`."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from modulus.cli.console import emit, say
from modulus.cli.later import LATER_HINT
from modulus.cli.options import Commands, add_command, add_context
from modulus.errors import VisibilityError

_DESCRIPTION = """\
Verifies a proof and prints what it proves as JSON: outputs and public inputs, as real numbers and
as the integers that are proven to the last bit. A rejected proof prints the reason on stderr,
nothing on stdout, and exits with code 1.

examples:
  modulus verify net/verifying.key image.proof
  modulus verify net/verifying.key image.proof --context 0x2a
  modulus verify net/verifying.key image.proof --reference    (pure Python, slow, independent)
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "verify", "verify a proof", _DESCRIPTION)
    parser.add_argument("key", type=Path, metavar="verifying.key")
    parser.add_argument("proof", type=Path, metavar="PROOF")
    add_context(parser)
    parser.add_argument(
        "--reference",
        action="store_true",
        help="use the independent reference verifier instead of the native one",
    )
    parser.add_argument("--onchain", metavar="ADDRESS", help="not available yet")
    parser.add_argument("--rpc", metavar="URL", help="not available yet")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Verify and print the proven values."""
    from modulus.artifacts import read_proof, read_verifying_key
    from modulus.verifier import PublicTensor, verify

    if options.onchain is not None or options.rpc is not None:
        raise VisibilityError("on-chain verification is not available yet", hint=LATER_HINT)
    key = read_verifying_key(options.key)
    proof = read_proof(options.proof)
    if options.reference:
        from modulus.api import verify_by_reference

        tensors = verify_by_reference(key, proof, options.context)
    else:
        tensors = verify(key, proof, options.context)
    if key.setup_doubt is not None:
        say(f"warning: this proof rests on {key.setup_doubt}")

    def listed(chosen: Iterable[PublicTensor]) -> dict[str, object]:
        return {
            tensor.name: {
                "shape": list(tensor.shape),
                "scale": tensor.scale,
                "integers": list(tensor.integers),
                "values": [tensor.scale * integer for integer in tensor.integers],
            }
            for tensor in chosen
        }

    emit(
        {
            "outputs": listed(tensor for tensor in tensors if tensor.is_output),
            "inputs": listed(tensor for tensor in tensors if not tensor.is_output),
            "model": key.digest.hex(),
            "context": "0x" + options.context.ljust(32, b"\0").hex(),
            "setup_doubt": key.setup_doubt,
        }
    )
