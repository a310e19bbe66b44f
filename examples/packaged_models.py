"""Prove models that other people publish, as they are: the ONNX files inside their packages.

    make packaged-models

installs the packages of requirements-packaged.lock without what they depend on, and makes the table
of docs/third-party.md. None of the packages' code is run.
"""

from __future__ import annotations

import importlib.util
import sysconfig
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

import modulus
from examples.models.data import digits

Inputs = Mapping[str, NDArray[np.generic]]

SAMPLES = 40
CALIBRATING = 32
"""Inputs per model: the first calibrate, the others are compared."""
PIXELS = 5
"""Rank of several maps of pixels."""


@dataclass(frozen=True)
class Packaged:
    """A model inside a package, how it is compiled, and inputs for it."""

    package: str
    """Name of the importable package."""
    file: str
    licence: str
    task: str
    samples: Callable[[], Inputs]
    """`SAMPLES` inputs along the first axis."""
    dimensions: Mapping[str, int] = field(default_factory=dict)
    fixed_inputs: Mapping[str, int] = field(default_factory=dict)
    large: bool = False
    """Whether a seal would take more memory than usual machines have."""
    refused: bool = False
    """Whether it cannot be compiled, for a reason that the table states."""

    @property
    def path(self) -> Path:
        """The installed file.

        Raises:
            FileNotFoundError: The package is not installed.
        """
        found = importlib.util.find_spec(self.package)
        if found is None or not found.submodule_search_locations:
            raise FileNotFoundError(
                f"{self.package} is not installed; `make packaged-models` installs it"
            )
        return Path(found.submodule_search_locations[0]) / self.file


@dataclass(frozen=True)
class Compared:
    """How close the proven integers are to ONNX Runtime on inputs that did not calibrate."""

    agreement: float
    """Share of equal decisions: the largest entry, or which side of one half."""
    error: float
    """Largest difference of any entry of the first output, over the largest size of that output."""


def compile_packaged(model: Packaged, *, seal: bool = False) -> modulus.CompiledModel:
    """Compile a model for its calibrating samples."""
    return modulus.compile(
        model.path,
        _samples(model, 0, CALIBRATING),
        dimensions=model.dimensions,
        fixed_inputs=model.fixed_inputs,
        weights="public",
        transparent_only=not seal,
    )


def held_out(model: Packaged) -> list[dict[str, NDArray[np.generic]]]:
    """The samples that do not calibrate, one by one."""
    return [_samples(model, index, index + 1) for index in range(CALIBRATING, SAMPLES)]


def _samples(model: Packaged, start: int, stop: int) -> dict[str, NDArray[np.generic]]:
    """Some samples; an input whose own first axis is longer than one takes several rows of each."""
    return {
        name: array[start * len(array) // SAMPLES : stop * len(array) // SAMPLES]
        for name, array in model.samples().items()
    }


def compared(model: Packaged, compiled: modulus.CompiledModel) -> Compared:
    """Run the integers beside ONNX Runtime on the held-out samples."""
    session = onnxruntime.InferenceSession(model.path, providers=["CPUExecutionProvider"])
    first = session.get_outputs()[0].name
    fixed = {
        entry.name: np.array(model.fixed_inputs[entry.name], np.int64)
        for entry in session.get_inputs()
        if entry.name in model.fixed_inputs
    }
    runs = [
        (compiled.run(inputs)[first], session.run([first], {**inputs, **fixed})[0])
        for inputs in held_out(model)
    ]
    proven, expected = (np.stack(arrays) for arrays in zip(*runs, strict=True))
    return Compared(
        agreement=float((decisions(proven) == decisions(expected)).mean()),
        error=float(np.abs(proven - expected).max() / np.abs(expected).max()),
    )


def decisions(outputs: NDArray[np.floating]) -> NDArray[np.int64]:
    """What a user reads: classes [.., classes], or which pixels [n, 1, 1, ..] or sounds count."""
    one_each = outputs.shape[-1] == 1 or outputs.ndim == PIXELS
    return (outputs > 0.5 if one_each else outputs.argmax(axis=-1)).astype(np.int64)


def documents() -> Inputs:
    """The first and last kilobyte of source files, as Magika reads them."""
    folder = Path(sysconfig.get_paths()["stdlib"])
    files = [path for path in sorted(folder.glob("*.py")) if path.stat().st_size > 4096]
    contents = [path.read_bytes().strip() for path in files[:SAMPLES]]
    return {"bytes": np.array([[*text[:1024], *text[-1024:]] for text in contents], np.int32)}


def lines(height: int, width: int) -> NDArray[np.float32]:
    """Handwritten digits side by side, every other line upside down, in [-1, 1]."""
    pages = written(height, width, height)
    pages[1::2] = pages[1::2, :, ::-1, ::-1]
    return pages


def written(height: int, width: int, size: int, margin: int = 0) -> NDArray[np.float32]:
    """Pages with one row of digits of `size` pixels, in [-1, 1], white where nothing is."""
    images = digits("test", size=size)[0][:, 0]
    across = (width - 2 * margin) // size
    rows = images[: SAMPLES * across].reshape(SAMPLES, across, size, size)
    pages = np.zeros((SAMPLES, height, width), np.float32)
    top = (height - size) // 2
    left = margin + (width - 2 * margin - across * size) // 2
    ink = rows.transpose(0, 2, 1, 3).reshape(SAMPLES, size, across * size)
    pages[:, top : top + size, left : left + across * size] = ink
    return np.repeat(1 - 2 * pages[:, None], 3, axis=1)


def sounds() -> Inputs:
    """Windows of 36 ms at 16 kHz: chords that swell, and noise; with the state of a recurrence."""
    random = np.random.default_rng(0)
    time_axis = np.arange(576) / 16000
    pitch = random.uniform(80, 3000, (SAMPLES, 5, 1))
    chords = np.sin(2 * np.pi * pitch * time_axis).mean(axis=1)
    loudness = np.linspace(0, 0.5, SAMPLES)[random.permutation(SAMPLES), None]
    heard = loudness * chords + 0.01 * random.standard_normal((SAMPLES, 576))
    state = 0.3 * random.standard_normal((2 * SAMPLES, 1, 128))
    return {"input": heard.astype(np.float32), "state": state.astype(np.float32)}


def sounds_with_cells() -> Inputs:
    """The same, where hidden state and cell are inputs of their own."""
    heard = sounds()
    hidden, cell = heard["state"].reshape(SAMPLES, 2, 1, 128).transpose(1, 0, 2, 3)
    return {"input": heard["input"], "h": hidden, "c": cell}


MAGIKA = Packaged(
    "magika",
    "models/standard_v3_3/model.onnx",
    "Apache-2.0",
    "type of a file",
    documents,
    {"unk__214": 1},
)
ORIENTATION = Packaged(
    "rapidocr_onnxruntime",
    "models/ch_ppocr_mobile_v2.0_cls_infer.onnx",
    "Apache-2.0",
    "orientation of a line of text",
    lambda: {"x": lines(48, 48)},
    {"x.0": 1, "x.2": 48, "x.3": 48},
)
DETECTION = Packaged(
    "rapidocr_onnxruntime",
    "models/ch_PP-OCRv4_det_infer.onnx",
    "Apache-2.0",
    "where a page has text",
    lambda: {"x": written(32, 64, 16, margin=8)},
    {f"p2o.DynamicDimension.{axis}": size for axis, size in enumerate((1, 32, 64))},
)
RECOGNITION = Packaged(
    "rapidocr_onnxruntime",
    "models/ch_PP-OCRv4_rec_infer.onnx",
    "Apache-2.0",
    "characters of a line",
    lambda: {"x": lines(48, 48)},
    {"p2o.DynamicDimension.0": 1, "x.2": 48, "p2o.DynamicDimension.1": 48},
)
CAPTCHA = Packaged(
    "ddddocr",
    "common.onnx",
    "MIT",
    "characters of a picture",
    lambda: {"input1": written(64, 64, 32)[:, :1]},
    {"image_width": 64},
    large=True,
)
CAPTCHA_INT8 = Packaged(
    "ddddocr",
    "common_old.onnx",
    "MIT",
    "the same, quantised while it runs",
    lambda: {"input1": written(64, 64, 32)[:, :1]},
    {"image_width": 64},
    refused=True,
)
SPEECH = Packaged(
    "silero_vad",
    "data/silero_vad_op18_ifless.onnx",
    "MIT",
    "whether somebody speaks",
    sounds,
    {"batch": 1, "sequence": 576},
    {"sr": 16000},
)
SPEECH_CELLS = Packaged(
    "silero_vad",
    "data/silero_vad_16k_sequence.onnx",
    "MIT",
    "the same, state and cell apart",
    sounds_with_cells,
    {"sequence_length": 1},
)
SPEECH_FIXED = Packaged(
    "silero_vad",
    "data/silero_vad_openvino_16k.onnx",
    "MIT",
    "the same, for another runtime",
    sounds,
)
SPEECH_BRANCHES = Packaged(
    "silero_vad",
    "data/silero_vad.onnx",
    "MIT",
    "the same, for two sampling rates",
    sounds,
    {"input.0": 1, "input.1": 576, "state.1": 1},
    {"sr": 16000},
    refused=True,
)
SPEECH_OLD = Packaged(
    "silero_vad",
    "data/silero_vad_16k_op15.onnx",
    "MIT",
    "the same, opset 15",
    sounds,
    {"batch": 1, "sequence": 576},
    {"sr": 16000},
    refused=True,
)
SPEECH_HALF = Packaged(
    "silero_vad",
    "data/silero_vad_half.onnx",
    "MIT",
    "the same, weights of 16 bits",
    sounds,
    {"batch": 1, "sequence": 576},
    refused=True,
)
MODELS = {
    "magika": MAGIKA,
    "orientation": ORIENTATION,
    "detection": DETECTION,
    "recognition": RECOGNITION,
    "captcha": CAPTCHA,
    "captcha-int8": CAPTCHA_INT8,
    "speech": SPEECH,
    "speech-cells": SPEECH_CELLS,
    "speech-fixed": SPEECH_FIXED,
    "speech-branches": SPEECH_BRANCHES,
    "speech-opset15": SPEECH_OLD,
    "speech-half": SPEECH_HALF,
}
