"""Two models, of which the second reads the committed output of the first."""

from __future__ import annotations

import warnings
from functools import cache

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

import modulus
from tests.support import compiled as support

FIRST_ROW_BITS = 12
SECOND_ROW_BITS = 11
INPUT, SCORES, VERDICT = "features", "logits", "verdict"


@cache
def first() -> modulus.CompiledModel:
    """The smallest model of the zoo, with committed input and output."""
    return _compile(
        support.MODEL,
        support.samples(),
        input_visibility="committed",
        output_visibility="committed",
        row_bits=FIRST_ROW_BITS,
        dimensions={"batch": 1},
    )


@cache
def second(row_bits: int = SECOND_ROW_BITS) -> modulus.CompiledModel:
    """A dense layer that reads what the first model committed to."""
    scores = np.concatenate([first_scores(seed) for seed in range(8)])
    return _compile(
        dense(),
        scores,
        input_visibility={SCORES: "committed"},
        input_scales={SCORES: first().verifying_key},
        row_bits=row_bits,
    )


@cache
def opened(seed: int = 0) -> modulus.Opening:
    """The opening of an input of the first model."""
    with support.use_cache(support.cache_folder()):
        return first().commit(support.samples(1, seed))


@cache
def opened_scores(seed: int = 0) -> modulus.Opening:
    """The opening of the output for this input."""
    with support.use_cache(support.cache_folder()):
        return first().commit_output(openings={INPUT: opened(seed)})


@cache
def first_proof() -> modulus.Proof:
    """A proof of the first model, bound to `support.CONTEXT`."""
    openings = {INPUT: opened(), SCORES: opened_scores()}
    with support.use_cache(support.cache_folder()):
        return first().prove(openings=openings, context=support.CONTEXT)


def first_scores(seed: int) -> NDArray[np.float64]:
    return np.asarray(first().run(support.samples(1, seed))[SCORES], dtype=np.float64)


def dense() -> onnx.ModelProto:
    """[1, 2] to [1, 3]."""
    weight = np.random.default_rng(3).normal(size=(2, 3)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", [SCORES, "weight"], ["hidden"]),
            helper.make_node("Relu", ["hidden"], [VERDICT]),
        ],
        "second",
        [helper.make_tensor_value_info(SCORES, TensorProto.FLOAT, [1, 2])],
        [helper.make_tensor_value_info(VERDICT, TensorProto.FLOAT, [1, 3])],
        [numpy_helper.from_array(weight, "weight")],
    )
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, opset_imports=opset, ir_version=8)


def _compile(*args: object, **options: object) -> modulus.CompiledModel:
    with support.use_cache(support.cache_folder()), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return modulus.compile(*args, activation_bits=8, **options)  # type: ignore[arg-type]
