"""Types of the native module (crates/python)."""

import os
from collections.abc import Callable
from typing import Final, final

_Progress = Callable[[str, float], object]
_Path = str | os.PathLike[str]

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
