"""Layers of keras-contrib and tensorflow-addons that are rebuilt out of Keras' own, each with its row.

Those that are a layer of Keras' under another name are rows of `tables.py`. Of keras-contrib's
InstanceNormalization there are many copies, so it is told by its arguments as well as by its name.
"""

import numpy as np

from keras_inits.saved_models.config.context import Context
from keras_inits.saved_models.config.plans import Plan
from keras_inits.saved_models.config.small_models import (
    Arrays,
    Rebuilt,
    Small,
    Words,
    function,
    graph_of,
    kept,
    layer,
)  # fmt: skip

# The letters of an equation.
_MOST_AXES = 10
# What tells keras-contrib's from that of tensorflow-addons before 0.7, which has groups, and others.
_ITS_ARGUMENTS = frozenset({"axis", "epsilon", "center", "scale", "beta_initializer", "gamma_initializer"})


def _is_of_contrib(context: Context, class_name: str, words: Words) -> bool:
    return words.keys() >= _ITS_ARGUMENTS and "groups" not in words


def _instance_normalization(context: Context, words: Words) -> Small:
    """(x - mean) / (stddev + epsilon) of each example, times gamma, plus beta.

    Keras' own normalizations divide by the root of the variance plus epsilon instead.
    """
    shape, axis = context.input_shape, words["axis"]
    if shape is None or not isinstance(axis, (int, type(None))) or axis == 0 or len(shape) > _MOST_AXES:
        raise context.error(f"axis={axis} over an input of shape {shape} has no equal")
    context.note("taken for the InstanceNormalization of keras-contrib, by its arguments")
    rank = len(shape)
    axis = axis if axis is None else range(rank)[axis]
    over = {"axis": [n for n in range(1, rank) if n != axis], "keepdims": True}
    epsilon = words["epsilon"]
    nodes = [
        (function("mean", "math.reduce_mean", **over), ["input"]),
        (function("centred", "math.subtract", y=["mean", 0, 0]), ["input"]),
        (function("squared", "math.square"), ["centred"]),
        (function("variance", "math.reduce_mean", **over), ["squared"]),
        (function("stddev", "math.sqrt"), ["variance"]),
        (function("divisor", "math.add", y=epsilon), ["stddev"]),
        (function("normalized", "math.truediv", y=["divisor", 0, 0]), ["centred"]),
    ]
    if words["scale"] or words["center"]:
        nodes += _scaled(list(shape), axis, words)
    return graph_of(words, [None, *shape[1:]], nodes)


def _scaled(shape: list[int | None], axis: int | None, words: Words) -> list[tuple[Small, list[str]]]:
    """Multiplies by gamma and adds beta along an axis, which is the last one there, or by one number."""
    before: Words
    after: Words
    last = len(shape) - 1
    if axis is None:
        before = {"function": "expand_dims", "axis": -1}
        after = {"function": "squeeze", "axis": -1}
        shape = [*shape, 1]
    else:
        swapped = [last if n == axis else axis if n == last else n for n in range(last + 1)]
        before = after = {"function": "transpose", "perm": swapped}
        shape = [shape[n] for n in swapped]
    places = "bcdefghijkl"[: len(shape)]
    scaled = layer(
        "EinsumDense", name="scaled", equation=f"{places},{places[-1]}->{places}", output_shape=shape[1:],
        bias_axes=places[-1] if words["center"] else None, **kept(words, "trainable"),
    )  # fmt: skip
    if axis == last:
        return [(scaled, ["normalized"])]
    return [
        (function("before", **before), ["normalized"]),
        (scaled, ["before"]),
        (function("after", **after), ["scaled"]),
    ]


def _instance_normalization_arrays(plan: Plan, arrays: Arrays) -> Arrays:
    """A gamma that there was not is of ones."""
    return arrays if plan.config["scale"] else [np.ones_like(arrays[0]), *arrays]


def _number_of_arrays(words: Words) -> int:
    return bool(words["scale"]) + bool(words["center"])


ADDONS = {
    "InstanceNormalization": Rebuilt(
        _instance_normalization, _is_of_contrib, needs_shape=True,
        arranged=_instance_normalization_arrays, counted=_number_of_arrays,
    ),
}  # fmt: skip
