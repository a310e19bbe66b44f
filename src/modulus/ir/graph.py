"""The integer graph: steps in order, what they read and write, and what the world sees of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import prod

import numpy as np
from numpy.typing import NDArray

from modulus.errors import InternalError, QuantizationError, WitnessError
from modulus.ir.evaluate import Integers, evaluate
from modulus.ir.step import Declaration, Step
from modulus.ir.steps.limbs import Limbs
from modulus.ir.value import Value
from modulus.relations.system import CommittedPort, Public, RelationSystem, Role, Tensor

VALUE_LIMIT = 1 << 62
"""Bound of every integer that is stored: 64-bit arithmetic holds sums of two."""


Numbers = NDArray[np.float64] | NDArray[np.int64]
"""What a tensor stands for: real numbers, or at scale one integers, such as labels."""


def numbers(integers: Integers, scale: float, columns: tuple[float, ...] = ()) -> Numbers:
    """Return the numbers that integers of a scale, times factors per column, stand for."""
    if scale == 1.0 and not columns:
        return np.array(integers, dtype=np.int64)
    return np.multiply(integers, scale * np.array(columns or 1.0), dtype=np.float64)


MAX_ENTRIES = 1 << 30
"""Of one tensor: more cannot be proven, and would fill the memory first."""


class Visibility(StrEnum):
    """Who sees an input or an output."""

    PUBLIC = "public"
    PRIVATE = "private"
    COMMITTED = "committed"


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output: its name, its integers, and who sees them."""

    name: str
    value: Value
    visibility: Visibility
    columns: tuple[float, ...] = ()
    """Factors of the value's scale, one per index of the last axis; none where all are one."""

    @property
    def units(self) -> NDArray[np.float64]:
        """The real numbers that one stands for; they broadcast to the value's shape."""
        return self.value.scale * np.array(self.columns or 1.0)

    def numbers(self, integers: Integers) -> Numbers:
        """Return the numbers that integers of the value's shape stand for."""
        return numbers(integers, self.value.scale, self.columns)


@dataclass(frozen=True, slots=True)
class Tap:
    """The value that stands for a tensor of the float model, for comparing the two."""

    name: str
    layer: str
    value: Value


@dataclass(slots=True)
class Trace:
    """All integers of one execution."""

    arrays: dict[int, Integers]
    """By tensor number, in unpadded C order of the physical shape."""

    def __repr__(self) -> str:
        # A trace holds private inputs and weights, and representations end up in logs.
        return f"Trace({len(self.arrays)} tensors)"

    def value(self, value: Value) -> Integers:
        """Return a value's integers in its logical shape."""
        return evaluate(value.form, value.physical, self.arrays).reshape(value.shape)


@dataclass(slots=True, repr=False)
class Graph:
    """An integer graph. Tensor numbers are those of its relation system."""

    tensors: list[Tensor] = field(default_factory=list)
    constants: dict[int, Integers] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    inputs: list[Port] = field(default_factory=list)
    outputs: list[Port] = field(default_factory=list)
    taps: list[Tap] = field(default_factory=list)

    def __repr__(self) -> str:
        # Not the constants: they are weights, and representations end up in logs.
        inputs, outputs = (
            ", ".join(f"{port.visibility} {port.name} {port.value.shape}" for port in ports)
            for ports in (self.inputs, self.outputs)
        )
        return f"Graph({inputs} -> {outputs}; {len(self.steps)} steps)"

    def add_tensor(self, tensor: Tensor) -> int:
        """Append a tensor and return its number.

        Raises:
            QuantizationError: Its integers may need more than 62 bits, or it has no entries, or too
                many.
        """
        if 0 in tensor.shape:
            raise QuantizationError(
                f"{tensor.name}: a tensor of shape {tensor.shape} has no entries",
                hint="remove the nodes that compute it",
            )
        if max(-tensor.low, tensor.high) >= VALUE_LIMIT:
            raise QuantizationError(
                f"{tensor.name}: integers may reach [{tensor.low}, {tensor.high}], beyond 62 bits",
                hint="use fewer activation or weight bits",
            )
        if prod(tensor.shape) > MAX_ENTRIES:
            raise QuantizationError(
                f"{tensor.name}: {prod(tensor.shape)} entries; at most {MAX_ENTRIES} are supported"
            )
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def add_constant(self, tensor: Tensor, array: Integers) -> int:
        """Append a tensor whose integers the model fixes, and return its number."""
        if array.shape != tensor.shape or array.dtype != np.int64:
            raise InternalError(f"{tensor.name}: data of {array.dtype} {array.shape}")
        if array.size and (int(array.min()) < tensor.low or int(array.max()) > tensor.high):
            raise QuantizationError(
                f"{tensor.name}: constants in [{array.min()}, {array.max()}] do not fit "
                f"[{tensor.low}, {tensor.high}]",
                hint="use fewer activation bits, or calibrate with more samples",
            )
        number = self.add_tensor(tensor)
        self.constants[number] = np.asarray(array, order="C")
        return number

    def execute(self, inputs: Mapping[str, Integers]) -> Trace:
        """Run the graph on integers in the inputs' logical shapes: the reference semantics.

        Raises:
            WitnessError: An input is missing, unknown or of another shape, or a value leaves the
                range it was compiled for.
        """
        arrays = dict(self.constants)
        for name, port in self._given(inputs).items():
            array = np.asarray(inputs[name])
            if array.shape != port.value.shape or array.dtype.kind not in "iu":
                raise WitnessError(
                    f"input {name}: got {array.dtype} of shape {array.shape}, expected integers of "
                    f"shape {port.value.shape}"
                )
            tensor = port.value.stored
            if tensor is None:
                raise InternalError(f"input {name} is not a tensor of its own")
            arrays[tensor] = np.ascontiguousarray(array, dtype=np.int64).reshape(
                port.value.physical
            )
        for step in self.steps:
            step.execute(arrays)
        return Trace(arrays)

    def quantize_inputs(
        self,
        reals: Mapping[str, NDArray[np.generic]],
        integers: Mapping[str, Integers] | None = None,
    ) -> dict[str, Integers]:
        """Round real inputs to the integers the graph takes.

        Args:
            reals: Real inputs by name.
            integers: The other inputs, which are integers already.

        Raises:
            WitnessError: An input is missing, unknown, of another shape, not finite, or outside the
                range the model was compiled for.
        """
        result = dict(integers or {})
        if twice := sorted(result.keys() & reals.keys()):
            raise WitnessError(f"inputs are given twice: {', '.join(twice)}")
        for name, port in self._given({**reals, **result}).items():
            if name not in result:
                result[name] = self.quantize_input(port, reals[name])
        return result

    @staticmethod
    def quantize_input(port: Port, reals: NDArray[np.generic]) -> Integers:
        """Round one real input to the integers the graph takes.

        Raises:
            WitnessError: As `quantize_inputs`.
        """
        array = np.asarray(reals, dtype=np.float64)
        name, value = port.name, port.value
        if array.shape != value.shape:
            raise WitnessError(f"input {name} has shape {array.shape}, expected {value.shape}")
        if not np.isfinite(array).all():
            raise WitnessError(f"input {name} holds a number that is not finite")
        quotient = array / port.units
        if not port.columns and float(np.float32(value.scale)) == value.scale:
            # A scale of a float32 model: where its division meets a tie, there is one.
            quotient = quotient.astype(np.float32)
        scaled = np.rint(quotient)
        outside = (scaled < value.low) | (scaled > value.high)
        if outside.any():
            raise _out_of_range(port, array, outside)
        return scaled.astype(np.int64)

    def real_outputs(self, trace: Trace) -> dict[str, Numbers]:
        """Return the numbers that the outputs' integers stand for."""
        return {port.name: port.numbers(trace.value(port.value)) for port in self.outputs}

    def run(self, reals: Mapping[str, NDArray[np.generic]]) -> dict[str, Numbers]:
        """Round the inputs, execute, and return the outputs' numbers."""
        return self.real_outputs(self.execute(self.quantize_inputs(reals)))

    def declaration(self) -> Declaration:
        """Return the relations between the steps' tensors.

        Raises:
            InternalError: There are limbs of another range than the steps declare.
        """
        limbs = {step.range: step.tensors for step in self.steps if isinstance(step, Limbs)}
        declaration = Declaration(RelationSystem(tensors=list(self.tensors)), limbs=limbs)
        for step in self.steps:
            step.declare(declaration)
        if declaration.limbs:
            raise InternalError(
                f"limbs of ranges that nobody declares: {sorted(declaration.limbs)}"
            )
        return declaration

    def relations(self) -> RelationSystem:
        """Return everything that must hold between the graph's tensors; it names no weight."""
        system = self.declaration().system
        for is_output, ports in ((False, self.inputs), (True, self.outputs)):
            for port in ports:
                if port.visibility is Visibility.PUBLIC:
                    system.public.append(self._public(port, is_output=is_output))
                if port.visibility is Visibility.COMMITTED:
                    system.committed.append(self._committed(port, is_output=is_output))
        system.committed.sort(key=lambda port: port.tensor)
        return system

    def names(self) -> dict[str, int]:
        """Return tensor name -> number."""
        return {tensor.name: number for number, tensor in enumerate(self.tensors)}

    def _given(self, inputs: Mapping[str, object]) -> dict[str, Port]:
        ports = {port.name: port for port in self.inputs}
        if missing := ports.keys() - inputs.keys():
            raise WitnessError(f"inputs are missing: {', '.join(sorted(missing))}")
        if unknown := inputs.keys() - ports.keys():
            raise WitnessError(
                f"unknown inputs: {', '.join(sorted(unknown))}",
                hint=f"the model's inputs are {', '.join(sorted(ports))}",
            )
        return ports

    def _public(self, port: Port, *, is_output: bool) -> Public:
        number = port.value.stored
        if number is None or self.tensors[number].role is not Role.TRACE:
            raise InternalError(f"public tensor {port.name} is not committed")
        tensor = self.tensors[number]
        width = next(w for w in (1, 2, 4, 8) if -tensor.low <= 1 << (8 * w - 1) > tensor.high)
        value = port.value
        return Public(number, port.name, width, is_output, value.scale, value.shape, port.columns)

    def _committed(self, port: Port, *, is_output: bool) -> CommittedPort:
        number = port.value.stored
        if number is None or self.tensors[number].role is not Role.PORT:
            raise InternalError(f"port {port.name} has no commitment of its own")
        return CommittedPort(number, port.name, is_output, port.value.scale)


def _out_of_range(
    port: Port, array: NDArray[np.float64], outside: NDArray[np.bool_]
) -> WitnessError:
    position = tuple(int(axis[0]) for axis in np.nonzero(outside))
    unit = float(np.broadcast_to(port.units, array.shape)[position])
    low, high = port.value.low * unit, port.value.high * unit
    # A private value stays out of messages, which end up in logs.
    held = f" = {array[position]:.6g}" if port.visibility is Visibility.PUBLIC else ""
    more = np.count_nonzero(outside) - 1
    return WitnessError(
        f"input {port.name}{list(position) or ''}{held}{f' and {more} more' if more else ''} "
        f"outside the range [{low:.6g}, {high:.6g}] the model was compiled for",
        hint="scale the input as for the calibration samples, or calibrate with it",
    )
