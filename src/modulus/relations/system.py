"""The relation system: everything that must hold between the integer tensors of one model.

It is the weight-free description of a model: tensors by shape and range, relations in a closed set
of kinds, and which tensors are public. Its canonical bytes enter the verifying key's digest, and
the schedule is a function of it. Six kinds of relation are these classes: contraction and rewire
are `Definition`s of virtual tensors, pointwise is `Pointwise`, lookup, range and gather are
`Lookup`s in tables of fixed functions, of counters alone, and of committed tensors.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from modulus.relations.contents import Contents
from modulus.relations.form import Form, Kernel

SMALLEST_SCALE, LARGEST_SCALE = 2.0**-900, 2.0**900
"""What one unit of a public integer may stand for."""


class Role(IntEnum):
    """Where a tensor's values come from; the numbers are those of the binary format."""

    TABLE = 0
    WEIGHT = 1
    PORT = 2
    """An input or output with a commitment of its own, which its owner may use again."""
    TRACE = 3
    MULTIPLICITY = 4
    HELPER = 5
    VIRTUAL = 6


class DefinitionKind(IntEnum):
    """Kinds of virtual tensors; all claims of one kind are batched together."""

    CONTRACTION = 0
    REWIRE = 1


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor of integers in [low, high]."""

    name: str
    shape: tuple[int, ...]
    low: int
    high: int
    role: Role
    contents: Contents | None = None
    """What a table holds; other tensors have none."""


@dataclass(frozen=True, slots=True)
class Product:
    """coefficient * product of forms."""

    coefficient: int
    factors: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Pointwise:
    """The sum of products is zero at every index of the shape (local bits: the shape's block)."""

    name: str
    shape: tuple[int, ...]
    products: tuple[Product, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a lookup table, one per index of `shape`.

    The first columns are one counter per axis, `offset + index`, so rows are distinct by
    construction. The other columns are forms over the table's block: a fixed function's values,
    or a committed tensor that is gathered from.
    """

    name: str
    shape: tuple[int, ...]
    offsets: tuple[int, ...]
    values: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """At every index of the shape the tuple of columns is a row of the table."""

    name: str
    shape: tuple[int, ...]
    table: int
    columns: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Summand:
    """One sum of a virtual tensor's definition.

    Local bits 0 .. k-1 are the bits of the defined tensor's block, higher ones are bound inside the
    sum. `variables` lists the local bits that are summed over, lowest sumcheck variable first; an
    entry below k is a bit that several factors share and the tensor keeps: it gets an eq factor.
    """

    variables: tuple[int, ...]
    kernels: tuple[Kernel, ...]
    factors: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A virtual tensor = offset + sum of summands, zero outside its shape."""

    tensor: int
    kind: DefinitionKind
    offset: Form
    summands: tuple[Summand, ...]


@dataclass(frozen=True, slots=True)
class Public:
    """A public tensor: packed two's complement of `width` bytes.

    Real value = scale * factor of its column * integer.
    """

    tensor: int
    name: str
    width: int
    is_output: bool
    scale: float
    shape: tuple[int, ...]
    """The shape users see; the tensor's own shape may carry the same values on more axes."""
    columns: tuple[float, ...] = ()
    """Factors of the scale, one per index of the last axis; none where all are one."""

    @property
    def has_sound_scales(self) -> bool:
        """Whether every integer stands for a finite number of its sign, to full precision.

        Attack: an infinite scale, one that is not a number or not positive, or factors that are
        not one per column would misrepresent what is proven.
        """
        return len(self.columns) in {0, *self.shape[-1:]} and all(
            is_sound_scale(scale)
            for scale in (self.scale, *(self.scale * factor for factor in self.columns))
        )


def is_sound_scale(scale: float) -> bool:
    """Whether products with integers of 64 bits neither overflow nor lose precision."""
    return SMALLEST_SCALE <= scale <= LARGEST_SCALE


@dataclass(frozen=True, slots=True)
class CommittedPort:
    """An input or output that the world sees as a commitment; real value = scale * integer."""

    tensor: int
    name: str
    is_output: bool
    scale: float


@dataclass(slots=True)
class RelationSystem:
    """All tensors and relations of one model, in declaration order."""

    tensors: list[Tensor] = field(default_factory=list)
    pointwise: list[Pointwise] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    lookups: list[Lookup] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    public: list[Public] = field(default_factory=list)
    committed: list[CommittedPort] = field(default_factory=list)
    """In order of their tensors, which is that of their rows."""

    def add_tensor(self, tensor: Tensor) -> int:
        """Append a tensor and return its number."""
        if tensor.low > tensor.high:
            raise ValueError(f"tensor {tensor.name}: empty range [{tensor.low}, {tensor.high}]")
        self.tensors.append(tensor)
        return len(self.tensors) - 1
