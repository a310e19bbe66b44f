"""Forms: affine combinations of tensors (in relations) or of claims (in schedules).

A form is the only way in which anything refers to a tensor, so views that cost nothing (transpose,
broadcast, sums, splits, linear combinations) are forms and never reach the prover as relations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from modulus.relations.coordinate import Coordinate, Point, bits_of


@dataclass(frozen=True, slots=True)
class Selector:
    """The multilinear extension of [index < extent] over one axis."""

    extent: int
    coordinates: Point

    def __post_init__(self) -> None:
        if len(self.coordinates) != bits_of(self.extent):
            raise ValueError(f"a selector of {self.extent} needs {bits_of(self.extent)} bits")


@dataclass(frozen=True, slots=True)
class KernelPart:
    """One index of an affine equation: `coefficient * v` with 0 <= v < extent."""

    coefficient: int
    extent: int
    coordinates: Point


@dataclass(frozen=True, slots=True)
class Kernel:
    """The sum of prod eq(part, v) over the solutions of `sum coefficient * v + constant = 0`."""

    constant: int
    parts: tuple[KernelPart, ...]


@dataclass(frozen=True, slots=True)
class One:
    """The constant one."""


@dataclass(frozen=True, slots=True)
class TensorAtom:
    """A tensor's multilinear extension at a point (relations only)."""

    tensor: int
    point: Point


@dataclass(frozen=True, slots=True)
class ClaimAtom:
    """The value of a claim (schedules only)."""

    claim: int


@dataclass(frozen=True, slots=True)
class Counter:
    """The index itself: the sum of 2^j * coordinate_j."""

    coordinates: Point


Atom = One | TensorAtom | ClaimAtom | Counter


@dataclass(frozen=True, slots=True)
class Term:
    """coefficient * selectors * kernels * atom."""

    coefficient: int
    atom: Atom
    selectors: tuple[Selector, ...] = ()
    kernels: tuple[Kernel, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A sum of terms."""

    terms: tuple[Term, ...]

    def scaled(self, factor: int) -> Form:
        """Multiply by an integer."""
        return Form(
            tuple(replace(term, coefficient=term.coefficient * factor) for term in self.terms)
        )

    def plus(self, other: Form) -> Form:
        """Add, merging terms that differ in their coefficient alone."""
        merged: dict[tuple[object, ...], Term] = {}
        for term in self.terms + other.terms:
            key = (term.atom, term.selectors, term.kernels)
            held = merged.get(key)
            merged[key] = (
                term
                if held is None
                else replace(held, coefficient=held.coefficient + term.coefficient)
            )
        return Form(tuple(term for term in merged.values() if term.coefficient != 0))

    def minus(self, other: Form) -> Form:
        """Subtract."""
        return self.plus(other.scaled(-1))

    def selected(self, selectors: Iterable[Selector]) -> Form:
        """Multiply by selectors; those that are constantly one are left out."""
        kept = tuple(s for s in selectors if s.extent != 1 << len(s.coordinates))
        return Form(tuple(replace(term, selectors=term.selectors + kept) for term in self.terms))

    def substituted(self, change: Callable[[Coordinate], Coordinate]) -> Form:
        """Replace every coordinate."""
        return Form(tuple(_substitute_term(term, change) for term in self.terms))

    def with_atoms(self, change: Callable[[Atom], Atom]) -> Form:
        """Replace every atom."""
        return Form(tuple(replace(term, atom=change(term.atom)) for term in self.terms))


def constant(value: int) -> Form:
    """Return a constant form."""
    return Form((Term(value, One()),) if value else ())


def tensor_form(tensor: int, point: Point) -> Form:
    """Return the form that is one tensor at a point."""
    return Form((Term(1, TensorAtom(tensor, point)),))


def substitute_point(point: Point, change: Callable[[Coordinate], Coordinate]) -> Point:
    """Replace every coordinate of a point."""
    return tuple(change(coordinate) for coordinate in point)


def substitute_kernel(kernel: Kernel, change: Callable[[Coordinate], Coordinate]) -> Kernel:
    """Replace every coordinate of a kernel."""
    return Kernel(
        kernel.constant,
        tuple(
            replace(part, coordinates=substitute_point(part.coordinates, change))
            for part in kernel.parts
        ),
    )


def _substitute_term(term: Term, change: Callable[[Coordinate], Coordinate]) -> Term:
    atom = term.atom
    if isinstance(atom, TensorAtom):
        atom = TensorAtom(atom.tensor, substitute_point(atom.point, change))
    elif isinstance(atom, Counter):
        atom = Counter(substitute_point(atom.coordinates, change))
    return Term(
        term.coefficient,
        atom,
        tuple(Selector(s.extent, substitute_point(s.coordinates, change)) for s in term.selectors),
        tuple(substitute_kernel(kernel, change) for kernel in term.kernels),
    )
