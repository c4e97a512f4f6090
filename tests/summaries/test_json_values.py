"""Values as JSON has words for them."""

import json
import math
from typing import NamedTuple

import numpy as np
import pytest

from keras_inits.summaries.json_values import as_json


class Pair(NamedTuple):
    first: float
    second: tuple


@pytest.mark.parametrize(
    "value, want",
    [
        (Pair(1.0, (2, math.inf)), {"first": 1.0, "second": [2, None]}),
        (np.array([1.0, np.nan]), [1.0, None]),
        (np.float32(0.5), 0.5),
        ({"a": (True, None, "b")}, {"a": [True, None, "b"]}),
    ],
    ids=["a named tuple", "an array", "a scalar", "a dict"],
)
def test_json_takes_it(value, want):
    assert json.loads(json.dumps(as_json(value), allow_nan=False)) == want
