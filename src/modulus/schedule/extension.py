"""Whether a definition is the multilinear extension of a tensor that is zero outside its shape.

Every verifier evaluates definitions at random points and every kernel counts on zeros outside the
shape: a sum over a padded axis would otherwise count entries that do not exist.
"""

from __future__ import annotations

from collections import Counter as Multiset
from collections.abc import Iterable, Iterator

from modulus.errors import ArtifactError
from modulus.relations.coordinate import (
    CoordinateKind,
    Point,
    axis_points,
    block_bits,
    local_point,
)
from modulus.relations.form import Form, Kernel, TensorAtom, Term
from modulus.relations.system import Definition, RelationSystem, Summand

Axis = tuple[int, Point]
"""An extent that is not a power of two, and the local bits of the axis."""


def check_extension(system: RelationSystem, definition: Definition) -> None:
    """Check that kept bits occur once per product and that padded axes are bounded.

    Raises:
        ArtifactError: The definition is not the extension of a tensor of its shape.
    """
    tensor = system.tensors[definition.tensor]
    kept = block_bits(tensor.shape)
    axes = [
        (extent, point)
        for extent, point in zip(
            tensor.shape, axis_points(tensor.shape, local_point(kept)), strict=True
        )
        if extent & (extent - 1)
    ]
    for term in definition.offset.terms:
        uses = Multiset(_local_bits(_term_points(term)))
        if any(count > 1 for count in uses.values()):
            raise ArtifactError(f"the offset of {tensor.name} uses a bit twice")
        if not all(_term_bounds(system, term, axis) for axis in axes):
            raise ArtifactError(f"the offset of {tensor.name} is not zero outside the shape")
    for summand in definition.summands:
        _check_degrees(summand, kept, tensor.name)
        for axis in axes:
            if not (
                _kernels_bound(summand.kernels, axis)
                or any(_form_bounds(system, factor, axis) for factor in summand.factors)
            ):
                raise ArtifactError(
                    f"{tensor.name} is not zero outside its shape: nothing bounds an axis of "
                    f"{axis[0]}"
                )


def _check_degrees(summand: Summand, kept: int, name: str) -> None:
    """A kept bit that is not bound may occur in one kernel or one factor."""
    uses: Multiset[int] = Multiset()
    for kernel in summand.kernels:
        uses.update(set(_local_bits([part.coordinates for part in kernel.parts])))
    for factor in summand.factors:
        uses.update({bit for term in factor.terms for bit in _local_bits(_term_points(term))})
    bound = set(summand.variables)
    if any(count > 1 and bit < kept and bit not in bound for bit, count in uses.items()):
        raise ArtifactError(f"definition of {name}: a bit of the result is in two factors")


def _term_points(term: Term) -> list[Point]:
    points = [selector.coordinates for selector in term.selectors]
    points += [part.coordinates for kernel in term.kernels for part in kernel.parts]
    if isinstance(term.atom, TensorAtom):
        points.append(term.atom.point)
    return points


def _local_bits(points: Iterable[Point]) -> Iterator[int]:
    for point in points:
        for coordinate in point:
            if coordinate.kind is CoordinateKind.LOCAL:
                yield coordinate.variable


def _form_bounds(system: RelationSystem, form: Form, axis: Axis) -> bool:
    return all(_term_bounds(system, term, axis) for term in form.terms)


def _term_bounds(system: RelationSystem, term: Term, axis: Axis) -> bool:
    """Whether a term is zero where the axis' index is at or beyond its extent."""
    if any(_ends_in(s.extent, s.coordinates, axis) for s in term.selectors):
        return True
    if _kernels_bound(term.kernels, axis):
        return True
    if not isinstance(term.atom, TensorAtom):
        return False
    shape = system.tensors[term.atom.tensor].shape
    points = axis_points(shape, term.atom.point)
    return any(_ends_in(extent, point, axis) for extent, point in zip(shape, points, strict=True))


def _kernels_bound(kernels: Iterable[Kernel], axis: Axis) -> bool:
    return any(
        _ends_in(part.extent, part.coordinates, axis) for kernel in kernels for part in kernel.parts
    )


def _ends_in(extent: int, point: Point, axis: Axis) -> bool:
    """Whether [index < extent] at this point implies the axis' bound.

    The axis' bits must be the highest bits of the point: with k lower bits, an index at or beyond
    the axis' extent n is at least n * 2^k. Or the point is the axis' highest bits: without its k
    lowest ones (each entry is repeated 2^k times), such an index is at least n / 2^k.
    """
    bound, bits = axis
    lower = len(point) - len(bits)
    if lower >= 0:
        return point[lower:] == bits and extent <= bound << lower
    return len(point) > 0 and point == bits[-lower:] and extent << -lower <= bound
