"""Gains: by how much weights must be larger so that a signal keeps its size through an activation.

They are kept squared, as a gain multiplies a variance: that of `"relu"` is exactly 2 then.
"""

import math
from collections.abc import Callable
from numbers import Real
from typing import Any

from keras_inits.keras_compat import nearest

SQUARED_GAINS = {
    "linear": 1.0,
    "conv1d": 1.0,
    "conv2d": 1.0,
    "conv3d": 1.0,
    "conv_transpose1d": 1.0,
    "conv_transpose2d": 1.0,
    "conv_transpose3d": 1.0,
    "sigmoid": 1.0,
    "tanh": 25 / 9,
    "relu": 2.0,
    "selu": 9 / 16,
}
# The activations that have a parameter: its default, and what the squared gain is with it.
OF_PARAMETER: dict[str, tuple[float, Callable[[float], float]]] = {
    "leaky_relu": (0.01, lambda slope: 2 / (1 + slope**2)),
}


def checked_gain(gain: Any) -> Any:
    """Returns a gain as a float, a name or a tuple, as a config has it.

    Args:
        gain: `None`, a positive number, the name of an activation, or a pair of a name and its parameter.

    Raises:
        TypeError: If it is none of these.
        ValueError: If a number is not positive, or a name unknown or without a parameter.
    """
    if gain is None:
        return None
    squared_gain(gain)
    if _is_number(gain):
        return float(gain)
    return tuple(gain) if isinstance(gain, list) else gain


def squared_gain(gain: Any) -> float:
    """Returns the factor of the variance that a gain stands for; `None` is 1. Raises as `checked_gain` does.

    Example:

    >>> squared_gain("relu"), squared_gain(("leaky_relu", 1.0)), squared_gain(3.0)
    (2.0, 1.0, 9.0)

    Source: `torch.nn.init.calculate_gain` of torch 2.13.
    """
    if gain is None:
        return 1.0
    if _is_number(gain):
        if not 0 < gain < math.inf:
            raise ValueError(f"A gain must be a positive number. Received: gain={gain}")
        return float(gain) ** 2
    name, *parameters = (gain,) if isinstance(gain, str) else _pair(gain)
    if name in OF_PARAMETER:
        default, squared = OF_PARAMETER[name]
        return squared(*(parameters or [default]))
    if name not in SQUARED_GAINS:
        raise _error_of_name(name)
    if parameters:
        raise ValueError(f"Only a gain of {', '.join(OF_PARAMETER)} has a parameter. Received: gain={gain!r}")
    return SQUARED_GAINS[name]


def _pair(gain: Any) -> tuple[str, float]:
    is_pair = isinstance(gain, (tuple, list)) and len(gain) == 2
    if not (is_pair and isinstance(gain[0], str) and _is_number(gain[1]) and math.isfinite(gain[1])):
        raise TypeError(
            "A gain is a number, the name of an activation, or a pair of a name and a number such as "
            f"('leaky_relu', 0.2). Received: gain={gain!r}"
        )
    return gain


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _error_of_name(name: str) -> ValueError:
    names = [*SQUARED_GAINS, *OF_PARAMETER]
    hint = nearest.hint(name, names) or "."
    return ValueError(f"Unknown activation of a gain: {name!r}{hint} Known are: {', '.join(sorted(names))}.")
