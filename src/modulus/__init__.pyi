"""Types of the public surface."""

from modulus.api import (
    Commitment,
    CompiledModel,
    DevelopmentWarning,
    NotZeroKnowledgeWarning,
    Opening,
    Proof,
    Proven,
    VerifyingKey,
    calibrate,
    compile,  # noqa: A004  # users write modulus.compile
    update,
    verify,
)
from modulus.errors import (
    ArtifactError,
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

__version__: str

__all__ = [
    "ArtifactError",
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
