from typing import Any

import numpy as np
from numpy.typing import NDArray

from modulus.ops.gru import GRU
from modulus.ops.lstm import LSTM
from modulus.ops.rnn import RNN
from tests.conformance.suite import Case, case, operator_suite, weights

STEPS, BATCH, SIZE, HIDDEN = 3, 2, 4, 5


def recurrent(
    gates: int, *more: NDArray[Any] | tuple[int, ...] | None, directions: int = 1, **attributes: Any
) -> Case:
    wide = gates * HIDDEN
    states = attributes.pop("states", 1)
    shape = (BATCH, STEPS, SIZE) if attributes.get("layout") else (STEPS, BATCH, SIZE)
    return case(
        shape,
        weights(directions, wide, SIZE) / 2,
        weights(directions, wide, HIDDEN, seed=1) / 2,
        weights(directions, 2 * wide, seed=2) / 2,
        *more,
        hidden_size=HIDDEN,
        outputs=(1,) * (1 + states),
        **attributes,
    )


INITIAL = (1, BATCH, HIDDEN)

test_rnn = operator_suite(
    RNN,
    cases=[
        recurrent(1),
        recurrent(1, directions=2, direction="bidirectional"),
        recurrent(1, activations=["Relu"], direction="reverse"),
        recurrent(1, None, INITIAL, note="initial state"),
    ],
)

test_gru = operator_suite(
    GRU,
    cases=[
        recurrent(3),
        recurrent(3, linear_before_reset=1),
        recurrent(3, directions=2, direction="bidirectional", linear_before_reset=1),
    ],
)

test_lstm = operator_suite(
    LSTM,
    cases=[
        recurrent(4, states=2),
        recurrent(4, states=2, directions=2, direction="bidirectional"),
        recurrent(4, None, INITIAL, INITIAL, states=2, note="initial states"),
        recurrent(4, None, None, None, weights(1, 3 * HIDDEN) / 2, states=2, note="peepholes"),
        recurrent(
            4,
            np.full(BATCH, STEPS, np.int32),
            states=2,
            activations=["HardSigmoid", "Tanh", "Relu"],
            activation_alpha=[0.3],
            activation_beta=[0.4],
            note="lengths that say nothing",
        ),
    ],
)
