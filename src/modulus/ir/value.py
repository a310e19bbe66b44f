"""Values: the integer tensors of a graph, as views over the tensors that are stored."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from modulus.errors import InternalError
from modulus.relations.coordinate import block_bits, local_point
from modulus.relations.form import Form, TensorAtom, tensor_form

Axes = tuple[tuple[int, ...], ...]
"""Per logical axis the physical extents it is made of, in C order."""


@dataclass(frozen=True, slots=True)
class Value:
    """A tensor of integers in [low, high]; the real numbers it stands for are scale * integer.

    A value is a form over stored tensors. The local bits of the form are the index bits of the
    padded block of `physical`, the last axis lowest. Outside its shape a value is zero.
    """

    name: str
    shape: tuple[int, ...]
    """What the model's author sees."""
    axes: Axes
    low: int
    high: int
    scale: float
    form: Form

    def __post_init__(self) -> None:
        if tuple(prod(factors) for factors in self.axes) != self.shape:
            raise InternalError(f"value {self.name}: axes {self.axes} do not make {self.shape}")
        if self.low > self.high:
            raise InternalError(f"value {self.name}: empty range [{self.low}, {self.high}]")
        if not self.scale > 0:
            raise InternalError(f"value {self.name}: scale {self.scale} is not positive")

    @property
    def physical(self) -> tuple[int, ...]:
        """The extents of the block, one per physical axis."""
        return physical_shape(self.axes)

    @property
    def bits(self) -> int:
        """The number of index bits of the padded block."""
        return block_bits(self.physical)

    @property
    def real_range(self) -> tuple[float, float]:
        """The real numbers between which every entry lies."""
        return self.low * self.scale, self.high * self.scale

    @property
    def stored(self) -> int | None:
        """The number of the tensor this value is, entry by entry, or None if it is another view."""
        if len(self.form.terms) != 1:
            return None
        (term,) = self.form.terms
        if not isinstance(term.atom, TensorAtom):
            return None
        return (
            term.atom.tensor
            if self.form == tensor_form(term.atom.tensor, local_point(self.bits))
            else None
        )


def physical_shape(axes: Axes) -> tuple[int, ...]:
    """Concatenate the extents of all axes."""
    return tuple(extent for factors in axes for extent in factors)


def plain_axes(shape: tuple[int, ...]) -> Axes:
    """Return the axes of a tensor whose physical shape is its logical one."""
    return tuple((extent,) for extent in shape)


def canonical_axes(axes: Axes) -> Axes:
    """Return the shortest axes with the same index bits.

    Extents of one are dropped (one is kept per axis that has nothing else) and (a, 2^k) becomes
    a * 2^k, so that equal axes mean equal layouts.
    """
    return tuple(_canonical_factors(factors) for factors in axes)


def _canonical_factors(factors: tuple[int, ...]) -> tuple[int, ...]:
    merged: list[int] = []
    for extent in factors:
        if extent == 1:
            continue
        if merged and extent & (extent - 1) == 0:
            merged[-1] *= extent
        else:
            merged.append(extent)
    return tuple(merged) or (1,)
