"""Modulus proves that a neural network computed an output.

    model = modulus.compile("net.onnx", calibration=samples)
    proof = model.prove(inputs, context=b"request 17")
    outputs = modulus.verify(proof, model.verifying_key, context=b"request 17")

`verify` returns the proven outputs or raises `ProofRejected`; it needs neither onnx nor torch.
"""

from __future__ import annotations

from importlib import import_module

from modulus.errors import (
    ArtifactError,
    CeremonyError,
    CeremonyFault,
    InternalError,
    ModelError,
    ModulusError,
    NativeError,
    ProofRejected,
    QuantizationError,
    RejectionReason,
    ResourceError,
    ShapeError,
    SrsError,
    UnsupportedOperatorError,
    VisibilityError,
    WitnessError,
)

__version__ = "0.1.0"

_FROM_API = frozenset(
    {
        "Commitment",
        "CompiledModel",
        "DevelopmentWarning",
        "NotZeroKnowledgeWarning",
        "Opening",
        "Proof",
        "Proven",
        "VerifyingKey",
        "calibrate",
        "compile",
        "update",
        "verify",
    }
)

__all__ = [
    "ArtifactError",
    "CeremonyError",
    "CeremonyFault",
    "Commitment",
    "CompiledModel",
    "DevelopmentWarning",
    "InternalError",
    "ModelError",
    "ModulusError",
    "NativeError",
    "NotZeroKnowledgeWarning",
    "Opening",
    "Proof",
    "ProofRejected",
    "Proven",
    "QuantizationError",
    "RejectionReason",
    "ResourceError",
    "ShapeError",
    "SrsError",
    "UnsupportedOperatorError",
    "VerifyingKey",
    "VisibilityError",
    "WitnessError",
    "__version__",
    "calibrate",
    "compile",
    "update",
    "verify",
]


def __getattr__(name: str) -> object:
    """Import the rest on first use: errors and submodules must not cost NumPy and the core.

    The types of these names are in `__init__.pyi`: an import for type checkers alone would count as
    one from here, and so from every module below, to the top layer.
    """
    if name in _FROM_API:
        return getattr(import_module("modulus.api"), name)
    raise AttributeError(f"module 'modulus' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
