"""The families: file, data and measure of every model; training and tests read this table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from examples.models.families import data
from examples.models.families.data import Array, Split

HERE: Final = Path(__file__).resolve().parent


class Measure(StrEnum):
    """What counts in a family: which output is largest, or how large the outputs are."""

    DECISION = "decision"
    VALUE = "value"
    TREES = "trees"


@dataclass(frozen=True)
class Family:
    """One trained model."""

    title: str
    load: Callable[[Split], tuple[Array, Array]]
    """What `modulus` is given, samples along the first axis, and what is true of it."""
    measure: Measure
    inputs: tuple[str, ...] = ("x",)
    """Names of the inputs; of several, each takes a column of what `load` returns."""

    def feed(self, samples: Array) -> Mapping[str, Array]:
        """Arrays by input name."""
        if len(self.inputs) == 1:
            return {self.inputs[0]: samples}
        return {name: samples[:, i] for i, name in enumerate(self.inputs)}


ZOO: Final = {
    "mlp": Family("MLP", data.squares(8), Measure.DECISION, ("image",)),
    "resnet": Family("CNN, residual", data.squares(16), Measure.DECISION, ("image",)),
    "depthwise": Family("CNN, depthwise", data.squares(16), Measure.DECISION, ("image",)),
}
"""Those of the model zoo, one folder up, where they are described."""

NETWORKS: Final = {
    "squeeze_excite": Family("CNN, squeeze-excite", data.images, Measure.DECISION),
    "unet": Family("U-Net with skip connection", data.noisy_images, Measure.VALUE),
    "autoencoder": Family("Autoencoder", lambda s: (data.images(s)[0],) * 2, Measure.VALUE),
    "decoder": Family("Decoder of a VAE", data.latents(8), Measure.VALUE),
    "generator": Family("Generator of a GAN", data.latents(8), Measure.VALUE),
    "gpt": Family("GPT: LayerNorm, GELU", data.characters, Measure.DECISION),
    "llama": Family("GPT: RMSNorm, rotary, SiLU", data.characters, Measure.DECISION),
    "bert": Family("BERT-style classifier", data.sources, Measure.DECISION),
    "vision_transformer": Family("Vision transformer", data.images, Measure.DECISION),
    "lstm": Family("LSTM forecaster", data.sunspots, Measure.VALUE),
    "gru": Family("GRU forecaster", data.sunspots, Measure.VALUE),
    "rnn": Family("RNN forecaster", data.sunspots, Measure.VALUE),
    "factors": Family("Matrix factorisation", data.ratings, Measure.VALUE, ("user", "item")),
}
"""Trained with torch."""

ESTIMATORS: Final = {
    "logistic": Family("Logistic regression, raw", data.table("breast_cancer"), Measure.DECISION),
    "ridge": Family("Ridge regression, raw", data.table("diabetes"), Measure.VALUE),
    "svm": Family("Support vectors", data.table("wine"), Measure.DECISION),
    "kmeans": Family("k-means", data.table("iris"), Measure.DECISION),
    "forest": Family("Random forest, raw", data.table("breast_cancer"), Measure.TREES),
    "boosting": Family("Gradient boosting, raw", data.table("wine"), Measure.TREES),
    "xgboost": Family("XGBoost, raw", data.table("breast_cancer"), Measure.TREES),
    "lightgbm": Family("LightGBM, raw", data.table("digits"), Measure.TREES),
    "xgboost_regressor": Family("XGBoost regression, raw", data.table("diabetes"), Measure.TREES),
}
"""Trained with scikit-learn, XGBoost and LightGBM, on raw tables."""

FAMILIES: Final = ZOO | NETWORKS | ESTIMATORS


def path(name: str) -> Path:
    """Where the trained model is."""
    return (HERE.parent if name in ZOO else HERE) / f"{name}.onnx"
