from __future__ import annotations

import numpy as np

from modulus.quantize.agreement import Agreement


def whole(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


def test_argmax_counts_along_the_last_axis() -> None:
    agreement = Agreement()
    agreement.add("y", np.array([[0.1, 0.2], [0.4, 0.3]]), whole(1, 2, 3, 4).reshape(2, 2), 0.1)
    agreement.add("y", np.array([[0.1, 0.2], [0.4, 0.3]]), whole(1, 2, 4, 3).reshape(2, 2), 0.1)
    assert agreement.argmax == {"y": 0.75}
    assert agreement.labels == agreement.signs == {}


def test_labels_are_compared_entry_by_entry_at_their_scale() -> None:
    agreement = Agreement()
    agreement.add("y", np.array([3, 7, 8], np.int64), whole(3, 7, 9), 1.0)
    agreement.add("z", np.array([True, False]), whole(2, 0), 0.5)
    assert agreement.labels == {"y": 2 / 3, "z": 1.0}


def test_signs_count_where_both_occur() -> None:
    agreement = Agreement()
    for real, integer in ((0.5, 4), (-0.5, -4), (0.01, 0), (-0.01, -1)):
        agreement.add("logit", np.array([real]), whole(integer), 0.1)
        agreement.add("price", np.array(abs(real)), whole(integer).reshape(()), 0.1)
    assert agreement.signs == {"logit": 0.75}
