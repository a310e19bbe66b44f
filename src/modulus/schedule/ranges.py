"""Interval arithmetic over relations: bounds that follow from the ranges of committed tensors."""

from __future__ import annotations

from modulus.errors import InternalError
from modulus.relations.coordinate import CoordinateKind
from modulus.relations.form import Counter, Form, One, TensorAtom, Term
from modulus.relations.system import Definition, RelationSystem
from modulus.schedule.selection import fill_of

Interval = tuple[int, int]


class Ranges:
    """Bounds of every tensor of a well-formed system.

    A committed tensor has its declared range, which coverage enforces. A virtual tensor's range is
    derived from its definition: what is declared for it binds nobody.
    """

    def __init__(self, system: RelationSystem) -> None:
        self._system = system
        self._tensors = [(tensor.low, tensor.high) for tensor in system.tensors]
        # Definitions only use earlier tensors, so one pass in tensor order settles all.
        for definition in sorted(system.definitions, key=lambda item: item.tensor):
            self._tensors[definition.tensor] = self._derive(definition)

    def tensor(self, number: int) -> Interval:
        """Return the bounds of a tensor."""
        return self._tensors[number]

    def form(self, form: Form) -> Interval:
        """Return the bounds of a form at every index of its shape."""
        low = high = 0
        for term in form.terms:
            ends = [end * term.coefficient for end in self._atom(term)]
            if term.selectors or term.kernels:
                ends.append(0)
            low += min(ends)
            high += max(ends)
        return low, high

    def _atom(self, term: Term) -> Interval:
        atom = term.atom
        if isinstance(atom, One):
            return 1, 1
        if isinstance(atom, Counter):
            return 0, (1 << len(atom.coordinates)) - 1
        if not isinstance(atom, TensorAtom):
            raise InternalError("a relation refers to a claim")
        low, high = self._tensors[atom.tensor]
        # A half averages a bit, and slots outside the shape are zero.
        return min(low, 0), max(high, 0)

    def _derive(self, definition: Definition) -> Interval:
        fill = fill_of(definition, self._system.tensors[definition.tensor].shape)
        if fill is not None:
            ends = [0, fill]
            for summand in definition.summands:
                for factor in summand.factors:
                    ends.extend(self.form(factor))
            return min(ends), max(ends)
        low, high = self.form(definition.offset)
        for summand in definition.summands:
            magnitude = 1 << len(summand.variables)
            for factor in summand.factors:
                magnitude *= max(abs(end) for end in self.form(factor))
            low, high = low - magnitude, high + magnitude
        return low, high


def half_count(term: Term) -> int:
    """Return how many coordinates of a term are halves; its coefficient must cancel them."""
    points = [selector.coordinates for selector in term.selectors]
    points += [part.coordinates for kernel in term.kernels for part in kernel.parts]
    if isinstance(term.atom, TensorAtom):
        points.append(term.atom.point)
    elif isinstance(term.atom, Counter):
        points.append(term.atom.coordinates)
    return sum(c.kind is CoordinateKind.HALF for point in points for c in point)


def form_range(system: RelationSystem, form: Form) -> Interval:
    """Return the bounds of one form."""
    return Ranges(system).form(form)
