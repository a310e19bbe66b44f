"""ReduceProd: products over axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._builder import Builder, Operand
from modulus.ops._reduction import Reduction


@dataclass(frozen=True)
class ReduceProd(Reduction):
    """The product over axes.

    Shape:
        x: [..., n, ...] -> y: [..., 1, ...], or without the reduced axes.

    Numerics:
        |error| <= n units, one unit being the largest |x| to the power n over 2^15.

    Source:
        ONNX operator ReduceProd, opset 1 to 17 (attributes) and 18 (inputs).
    """

    onnx_name: ClassVar[str] = "ReduceProd"

    def reduce(self, build: Builder, x: Operand, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """Multiply halves until one is left."""
        for axis in axes:
            while (extent := x.shape[axis]) > 1:
                half = extent // 2
                product = build.multiply(
                    _part(build, x, axis, 0, half), _part(build, x, axis, half, half)
                )
                if extent % 2:
                    product = build.concat([product, _part(build, x, axis, extent - 1, 1)], axis)
                x = product
        kept = [n for axis, n in enumerate(x.shape) if keepdims or axis not in axes]
        return build.reshape(x, kept)


def _part(build: Builder, x: Operand, axis: int, start: int, size: int) -> Operand:
    starts = [start if a == axis else 0 for a in range(len(x.shape))]
    sizes = [size if a == axis else n for a, n in enumerate(x.shape)]
    return build.slice(x, starts, [1] * len(sizes), sizes)
