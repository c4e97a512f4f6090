"""Layers that today's Keras lacks, rebuilt as small models of its own layers.

Each function gives the config of such a model, in the words of Keras 2; `arrangement` has the
function that gives it the old layer's weights.
"""

import math
from collections.abc import Callable
from typing import Any

from keras_inits.legacy.context import Context

Words = dict[str, Any]
Small = dict[str, Any]

# Layers that are rebuilt for Keras 3 only: tf.keras 2 has them.
_GONE_IN_KERAS_3 = frozenset({"LocallyConnected1D", "LocallyConnected2D", "ThresholdedReLU"})
# Layers whose small model depends on the shape of their input.
NEED_SHAPE = frozenset({
    "LocallyConnected1D", "LocallyConnected2D", "Highway", "ParametricSoftplus", "SReLU",
})  # fmt: skip
# Layers that may be computed with the channels last although their data has them first.
CONVOLUTIONS = frozenset({
    "Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose",
    "SeparableConv1D", "SeparableConv2D", "DepthwiseConv1D", "DepthwiseConv2D",
})  # fmt: skip

# How many places the patch of a locally connected layer may have: its fixed kernels are their square.
_MOST_PLACES = 2**11
_KERNEL = ("kernel_initializer", "kernel_regularizer", "kernel_constraint")
_BIAS = ("bias_regularizer", "bias_constraint")


def applies(context: Context, class_name: str, words: Words) -> bool:
    """Tells whether a layer is to be rebuilt for today's Keras.

    Args:
        context: The upgrade.
        class_name: The layer's class, in the words of Keras 2.
        words: Its config, in the words of Keras 2.

    Returns:
        Whether `rebuild` is to be called.
    """
    if class_name in _GONE_IN_KERAS_3:
        return context.keras_3
    if class_name == "UpSampling2D":
        return words.get("interpolation") == "bilinear" and context.origin.resizes_by_corners
    if class_name in CONVOLUTIONS:
        return context.layer in context.channels_last_inside
    return class_name in _REBUILDERS


def rebuild(context: Context, class_name: str, words: Words) -> Small:
    """Writes the small model that computes what a layer did.

    Args:
        context: The upgrade.
        class_name: The layer's class, in the words of Keras 2.
        words: Its config, in the words of Keras 2.

    Returns:
        The model's config, or the config of the one layer that does it, in the words of Keras 2.

    Raises:
        UpgradeError: The layer was used in a way that has no equal.
    """
    context.class_name = class_name
    make = _swapped if class_name in CONVOLUTIONS else _REBUILDERS[class_name]
    small = make(context, {"name": context.layer.rpartition("/")[2], **words})
    if isinstance(small, list):
        context.note(f"{class_name} rebuilt as {', '.join(one['class_name'] for one in small)}")
        if len(small) == 1:
            return small[0]
        return _layer("Sequential", name=words.get("name", "rebuilt"), layers=small)
    context.note(f"{class_name} rebuilt as a model of Keras' own layers")
    return small


def places(small: Small) -> list[int]:
    """Returns the size of a locally connected layer's output, without its filters.

    Args:
        small: What `rebuild` returned.

    Returns:
        The size along each axis; nothing for another layer.
    """
    layers = small["config"].get("layers", [])
    if len(layers) < 2 or layers[0]["config"].get("name") != "patches":
        return []
    shape = list(layers[1]["config"]["output_shape"])
    first = layers[0]["config"]["data_format"] == "channels_first"
    return shape[1:] if first else shape[:-1]


def _layer(class_name: str, **config: Any) -> Small:
    return {"class_name": class_name, "config": config}


def _kept(words: Words, *keys: str) -> Words:
    return {key: words[key] for key in keys if key in words}


def _graph(words: Words, shape: list[Any], nodes: list[tuple[Small, list[str]]]) -> Small:
    """Writes a functional model: layers, each with the names of the layers it is called on."""
    start = _layer("InputLayer", name="input", batch_input_shape=shape, dtype="float32")
    layers = [start | {"name": "input", "inbound_nodes": []}]
    for one, inputs in nodes:
        calls = [[[name, 0, 0, {}] for name in inputs]]
        layers.append(one | {"name": one["config"]["name"], "inbound_nodes": calls})
    return _layer(
        "Functional", name=words["name"], layers=layers,
        input_layers=[["input", 0, 0]], output_layers=[[layers[-1]["name"], 0, 0]],
    )  # fmt: skip


def _thresholded_relu(context: Context, words: Words) -> list[Small]:
    return [_layer("ReLU", threshold=words.get("theta", 1.0), **_kept(words, "name", "dtype"))]


def _maxout_dense(context: Context, words: Words) -> list[Small]:
    """The largest of several dense layers' outputs, feature by feature."""
    features, units = words.get("nb_feature", 4), words["units"]
    kernel = _kept(words, "use_bias", "trainable", *_KERNEL, *_BIAS)
    return [
        _layer("Dense", name="features", units=features * units, **kernel),
        _layer("Reshape", name="apart", target_shape=[features, units]),
        _layer("GlobalMaxPooling1D", name="largest"),
    ]


def _highway(context: Context, words: Words) -> Small:
    """x + gate(x) · (dense(x) - x), of which Keras 1 wrote gate · dense + (1 - gate) · x."""
    shape = _shape(context)
    kernel = _kept(words, "use_bias", "trainable", *_KERNEL, *_BIAS)
    own, units = words.get("activation") or "linear", shape[-1]
    return _graph(words, shape, [
        (_layer("Dense", name="gate", units=units, activation="sigmoid", **kernel), ["input"]),
        (_layer("Dense", name="dense", units=units, activation=own, **kernel), ["input"]),
        (_layer("Subtract", name="change"), ["dense", "input"]),
        (_layer("Multiply", name="gated"), ["gate", "change"]),
        (_layer("Add", name="output"), ["input", "gated"]),
    ])  # fmt: skip


def _elementwise(name: str, shape: list[int | None], bias: bool = False) -> Small:
    """A layer with a weight for each place: an einsum that sums over nothing."""
    places = "cdefghij"[: len(shape) - 1]
    return _layer(
        "EinsumDense", name=name, equation=f"b{places},{places}->b{places}",
        output_shape=shape[1:], bias_axes=places if bias else None,
    )  # fmt: skip


def _parametric_softplus(context: Context, words: Words) -> list[Small]:
    """alpha · softplus(beta · x)."""
    shape = _shape(context)
    return [
        _elementwise("beta", shape),
        _layer("Activation", name="softplus", activation="softplus"),
        _elementwise("alpha", shape),
    ]


def _s_relu(context: Context, words: Words) -> Small:
    """x + (1 - a_left) · relu(t_left - x) + (a_right - 1) · relu(x - t_right)."""
    shape = _shape(context)
    return _graph(words, shape, [
        (_elementwise("below", shape, bias=True), ["input"]),
        (_elementwise("above", shape, bias=True), ["input"]),
        (_layer("ReLU", name="left"), ["below"]),
        (_layer("ReLU", name="right"), ["above"]),
        (_elementwise("left_slope", shape), ["left"]),
        (_elementwise("right_slope", shape), ["right"]),
        (_layer("Add", name="output"), ["input", "left_slope", "right_slope"]),
    ])  # fmt: skip


def _locally_connected(rank: int) -> Callable[[Context, Words], list[Small]]:
    """A convolution whose kernel differs from place to place.

    A depthwise convolution with fixed kernels lays out each place's patch as channels; an einsum
    then multiplies each patch by the kernel of its place.
    """

    def make(context: Context, words: Words) -> list[Small]:
        if words.get("padding", "valid") != "valid":
            raise context.error(f"LocallyConnected{rank}D with padding='same' has no equal")
        size, strides = (listed(words.get(key, 1), rank) for key in ("kernel_size", "strides"))
        if not 0 < math.prod(size) <= _MOST_PLACES or min(strides) < 1:
            raise context.error(f"kernel_size={size}, strides={strides} has no equal in Keras 3")
        first = words.get("data_format") == "channels_first"
        spatial = _shape(context)[2:] if first else _shape(context)[1:-1]
        out = [(n - s) // step + 1 for n, s, step in zip(spatial, size, strides, strict=True)]
        places = "hw"[:rank]
        patches, result = (f"k{places}", f"f{places}") if first else (f"{places}k", f"{places}f")
        out.insert(0 if first else rank, words["filters"])
        fixed = _layer("Constant", value=one_hot(size))
        return [
            _layer(
                f"DepthwiseConv{rank}D", name="patches", kernel_size=size, strides=strides,
                depth_multiplier=math.prod(size), use_bias=False, trainable=False,
                data_format=words.get("data_format") or "channels_last",
                depthwise_initializer=fixed,
            ),
            _layer(
                "EinsumDense", name="kernels", equation=f"b{patches},{places}kf->b{result}",
                output_shape=out, bias_axes=result if words.get("use_bias", True) else None,
                **_kept(words, "trainable", *_KERNEL, *_BIAS),
            ),
            _layer("Activation", name="activation", activation=words.get("activation") or "linear"),
        ]  # fmt: skip

    return make


def listed(value: Any, rank: int) -> list[int]:
    """Returns a size along each of several axes, of which Keras also takes one for all.

    Args:
        value: The size, or a list of them.
        rank: The number of axes.

    Returns:
        As many sizes.
    """
    if isinstance(value, (list, tuple)):
        return [int(v) for v in value]
    return [int(value)] * rank


def one_hot(size: list[int]) -> Any:
    """Returns kernels of the given size, each of which picks one place of a patch.

    Args:
        size: The kernel's size along each axis.

    Returns:
        Nested lists of shape `(*size, 1, number of places)`.
    """
    count = math.prod(size)
    rows: list[Any] = [[[float(place == n) for n in range(count)]] for place in range(count)]
    for part in reversed(size[1:]):
        rows = [rows[i : i + part] for i in range(0, len(rows), part)]
    return rows


def _upsampling_by_corners(context: Context, words: Words) -> list[Small]:
    """Bilinear as TensorFlow 1 did it, with pixels' corners aligned rather than their centres.

    Twice as large, that is each pixel repeated and then averaged with the next one.
    """
    size = listed(words.get("size", 2), 2)
    if not set(size) <= {1, 2}:
        raise context.error(
            f"UpSampling2D(size={size}, interpolation='bilinear') of Keras before 2.3 has no equal "
            "today; sizes of 1 and 2 have one"
        )
    order = _kept(words, "data_format")
    return [
        _layer("UpSampling2D", name="repeated", size=size, interpolation="nearest", **order),
        _layer(
            "AveragePooling2D", name="averaged", pool_size=size, strides=[1, 1], padding="same",
            **order,
        ),
    ]  # fmt: skip


def _swapped(context: Context, words: Words) -> list[Small]:
    """A convolution over channels-first data, computed with the channels last."""
    rank = int(context.class_name[context.class_name.index("D") - 1])
    last = [*range(2, rank + 2), 1]
    first = [rank + 1, *range(1, rank + 1)]
    inner = {k: v for k, v in words.items() if k not in ("batch_input_shape", "dtype")}
    return [
        _layer("Permute", name="channels_last", dims=last),
        _layer(context.class_name, **inner | {"name": "convolution", "data_format": "channels_last"}),
        _layer("Permute", name="channels_first", dims=first),
    ]


def _merge(context: Context, words: Words) -> list[Small]:
    """Keras 1's Merge, which is a layer of its own for each mode today."""
    mode = words.get("mode", "sum")
    kept = _kept(words, "name")
    if words.get("mode_type") in ("lambda", "function") or not isinstance(mode, str):
        raise context.error("a Merge layer whose mode is a Python function has no equal: build it anew")
    if mode not in _MERGES:
        raise context.error(f"merge mode {mode!r} is none of {', '.join(sorted(_MERGES))}")
    if mode == "concat":
        kept["axis"] = words.get("concat_axis", -1)
    if mode in ("dot", "cos"):
        axes = words.get("dot_axes", -1)
        kept["axes"] = axes if isinstance(axes, int) else [int(a) for a in axes]
        kept["normalize"] = mode == "cos"
    return [_layer(_MERGES[mode], **kept)]


_MERGES = {
    "sum": "Add", "mul": "Multiply", "concat": "Concatenate", "ave": "Average", "max": "Maximum",
    "min": "Minimum", "dot": "Dot", "cos": "Dot",
}  # fmt: skip


def _shape(context: Context) -> list[Any]:
    """Returns the shape of the input of the layer at work."""
    shape = context.input_shape
    if shape is None or any(size is None for size in shape[1:]):
        raise context.error(f"it can be rebuilt for an input of known shape only, not {shape}")
    return [None, *shape[1:]]


_REBUILDERS: dict[str, Callable[[Context, Words], list[Small] | Small]] = {
    "ThresholdedReLU": _thresholded_relu,
    "MaxoutDense": _maxout_dense,
    "Highway": _highway,
    "ParametricSoftplus": _parametric_softplus,
    "SReLU": _s_relu,
    "LocallyConnected1D": _locally_connected(1),
    "LocallyConnected2D": _locally_connected(2),
    "UpSampling2D": _upsampling_by_corners,
    "Merge": _merge,
}
