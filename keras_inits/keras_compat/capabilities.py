"""What the installed Keras can do that others cannot, each tried once on something small."""

import functools
from typing import Any

import tensorflow as tf

from keras_inits.keras_compat import layer_internals
from keras_inits.keras_compat.layer_internals import names_given_back


@functools.cache
@names_given_back()
def reads_layers_as_activations() -> bool:
    """Returns whether Keras reads an activation that is a layer's config: Keras 3.10 and later."""
    config: dict[str, Any] = {}
    layer = {"module": "keras.layers", "class_name": "ReLU", "config": config, "registered_name": None}
    try:
        return callable(tf.keras.activations.get(layer))
    except (TypeError, ValueError):
        return False


@functools.cache
@names_given_back()
def reads_single_ends() -> bool:
    """Returns whether a functional model may have a single input outside a list: not in Keras 3.0 to 3.3."""
    try:
        return bool(tf.keras.Model.from_config(_small_model() | {"output_layers": ["layer", 0, 0]}))
    except (TypeError, ValueError):
        return False


@functools.cache
@names_given_back()
def counts_ends_from_one() -> bool:
    """Returns whether the calls of an inner model that are outputs count from 1: not in Keras 3.0."""
    outer = _small_model()
    inner = _node("keras.src.models.functional", "Functional", _small_model() | {"name": "inner"}, "start")
    try:
        both = {"layers": [*outer["layers"], inner], "output_layers": [["inner", 1, 0]]}
        return bool(tf.keras.Model.from_config(outer | both))
    except IndexError:
        return False


def _small_model() -> dict[str, Any]:
    """Returns the config of a functional model of Keras 3: one layer, called on an input."""
    start = {"name": "start", "batch_shape": [None, 1], "dtype": "float32"}
    layers = [
        _node("keras.layers", "InputLayer", start),
        _node("keras.layers", "Flatten", {"name": "layer"}, "start"),
    ]
    ends = {"input_layers": [["start", 0, 0]], "output_layers": [["layer", 0, 0]]}
    return {"name": "model", "layers": layers, **ends}


def _node(module: str, class_name: str, config: dict[str, Any], *inputs: str) -> dict[str, Any]:
    """Returns a layer of such a model, called on what comes out of others."""
    tensors = [{"shape": [None, 1], "dtype": "float32", "keras_history": [name, 0, 0]} for name in inputs]
    args = [{"class_name": "__keras_tensor__", "config": tensor} for tensor in tensors]
    return {
        "module": module,
        "class_name": class_name,
        "registered_name": None,
        "config": config,
        "name": config["name"],
        "inbound_nodes": [{"args": args, "kwargs": {}}] if args else [],
    }


@functools.cache
@names_given_back()
def takes_output_padding_of_zero() -> bool:
    """Returns whether a transposed convolution takes an `output_padding` of 0: not in Keras 3.0 to 3.10."""
    try:
        return bool(tf.keras.layers.Conv1DTranspose(1, 1, output_padding=0))
    except ValueError:
        return False


@functools.cache
@names_given_back()
def keeps_masks_of_several() -> bool:
    """Returns whether a layer that is called on several tensors sees their masks: not in Keras 3.0 to 3.3."""
    words = _masked_words()
    return layer_internals.mask_of(tf.keras.layers.Add()([words, words])) is not None


@functools.cache
@names_given_back()
def passes_given_masks_on() -> bool:
    """Returns whether a layer's output has the mask that was passed as an argument: Keras 3.11 and later."""
    layer = tf.keras.layers.TimeDistributed(tf.keras.layers.Identity())
    given = layer_internals.mask_of(_masked_words())
    return layer_internals.mask_of(layer(tf.keras.Input((2, 1)), mask=given)) is not None


def _masked_words() -> Any:
    return tf.keras.layers.Embedding(2, 1, mask_zero=True)(tf.keras.Input((2,)))
