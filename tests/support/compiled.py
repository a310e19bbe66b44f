"""The smallest model of the zoo, compiled once per test process with its own powers of tau."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import modulus
from modulus import srs

MODEL = Path(__file__).parents[2] / "examples" / "models" / "tiny.onnx"
FEATURES = 20
POWER = 17
CONTEXT = b"test"


@cache
def cache_folder() -> Path:
    """A cache of this test process alone, with development powers of tau in it."""
    folder = Path(tempfile.mkdtemp(prefix="modulus-test-"))
    with use_cache(folder):
        srs.generate(POWER)
    return folder


@contextmanager
def use_cache(folder: Path) -> Iterator[None]:
    """Point MODULUS_CACHE to a folder."""
    before = os.environ.get("MODULUS_CACHE")
    os.environ["MODULUS_CACHE"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["MODULUS_CACHE"]
        else:
            os.environ["MODULUS_CACHE"] = before


def samples(count: int = 16, seed: int = 0) -> NDArray[np.float32]:
    """Inputs within two standard deviations."""
    random = np.random.default_rng(seed)
    return random.uniform(-2, 2, (count, FEATURES)).astype(np.float32)


@cache
def compiled(visibility: str = "public", weights: str = "public") -> modulus.CompiledModel:
    """The compiled model; treat it as read-only."""
    with use_cache(cache_folder()), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return modulus.compile(
            MODEL,
            samples(),
            activation_bits=8,
            weights=weights,
            input_visibility=visibility,
            dimensions={"batch": 1},
        )


@cache
def proof() -> modulus.Proof:
    """A transparent proof for the first sample, bound to `CONTEXT`."""
    with use_cache(cache_folder()):
        return compiled().prove(samples()[:1], context=CONTEXT, transparent=True)


@cache
def sealed_proof() -> modulus.Proof:
    """A sealed proof of the model with private weights, for the first sample."""
    with use_cache(cache_folder()):
        return compiled(weights="private").prove(samples()[:1], context=CONTEXT)


@cache
def packed_proof(attempt: int = 0) -> modulus.Proof:
    """Like `sealed_proof`, of a sample on a line, whose file has packed public values.

    Attempts are independent proofs of one statement.
    """
    line = np.linspace(-2, 2, FEATURES, dtype=np.float32)[np.newaxis]
    with use_cache(cache_folder()):
        return compiled(weights="private").prove(line, context=CONTEXT)
