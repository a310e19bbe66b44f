"""Schedules of the bundled models, without their keys."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from modulus import frontend
from modulus.ir.graph import Visibility
from modulus.ir.ports import Ports
from modulus.keys import plan
from modulus.quantize import Settings, quantize_for
from modulus.schedule.model import Schedule

FOLDER = Path(__file__).parents[2] / "examples" / "models"
NAMES = sorted(path.stem for path in FOLDER.glob("*.onnx"))


PUBLIC = (Visibility.PUBLIC, Visibility.PUBLIC)
COMMITTED = (Visibility.COMMITTED, Visibility.COMMITTED)


@cache
def schedule_of(name: str, ports: tuple[Visibility, Visibility] = PUBLIC) -> Schedule:
    """Quantise a model for random inputs and plan its proof; `ports`: who sees inputs, outputs."""
    graph = frontend.load_onnx(FOLDER / f"{name}.onnx", {"batch": 1})
    random = np.random.default_rng(0)
    samples = {
        info.name: random.uniform(0, 1, (4, *info.shape[1:])).astype(np.float32)
        for info in graph.inputs
    }
    loaded = frontend.load_samples(samples, graph.inputs)
    runs = list(frontend.batches(loaded, graph.inputs))
    ranges = frontend.calibrate(graph, loaded)
    integers, _ = quantize_for(graph, ranges, runs, Settings(), Ports(*ports))
    return plan(integers, on_chain=True)[1]
