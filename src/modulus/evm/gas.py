"""What verifying and deploying cost, estimated without a node and within one per cent.

The precompiles' prices are those of EIP-1108, calldata's of EIP-2028 and EIP-7623. The other
constants are measured on the shipped bytecode; tests/evm/test_gas.py compares them with it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from modulus.evm.artifact import deployment_code, load_artifact
from modulus.evm.calldata import CONTEXT_LENGTH, encode_call
from modulus.evm.verifying_data import verifying_data
from modulus.reference.curve import POINT_LENGTH
from modulus.reference.sealed_key import PublicRange, SealedKey, body_length
from modulus.relations.system import Role
from modulus.schedule.model import Schedule

WEI_PER_ETHER = 10**18

_TRANSACTION = 21_000
_ZERO_BYTE, _OTHER_BYTE = 4, 16
_FLOOR_PER_TOKEN = 10
"""EIP-7623: a zero byte is a token, any other byte four, and a token costs at least this."""

_PAIRING = 45_000 + 5 * 34_000
_ROW = 6_000 + 150 + 2 * 100 + 410
"""ECMUL, ECADD, their calls, and checking, hashing and scaling a row."""
_OTHER_POINTS = 51_200
"""S, G1, W, W' twice, and the three public inputs of the circuit."""
_OTHER = 8_350
_TENSOR = 500
_TRAILING_VALUE = 168
_FIRST_WORD = 600
_WORD = 198
_FOUR_VALUES = 259

_CREATION = 32_000
_CODE_BYTE = 200
_CONSTRUCTOR = 184_000
"""The constructor's checks, among them a pairing of three pairs."""
_INITCODE_WORD = 2


@dataclass(frozen=True, slots=True)
class VerificationGas:
    """Where the gas of one `verify` transaction goes."""

    transaction: int
    calldata: int
    pairing: int
    points: int
    public_values: int
    other: int

    @property
    def total(self) -> int:
        """Gas of the transaction."""
        return max(self.transaction + self.calldata + self.execution, self.transaction + self.floor)

    @property
    def execution(self) -> int:
        """Gas after the transaction's own costs."""
        return self.pairing + self.points + self.public_values + self.other

    @property
    def floor(self) -> int:
        """What EIP-7623 charges for the calldata at least."""
        return self.calldata * _FLOOR_PER_TOKEN // _ZERO_BYTE


def estimate_verification(key: SealedKey, public: bytes | None = None) -> VerificationGas:
    """Gas of a transaction that does nothing but verify.

    Args:
        key: The model's key.
        public: Packed public values; without them none of their bytes counts as zero.
    """
    rows = len(key.fixed_points) + key.committed_rows + key.trace_rows + key.helper_rows
    return _verification(key.public, rows, key.committed_rows, key.body_length, public)


def schedule_gas(schedule: Schedule) -> VerificationGas:
    """Gas of the same transaction before there is a key; none of the public bytes counts as zero.

    Args:
        schedule: What the key would be made for.
    """
    tensors = [schedule.tensors[item.tensor] for item in schedule.public]
    public = [
        PublicRange(math.prod(tensor.shape), item.width, tensor.low, tensor.high)
        for item, tensor in zip(schedule.public, tensors, strict=True)
    ]
    proven_rows = schedule.rows_of(Role.TRACE) + schedule.rows_of(Role.HELPER)
    return _verification(
        public,
        len(schedule.row_kinds),
        schedule.rows_of(Role.PORT),
        body_length(proven_rows),
        None,
    )


def estimate_deployment(key: SealedKey) -> int:
    """Gas of the transaction that deploys a key's contract.

    Raises:
        ArtifactError: The key does not fit a contract.
    """
    code = deployment_code(key)
    deployed = len(load_artifact().runtime_code) + len(verifying_data(key))
    initcode = _INITCODE_WORD * -(-len(code) // 32)
    execution = _CODE_BYTE * deployed + initcode + _CONSTRUCTOR
    return _TRANSACTION + _CREATION + _calldata(code) + execution


def cost_in_money(gas: int, gas_price_wei: int, ether_price: Decimal | None = None) -> str:
    """Price of gas in ether, and in the currency of `ether_price` if it is given."""
    ether = Decimal(gas * gas_price_wei) / WEI_PER_ETHER
    text = f"{ether.normalize():f} ether at {Decimal(gas_price_wei) / 10**9:f} gwei"
    return text if ether_price is None else f"{text}, {ether * ether_price:.2f} in money"


def _verification(
    tensors: Sequence[PublicRange],
    rows: int,
    committed_rows: int,
    body: int,
    public: bytes | None,
) -> VerificationGas:
    if public is None:
        public = b"\xff" * sum(item.count * item.width for item in tensors)
    committed = b"\xff" * (POINT_LENGTH * committed_rows)
    data = encode_call(b"\xff" * CONTEXT_LENGTH, public, b"\xff" * body, committed)
    return VerificationGas(
        transaction=_TRANSACTION,
        calldata=_calldata(data),
        pairing=_PAIRING,
        points=rows * _ROW + _OTHER_POINTS,
        public_values=sum(map(_tensor, tensors)),
        other=_OTHER,
    )


def _calldata(data: bytes) -> int:
    zeros = data.count(0)
    return _ZERO_BYTE * zeros + _OTHER_BYTE * (len(data) - zeros)


def _tensor(item: PublicRange) -> int:
    per_word = 32 // item.width
    words, trailing = divmod(item.count, per_word)
    whole = _FIRST_WORD + words * (_WORD + per_word // 4 * _FOUR_VALUES) if words else 0
    return _TENSOR + whole + trailing * _TRAILING_VALUE
