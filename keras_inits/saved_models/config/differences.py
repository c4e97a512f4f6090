"""What an old Keras computed otherwise than today's in a way that has no equal: an error that says so."""

from typing import Any

from keras_inits.saved_models.config import changed_layers, rebuilt
from keras_inits.saved_models.config.context import Context

# Layers whose kernels Theano flipped, and which Keras 1 had.
_MAYBE_FLIPPED = frozenset({"Conv2D", "Conv3D", "Conv2DTranspose", "ConvLSTM2D"})
# Layers of tensorflow-addons that take axes from the end wrongly, as Keras does, but other ones.
_OF_ADDONS = frozenset({"Addons>GroupNormalization", "Addons>InstanceNormalization"})


def check(context: Context, class_name: str, words: dict[str, Any]) -> None:
    """Sees that today's Keras computes a layer as the Keras did that saved it."""
    if context.origin.backend == "theano":
        _check_theano(context, class_name, words)
    if class_name == "UpSampling2D" and context.origin.backend == "tensor_flow.js":
        _check_tensorflow_js(context, words)
    if class_name == "RNN" and context.origin.reverses_states:
        _check_states(context, words)


def check_saved(context: Context, saved_class: str, words: dict[str, Any]) -> None:
    """Sees that a layer is not another library's of the same name, before Keras had one.

    keras-contrib, and tensorflow-addons before 0.7, put the groups along the second axis, whatever the axis
    of the channels. Both had the package in no name.
    """
    if saved_class == "GroupNormalization" and context.origin.version < (2, 11) and words.get("axis") != 1:
        raise context.error(
            "a GroupNormalization from before Keras had one, of keras-contrib or tensorflow-addons 0.1 to "
            "0.6, divided other axes than the channels into groups: pass its class in custom_objects"
        )
    axis = words.get("axis", -1)
    if saved_class in _OF_ADDONS and not (axis == -1 or (isinstance(axis, int) and axis > 0)):
        raise context.error(f"a {saved_class} along axis={axis!r:.80} has no equal in Keras")


def note(context: Context, class_name: str, words: dict[str, Any]) -> None:
    """Notes what the file does not say, and what is taken for it."""
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
    otherwise = changed_layers.padded_by_theano(context, class_name, words)
    if otherwise and not rebuilt.applies(context, class_name, words):
        raise context.error(
            f"{class_name} of Theano, which padded otherwise, has no equal at this size and these strides"
        )


def _check_tensorflow_js(context: Context, words: dict[str, Any]) -> None:
    """Neither pixels' corners were aligned, as in TensorFlow 1, nor their centres, as in 2."""
    if words.get("interpolation") == "bilinear":
        raise context.error("UpSampling2D(interpolation='bilinear') of TensorFlow.js has no equal")


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
