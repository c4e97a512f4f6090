"""Layers that today's Keras computes otherwise than the one that saved them, each with its row.

A row says when such a layer is rebuilt out of today's layers, and how.
"""

from typing import Any

from keras_inits.keras_compat import capabilities
from keras_inits.saved_models.config.context import Context
from keras_inits.saved_models.config.small_models import (
    Rebuilt,
    Small,
    Words,
    function,
    graph_of,
    kept,
    layer,
    listed,
)  # fmt: skip

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


def _softmax(context: Context, words: Words) -> list[Small]:
    """Returns a softmax that does not look at masks, as none did before Keras 2.4."""
    return [layer("Activation", activation="softmax", **kept(words, "name", "dtype"))]


def pad_output(context: Context, words: Words) -> None:
    """Finds the padding that gives the size of the output, of which Keras 1 was told and several fit.

    Raises:
        UpgradeError: No padding that today's Keras takes does.
    """
    places = slice(2, 4) if words.get("data_format") == "channels_first" else slice(1, 3)
    wanted = list(words.pop("output_shape"))[places]
    if context.input_shape is None or len(context.input_shape) != 4:
        raise context.error("it can be upgraded for an input of known size only")
    sizes: list[Any] = context.input_shape[places]
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
    order = kept(words, "data_format")
    return [
        layer("UpSampling2D", name="repeated", size=size, interpolation="nearest", **order),
        layer(
            "AveragePooling2D", name="averaged", pool_size=size, strides=[1, 1], padding="same",
            **order,
        ),
    ]  # fmt: skip


def _convolution(context: Context, words: Words) -> list[Small]:
    """Returns a convolution computed with the channels last, padded before or cropped after where need be."""
    rank = int(context.class_name[context.class_name.index("D") - 1])
    inner = {k: v for k, v in words.items() if k not in ("batch_input_shape", "dtype")}
    inner |= {"name": "convolution", "data_format": "channels_last"}
    small = [layer(context.class_name, **inner)]
    if _pads_first(context, context.class_name, words):
        sides = [[size // 2, (size - 1) // 2] for size in listed(words["kernel_size"], rank)]
        small[0]["config"]["padding"] = "valid"
        padding = {"padding": sides[0]} if rank == 1 else {"padding": sides, "data_format": "channels_last"}
        small.insert(0, layer(f"ZeroPadding{rank}D", name="padding", **padding))
    if _crops(words):
        small.append(_crop(context, small[0]["config"], rank))
    if words.get("data_format") != "channels_first":
        return small
    return [
        layer("Permute", name="channels_last", dims=[*range(2, rank + 2), 1]),
        *small,
        layer("Permute", name="channels_first", dims=[rank + 1, *range(1, rank + 1)]),
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
    return layer(f"Cropping{rank}D", name="cropped", cropping=cropping if rank > 1 else cropping[0], **order)


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
        (layer(context.class_name, **inner), ["batch_first"]),
    ]
    if words.get("return_sequences"):
        nodes.append((_swap_of_axes("time_first"), ["recurrent"]))
    return graph_of(words, list(shape), nodes)


def _swap_of_axes(name: str) -> Small:
    return function(name, "transpose", perm=[1, 0, 2])


def _resized_by_corners(context: Context, class_name: str, words: Words) -> bool:
    return words.get("interpolation") == "bilinear" and context.origin.resizes_by_corners


def _ignored_masks(context: Context, class_name: str, words: Words) -> bool:
    return context.origin.version < (2, 4) and words.get("axis", -1) == -1


def _is_computed_otherwise(context: Context, class_name: str, words: Words) -> bool:
    last_inside = context.layer in context.channels_last_inside
    return last_inside or _pads_first(context, class_name, words) or _crops(words)


def _has_time_first(context: Context, class_name: str, words: Words) -> bool:
    return context.keras_3 and bool(words.get("time_major"))


_CONVOLUTION = Rebuilt(_convolution, _is_computed_otherwise, arrays=(1, 2))

CHANGED = {
    "Softmax": Rebuilt(_softmax, _ignored_masks),
    "UpSampling2D": Rebuilt(_upsampling_by_corners, _resized_by_corners),
    **dict.fromkeys(CONVOLUTIONS, _CONVOLUTION),
    "SeparableConv1D": _CONVOLUTION._replace(arrays=(2, 3)),
    "SeparableConv2D": _CONVOLUTION._replace(arrays=(2, 3)),
    **dict.fromkeys(TIME_MAJOR, Rebuilt(_time_second, _has_time_first, arrays=(2, 3))),
}
