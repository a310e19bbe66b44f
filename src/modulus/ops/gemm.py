"""Gemm: matrix product with bias."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, ConstantOperand, Operand
from modulus.ops._static import optional, required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Gemm(Operator):
    """alpha * op(A) op(B) + beta * C, op transposing where transA, transB say so.

    Shape:
        A: [n, k], B: [k, o], C: broadcasts to [n, o] -> y: [n, o].

    Numerics:
        |error| <= one unit of y plus k * max|A| times half a unit of the weights of the column.

    Source:
        ONNX operator Gemm, opset 9 to 13; each of A, B, C may be constant or not.
    """

    onnx_name: ClassVar[str] = "Gemm"
    bound: ClassVar[Bound] = Bound(units=1, weights=True)
    keeps_whole: ClassVar[bool] = True
    folds_columns: ClassVar[bool] = True

    alpha: float = 1.0
    beta: float = 1.0
    transA: int = 0  # noqa: N815  # attributes carry their ONNX names
    transB: int = 0  # noqa: N815

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Contract over k; alpha and beta go into the constants where there are any."""
        a, b = required(self, inputs, 0), required(self, inputs, 1)
        a_labels, b_labels = "kn" if self.transA else "nk", "ok" if self.transB else "ko"
        self._check(a, b, a_labels, b_labels)
        if isinstance(b, ConstantOperand):
            product = build.contract(
                f"{a_labels},{b_labels}->no", a, self.alpha * b.array, channel="o"
            )
        elif isinstance(a, ConstantOperand):
            product = build.contract(
                f"{b_labels},{a_labels}->no", b, self.alpha * a.array, channel="n"
            )
        else:
            product = build.contract_values(f"{a_labels},{b_labels}->no", a, b)
            if self.alpha != 1:
                product = build.scale_by(product, self.alpha)
        c = optional(inputs, 2)
        if c is None or self.beta == 0:
            return (product,)
        if isinstance(c, ConstantOperand):
            return (build.add(product, build.constant(self.beta * c.array)),)
        return (build.add(product, c if self.beta == 1 else build.scale_by(c, self.beta)),)

    def _check(self, a: Operand, b: Operand, a_labels: str, b_labels: str) -> None:
        if len(a.shape) != 2 or len(b.shape) != 2:
            raise ShapeError(f"Gemm: {a.shape} and {b.shape} are not matrices")
        if a.shape[a_labels.index("k")] != b.shape[b_labels.index("k")]:
            raise ShapeError(f"Gemm: {a.shape} and {b.shape} have different inner extents")
