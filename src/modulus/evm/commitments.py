"""The Solidity library that finds commitments to a model's inputs and outputs by name."""

from __future__ import annotations

from modulus.evm.model import ContractModel, NamedCommitment
from modulus.reference.curve import POINT_LENGTH

_LIBRARY = """
/// @title Commitments of this model
/// @notice Finds the points of one committed input or output in the bytes that `verify` has
/// accepted: compare them, or their hash, with what was signed, or with another model's.
library Commitments {{
    /// @notice These are not the commitments of this model.
    error WrongLength();

    uint256 internal constant LENGTH = {length};
{readers}}}
"""

_READER = """
    /// @notice Commitment to {kind} {identifier}, shape {shape}, real value = {scale!r} * integer.
    function {identifier}(bytes calldata commitments) internal pure returns (bytes calldata points) {{
        if (commitments.length != LENGTH) revert WrongLength();
        return commitments[{start}:{end}];
    }}
"""  # noqa: E501  # a line of Solidity


def commitments_library(model: ContractModel) -> str:
    """Text of the library; none for a model without commitments."""
    if not model.commitments:
        return ""
    return _LIBRARY.format(
        length=POINT_LENGTH * model.key.committed_rows,
        readers="".join(map(_reader, model.commitments)),
    )


def describe(item: NamedCommitment) -> str:
    """One line of the source's header."""
    kind = "output" if item.is_output else "input"
    return (
        f"//   committed {kind} {item.identifier}: {item.length} bytes, "
        f"real value = {item.scale!r} * integer"
    )


def _reader(item: NamedCommitment) -> str:
    return _READER.format(
        kind="output" if item.is_output else "input",
        identifier=item.identifier,
        shape=" x ".join(map(str, item.shape)) or "scalar",
        scale=item.scale,
        start=item.offset,
        end=item.offset + item.length,
    )
