"""Samples: example inputs for calibration and reports, from files, arrays or dictionaries."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from modulus.errors import ModelError, ShapeError
from modulus.files import DAMAGED_ARRAYS, parse_json
from modulus.ops import TensorInfo

Array = NDArray[Any]
Samples = Mapping[str, ArrayLike] | ArrayLike | str | Path
"""Arrays by input name, one array for one input, or the path of a .npz, .npy or .json file."""

MAX_SAMPLE_BYTES = 1 << 32
"""Most bytes of samples that are read: more calibrate no better."""


def load_samples(source: Samples, inputs: Sequence[TensorInfo]) -> dict[str, Array]:
    """Arrays by input name, in the input's type, with the samples along the leading axis.

    Shape:
        Per input of shape (b, ...): (k * b, ...), or (k, b, ...), which becomes (k * b, ...).

    Raises:
        ModelError: The samples cannot be read, lack an input, or are not finite numbers.
        ShapeError: An array does not fit the shape of its input, or the numbers of samples differ.
    """
    if isinstance(source, str | Path):
        source = _read(Path(source))
    if isinstance(source, Mapping):
        arrays = {str(name): value for name, value in source.items()}
    elif len(inputs) == 1:
        arrays = {inputs[0].name: source}
    else:
        raise ModelError(
            f"the model has {len(inputs)} inputs, the samples are one array",
            hint=f"name the arrays: {', '.join(info.name for info in inputs)}",
        )
    expected = {info.name for info in inputs}
    if set(arrays) != expected:
        # One array under another name, as np.savez writes by default, is still unambiguous.
        if len(arrays) == 1 and len(expected) == 1:
            arrays = {inputs[0].name: next(iter(arrays.values()))}
        else:
            raise ModelError(
                f"the samples name {', '.join(sorted(arrays)) or 'nothing'}, "
                f"the model's inputs are {', '.join(sorted(expected))}"
            )
    result = {info.name: _shaped(arrays[info.name], info) for info in inputs}
    counts = {info.name: len(result[info.name]) // max(1, _batch(info)) for info in inputs}
    if len(set(counts.values())) > 1:
        listing = ", ".join(f"{name}: {count}" for name, count in counts.items())
        raise ShapeError(f"the inputs have different numbers of samples ({listing})")
    return result


def batches(
    samples: Mapping[str, Array], inputs: Sequence[TensorInfo]
) -> Iterator[dict[str, Array]]:
    """The samples, one run of the model at a time, each array in the shape of its input."""
    first = inputs[0]
    for index in range(len(samples[first.name]) // _batch(first)):
        yield {
            info.name: samples[info.name][
                index * _batch(info) : (index + 1) * _batch(info)
            ].reshape(info.shape)
            for info in inputs
        }


def _batch(info: TensorInfo) -> int:
    return info.shape[0] if info.shape else 1


def _shaped(value: ArrayLike, info: TensorInfo) -> Array:
    where = f"samples of input {info.name!r}"
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "biuf":
            raise ModelError(f"{where} hold {array.dtype}, not numbers")
        with np.errstate(over="ignore"):
            array = array.astype(info.dtype)
    except (ValueError, TypeError) as error:
        raise ModelError(f"{where} are no array of numbers: {error}") from error
    if not np.all(np.isfinite(array)):
        raise ModelError(f"{where} hold values that are not finite in {info.dtype}")
    shape = info.shape
    if array.ndim == len(shape) + 1 and array.shape[1:] == shape:
        array = array.reshape(-1, *shape[1:])
    fits = array.ndim == max(1, len(shape)) and array.shape[1:] == shape[1:]
    if not fits or array.shape[0] == 0 or array.shape[0] % _batch(info):
        raise ShapeError(
            f"{where} have shape {array.shape}; expected (n, {', '.join(map(str, shape[1:]))}) "
            f"with n a positive multiple of {_batch(info)}"
        )
    return array


def _read(path: Path) -> Mapping[str, ArrayLike] | ArrayLike:
    try:
        size = path.stat().st_size
        if size > MAX_SAMPLE_BYTES:
            raise ModelError(f"{path} has {size} bytes; at most {MAX_SAMPLE_BYTES} are read")
        if path.suffix == ".json":
            parsed: Mapping[str, ArrayLike] = parse_json(path.read_bytes())
            return parsed
        if path.suffix == ".npy":
            array: Array = np.load(path, allow_pickle=False)
            return array
        if path.suffix == ".npz":
            return _read_npz(path)
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror or error}") from error
    except DAMAGED_ARRAYS as error:
        raise ModelError(f"{path} is not a readable {path.suffix} file: {error}") from error
    raise ModelError(f"{path}: samples are .npz, .npy or .json files")


def _read_npz(path: Path) -> dict[str, ArrayLike]:
    with zipfile.ZipFile(path) as archive:
        # Attack: a small archive can unpack to terabytes.
        unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > MAX_SAMPLE_BYTES:
        raise ModelError(f"{path} unpacks to {unpacked} bytes; at most {MAX_SAMPLE_BYTES} are read")
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}
