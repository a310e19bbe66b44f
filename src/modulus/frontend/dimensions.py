"""Fixing symbolic dimensions: after this step every input has a static shape."""

from __future__ import annotations

from collections.abc import Mapping

import onnx

from modulus.errors import ModelError, ShapeError

MAX_RANK = 16
"""Most axes of a tensor."""
MAX_ELEMENTS = 1 << 27
"""Largest tensor, in elements: beyond what can be proven, and a bound for hostile shapes."""


def fix_dimensions(model: onnx.ModelProto, dimensions: Mapping[str, int]) -> list[str]:
    """Write static extents into the model's inputs, in place; return notes on defaults taken.

    A dimension is named by its symbol, or, where it has none, `INPUT.AXIS`. When the only symbolic
    dimension is the leading one of the inputs it is the batch and defaults to 1.

    Raises:
        ModelError: `dimensions` names a symbol that the model does not have.
        ShapeError: A dimension is open, not positive or far too large, or an input has no rank.
    """
    initialised = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in initialised]
    if not inputs:
        raise ModelError("the model has no inputs")
    places = _symbolic_places(inputs)
    _check_given(dimensions, places)
    open_symbols = sorted(set(places) - set(dimensions))
    values = dict(dimensions)
    notes = []
    if open_symbols:
        # Anonymous leading dimensions have a symbol per input: several symbols may be one batch.
        if dimensions or any(axis != 0 for name in open_symbols for _, axis in places[name]):
            raise ShapeError(
                f"the model has open dimensions: {_listing(open_symbols, places)}",
                hint="fix them: " + " ".join(f"--dimension {name}=1" for name in open_symbols),
            )
        values.update(dict.fromkeys(open_symbols, 1))
        notes.append(
            f"the leading dimension {', '.join(open_symbols)} is fixed to 1; "
            f"choose another with --dimension {open_symbols[0]}=N"
        )
    for value in inputs:
        _write_shape(value, values)
    # Stated shapes of other tensors still carry the symbols; inference recomputes them.
    del model.graph.value_info[:]
    for value in model.graph.output:
        value.type.tensor_type.ClearField("shape")
    return notes


def _symbolic_places(inputs: list[onnx.ValueInfoProto]) -> dict[str, list[tuple[str, int]]]:
    places: dict[str, list[tuple[str, int]]] = {}
    for value in inputs:
        if value.type.WhichOneof("value") != "tensor_type":
            raise ModelError(f"input {value.name!r} is not a tensor")
        if not value.type.tensor_type.HasField("shape"):
            raise ShapeError(
                f"input {value.name!r} states no shape", hint="export the model with input shapes"
            )
        for axis, dimension in enumerate(value.type.tensor_type.shape.dim):
            if not _is_static(dimension):
                symbol = _symbol(value.name, axis, dimension)
                places.setdefault(symbol, []).append((value.name, axis))
    return places


def _check_given(
    dimensions: Mapping[str, int], places: Mapping[str, list[tuple[str, int]]]
) -> None:
    for name, extent in dimensions.items():
        if name not in places:
            known = ", ".join(sorted(places)) or "none"
            raise ModelError(f"the model has no open dimension {name!r}; it has: {known}")
        if not 1 <= extent <= MAX_ELEMENTS:
            raise ShapeError(f"dimension {name}={extent} is not in 1 .. {MAX_ELEMENTS}")


def _write_shape(value: onnx.ValueInfoProto, values: Mapping[str, int]) -> None:
    elements = 1
    for axis, dimension in enumerate(value.type.tensor_type.shape.dim):
        if not _is_static(dimension):
            dimension.dim_value = values[_symbol(value.name, axis, dimension)]
        elements *= dimension.dim_value
    if elements > MAX_ELEMENTS:
        raise ShapeError(
            f"input {value.name!r} has {elements} elements; at most {MAX_ELEMENTS} are supported"
        )


def _is_static(dimension: onnx.TensorShapeProto.Dimension) -> bool:
    # Some exporters write 0 or -1 for an open dimension.
    return dimension.HasField("dim_value") and dimension.dim_value > 0


def _symbol(name: str, axis: int, dimension: onnx.TensorShapeProto.Dimension) -> str:
    # Paddle calls every dimension that it does not know "?".
    symbol = dimension.dim_param
    return f"{name}.{axis}" if symbol in ("", "?") else symbol


def _listing(symbols: list[str], places: Mapping[str, list[tuple[str, int]]]) -> str:
    return "; ".join(
        f"{symbol} ({', '.join(f'axis {axis} of {name}' for name, axis in places[symbol])})"
        for symbol in symbols
    )
