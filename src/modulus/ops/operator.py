"""What an operator is: ONNX attributes as fields, and a method that lowers it to integer steps."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from numpy.typing import NDArray

from modulus.errors import UnsupportedOperatorError
from modulus.ops._attributes import check_attributes
from modulus.ops._bound import Bound

if TYPE_CHECKING:
    from modulus.ops._builder import Builder, Operand

Attribute = int | float | str | tuple[int, ...] | tuple[float, ...] | tuple[str, ...] | NDArray[Any]
"""The Python types of ONNX attributes."""

OLDEST_OPSET = 9
"""The oldest opset that is read: older ones broadcast and normalise by other rules."""


@dataclasses.dataclass(frozen=True)
class Operator(ABC):
    """One ONNX operator with its attributes; a subclass is one file of this folder.

    The fields of a subclass are the ONNX attributes of all supported opsets under their ONNX names
    and with their ONNX defaults; what a later opset turned into an input defaults to None.
    """

    onnx_name: ClassVar[str]
    """`op_type` of the ONNX node."""
    domain: ClassVar[str] = ""
    """Operator set the name belongs to; the default one is the empty string."""
    since_opset: ClassVar[int] = OLDEST_OPSET
    """First opset in which the operator exists with the semantics implemented here."""
    bound: ClassVar[Bound]
    """The largest error of the first output."""
    static_inputs: ClassVar[Mapping[int, str]] = {}
    """Inputs (position to ONNX name) that must be known when the model is compiled."""
    num_outputs: ClassVar[int] = 1
    """How many of the ONNX outputs can be proven; the others must be unused."""
    ignored_attributes: ClassVar[frozenset[str]] = frozenset()
    """Attributes without influence on the first output of an inference."""
    folds_columns: ClassVar[bool] = False
    """Whether factors per column (last axis) of an operand are folded into constants."""
    passes_columns: ClassVar[bool] = False
    """Whether they are left to the operators that read the result."""
    compares_inputs: ClassVar[bool] = False
    """Whether results jump where an operand meets a number: inputs are then as fine as float32."""
    allows_infinity: ClassVar[bool] = False
    """Whether a constant input or attribute may be infinite or no number: what does not bind."""
    keeps_whole: ClassVar[bool] = False
    """Whether whole numbers make whole numbers, which then need no finer scale than one."""
    scales_whole: ClassVar[bool] = False
    """Whether whole numbers are read at scale one whatever they are multiplied or divided by."""
    masks: ClassVar[bool] = False
    """Whether an infinite constant input is a mask, for which a huge number may stand."""

    @classmethod
    def from_onnx(cls, attributes: Mapping[str, Attribute]) -> Self:
        """Read the attributes of a node.

        Args:
            attributes: Attribute values by ONNX name; absent ones take their ONNX default.

        Raises:
            UnsupportedOperatorError: An attribute, or its value, is not supported.
        """
        fields = {field.name for field in dataclasses.fields(cls)}
        taken = {
            name: value for name, value in attributes.items() if name not in cls.ignored_attributes
        }
        unknown = sorted(set(taken) - fields)
        if unknown:
            raise UnsupportedOperatorError(f"attribute {', '.join(unknown)} is not supported")
        check_attributes(cls, taken, allows_infinity=cls.allows_infinity)
        operator = cls(**taken)
        operator.check()
        return operator

    def check(self) -> None:  # noqa: B027  # most operators accept every value
        """Refuse attribute values that are not supported.

        Raises:
            UnsupportedOperatorError: With the attribute and what is supported instead.
        """

    @abstractmethod
    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Express the outputs by the builder's steps.

        Args:
            build: Collects the steps of the integer graph.
            inputs: One operand per ONNX input, None where an optional one is left out.

        Raises:
            ShapeError: The operands do not fit the operator.
            QuantizationError: A value does not fit the bit widths.
        """
