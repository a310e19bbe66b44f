"""Inputs as users give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from modulus.errors import WitnessError

Inputs = Mapping[str, ArrayLike] | ArrayLike
"""Real arrays by input name, or one array for a model with one input."""


def named_arrays(names: Sequence[str], inputs: Inputs) -> dict[str, NDArray[np.float64]]:
    """Return inputs by name as float64 arrays.

    Args:
        names: The inputs that are expected; a mapping may hold others.
        inputs: What the user gives.

    Raises:
        WitnessError: They are no numbers, or one array is given for several inputs.
    """
    if not isinstance(inputs, Mapping):
        if len(names) != 1:
            raise WitnessError(
                f"the model has {len(names)} inputs, one array was given",
                hint=f"pass a dictionary with {', '.join(names)}",
            )
        inputs = {names[0]: inputs}
    return {name: _real_array(name, value) for name, value in inputs.items()}


def contiguous(array: ArrayLike) -> NDArray[np.int64]:
    """Return integers as the native core reads them: 64 bits, flat, in C order."""
    return np.ascontiguousarray(array, dtype=np.int64).reshape(-1)


def _real_array(name: str, value: ArrayLike) -> NDArray[np.float64]:
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "biuf":
            raise WitnessError(f"input {name} holds {array.dtype}, not numbers")
        return array.astype(np.float64)
    except (ValueError, TypeError) as error:
        raise WitnessError(f"input {name} is no array of numbers: {error}") from error
