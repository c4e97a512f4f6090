"""Parts of the small models that stand for layers which today's Keras lacks, in the words of Keras 2."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from keras_inits.saved_models.config.context import Context
from keras_inits.saved_models.config.plans import Plan

Words = dict[str, Any]
Small = dict[str, Any]
Arrays = list[np.ndarray]

KERNEL = ("kernel_initializer", "kernel_regularizer", "kernel_constraint")
BIAS = ("bias_regularizer", "bias_constraint")


def _always(context: Context, class_name: str, words: Words) -> bool:
    return True


def in_keras_3(context: Context, class_name: str, words: Words) -> bool:
    """Returns whether the model is for Keras 3: tf.keras 2 has the layer."""
    return context.keras_3


def as_saved(plan: Plan, arrays: Arrays) -> Arrays:
    """Returns a layer's arrays as they are."""
    return arrays


class Rebuilt(NamedTuple):
    """A layer that is rebuilt as a small model of today's layers: all that there is to know of it.

    Args:
        rebuild: Returns the layers in a row, or the config of the small model.
        applies: Returns whether a layer of that class is rebuilt.
        needs_shape: Whether the small model depends on the shape of its input.
        arrays: How many arrays it was saved with, without biases and with them.
        arranged: Turns these into the arrays of the small model, in the order of its layers.
        counted: Returns how many arrays it was saved with, where that is not by its bias.
        drawn: How many weights Keras 1 drew from one initializer of it.
    """

    rebuild: Callable[[Context, Words], list[Small] | Small]
    applies: Callable[[Context, str, Words], bool] = _always
    needs_shape: bool = False
    arrays: tuple[int, int] = (0, 0)
    arranged: Callable[[Plan, Arrays], Arrays] = as_saved
    counted: Callable[[Words], int] | None = None
    drawn: int = 1


def layer(class_name: str, **config: Any) -> Small:
    """Returns a layer's config, in the words of Keras 2."""
    return {"class_name": class_name, "config": config}


def function(name: str, function: str, **arguments: Any) -> Small:
    """Returns a function of TensorFlow's as a layer, with what it is called with besides the layer before."""
    return layer("TFOpLambda", name=name, function=function) | {"arguments": arguments}


def kept(words: Words, *keys: str) -> Words:
    """Returns those of the words that have these keys."""
    return {key: words[key] for key in keys if key in words}


def graph_of(words: Words, shape: list[Any], nodes: list[tuple[Small, list[str]]]) -> Small:
    """Writes a functional model: layers, each with the names of the layers it is called on."""
    start = layer("InputLayer", name="input", batch_input_shape=shape, dtype="float32")
    layers = [start | {"name": "input", "inbound_nodes": []}]
    for one, inputs in nodes:
        calls: list[Any] = [[[name, 0, 0, {}] for name in inputs]]
        if "arguments" in one:
            calls = [[inputs[0], 0, 0, one["arguments"]]]
        written = {key: one[key] for key in ("class_name", "config")}
        layers.append(written | {"name": one["config"]["name"], "inbound_nodes": calls})
    return layer(
        "Functional", name=words["name"], layers=layers,
        input_layers=[["input", 0, 0]], output_layers=[[layers[-1]["name"], 0, 0]],
    )  # fmt: skip


def input_shape(context: Context) -> list[Any]:
    """Returns the shape of the input of the layer at work."""
    shape = context.input_shape
    if shape is None or any(size is None for size in shape[1:]):
        raise context.error(f"it can be rebuilt for an input of known shape only, not {shape}")
    return [None, *shape[1:]]


def listed(value: Any, rank: int) -> list[int]:
    """Returns a size along each of several axes, of which Keras also takes one for all."""
    if isinstance(value, (list, tuple)):
        return [int(v) for v in value]
    return [int(value)] * rank
