"""Layers that today's Keras lacks, rebuilt as small models of its own layers.

Each function gives the config of such a model, in the words of Keras 2; `arrangement` has the
function that gives it the old layer's weights.
"""

import math
from collections.abc import Callable
from typing import Any

from keras_inits.keras_compat import capabilities
from keras_inits.saved_models.config.context import Context

Words = dict[str, Any]
Small = dict[str, Any]

# Layers that are rebuilt for Keras 3 only: tf.keras 2 has them.
_GONE_IN_KERAS_3 = frozenset({
    "LocallyConnected1D", "LocallyConnected2D", "ThresholdedReLU", "RandomHeight", "RandomWidth",
})  # fmt: skip
# Layers whose small model depends on the shape of their input.
_NEED_SHAPE = frozenset({
    "LocallyConnected1D", "LocallyConnected2D", "Highway", "ParametricSoftplus", "SReLU",
    "Deconvolution2D",
})  # fmt: skip
# Layers that had an argument `time_major`, which Keras 3 lacks.
TIME_MAJOR = frozenset({"SimpleRNN", "LSTM", "GRU"})
# Layers that may be computed with the channels last although their data has them first.
CONVOLUTIONS = frozenset({
    "Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose",
    "SeparableConv1D", "SeparableConv2D", "DepthwiseConv1D", "DepthwiseConv2D",
})  # fmt: skip

_POOLINGS = frozenset({
    "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D", "AveragePooling2D",
    "AveragePooling3D",
})  # fmt: skip
# The largest pool that Theano padded as TensorFlow does, at strides of 1.
_LARGEST_POOL_ALIKE = 3

# How many places the patch of a locally connected layer may have: its fixed kernels are their square.
_MOST_PLACES = 2**11
_KERNEL = ("kernel_initializer", "kernel_regularizer", "kernel_constraint")
_BIAS = ("bias_regularizer", "bias_constraint")


def needs_shape(class_name: str, config: Words) -> bool:
    """Returns whether a layer may be rebuilt by the shape of its input."""
    return class_name in _NEED_SHAPE or bool(config.get("time_major"))


def applies(context: Context, class_name: str, words: Words) -> bool:
    """Returns whether a layer is to be rebuilt for today's Keras."""
    if class_name in _GONE_IN_KERAS_3:
        return context.keras_3
    if class_name == "UpSampling2D":
        return words.get("interpolation") == "bilinear" and context.origin.resizes_by_corners
    if class_name == "Softmax":
        return context.origin.version < (2, 4) and words.get("axis", -1) == -1
    if class_name in CONVOLUTIONS:
        last_inside = context.layer in context.channels_last_inside
        return last_inside or _pads_first(context, class_name, words) or _crops(words)
    if class_name in TIME_MAJOR:
        return context.keras_3 and bool(words.get("time_major"))
    return class_name in _REBUILDERS


def rebuild(context: Context, class_name: str, words: Words) -> Small:
    """Writes the small model that computes what a layer did.

    Returns:
        The model's config, or the config of the one layer that does it, in the words of Keras 2.

    Raises:
        UpgradeError: The layer was used in a way that has no equal.
    """
    context.class_name = class_name
    make = _REBUILDERS[class_name]
    small = make(context, {"name": context.layer.rpartition("/")[2], **words})
    if isinstance(small, list):
        context.note(f"{class_name} rebuilt as {', '.join(one['class_name'] for one in small)}")
        if len(small) == 1:
            return small[0]
        return _layer("Sequential", name=words.get("name", "rebuilt"), layers=small)
    context.note(f"{class_name} rebuilt as a model of Keras' own layers")
    return small


def padded_by_theano(context: Context, class_name: str, words: Words) -> bool:
    """Returns whether Theano padded a layer otherwise than TensorFlow does."""
    pools, loops = class_name in _POOLINGS, class_name == "ConvLSTM2D"
    same = words.get("padding") == "same"
    concerned = loops or (same and (pools or class_name in CONVOLUTIONS))
    if context.origin.backend != "theano" or not concerned:
        return False
    rank = int(class_name[class_name.index("D") - 1])
    sizes = listed(words.get("pool_size" if pools else "kernel_size") or 1, rank)
    strides = listed(words.get("strides") or (sizes if pools else 1), rank) if same else [1] * rank
    largest = _LARGEST_POOL_ALIKE if pools else max(sizes)
    pairs = zip(sizes, strides, strict=True)
    return any(size != 1 and not (size % 2 and size <= largest and step == 1) for size, step in pairs)


def _pads_first(context: Context, class_name: str, words: Words) -> bool:
    """Returns whether a convolution of Theano is to be computed over what is padded before."""
    if class_name.endswith("Transpose") or not padded_by_theano(context, class_name, words):
        return False
    return not class_name.endswith("1D") or words.get("data_format") != "channels_first"


def _crops(words: Words) -> bool:
    """Returns whether a transposed convolution has an `output_padding` that Keras 3.0 to 3.10 refuses."""
    padding = words.get("output_padding")
    padded = padding is not None and 0 in listed(padding, 1)
    return padded and not capabilities.takes_output_padding_of_zero()


def places(small: Small) -> list[int]:
    """Returns the size of a locally connected layer's output, without its filters.

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
        calls: list[Any] = [[[name, 0, 0, {}] for name in inputs]]
        if one["class_name"] == "TFOpLambda":
            calls = [[inputs[0], 0, 0, {"perm": [1, 0, 2]}]]
        layers.append(one | {"name": one["config"]["name"], "inbound_nodes": calls})
    return _layer(
        "Functional", name=words["name"], layers=layers,
        input_layers=[["input", 0, 0]], output_layers=[[layers[-1]["name"], 0, 0]],
    )  # fmt: skip


def _thresholded_relu(context: Context, words: Words) -> list[Small]:
    return [_layer("ReLU", threshold=words.get("theta", 1.0), **_kept(words, "name", "dtype"))]


def _softmax(context: Context, words: Words) -> list[Small]:
    """Returns a softmax that does not look at masks, as none did before Keras 2.4."""
    return [_layer("Activation", activation="softmax", **_kept(words, "name", "dtype"))]


def _nothing(context: Context, words: Words) -> list[Small]:
    """Returns what changes images in training only."""
    return [_layer("Identity", **_kept(words, "name", "dtype"))]


def pad_output(context: Context, words: Words) -> None:
    """Finds the padding that gives the size of the output, of which Keras 1 was told and several fit.

    Args:
        words: The config of a transposed convolution, in the words of Keras 2; it is changed.

    Raises:
        UpgradeError: No padding that today's Keras takes does.
    """
    places = slice(2, 4) if words.get("data_format") == "channels_first" else slice(1, 3)
    wanted = list(words.pop("output_shape"))[places]
    if context.input_shape is None or len(context.input_shape) != 4:
        raise context.error("it can be upgraded for an input of known size only")
    sizes = context.input_shape[places]
    if None in sizes or None in wanted:
        raise context.error("it can be upgraded for an input of known size only")
    same = words.get("padding") == "same"
    axes = list(zip(wanted, sizes, listed(words["kernel_size"], 2), listed(words.get("strides", 1), 2)))
    if all(w == n * s + (0 if same else max(k - s, 0)) for w, n, k, s in axes):
        return
    padding = [w - ((n - 1) * s + k - 2 * (k // 2 if same else 0)) for w, n, k, s in axes]
    if not all(0 <= p < s for p, (_, _, _, s) in zip(padding, axes)):
        raise context.error(f"no output_padding gives the output's size {wanted} for an input of {sizes}")
    words["output_padding"] = padding


def _maxout_dense(context: Context, words: Words) -> list[Small]:
    """Returns the largest of several dense layers' outputs, feature by feature."""
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
    """Returns a layer with a weight for each place: an einsum that sums over nothing."""
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
    """Returns a convolution whose kernel differs from place to place.

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
    """
    if isinstance(value, (list, tuple)):
        return [int(v) for v in value]
    return [int(value)] * rank


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


def _upsampling_by_corners(context: Context, words: Words) -> list[Small]:
    """Bilinear as TensorFlow 1 did it, with pixels' corners aligned rather than their centres.

    Twice as large, that is each pixel repeated and then averaged with the next one.
    """
    size = listed(words.get("size", 2), 2)
    if not set(size) <= {1, 2}:
        raise context.error(
            f"UpSampling2D(size={size}, interpolation='bilinear') of Keras before 2.4 has no equal "
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


def _convolution(context: Context, words: Words) -> list[Small]:
    """Returns a convolution computed with the channels last, padded before or cropped after where need be."""
    rank = int(context.class_name[context.class_name.index("D") - 1])
    inner = {k: v for k, v in words.items() if k not in ("batch_input_shape", "dtype")}
    inner |= {"name": "convolution", "data_format": "channels_last"}
    small = [_layer(context.class_name, **inner)]
    if _pads_first(context, context.class_name, words):
        sides = [[size // 2, (size - 1) // 2] for size in listed(words["kernel_size"], rank)]
        small[0]["config"]["padding"] = "valid"
        padding = {"padding": sides[0]} if rank == 1 else {"padding": sides, "data_format": "channels_last"}
        small.insert(0, _layer(f"ZeroPadding{rank}D", name="padding", **padding))
    if _crops(words):
        small.append(_crop(context, small[0]["config"], rank))
    if words.get("data_format") != "channels_first":
        return small
    return [
        _layer("Permute", name="channels_last", dims=[*range(2, rank + 2), 1]),
        *small,
        _layer("Permute", name="channels_first", dims=[rank + 1, *range(1, rank + 1)]),
    ]


def _crop(context: Context, words: Words, rank: int) -> Small:
    """Returns what crops the output of a transposed convolution to the padding that it was told.

    Its own padding is changed to the least that Keras takes: its default where it pads `"same"`, by which
    an input of size n becomes one of n times the stride.
    """
    padding, sizes, strides, dilation = (
        listed(words.get(key) or 0, rank)
        for key in ("output_padding", "kernel_size", "strides", "dilation_rate")
    )
    sizes = [(size - 1) * max(step, 1) + 1 for size, step in zip(sizes, dilation)]
    axes = list(zip(padding, sizes, [max(stride, 1) for stride in strides], strict=True))
    if words.get("padding") == "same":
        words["output_padding"] = None
        cropping = [_of_same(*axis) for axis in axes]
    elif any(stride == 1 for _, _, stride in axes):
        raise context.error(f"output_padding={padding} with strides={strides} has no equal before Keras 3.11")
    else:
        words["output_padding"] = [max(pad, 1) for pad in padding]
        cropping = [[0, max(pad, 1) - pad] for pad in padding]
    order = {"data_format": "channels_last"} if rank > 1 else {}
    return _layer(f"Cropping{rank}D", name="cropped", cropping=cropping if rank > 1 else cropping[0], **order)


def _of_same(padding: int, size: int, stride: int) -> list[int]:
    """Returns how much of the default output lies before and after the one that is padded by so much."""
    before = max(2 * (size // 2) - padding, 0) // 2 - max(size - stride, 0) // 2
    return [before, stride - size % 2 - padding - before]


def _time_second(context: Context, words: Words) -> Small:
    """Returns a recurrent layer over data whose first axis is time, computed with the batch first."""
    if words.get("return_state") or any(call.kwargs or len(call.args) != 1 for call in context.calls):
        raise context.error("time_major=True with states as inputs or outputs has no equal in Keras 3")
    shape = context.input_shape
    if shape is None or shape[-1] is None:
        raise context.error(f"it can be rebuilt for an input of known shape only, not {shape}")
    inner = {k: v for k, v in words.items() if k not in ("batch_input_shape", "dtype")}
    inner |= {"name": "recurrent", "time_major": False}
    nodes = [
        (_swap_of_axes("batch_first"), ["input"]),
        (_layer(context.class_name, **inner), ["batch_first"]),
    ]
    if words.get("return_sequences"):
        nodes.append((_swap_of_axes("time_first"), ["recurrent"]))
    return _graph(words, list(shape), nodes)


def _swap_of_axes(name: str) -> Small:
    return _layer("TFOpLambda", name=name, function="transpose")


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
    "Softmax": _softmax,
    "RandomHeight": _nothing,
    "RandomWidth": _nothing,
    "MaxoutDense": _maxout_dense,
    "Highway": _highway,
    "ParametricSoftplus": _parametric_softplus,
    "SReLU": _s_relu,
    "LocallyConnected1D": _locally_connected(1),
    "LocallyConnected2D": _locally_connected(2),
    "UpSampling2D": _upsampling_by_corners,
    "Merge": _merge,
    **dict.fromkeys(CONVOLUTIONS, _convolution),
    **dict.fromkeys(TIME_MAJOR, _time_second),
}
