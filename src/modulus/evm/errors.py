"""Errors of everything that talks to a chain."""

from __future__ import annotations

from modulus.errors import ModulusError


class ChainError(ModulusError):
    """A node, a chain, an account or a contract is not what it has to be."""
