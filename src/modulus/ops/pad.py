"""Pad: a border of constant values, or of copies of what is inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import axis_in, integers, required, scalar
from modulus.ops.operator import Operator

_MODES = ("constant", "edge", "reflect", "wrap")


@dataclass(frozen=True)
class Pad(Operator):
    """Add a border, or crop where a pad is negative.

    The border is constant, or repeats what is inside: its mirror image without the edge (reflect),
    the edge, or the opposite end (wrap).

    Shape:
        x: [..., n, ...] -> y: [..., before + n + after, ...].

    Numerics:
        Exact inside; the border is rounded to units of x.

    Source:
        ONNX operator Pad, opset 2 (attributes) and 11 to 25 (inputs; axes from 18; wrap from 19).
    """

    onnx_name: ClassVar[str] = "Pad"
    bound: ClassVar[Bound] = Bound(units=0.5)
    keeps_whole: ClassVar[bool] = True
    masks: ClassVar[bool] = True
    static_inputs: ClassVar[Mapping[int, str]] = {1: "pads", 2: "constant_value", 3: "axes"}

    mode: str = "constant"
    pads: tuple[int, ...] | None = None
    value: float = 0.0

    def check(self) -> None:
        """Accept the borders of ONNX."""
        if self.mode not in _MODES:
            raise UnsupportedOperatorError(
                f"attribute mode={self.mode!r}: only {', '.join(_MODES)} work"
            )

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Spread the pads over all axes, then pad."""
        x = required(self, inputs, 0)
        rank = len(x.shape)
        pads = self.pads if self.pads is not None else integers(self, inputs, 1)
        if pads is None:
            raise ShapeError("Pad lacks its pads")
        given = scalar(self, inputs, 2)
        axes = integers(self, inputs, 3)
        axes = tuple(range(rank)) if axes is None else axes
        if len(pads) != 2 * len(axes):
            raise ShapeError(f"Pad: {len(pads)} pads for {len(axes)} axes")
        before, after = [0] * rank, [0] * rank
        for position, axis in enumerate(axes):
            index = axis_in(self, axis, rank)
            before[index] = pads[position]
            after[index] = pads[position + len(axes)]
        sizes = zip(x.shape, before, after, strict=True)
        if any(extent + low + high < 1 for extent, low, high in sizes):
            raise ShapeError(f"Pad: nothing of shape {x.shape} is left by pads {pads}")
        if not any(before) and not any(after):
            return (x,)
        if self.mode == "constant":
            return (build.pad(x, before, after, self.value if given is None else given),)
        crop = [min(0, low) for low in before], [min(0, high) for high in after]
        bordered = build.pad(x, crop[0], crop[1]) if any(map(any, crop)) else x
        for axis, (low, high) in enumerate(zip(before, after, strict=True)):
            bordered = self._bordered(build, bordered, axis, max(0, low), max(0, high))
        return (bordered,)

    def _bordered(self, build: Builder, x: Operand, axis: int, before: int, after: int) -> Operand:
        """Put copies of entries of x at both ends of an axis."""
        extent = x.shape[axis]
        reach = {"reflect": extent - 1, "wrap": extent}.get(self.mode, max(before, after))
        if max(before, after) > reach:
            raise ShapeError(
                f"Pad: mode {self.mode} copies at most {reach} entries at axis {axis}, "
                f"{max(before, after)} are asked for"
            )
        first, last = {
            "reflect": ((before, -1), (extent - 2, -1)),
            "edge": ((0, 0), (extent - 1, 0)),
            "wrap": ((extent - before, 1), (0, 1)),
        }[self.mode]
        parts = [_run(build, x, axis, first, before), x, _run(build, x, axis, last, after)]
        present = [part for part in parts if part is not None]
        return build.concat(present, axis) if len(present) > 1 else x


def _run(build: Builder, x: Operand, axis: int, run: tuple[int, int], size: int) -> Operand | None:
    """Return x[start], x[start + step], .. along an axis, None where nothing is asked for."""
    if not size:
        return None
    start, step = run
    shape = list(x.shape)
    starts, steps = [0] * len(shape), [1] * len(shape)
    starts[axis], steps[axis] = start, step or 1
    shape[axis] = size if step else 1
    piece = build.slice(x, starts, steps, shape)
    shape[axis] = size
    return piece if step else build.broadcast(piece, shape)
