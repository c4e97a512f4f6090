"""What an old Keras computed otherwise than today's in a way that has no equal: an error that says so."""

from typing import Any

from keras_inits.legacy import rebuilt
from keras_inits.legacy.context import Context

_POOLINGS = frozenset({
    "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D", "AveragePooling2D",
    "AveragePooling3D",
})  # fmt: skip
# Layers whose kernels Theano flipped, and which Keras 1 had.
_MAYBE_FLIPPED = frozenset({"Conv2D", "Conv3D", "Conv2DTranspose", "ConvLSTM2D"})
# The largest odd patch that Theano padded as TensorFlow does, at strides of 1.
_LARGEST_POOL = 3


def check(context: Context, class_name: str, words: dict[str, Any]) -> None:
    """Sees that today's Keras computes a layer as the Keras did that saved it.

    Args:
        context: The upgrade.
        class_name: The layer's class, in the words of Keras 2.
        words: Its config, in the words of Keras 2.

    Raises:
        UpgradeError: It does not.
    """
    if context.origin.backend == "theano":
        _check_theano(context, class_name, words)
    if class_name == "RNN" and context.origin.reverses_states:
        _check_states(context, words)


def note(context: Context, class_name: str, words: dict[str, Any]) -> None:
    """Notes what the file does not say, and what is taken for it.

    Args:
        context: The upgrade.
        class_name: The layer's class, in the words of Keras 2.
        words: Its config, in the words of Keras 2.
    """
    origin = context.origin
    of_a_tensorflow = origin.in_tensorflow and origin.version[:2] == (2, 2)
    if of_a_tensorflow and class_name == "UpSampling2D" and words.get("interpolation") == "bilinear":
        context.note("bilinear is taken for that of TensorFlow 1.14 to 2.1; 1.13 wrote the same version")
    first = words.get("data_format") == "channels_first"
    if origin.major == 1 and origin.backend is None and first and class_name in _MAYBE_FLIPPED:
        context.note(
            "Keras 1 does not say whether TensorFlow saved its kernel, as is taken here, or Theano, "
            "whose kernels are flipped: load_model(path, backend='theano')"
        )


def _check_theano(context: Context, class_name: str, words: dict[str, Any]) -> None:
    """Theano padded both sides alike, where TensorFlow pads the end by one more."""
    if class_name == "UpSampling2D" and words.get("interpolation") == "bilinear":
        raise context.error("UpSampling2D(interpolation='bilinear') of Theano has no equal")
    loops = class_name == "ConvLSTM2D"
    if class_name not in rebuilt.CONVOLUTIONS | _POOLINGS and not loops:
        return
    if words.get("padding") != "same" and not loops:
        return
    sizes = _listed(words.get("pool_size") or words.get("kernel_size") or 1)
    strides = _listed(words.get("strides") or (sizes if class_name in _POOLINGS else 1))
    for size, stride in zip(sizes, strides * len(sizes)):
        alike = size % 2 and stride == 1 and (class_name not in _POOLINGS or size <= _LARGEST_POOL)
        if size != 1 and not alike:
            raise context.error(
                f"{class_name} with padding='same', a size of {sizes} and strides of {strides} of Theano, "
                "which padded otherwise, has no equal; odd sizes with strides of 1 have one"
            )


def _check_states(context: Context, words: dict[str, Any]) -> None:
    """The states of stacked cells were in the order from the last cell to the first."""
    cell = words.get("cell")
    if not isinstance(cell, dict) or cell.get("class_name") != "StackedRNNCells":
        return
    given = any(call.kwargs.get("initial_state") for call in context.calls)
    if given or words.get("return_state"):
        raise context.error(
            "the states of StackedRNNCells of Keras before 2.2.4 are in reverse order, which has no equal"
        )


def _listed(value: Any) -> list[int]:
    return [int(v) for v in value] if isinstance(value, (list, tuple)) else [int(value)]
