"""Inputs from .npz, .npy and .json files."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from modulus.arrays import Inputs
from modulus.errors import WitnessError
from modulus.files import DAMAGED_ARRAYS, parse_json

MAX_BYTES = 1 << 32
"""More than any model that can be proven takes."""


def read_inputs(path: Path) -> Inputs:
    """Read arrays by input name, or a single array.

    Raises:
        FileNotFoundError: There is no such file.
        WitnessError: It is no such file, or larger than any input.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise WitnessError(f"{path} has {path.stat().st_size} bytes, at most {MAX_BYTES}")
        if path.suffix == ".json":
            return _from_json(parse_json(path.read_bytes()), path)
        if path.suffix == ".npy":
            array: NDArray[np.generic] = np.load(path, allow_pickle=False)
            return array
        if path.suffix == ".npz":
            return _from_npz(path)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise WitnessError(f"cannot read {path}: {error.strerror or error}") from error
    except DAMAGED_ARRAYS as error:
        raise WitnessError(f"{path} is not a readable {path.suffix} file: {error}") from error
    raise WitnessError(f"{path}: inputs are .npz, .npy or .json files")


def _from_json(value: object, path: Path) -> Inputs:
    if isinstance(value, dict):
        return {str(name): np.asarray(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return np.asarray(value)
    raise WitnessError(f"{path} holds neither an object of arrays nor an array")


def _from_npz(path: Path) -> Inputs:
    with zipfile.ZipFile(path) as packed:
        # Attack: a small archive can unpack to terabytes.
        unpacked = sum(entry.file_size for entry in packed.infolist())
    if unpacked > MAX_BYTES:
        raise WitnessError(f"{path} unpacks to {unpacked} bytes, at most {MAX_BYTES} are read")
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}
