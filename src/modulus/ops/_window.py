"""Sliding windows: kernel, strides, dilations and pads of convolution and pooling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._builder import Builder, Operand
from modulus.ops.operator import Operator

AUTO_PADS = ("NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID")


@dataclass(frozen=True)
class Window:
    """Windows over the spatial axes of one tensor; one entry per spatial axis."""

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    pads: tuple[tuple[int, int], ...]
    """Before and after; the second includes what ceil_mode needs beyond the declared pad."""
    counts: tuple[int, ...]
    """Number of windows."""
    declared: tuple[tuple[int, int], ...]
    """Pads without what ceil_mode adds: only these count in an average."""


def resolve_window(
    name: str,
    extents: Sequence[int],
    kernel: Sequence[int],
    strides: Sequence[int] | None,
    dilations: Sequence[int] | None,
    pads: Sequence[int] | None,
    auto_pad: str,
    *,
    ceil_mode: bool = False,
) -> Window:
    """Apply ONNX's defaults and padding rules.

    Raises:
        ShapeError: The lists do not fit the number of spatial axes, or no window fits.

    Source:
        ONNX operators Conv and MaxPool: output_spatial_shape, auto_pad, ceil_mode.
    """
    rank = len(extents)
    steps = tuple(strides) if strides else (1,) * rank
    spread = tuple(dilations) if dilations else (1,) * rank
    flat = tuple(pads) if pads else (0,) * (2 * rank)
    if not len(kernel) == len(steps) == len(spread) == rank or len(flat) != 2 * rank:
        raise ShapeError(f"{name}: kernel, strides, dilations or pads do not fit {rank} axes")
    if min((*kernel, *steps, *spread)) < 1 or min(flat) < 0:
        raise ShapeError(f"{name}: kernel, strides and dilations are at least 1, pads at least 0")
    declared, padded, counts = [], [], []
    for axis, extent in enumerate(extents):
        reach = (kernel[axis] - 1) * spread[axis] + 1
        if auto_pad in {"SAME_UPPER", "SAME_LOWER"}:
            count = -(-extent // steps[axis])
            before, after = _same(extent, reach, steps[axis], count, upper=auto_pad == "SAME_UPPER")
        else:
            before, after = (flat[axis], flat[rank + axis]) if auto_pad == "NOTSET" else (0, 0)
            room = extent + before + after - reach
            if room < 0:
                raise ShapeError(
                    f"{name}: a window of {reach} does not fit axis {axis} of {extent} with pads "
                    f"({before}, {after})"
                )
            count = (-(-room // steps[axis]) if ceil_mode else room // steps[axis]) + 1
            # A window that would start in the padding behind the data is left out.
            if ceil_mode and (count - 1) * steps[axis] >= extent + before:
                count -= 1
        needed = (count - 1) * steps[axis] + reach - extent - before
        declared.append((before, after))
        padded.append((before, max(after, needed)))
        counts.append(count)
    return Window(tuple(kernel), steps, spread, tuple(padded), tuple(counts), tuple(declared))


@dataclass(frozen=True)
class Windowed(Operator):
    """The attributes of operators with windows; those that are lists have a default per axis."""

    auto_pad: str = "NOTSET"
    dilations: tuple[int, ...] | None = None
    pads: tuple[int, ...] | None = None
    strides: tuple[int, ...] | None = None

    def check(self) -> None:
        """Check auto_pad."""
        if self.auto_pad not in AUTO_PADS:
            raise UnsupportedOperatorError(
                f"attribute auto_pad={self.auto_pad!r} is none of {', '.join(AUTO_PADS)}"
            )


@dataclass(frozen=True)
class Convolution(Windowed):
    """The attributes of convolutions, whose weights must be constant."""

    static_inputs: ClassVar[Mapping[int, str]] = {1: "W", 2: "B"}

    group: int = 1
    kernel_shape: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Pooling(Windowed):
    """The attributes of pooling over windows, and the windows."""

    kernel_shape: tuple[int, ...] = ()
    ceil_mode: int = 0

    def window(self, x: Operand) -> Window:
        """Return the windows over the spatial axes of x.

        Raises:
            ShapeError: There is no spatial axis, or the windows do not fit.
        """
        if len(x.shape) < 3:
            raise ShapeError(f"{self.onnx_name}: input {x.shape} has no spatial axis")
        return resolve_window(
            self.onnx_name,
            x.shape[2:],
            self.kernel_shape,
            self.strides,
            self.dilations,
            self.pads,
            self.auto_pad,
            ceil_mode=bool(self.ceil_mode),
        )

    def windows(self, build: Builder, x: Operand) -> tuple[Window, Operand, range]:
        """Return the windows, all of them as one operand, and its axes within a window."""
        window = self.window(x)
        rank = len(window.kernel)
        taken = build.window(
            x, range(2, 2 + rank), window.kernel, window.strides, window.dilations, window.pads
        )
        return window, taken, range(2 + rank, 2 + 2 * rank)


def _same(extent: int, reach: int, stride: int, count: int, *, upper: bool) -> tuple[int, int]:
    total = max((count - 1) * stride + reach - extent, 0)
    small, large = total // 2, total - total // 2
    return (small, large) if upper else (large, small)
