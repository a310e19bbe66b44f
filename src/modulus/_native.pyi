"""Types of the native module (crates/python)."""

import os
from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, final

import numpy as np
from numpy.typing import NDArray

_Progress = Callable[[str, float], object]
_Path = str | os.PathLike[str]
_Buffer = array[Any] | NDArray[Any]

__all__ = [
    "VERSION",
    "Circuit",
    "Sealer",
    "Srs",
    "check_fixed",
    "check_seal",
    "commit_fixed",
    "commit_port",
    "draw_blinds",
    "draw_port_blinds",
    "evaluate_function",
    "open_fixed",
    "prove",
    "prove_sealed",
    "srs_id",
    "verify",
    "verifying_key_digest",
]

VERSION: Final[str]

@final
class Srs:
    @staticmethod
    def generate_development(power: int, progress: _Progress | None = None) -> Srs: ...
    @staticmethod
    def load(path: _Path, power: int | None = None) -> Srs: ...
    @staticmethod
    def import_ptau(path: _Path, power: int) -> Srs: ...
    def save(self, path: _Path) -> None: ...
    @property
    def power(self) -> int: ...
    @property
    def id(self) -> bytes: ...
    @property
    def tau_g2(self) -> bytes: ...
    @property
    def development(self) -> bool: ...
    @property
    def file_hash(self) -> bytes: ...

@final
class Circuit:
    def __new__(cls, schedule: bytes) -> Circuit: ...
    @property
    def hash(self) -> bytes: ...
    @property
    def constraints(self) -> int: ...
    def breakdown(self) -> dict[str, int]: ...

@final
class Sealer:
    @staticmethod
    def generate_development(circuit: Circuit, progress: _Progress | None = None) -> Sealer: ...
    @staticmethod
    def decode(data: bytes, circuit: Circuit) -> Sealer: ...
    def encode(self) -> bytes: ...
    @property
    def circuit_hash(self) -> bytes: ...
    @property
    def groth16(self) -> bytes: ...
    @property
    def evidence(self) -> bytes: ...

def srs_id(tau_g2: bytes) -> bytes: ...
def verifying_key_digest(verifying_key: bytes) -> bytes: ...
def commit_fixed(
    schedule: bytes,
    srs: Srs,
    tensors: Mapping[int, NDArray[np.int64]],
    weight_blinds: bytes,
    progress: _Progress | None = None,
) -> list[bytes]: ...
def open_fixed(
    verifying_key: bytes,
    srs: Srs,
    tensors: Mapping[int, NDArray[np.int64]],
    of: Literal["tables", "weights"],
) -> bytes: ...
def check_fixed(
    verifying_key: bytes, tensors: Mapping[int, _Buffer], of: Literal["tables", "weights"]
) -> None: ...
def check_seal(verifying_key: bytes) -> None: ...
def evaluate_function(code: bytes, arguments: _Buffer) -> bytes: ...
def draw_blinds(schedule: bytes) -> bytes: ...
def commit_port(
    srs: Srs, shape: Sequence[int], values: NDArray[np.int64], blinds: bytes
) -> list[bytes]: ...
def draw_port_blinds(values: NDArray[np.int64], rows: int) -> bytes: ...
def prove(
    verifying_key: bytes,
    srs: Srs,
    tensors: Mapping[int, NDArray[np.int64]],
    context: bytes,
    progress: _Progress | None = None,
) -> bytes: ...
def prove_sealed(
    verifying_key: bytes,
    sealer: Sealer,
    srs: Srs,
    tensors: Mapping[int, NDArray[np.int64]],
    weight_blinds: bytes,
    port_blinds: bytes,
    context: bytes,
    progress: _Progress | None = None,
) -> bytes: ...
def verify(verifying_key: bytes, proof: bytes, context: bytes) -> bytes: ...
