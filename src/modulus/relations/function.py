"""Real functions as data: what the table of a function must hold, for everyone to recompute.

A function is postfix code over a closed set of elementary functions. `modulus.reference.elementary`
defines their floating-point results to the last bit, so that all machines agree on a table.
Applying a Python function to `VARIABLE` writes its code.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import NoReturn

from modulus.errors import ArtifactError
from modulus.relations.wire import Reader, Writer

MAX_CODE = 256
"""Instructions of one function."""


class Op(IntEnum):
    """Elementary functions; the numbers are those of the binary format."""

    VARIABLE = 0
    CONSTANT = 1
    NEGATE = 2
    ABSOLUTE = 3
    EXP = 4
    LOG = 5
    SQRT = 6
    SIN = 7
    COS = 8
    ATAN = 9
    ERF = 10
    ADD = 11
    SUBTRACT = 12
    MULTIPLY = 13
    DIVIDE = 14
    MINIMUM = 15
    MAXIMUM = 16
    POWER = 17

    @property
    def operands(self) -> int:
        """How many values it takes from the stack."""
        if self < Op.NEGATE:
            return 0
        return 1 if self < Op.ADD else 2

    @property
    def work(self) -> int:
        """Floating-point operations that evaluating it takes at most, roughly."""
        return _WORK.get(self, 1)


_WORK = {
    Op.EXP: 50,
    Op.LOG: 50,
    Op.SIN: 50,
    Op.COS: 50,
    Op.ATAN: 100,
    Op.ERF: 250,
    Op.POWER: 150,
}


@dataclass(frozen=True, slots=True)
class Instruction:
    """Pushes a value, or replaces the topmost ones by their image."""

    op: Op
    constant: float = 0.0
    """What CONSTANT pushes; zero for the others."""


Code = tuple[Instruction, ...]


class Real:
    """A real number that depends on the variable; arithmetic on it writes code."""

    __slots__ = ("code",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, code: Code) -> None:
        self.code = code

    def __add__(self, other: Number) -> Real:
        return _apply(Op.ADD, self, other)

    def __radd__(self, other: Number) -> Real:
        return _apply(Op.ADD, other, self)

    def __sub__(self, other: Number) -> Real:
        return _apply(Op.SUBTRACT, self, other)

    def __rsub__(self, other: Number) -> Real:
        return _apply(Op.SUBTRACT, other, self)

    def __mul__(self, other: Number) -> Real:
        return _apply(Op.MULTIPLY, self, other)

    def __rmul__(self, other: Number) -> Real:
        return _apply(Op.MULTIPLY, other, self)

    def __truediv__(self, other: Number) -> Real:
        return _apply(Op.DIVIDE, self, other)

    def __rtruediv__(self, other: Number) -> Real:
        return _apply(Op.DIVIDE, other, self)

    def __pow__(self, other: Number) -> Real:
        return _apply(Op.POWER, self, other)

    def __rpow__(self, other: Number) -> Real:
        return _apply(Op.POWER, other, self)

    def __neg__(self) -> Real:
        return _apply(Op.NEGATE, self)

    def __abs__(self) -> Real:
        return _apply(Op.ABSOLUTE, self)

    def _undecided(self, *_: object) -> NoReturn:
        # A comparison would be decided once for all arguments, and the code be wrong for some.
        raise TypeError(
            "a real function of the variable cannot be compared; use minimum or maximum"
        )

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = _undecided


Number = Real | float

VARIABLE = Real((Instruction(Op.VARIABLE),))
"""The argument of a function."""


def absolute(x: Number) -> Real:
    """The absolute value."""
    return _apply(Op.ABSOLUTE, x)


def exp(x: Number) -> Real:
    """The exponential."""
    return _apply(Op.EXP, x)


def log(x: Number) -> Real:
    """The natural logarithm."""
    return _apply(Op.LOG, x)


def sqrt(x: Number) -> Real:
    """The square root."""
    return _apply(Op.SQRT, x)


def sin(x: Number) -> Real:
    """The sine."""
    return _apply(Op.SIN, x)


def cos(x: Number) -> Real:
    """The cosine."""
    return _apply(Op.COS, x)


def atan(x: Number) -> Real:
    """The arc tangent."""
    return _apply(Op.ATAN, x)


def erf(x: Number) -> Real:
    """The error function."""
    return _apply(Op.ERF, x)


def minimum(a: Number, b: Number) -> Real:
    """The smaller one."""
    return _apply(Op.MINIMUM, a, b)


def maximum(a: Number, b: Number) -> Real:
    """The larger one."""
    return _apply(Op.MAXIMUM, a, b)


def power(a: Number, b: Number) -> Real:
    """A to the power of b."""
    return _apply(Op.POWER, a, b)


def code_of(
    function: Callable[[Real], Number], domain: tuple[float, float] | None = None
) -> Code | None:
    """Return the code of a Python function whose argument is first moved into a domain.

    None if it does more than arithmetic and the functions of this module, such as comparing.
    """
    x = VARIABLE
    if domain is not None:
        low, high = domain
        x = maximum(x, low) if math.isfinite(low) else x
        x = minimum(x, high) if math.isfinite(high) else x
    try:
        code = _code(function(x))
    except TypeError:
        return None
    return code if len(code) <= MAX_CODE else None


def check_code(code: Code) -> None:
    """Check that code leaves one value and takes none that is not there.

    Raises:
        ArtifactError: It does not, or a constant is not finite.
    """
    depth = 0
    for instruction in code:
        if instruction.op is not Op.CONSTANT and instruction.constant != 0:
            raise ArtifactError("a function's instruction has a constant that it does not use")
        if not math.isfinite(instruction.constant):
            raise ArtifactError("a function's constant is not finite")
        if depth < instruction.op.operands:
            raise ArtifactError("a function takes more values than there are")
        depth += 1 - instruction.op.operands
    if depth != 1 or len(code) > MAX_CODE:
        raise ArtifactError("a function does not leave one value, or is too long")


def write_code(writer: Writer, code: Code) -> None:
    """Write a list of instructions: u8 op, and f64 if it is CONSTANT."""

    def write(instruction: Instruction) -> None:
        writer.number("B", instruction.op)
        if instruction.op is Op.CONSTANT:
            writer.number("d", instruction.constant)

    writer.sequence(code, write)


def read_code(reader: Reader) -> Code:
    """Read what `write_code` wrote.

    Raises:
        ArtifactError: It is not the code of a function.
    """

    def read() -> Instruction:
        number = reader.integer("B")
        if number not in set(Op):
            raise reader.fail(f"unknown elementary function {number}")
        return Instruction(Op(number), reader.real() if number == Op.CONSTANT else 0.0)

    code = reader.sequence(read)
    check_code(code)
    return code


def formula(code: Code) -> str:
    """Return a function as people write it."""
    signs = {Op.ADD: "+", Op.SUBTRACT: "-", Op.MULTIPLY: "*", Op.DIVIDE: "/", Op.POWER: "^"}
    stack: list[str] = []
    for instruction in code:
        op = instruction.op
        taken = [stack.pop() for _ in range(op.operands)][::-1]
        if op is Op.VARIABLE:
            stack.append("x")
        elif op is Op.CONSTANT:
            stack.append(f"{instruction.constant!r}")
        elif op is Op.NEGATE:
            stack.append(f"(-{taken[0]})")
        elif op in signs:
            stack.append(f"({taken[0]} {signs[op]} {taken[1]})")
        else:
            stack.append(f"{op.name.lower()}({', '.join(taken)})")
    text = stack.pop()
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text


def _apply(op: Op, *operands: Number) -> Real:
    code = (instruction for operand in operands for instruction in _code(operand))
    return Real((*code, Instruction(op)))


def _code(number: object) -> Code:
    if isinstance(number, Real):
        return number.code
    if isinstance(number, int | float) and math.isfinite(number):
        return (Instruction(Op.CONSTANT, float(number)),)
    raise TypeError(f"{number!r} is no real number")
