"""What an old Keras computed otherwise than today's in a way that has no equal: an error that says so."""

from typing import Any

from keras_inits.legacy import rebuilt
from keras_inits.legacy.context import Context

_POOLINGS = frozenset({
    "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D", "AveragePooling2D",
    "AveragePooling3D",
})  # fmt: skip
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
