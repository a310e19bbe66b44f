"""Resize: interpolation to another size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand, Reals
from modulus.ops._places import axis_letters, take
from modulus.ops._resampling import nearest, places, weights
from modulus.ops._static import axis_in, constant, required
from modulus.ops.operator import Operator

POLICIES = ("stretch", "not_larger", "not_smaller")


@dataclass(frozen=True)
class Resize(Operator):
    """Nearest, linear or cubic interpolation with constant scales or sizes, axis by axis.

    Shape:
        x: [n...] -> y: [sizes...] or [floor(n * scale)...].

    Numerics:
        Nearest: exact. Linear and cubic: |error| <= two units of y per axis that changes.

    Source:
        ONNX operator Resize, opset 10 to 19.
    """

    onnx_name: ClassVar[str] = "Resize"
    since_opset: ClassVar[int] = 10
    bound: ClassVar[Bound] = Bound(units=2, per="axis that changes")
    static_inputs: ClassVar[Mapping[int, str]] = {1: "roi or scales", 2: "scales", 3: "sizes"}
    ignored_attributes: ClassVar[frozenset[str]] = frozenset({"extrapolation_value"})

    antialias: int = 0
    axes: tuple[int, ...] | None = None
    coordinate_transformation_mode: str = "half_pixel"
    cubic_coeff_a: float = -0.75
    exclude_outside: int = 0
    keep_aspect_ratio_policy: str = "stretch"
    mode: str = "nearest"
    nearest_mode: str = "round_prefer_floor"

    def check(self) -> None:
        """Check the names of modes and policies."""
        if self.mode not in {"nearest", "linear", "cubic"}:
            raise UnsupportedOperatorError(f"attribute mode={self.mode!r} is not supported")
        if self.keep_aspect_ratio_policy not in POLICIES:
            raise UnsupportedOperatorError(
                f"attribute keep_aspect_ratio_policy={self.keep_aspect_ratio_policy!r} is none of "
                f"{', '.join(POLICIES)}"
            )

        if self.keep_aspect_ratio_policy != "stretch" and min(self.axes or (0,)) < 0:
            raise UnsupportedOperatorError(
                f"attribute axes={self.axes} with keep_aspect_ratio_policy: ONNX Runtime misreads "
                "negative axes there, so count them from the front"
            )

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """One axis after the other."""
        x = required(self, inputs, 0)
        if len(inputs) == 2:
            # Opset 10: the second input holds the scales; places and rounding are fixed.
            old = Resize(
                mode=self.mode, coordinate_transformation_mode="asymmetric", nearest_mode="floor"
            )
            return (old.resized(build, x, constant(self, inputs, 1), None),)
        scales, sizes = constant(self, inputs, 2), constant(self, inputs, 3)
        return (self.resized(build, x, scales, sizes),)

    def resized(
        self, build: Builder, x: Operand, scales: Reals | None, sizes: Reals | None
    ) -> Operand:
        """Resize by scales, or to sizes.

        Raises:
            ShapeError: Neither is given, or they do not fit.
        """
        rank = len(x.shape)
        axes = range(rank) if self.axes is None else [axis_in(self, a, rank) for a in self.axes]
        given = sizes if sizes is not None and sizes.size else scales
        if given is None or given.shape != (len(axes),) or given.min() <= 0:
            raise ShapeError(f"Resize: scales or sizes do not fit shape {x.shape}")
        by_size = given is sizes
        extents = np.array([x.shape[axis] for axis in axes])
        ratio = 0.0
        if by_size and self.keep_aspect_ratio_policy != "stretch":
            least = self.keep_aspect_ratio_policy == "not_larger"
            ratio = float((given / extents).min() if least else (given / extents).max())
            given = np.floor(ratio * extents + 0.5)
        for axis, number in zip(axes, given.tolist(), strict=True):
            extent = x.shape[axis]
            size = int(number) if by_size else floor(extent * number)
            scale = ratio or (size / extent if by_size else number)
            if size < 1:
                raise ShapeError(f"Resize: axis {axis} of shape {x.shape} becomes empty")
            if size != extent or scale != 1:
                x = self._along(build, x, axis, size, scale)
        return x

    def _along(self, build: Builder, x: Operand, axis: int, size: int, scale: float) -> Operand:
        extent = x.shape[axis]
        where = places(self.coordinate_transformation_mode, extent, size, scale)
        if self.mode == "nearest":
            return take(build, x, axis, nearest(where, self.nearest_mode, extent))
        matrix = weights(
            where,
            extent,
            cubic=self.mode == "cubic",
            coefficient=self.cubic_coeff_a,
            exclude=bool(self.exclude_outside),
            shrink=min(scale, 1.0) if self.antialias else 1.0,
        )
        own = axis_letters(len(x.shape), "Z")
        result = own[:axis] + "Z" + own[axis + 1 :]
        return build.contract(f"{own},Z{own[axis]}->{result}", x, matrix, None)
