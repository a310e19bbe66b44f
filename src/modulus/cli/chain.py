"""Options of commands that talk to a chain."""

from __future__ import annotations

import argparse
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount


def add_chain(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """Add the node, the account and what gas costs."""
    parser.add_argument(
        "--rpc", metavar="URL", required=required, help="HTTP address of a JSON-RPC node"
    )
    parser.add_argument(
        "--chain-id", type=int, metavar="N", help="refuse to work on any other chain"
    )
    parser.add_argument(
        "--keystore",
        type=Path,
        metavar="FILE",
        help="encrypted key of the paying account, its password in MODULUS_KEYSTORE_PASSWORD; "
        "without it the key is taken from MODULUS_PRIVATE_KEY",
    )
    parser.add_argument("--gas-price", type=int, metavar="WEI", help="by default the node's")
    parser.add_argument(
        "--ether-price", type=price, metavar="PRICE", help="to print costs in money"
    )


def price(text: str) -> Decimal:
    """Read an amount of money."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not value.is_finite() or value <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a price")
    return value


def account(keystore: Path | None) -> LocalAccount:
    """Return the paying account.

    Raises:
        ChainError: There is none, or it cannot be opened.
    """
    from modulus.evm.account import account_from_environment, account_from_keystore

    return account_from_environment() if keystore is None else account_from_keystore(keystore)
