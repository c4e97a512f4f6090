"""Layers that the installed Keras computes wrongly, found in a built model."""

from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from keras_inits.keras_compat import versions
from keras_inits.saved_models.config import changed_layers
from keras_inits.saved_models.config.plans import Plan, with_layers


def wrong_biases(plan: Plan, model: Any, path: str = "") -> frozenset[str]:
    """Finds convolutions whose bias Keras 3 adds along the width instead of the channels.

    Keras 3 on TensorFlow (3.0 to 3.15 at least) takes the last axis for the channels wherever it
    is as long as the bias, also with the channels first.
    """
    if not versions.is_keras_3():
        return frozenset()
    found: set[str] = set()
    for where, child, layer in _layers(plan, model, path):
        if child.class_name == "TimeDistributed" and child.children and layer is not None:
            inner = child.children[0]
            if inner.class_name == "Model":
                found |= wrong_biases(inner, layer.layer, where)
            elif _adds_along_width(inner, layer.layer, layer):
                found.add(where)
        elif _adds_along_width(child, layer, layer):
            found.add(where)
    return frozenset(found)


def other_dots(plan: Plan, model: Any) -> list[str]:
    """Finds `Dot` layers over tensors of more than three axes, which it multiplied otherwise once."""
    found = []
    for where, _, layer in _layers(plan, model):
        for node in layer._inbound_nodes if type(layer).__name__ == "Dot" else ():
            if any(len(tensor.shape) > 3 for tensor in tf.nest.flatten(node.input_tensors)):
                found.append(where)
    return found


def _layers(plan: Plan, model: Any, path: str = "") -> Iterator[tuple[str, Plan, Any]]:
    """Lists the layers of a model and of the models in it: their paths, their plans, and themselves."""
    for child, layer in with_layers(plan, model):
        where = f"{path}/{child.name}" if path else child.name
        yield where, child, layer
        if child.class_name == "Model" and layer is not None:
            yield from _layers(child, layer, where)


def _adds_along_width(plan: Plan, layer: Any, called: Any) -> bool:
    """Tells it of a layer, and of the layer that is called: itself or a wrapper."""
    config = plan.config
    if plan.class_name not in changed_layers.CONVOLUTIONS or plan.rebuilt or layer is None:
        return False
    if config.get("data_format") != "channels_first" or not config.get("use_bias", True):
        return False
    outputs = [tensor for node in called._inbound_nodes for tensor in node.output_tensors]
    return any(tensor.shape[-1] in (None, layer.bias.shape[0]) for tensor in outputs)
