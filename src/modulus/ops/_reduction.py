"""What all reductions over axes share: where the axes come from, and which are kept."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._builder import Builder, Operand
from modulus.ops._static import axis_in, integers, required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Reduction(Operator):
    """One number per slice of a tensor.

    Axes are an attribute in older opsets and an input in newer ones; without any, all axes are
    reduced, or none where `noop_with_empty_axes` is set.
    """

    static_inputs: ClassVar[Mapping[int, str]] = {1: "axes"}

    axes: tuple[int, ...] | None = None
    keepdims: int = 1
    noop_with_empty_axes: int = 0

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Find the axes and reduce."""
        x = required(self, inputs, 0)
        given = self.axes if self.axes is not None else integers(self, inputs, 1)
        if not given and self.noop_with_empty_axes:
            return (x,)
        rank = len(x.shape)
        axes = tuple(axis_in(self, a, rank) for a in given) if given else tuple(range(rank))
        return (self.reduce(build, x, sorted(set(axes)), keepdims=bool(self.keepdims)),)

    @abstractmethod
    def reduce(self, build: Builder, x: Operand, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """Reduce some axes, given in ascending order."""
