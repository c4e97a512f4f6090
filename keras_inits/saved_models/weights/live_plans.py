"""The plan of a model that the user's own code built: what it is saved as, in the words of Keras 2."""

from typing import Any

import tensorflow as tf

from keras_inits.saved_models.config.plans import Plan
from keras_inits.saved_models.weights.parts import WeightsError

# What a layer has others in, as its config does.
_INSIDE = ("forward_layer", "layer", "cell", "backward_layer")


def plan_of(model: Any) -> Plan:
    """Returns the plan of a model or a layer, in the words of Keras 2.

    Raises:
        WeightsError: Two layers of a model have the same name.
    """
    cls = type(model)
    if isinstance(model, tf.keras.Model):
        layers = model.layers
        names = [layer.name for layer in layers]
        twice = (
            sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
        )
        if twice:
            raise WeightsError(
                f"the model has several layers named {twice[0]!r}: give each a name of its own"
            )
        return Plan(
            model.name, cls.__name__, "Model", {}, bool(model.trainable), [*map(plan_of, layers)],
            saved_name=model.name, by_attributes=not _is_graph(model),
        )  # fmt: skip
    is_stock = getattr(tf.keras.layers, cls.__name__, None) is cls
    return Plan(
        model.name, cls.__name__, cls.__name__ if is_stock else "", _config(model) if is_stock else {},
        bool(model.trainable), [plan_of(inner) for inner in _inside(model)] if is_stock else [],
        saved_name=model.name,
    )  # fmt: skip


def _is_graph(model: Any) -> bool:
    """Returns whether a model is a graph or a row of layers, rather than Python code."""
    return isinstance(model, tf.keras.Sequential) or bool(getattr(model, "inputs", None))


def _inside(layer: Any) -> list[Any]:
    """Lists the layers inside a wrapper, a recurrent layer or a stack of cells."""
    if type(layer).__name__ == "StackedRNNCells":
        return list(layer.cells)
    found = [getattr(layer, name, None) for name in _INSIDE]
    return [one for one in found if isinstance(one, tf.keras.layers.Layer)]


def _config(layer: Any) -> dict[str, Any]:
    try:
        config = layer.get_config()
    except Exception:  # A layer inside may be of the user's own class, and its `get_config` raise anything.
        return {}
    if type(layer).__name__.endswith("1D"):
        sizes = {
            key: config[key]
            for key in ("kernel_size", "strides")
            if isinstance(config.get(key), (list, tuple))
        }
        config |= {key: size[0] for key, size in sizes.items() if len(size) == 1}
    return config
