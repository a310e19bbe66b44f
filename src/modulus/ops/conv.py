"""Conv: convolution over one, two or three spatial axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand, Reals
from modulus.ops._static import constant, required
from modulus.ops._window import Convolution, resolve_window

_PLACES, _TAPS = "xyz", "ijk"
"""Letters of the spatial axes and of the kernel's axes."""


@dataclass(frozen=True)
class Conv(Convolution):
    """Correlation with constant weights and an optional constant bias.

    Shape:
        x: [n, c, spatial...], W: [o, c / group, kernel...], B: [o] -> y: [n, o, windows...].

    Numerics:
        |error| <= one unit of y plus (weights per output) * max|x| times half a unit of the weights
        of the channel.

    Source:
        ONNX operator Conv, opset 1 to 22.
    """

    onnx_name: ClassVar[str] = "Conv"
    bound: ClassVar[Bound] = Bound(units=1, weights=True)
    keeps_whole: ClassVar[bool] = True

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Windows of x, contracted with the weights, group by group along an axis of its own."""
        x, weight = required(self, inputs, 0), constant(self, inputs, 1)
        bias = constant(self, inputs, 2)
        rank = len(x.shape) - 2
        weight = self._checked(x.shape, weight)
        window = resolve_window(
            "Conv",
            x.shape[2:],
            weight.shape[2:],
            self.strides,
            self.dilations,
            self.pads,
            self.auto_pad,
        )
        places, taps = _PLACES[:rank], _TAPS[:rank]
        groups, outputs = self.group, weight.shape[0]
        per_group = weight.shape[1]
        # Depthwise: the group is the channel itself, so that no axis has to be split.
        depthwise = groups == x.shape[1] == outputs
        grouped = groups > 1 and not depthwise
        # A group is a window of the channel axis: one step splits channels and moves the kernel.
        split = [(per_group, per_group, 1, (0, 0))] if grouped else []
        spatial = zip(window.kernel, window.strides, window.dilations, window.pads, strict=True)
        kernel, strides, dilations, pads = zip(*split, *spatial, strict=True)
        windows = build.window(x, range(2 - len(split), 2 + rank), kernel, strides, dilations, pads)
        if depthwise:
            labels, weight = f"nc{places}{taps},c{taps}->nc{places}", weight[:, 0]
            channel, bias_shape = "c", (outputs, *[1] * rank)
        elif grouped:
            labels = f"ng{places}c{taps},goc{taps}->ngo{places}"
            weight = weight.reshape(groups, outputs // groups, per_group, *window.kernel)
            channel, bias_shape = "o", (groups, outputs // groups, *[1] * rank)
        else:
            labels = f"nc{places}{taps},oc{taps}->no{places}"
            channel, bias_shape = "o", (outputs, *[1] * rank)
        y = build.contract(labels, windows, weight, channel=channel)
        if bias is not None:
            y = build.add(y, build.constant(bias.reshape(bias_shape)))
        if grouped:
            y = build.reshape(y, (y.shape[0], outputs, *window.counts))
        return (y,)

    def _checked(self, shape: tuple[int, ...], weight: Reals | None) -> Reals:
        if weight is None or not 3 <= len(shape) <= 5 or weight.ndim != len(shape):
            found = "nothing" if weight is None else weight.shape
            raise ShapeError(f"Conv: input {shape} and weights {found} do not fit")
        if self.group < 1 or weight.shape[0] % self.group:
            raise ShapeError(
                f"Conv: {weight.shape[0]} outputs do not divide into {self.group} groups"
            )
        if weight.shape[1] * self.group != shape[1]:
            raise ShapeError(
                f"Conv: {shape[1]} channels, weights for {weight.shape[1]} in {self.group} groups"
            )
        if self.kernel_shape is not None and self.kernel_shape != weight.shape[2:]:
            raise ShapeError(
                f"Conv: kernel_shape {self.kernel_shape} is not the weights' {weight.shape[2:]}"
            )
        return weight
