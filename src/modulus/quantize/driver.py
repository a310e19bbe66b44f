"""From a float graph and calibrated ranges to an integer graph."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from modulus.errors import ModulusError, QuantizationError, WitnessError
from modulus.ir.graph import Graph, Port, Visibility
from modulus.ir.ports import FixedPoint, Ports
from modulus.ir.steps import Input
from modulus.ir.value import Value, plain_axes
from modulus.ops import FloatGraph, Node, TensorInfo
from modulus.quantize.assembly import Assembly, tensor_of
from modulus.quantize.builder import Builder
from modulus.quantize.elementwise import MAX_RANGE_BITS, committed
from modulus.quantize.finer import finer
from modulus.quantize.inputs import ColumnUnits, column_bits, column_units
from modulus.quantize.limbs import cut_ranges
from modulus.quantize.operand import Constant, Operand, Pending, ScaledTerm
from modulus.quantize.own_steps import input_steps
from modulus.quantize.repeated import identity
from modulus.quantize.settings import Settings
from modulus.quantize.whole import whole
from modulus.relations.system import Role

Ranges = Mapping[str, tuple[float, float]]
Run = Mapping[str, NDArray[np.generic]]

MAX_ATTEMPTS = 4


def quantize(
    graph: FloatGraph,
    ranges: Ranges,
    settings: Settings | None = None,
    ports: Ports | None = None,
    *,
    columns: ColumnUnits | None = None,
    by_limbs: bool = True,
) -> Graph:
    """Build the integer graph of a float graph.

    Args:
        graph: The model.
        ranges: Smallest and largest real value by tensor name, for every input at least; where one
            is missing for a result, its static range takes its place.
        settings: Bit widths and margin.
        ports: What is asked of inputs and outputs; by default all are public.
        columns: Units per column of some inputs; another input has one unit for all of it, and so
            has one that is committed or whose integers are given.
        by_limbs: Check ranges by limbs where that is cheaper, as it is in small models.

    Raises:
        QuantizationError: Numbers do not fit the widths, or the range of an input is missing.
        ShapeError: Operands do not fit an operator.
    """
    ports = Ports() if ports is None else ports
    build = Builder(Settings() if settings is None else settings)
    to = build.assembly
    held: dict[str, Operand] = {
        name: Constant(np.asarray(array, dtype=np.float64))
        for name, array in graph.constants.items()
        if array.dtype.kind in "fiub"
    }
    steps = input_steps(graph)
    for info in graph.inputs:
        per_column = _per_column(columns, ports, info.name)
        if per_column is None:
            port = _input(to, info, ranges, ports, steps.get(info.name))
            held[info.name] = port.value
        else:
            bits = column_bits(graph, info, per_column, build.settings)
            port = _columns(to, info, per_column, bits, ports.input(info.name))
            term = ScaledTerm((port.value,), np.array(port.columns))
            bounds = _expected(info.name, ranges, build.settings.margin)
            held[info.name] = Pending(info.shape, (term,), np.zeros(()), info.name, bounds)
        to.graph.inputs.append(port)
    uses = Counter(name for node in graph.nodes for name in node.inputs)
    uses.update(info.name for info in graph.outputs)
    to.repeated.update(
        identity(operand.array)
        for name, operand in held.items()
        if isinstance(operand, Constant) and uses[name] > 1
    )
    for node in graph.nodes:
        to.expected = _expected(node.outputs[0], ranges, build.settings.margin)
        to.integral = node.outputs[0] in graph.integers
        operands = finer(node, held, graph.reals, _reaches(node, ranges, build.settings.margin))
        for name, result in zip(node.outputs, _lower(build, node, operands), strict=False):
            exact = whole(build, result) if name in graph.integers else result
            held[name] = _named(build, name, exact, ranges, shared=uses[name] > 1)
    to.layer = "output"
    for info in graph.outputs:
        value = build.value(held[info.name])
        to.graph.outputs.append(_output(to, info, value, ports.output(info.name)))
    if by_limbs:
        cut_ranges(to.graph)
    return to.graph


def quantize_for(
    graph: FloatGraph,
    ranges: Ranges,
    runs: Sequence[Run],
    settings: Settings | None = None,
    ports: Ports | None = None,
) -> tuple[Graph, Settings]:
    """Build the integer graph and execute it on samples, widening the margin until all of them fit.

    Args:
        graph: The model.
        ranges: As for `quantize`.
        runs: Real inputs by name, one mapping per run of the model.
        settings: Where to start.
        ports: What is asked of inputs and outputs; by default all are public.

    Raises:
        QuantizationError: Some sample does not fit whatever the margin.
    """
    settings = Settings() if settings is None else settings
    for attempt in range(MAX_ATTEMPTS):
        built = quantize(
            graph, ranges, settings, ports, columns=column_units(graph, runs, settings)
        )
        try:
            for run in runs:
                built.execute(built.quantize_inputs(run))
        except WitnessError as error:
            if attempt + 1 == MAX_ATTEMPTS:
                raise QuantizationError(
                    f"a calibration sample does not fit at margin {settings.margin}: "
                    f"{error.message}",
                    hint="remove outliers from the calibration samples",
                ) from error
            settings = replace(settings, margin=settings.margin * 1.5)
        else:
            return built, settings
    raise AssertionError("unreachable")


def _input(
    to: Assembly,
    info: TensorInfo,
    ranges: Ranges,
    ports: Ports,
    step: float | None,
) -> Port:
    if info.name not in ranges:
        raise QuantizationError(
            f"input {info.name} has no calibrated range", hint="calibrate with typical inputs"
        )
    bits = to.settings.activation_bits
    limit = 1 << (bits - 1)
    fixed = ports.fixed.get(info.name)
    if fixed is not None:
        scale, bits = fixed.scale, _fixed_bits(to, info, fixed, ranges[info.name])
        limit = 1 << (bits - 1)
    elif info.dtype.kind == "f":
        reach = _reach(ranges[info.name], to.settings.margin, info.name)
        scale = reach / (limit - 1) if reach else 1.0
        if step is not None and step >= scale:
            # The model rounds this input itself: its own integers are what is given.
            scale = step
    else:
        # Integers and truth values stand for themselves, in as many bits as the samples need.
        scale, reach = 1.0, _reach(ranges[info.name], 1.0, info.name)
        bits = max(bits, int(reach).bit_length() + 1)
        if bits > MAX_RANGE_BITS:
            raise QuantizationError(
                f"input {info.name} holds integers up to {reach:.0f}; at most "
                f"{MAX_RANGE_BITS} bits are supported"
            )
    visibility = ports.input(info.name)
    return Port(info.name, _stored_input(to, info, bits, scale, visibility), visibility)


def _columns(
    to: Assembly, info: TensorInfo, units: tuple[float, ...], bits: int, visibility: Visibility
) -> Port:
    if info.shape[-1:] != (len(units),):
        raise QuantizationError(f"input {info.name}: {len(units)} units for shape {info.shape}")
    # By a power of two, factors are quotients without rounding.
    scale = 2.0 ** math.ceil(math.log2(max(units)))
    value = _stored_input(to, info, bits, scale, visibility)
    return Port(info.name, value, visibility, tuple(unit / scale for unit in units))


def _stored_input(
    to: Assembly, info: TensorInfo, bits: int, scale: float, visibility: Visibility
) -> Value:
    to.layer = info.name
    role = Role.PORT if visibility is Visibility.COMMITTED else Role.TRACE
    bounds = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    value = to.stored("input", plain_axes(info.shape), bounds, scale, role)
    public = visibility is Visibility.PUBLIC
    to.graph.steps.append(Input(info.name, tensor_of(value), value.physical, bits, scale, public))
    return replace(value, name=info.name)


def _per_column(columns: ColumnUnits | None, ports: Ports, name: str) -> tuple[float, ...] | None:
    """Return the units of an input's columns, if it may have several."""
    if name in ports.fixed or ports.input(name) is Visibility.COMMITTED:
        return None
    return (columns or {}).get(name)


def _fixed_bits(
    to: Assembly, info: TensorInfo, fixed: FixedPoint, bounds: tuple[float, float]
) -> int:
    """Return the width of integers of a given scale that hold the calibrated range."""
    if not 0 < fixed.scale < math.inf or (info.dtype.kind != "f" and fixed.scale != 1):
        raise QuantizationError(f"input {info.name} cannot have the scale {fixed.scale}")
    largest = max(MAX_RANGE_BITS, to.settings.activation_bits)
    reach = _reach(bounds, 1.0, info.name) / fixed.scale
    if reach + 1 >= 1 << (largest - 1):
        raise QuantizationError(
            f"input {info.name} reaches {reach:.3g} times the scale {fixed.scale:.6g}; at most "
            f"{largest} bits are supported",
            hint="calibrate with the real values that the model will get",
        )
    given = fixed.bits if fixed.bits is not None and fixed.bits <= largest else None
    return max(int(reach + 0.5).bit_length() + 1, given or to.settings.activation_bits)


def _expected(name: str, ranges: Ranges, margin: float) -> tuple[float, float] | None:
    if name not in ranges:
        return None
    reach = _reach(ranges[name], margin, name)
    return (-reach, reach)


def _reaches(node: Node, ranges: Ranges, margin: float) -> Ranges:
    found = {name: _expected(name, ranges, margin) for name in node.inputs if name}
    return {name: bounds for name, bounds in found.items() if bounds is not None}


def _lower(build: Builder, node: Node, inputs: Sequence[Operand | None]) -> Sequence[Operand]:
    build.assembly.layer = node.name
    try:
        # Operators see operands as opaque: what they return is what the builder returned to them.
        return node.operator.lower(build, inputs)  # type: ignore[return-value]
    except ModulusError as error:
        if node.name not in error.message:
            where = f"node {node.name} ({node.operator.onnx_name})"
            raise type(error)(f"{where}: {error.message}", hint=error.hint) from error
        raise


def _named(build: Builder, name: str, result: Operand, ranges: Ranges, *, shared: bool) -> Operand:
    if isinstance(result, Pending):
        bounds = _expected(name, ranges, build.settings.margin)
        pending = replace(result, name=name, bounds=bounds, settled=None)
        return build.settle(pending) if shared else pending
    if isinstance(result, Value) and name:
        build.assembly.tap(name, result)
    return result


def _output(to: Assembly, info: TensorInfo, value: Value, visibility: Visibility) -> Port:
    taken = {port.value.stored for port in (*to.graph.inputs, *to.graph.outputs)}
    stored = value.stored
    own = stored is not None and to.graph.tensors[stored].role is Role.TRACE and stored not in taken
    if visibility is Visibility.PUBLIC and not own:
        value = committed(to, value)
    if visibility is Visibility.COMMITTED:
        plain = plain_axes(value.shape)
        if own and stored is not None and value.axes == plain:
            to.graph.tensors[stored] = replace(to.graph.tensors[stored], role=Role.PORT)
        else:
            value = committed(to, to.laid_out(value, plain), Role.PORT)
    return Port(info.name, replace(value, name=info.name), visibility)


def _reach(bounds: tuple[float, float], margin: float, name: str) -> float:
    reach = max(abs(bounds[0]), abs(bounds[1])) * margin
    if not math.isfinite(reach):
        raise QuantizationError(f"the range of {name} is not finite: {bounds}")
    return reach
