"""The account that pays: from an encrypted keystore or from the environment, never an argument."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from modulus.evm.errors import ChainError
from modulus.files import parse_json

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

KEY_VARIABLE = "MODULUS_PRIVATE_KEY"
"""Environment variable with a private key in hexadecimal."""

PASSWORD_VARIABLE = "MODULUS_KEYSTORE_PASSWORD"  # noqa: S105  (the name of a variable)

_LARGEST_KEYSTORE = 1 << 16


def account_from_environment(variable: str = KEY_VARIABLE) -> LocalAccount:
    """Account of the private key in an environment variable.

    Raises:
        ChainError: The variable is not set or holds no private key.
    """
    from eth_account import Account

    value = os.environ.get(variable)
    if not value:
        raise ChainError(
            f"no account to pay with: {variable} is not set",
            hint="set it, or give a keystore file",
        )
    try:
        account: LocalAccount = Account.from_key(value)
    except (ValueError, TypeError):
        # The cause would show the key.
        raise ChainError(f"{variable} does not hold a private key in hexadecimal") from None
    return account


def account_from_keystore(path: Path, password: str | None = None) -> LocalAccount:
    """Account of an encrypted keystore file (version 3, as geth and cast write it).

    Args:
        path: The file.
        password: Its password; without one, that of the environment.

    Raises:
        ChainError: The file is no keystore or the password is wrong.
    """
    from eth_account import Account

    if password is None:
        password = os.environ.get(PASSWORD_VARIABLE, "")
    try:
        if path.stat().st_size > _LARGEST_KEYSTORE:
            raise ChainError(f"{path} is too large for a keystore")
        key = Account.decrypt(parse_json(path.read_bytes()), password)
    except OSError as error:
        raise ChainError(f"cannot read the keystore {path}: {error.strerror}") from error
    except (ValueError, TypeError, KeyError):
        raise ChainError(
            f"cannot open the keystore {path}: it is damaged or the password is wrong",
            hint=f"the password comes from {PASSWORD_VARIABLE} unless it is asked for",
        ) from None
    account: LocalAccount = Account.from_key(key)
    return account
