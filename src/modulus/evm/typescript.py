"""The TypeScript encoder of one model: the shipped template with the model's constants."""

from __future__ import annotations

import json
from collections.abc import Mapping

from modulus.errors import InternalError
from modulus.evm.abi import selector
from modulus.evm.artifact import resource
from modulus.evm.calldata import VERIFY, VERIFY_COMMITTED
from modulus.evm.model import ContractModel, NamedCommitment, NamedTensor
from modulus.reference.curve import POINT_LENGTH


def typescript_source(model: ContractModel) -> str:
    """Text of the module."""
    tensors = "".join(f"  {_tensor(tensor)},\n" for tensor in model.tensors)
    commitments = "".join(f"  {_commitment(item)},\n" for item in model.commitments)
    text = resource("verifier.ts")
    for old, new in (
        ('MODEL: Hex = "0x"', f'MODEL: Hex = "0x{model.key.digest:064x}"'),
        ("PublicTensor[] = []", f"PublicTensor[] = [\n{tensors}]"),
        ("CommittedTensor[] = []", f"CommittedTensor[] = [\n{commitments}]"),
        (
            "COMMITTED_LENGTH: number = 0",
            f"COMMITTED_LENGTH: number = {POINT_LENGTH * model.key.committed_rows}",
        ),
        ("PROOF_LENGTH: number = 0", f"PROOF_LENGTH: number = {model.key.body_length}"),
        ('VERIFY_SELECTOR = ""', f'VERIFY_SELECTOR = "{selector(VERIFY).hex()}"'),
        (
            'VERIFY_COMMITTED_SELECTOR = ""',
            f'VERIFY_COMMITTED_SELECTOR = "{selector(VERIFY_COMMITTED).hex()}"',
        ),
    ):
        if text.count(old) != 1:
            raise InternalError(f"the template of the encoder has {old!r} not exactly once")
        text = text.replace(old, new)
    return text


def _commitment(item: NamedCommitment) -> str:
    fields = {
        "name": json.dumps(item.name),
        "isOutput": json.dumps(item.is_output),
        "shape": json.dumps(list(item.shape)),
        "scale": repr(item.scale),
        "offset": str(item.offset),
        "length": str(item.length),
    }
    return _literal(fields)


def _tensor(tensor: NamedTensor) -> str:
    fields = {
        "name": json.dumps(tensor.name),
        "isOutput": json.dumps(tensor.is_output),
        "shape": json.dumps(list(tensor.shape)),
        "count": str(tensor.count),
        "width": str(tensor.width),
        "low": f"{tensor.low}n",
        "high": f"{tensor.high}n",
        "scale": repr(tensor.scale),
        "columns": json.dumps(list(tensor.columns)),
    }
    return _literal(fields)


def _literal(fields: Mapping[str, str]) -> str:
    """An object literal; JSON strings in ASCII are TypeScript strings."""
    return "{ " + ", ".join(f"{name}: {value}" for name, value in fields.items()) + " }"
