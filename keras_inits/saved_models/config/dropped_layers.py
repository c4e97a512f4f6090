"""Layers that Keras dropped, each with its row: how it is rebuilt, and what becomes of its arrays.

A row is all that a dropped layer needs: add it to `DROPPED`, with its functions above.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from keras_inits.saved_models.config.context import Context
from keras_inits.saved_models.config.plans import Plan
from keras_inits.saved_models.config.small_models import (
    BIAS,
    KERNEL,
    Arrays,
    Rebuilt,
    Small,
    Words,
    graph_of,
    in_keras_3,
    input_shape,
    kept,
    layer,
    listed,
)  # fmt: skip


def _thresholded_relu(context: Context, words: Words) -> list[Small]:
    return [layer("ReLU", threshold=words.get("theta", 1.0), **kept(words, "name", "dtype"))]


def _nothing(context: Context, words: Words) -> list[Small]:
    """Returns what changes images in training only."""
    return [layer("Identity", **kept(words, "name", "dtype"))]


def _maxout_dense(context: Context, words: Words) -> list[Small]:
    """Returns the largest of several dense layers' outputs, feature by feature."""
    features, units = words.get("nb_feature", 4), words["units"]
    kernel = kept(words, "use_bias", "trainable", *KERNEL, *BIAS)
    return [
        layer("Dense", name="features", units=features * units, **kernel),
        layer("Reshape", name="apart", target_shape=[features, units]),
        layer("GlobalMaxPooling1D", name="largest"),
    ]


def _maxout_dense_arrays(plan: Plan, arrays: Arrays) -> Arrays:
    """Kernels of shape (features, inputs, units) become one of shape (inputs, features · units)."""
    kernel = np.moveaxis(arrays[0], 0, 1)
    return [kernel.reshape(kernel.shape[0], -1), *(bias.reshape(-1) for bias in arrays[1:])]


def _highway(context: Context, words: Words) -> Small:
    """x + gate(x) · (dense(x) - x), of which Keras 1 wrote gate · dense + (1 - gate) · x."""
    shape = input_shape(context)
    kernel = kept(words, "use_bias", "trainable", *KERNEL, *BIAS)
    own, units = words.get("activation") or "linear", shape[-1]
    return graph_of(words, shape, [
        (layer("Dense", name="gate", units=units, activation="sigmoid", **kernel), ["input"]),
        (layer("Dense", name="dense", units=units, activation=own, **kernel), ["input"]),
        (layer("Subtract", name="change"), ["dense", "input"]),
        (layer("Multiply", name="gated"), ["gate", "change"]),
        (layer("Add", name="output"), ["input", "gated"]),
    ])  # fmt: skip


def _highway_arrays(plan: Plan, arrays: Arrays) -> Arrays:
    """Pairs the kernels with their biases: from Keras 1.2 on, both kernels come first."""
    if len(arrays) == 4 and arrays[1].ndim == 1:
        return arrays
    half = len(arrays) // 2
    return [array for pair in zip(arrays[:half], arrays[half:], strict=True) for array in pair]


def _elementwise(name: str, shape: list[int | None], bias: bool = False) -> Small:
    """Returns a layer with a weight for each place: an einsum that sums over nothing."""
    places = "cdefghij"[: len(shape) - 1]
    return layer(
        "EinsumDense", name=name, equation=f"b{places},{places}->b{places}",
        output_shape=shape[1:], bias_axes=places if bias else None,
    )  # fmt: skip


def _parametric_softplus(context: Context, words: Words) -> list[Small]:
    """alpha · softplus(beta · x)."""
    shape = input_shape(context)
    return [
        _elementwise("beta", shape),
        layer("Activation", name="softplus", activation="softplus"),
        _elementwise("alpha", shape),
    ]


def _parametric_softplus_arrays(plan: Plan, arrays: Arrays) -> Arrays:
    return arrays[::-1]


def _s_relu(context: Context, words: Words) -> Small:
    """x + (1 - a_left) · relu(t_left - x) + (a_right - 1) · relu(x - t_right)."""
    shape = input_shape(context)
    return graph_of(words, shape, [
        (_elementwise("below", shape, bias=True), ["input"]),
        (_elementwise("above", shape, bias=True), ["input"]),
        (layer("ReLU", name="left"), ["below"]),
        (layer("ReLU", name="right"), ["above"]),
        (_elementwise("left_slope", shape), ["left"]),
        (_elementwise("right_slope", shape), ["right"]),
        (layer("Add", name="output"), ["input", "left_slope", "right_slope"]),
    ])  # fmt: skip


def _s_relu_arrays(plan: Plan, arrays: Arrays) -> Arrays:
    """Kinks and slopes become the kernels and biases of four elementwise layers."""
    left, left_slope, right, right_slope = arrays
    right = left + np.abs(right)  # Keras 1 kept the distance of the right kink from the left one.
    one = np.ones_like(left)
    return [-one, left, one, -right, 1 - left_slope, right_slope - 1]


def _locally_connected(rank: int) -> Callable[[Context, Words], list[Small]]:
    """Returns a convolution whose kernel differs from place to place.

    A depthwise convolution with fixed kernels lays out each place's patch as channels; an einsum
    then multiplies each patch by the kernel of its place.
    """

    def make(context: Context, words: Words) -> list[Small]:
        if words.get("padding", "valid") != "valid":
            raise context.error(f"LocallyConnected{rank}D with padding='same' has no equal")
        size, strides = (listed(words.get(key, 1), rank) for key in ("kernel_size", "strides"))
        context.places_left -= math.prod(size)
        if math.prod(size) <= 0 or context.places_left < 0 or min(strides) < 1:
            raise context.error(f"kernel_size={size}, strides={strides} has no equal in Keras 3")
        first = words.get("data_format") == "channels_first"
        spatial = input_shape(context)[2:] if first else input_shape(context)[1:-1]
        out = [(n - s) // step + 1 for n, s, step in zip(spatial, size, strides, strict=True)]
        places = "hw"[:rank]
        patches, result = (f"k{places}", f"f{places}") if first else (f"{places}k", f"{places}f")
        out.insert(0 if first else rank, words["filters"])
        fixed = layer("Constant", value=one_hot(size))
        return [
            layer(
                f"DepthwiseConv{rank}D", name="patches", kernel_size=size, strides=strides,
                depth_multiplier=math.prod(size), use_bias=False, trainable=False,
                data_format=words.get("data_format") or "channels_last",
                depthwise_initializer=fixed,
            ),
            layer(
                "EinsumDense", name="kernels", equation=f"b{patches},{places}kf->b{result}",
                output_shape=out, bias_axes=result if words.get("use_bias", True) else None,
                **kept(words, "trainable", *KERNEL, *BIAS),
            ),
            layer("Activation", name="activation", activation=words.get("activation") or "linear"),
        ]  # fmt: skip

    return make


def one_hot(size: list[int]) -> Any:
    """Returns kernels of the given size, each of which picks one place of a patch.

    Returns:
        Nested lists of shape `(*size, 1, number of places)`.
    """
    count = math.prod(size)
    rows: list[Any] = [[[float(place == n) for n in range(count)]] for place in range(count)]
    for part in reversed(size[1:]):
        rows = [rows[i : i + part] for i in range(0, len(rows), part)]
    return rows


def _locally_connected_arrays(plan: Plan, arrays: Arrays) -> Arrays:
    """Kernels of a patch per place become those of an einsum over a depthwise convolution.

    That convolution lays a patch out channel by channel, so the kernel is brought to the shape
    (*places, channels, *patch, filters) first.
    """
    rank = 1 if plan.class_name.endswith("1D") else 2
    size = listed(plan.config["kernel_size"], rank)
    strides = listed(plan.config.get("strides", 1), rank)
    filters, first = plan.config["filters"], plan.config.get("data_format") == "channels_first"
    places = plan.places
    implementation = plan.config.get("implementation", 1)
    kernel, bias = arrays[0], arrays[1:]
    if implementation == 2:  # From every input to every output, of which most are masked.
        kernel = _unmasked(kernel, size, strides, places, first)
    elif implementation == 3:  # The same, of which only the unmasked are kept, output by output.
        if first:
            kernel = np.moveaxis(kernel.reshape(filters, *places, -1, *size), 0, -1)
        else:
            kernel = kernel.reshape(*places, filters, *size, -1)
            kernel = np.moveaxis(kernel, (rank, -1), (-1, rank))
    elif first:
        kernel = kernel.reshape(*places, -1, *size, filters)
    else:
        kernel = np.moveaxis(kernel.reshape(*places, *size, -1, filters), -2, rank)
    channels = kernel.shape[rank]
    kernel = kernel.reshape(*places, channels * int(np.prod(size)), filters)
    if first:
        # Keras reshaped such a bias, rather than transposing it.
        bias = [b.reshape(b.shape[-1], *b.shape[:-1]) for b in bias]
    fixed = np.asarray(one_hot(size), "float32").repeat(channels, axis=rank)
    return [fixed, kernel, *bias]


def _unmasked(
    kernel: np.ndarray, size: list[int], strides: list[int], places: list[int], first: bool
) -> np.ndarray:
    """Cuts the kernel of each place out of one from every input to every output."""
    rank = len(size)
    # (channels, *inputs, filters, *places) or (*inputs, channels, *places, filters)
    kernel = np.moveaxis(kernel, rank + 1, -1) if first else np.moveaxis(kernel, rank, 0)
    cut = np.empty((*places, kernel.shape[0], *size, kernel.shape[-1]), kernel.dtype)
    for place in np.ndindex(*places):
        starts = zip(place, strides, size, strict=True)
        patch = tuple(slice(at * step, at * step + length) for at, step, length in starts)
        cut[place] = kernel[(slice(None), *patch, *place)]
    return cut


def _merge(context: Context, words: Words) -> list[Small]:
    """Keras 1's Merge, which is a layer of its own for each mode today."""
    mode = words.get("mode", "sum")
    own = kept(words, "name")
    if words.get("mode_type") in ("lambda", "function") or not isinstance(mode, str):
        raise context.error("a Merge layer whose mode is a Python function has no equal: build it yourself")
    if mode not in _MERGES:
        raise context.error(f"merge mode {mode!r} is none of {', '.join(sorted(_MERGES))}")
    if mode == "concat":
        own["axis"] = words.get("concat_axis", -1)
    if mode in ("dot", "cos"):
        axes = words.get("dot_axes", -1)
        own["axes"] = axes if isinstance(axes, int) else [int(a) for a in axes]
        own["normalize"] = mode == "cos"
    return [layer(_MERGES[mode], **own)]


_MERGES = {
    "sum": "Add", "mul": "Multiply", "concat": "Concatenate", "ave": "Average", "max": "Maximum",
    "min": "Minimum", "dot": "Dot", "cos": "Dot",
}  # fmt: skip


DROPPED = {
    # Until Keras 3.
    "ThresholdedReLU": Rebuilt(_thresholded_relu, in_keras_3),
    "RandomHeight": Rebuilt(_nothing, in_keras_3),
    "RandomWidth": Rebuilt(_nothing, in_keras_3),
    "LocallyConnected1D": Rebuilt(
        _locally_connected(1), in_keras_3, needs_shape=True, arrays=(1, 2), arranged=_locally_connected_arrays
    ),
    "LocallyConnected2D": Rebuilt(
        _locally_connected(2), in_keras_3, needs_shape=True, arrays=(1, 2), arranged=_locally_connected_arrays
    ),
    # Until Keras 2.
    "MaxoutDense": Rebuilt(_maxout_dense, arrays=(1, 2), arranged=_maxout_dense_arrays),
    "Highway": Rebuilt(_highway, needs_shape=True, arrays=(2, 4), arranged=_highway_arrays, drawn=2),
    "ParametricSoftplus": Rebuilt(
        _parametric_softplus, needs_shape=True, arrays=(2, 2), arranged=_parametric_softplus_arrays
    ),
    "SReLU": Rebuilt(_s_relu, needs_shape=True, arrays=(4, 4), arranged=_s_relu_arrays),
    "Merge": Rebuilt(_merge),
}
