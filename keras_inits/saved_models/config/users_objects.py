"""Upgrades what stands in the config of a user's own object, whose arguments nothing here knows.

The object's class reads its config as it likes, mostly by Keras' own deserializer. So the objects in it
are written by what they are, and an object that is neither Keras' nor the user's is left without
the module that a file says it is in, for Keras to find under no name but a registered one.
"""

from typing import Any

import tensorflow as tf

from keras_inits.keras_compat import serialization
from keras_inits.saved_models.config import graph, layers, tables, values
from keras_inits.saved_models.config.context import Context
from keras_inits.saved_models.config.written import Written

# What Keras writes for an array, a tensor and the like; inside them stand plain values alone.
_VALUES = frozenset({
    "__bytes__", "__ellipsis__", "__keras_tensor__", "__numpy__", "__slice__", "__tensor__", "__tuple__",
    "ListWrapper", "TensorShape", "slice",
})  # fmt: skip
# Where Keras itself looks for a function that it wrote by its name alone.
_FUNCTIONS = ("activations", "constraints", "initializers", "losses", "metrics", "regularizers")
# What belongs to an object and stands next to its config.
_NEXT_TO_CONFIG = ("name", "inbound_nodes", "build_config")


def upgraded(context: Context, value: Any, key: str = "") -> Any:
    """Upgrades a part of a config."""
    if isinstance(value, (list, tuple)):
        return [upgraded(context, v) for v in value]
    if isinstance(value, str) and key in layers.PATHS:
        return layers.no_path(context, value)
    if not isinstance(value, dict):
        return value
    if values.is_object(value):
        written = _object(context, value, key)
        others = {k: upgraded(context, value[k], k) for k in _NEXT_TO_CONFIG if k in value}
        return written | others if isinstance(written, dict) else written
    if "class_name" in value:
        raise context.error(f"an object of class {value['class_name']!r:.80}")
    return {k: upgraded(context, v, k) for k, v in value.items()}


def _object(context: Context, saved: dict[str, Any], key: str) -> Any:
    """Upgrades an object by what it is: a value, a function, the user's own, or Keras'."""
    name = saved["class_name"]
    if name in _VALUES:
        parts = {k: v for k, v in saved.items() if k in ("config", "items")}
        return Written(class_name=name, **upgraded(context, parts))
    if name == "__lambda__" and context.safe_mode:
        context.refuse("a Python lambda")
        return None
    if name == "function":
        return _function(context, saved)
    if users := values.custom_name(context, saved):
        return values.custom(context, users, saved.get("config"))
    if "dtype" in key:
        return values.dtype(context, saved, weights=False)
    if graph.is_model(saved):
        return context.upgraders.model(context, saved)[0]
    module, upgrade = _kind(saved, key)
    written = upgrade(context, saved)
    if isinstance(written, dict) and "module" in saved:
        # The user's class may find it by its module alone.
        written.setdefault("module", f"keras.{module}" if module else None)
        written.setdefault("registered_name", None)
    return written


def _function(context: Context, saved: dict[str, Any]) -> Any:
    name: Any = values.custom_name(context, saved) or saved.get("config")
    modules = (getattr(tf.keras, module, None) for module in _FUNCTIONS)
    known = name in context.custom_objects or any(callable(getattr(m, str(name), None)) for m in modules)
    if not known:
        context.need(str(name))
        return None
    return values.function(name)


def _kind(saved: dict[str, Any], key: str) -> tuple[str, Any]:
    """Tells in which module of Keras an object is and what upgrades it; `""` where Keras has no such."""
    name = saved["class_name"]
    plain = name.removesuffix("V2").removesuffix("V1")
    is_initializer = tables.INITIALIZERS.get(plain, plain) in tables.INITIALIZER_ARGUMENTS
    # An Identity is a layer, too.
    if is_initializer and (key.endswith(tables.INITIALIZER_ARGUMENT) or not layers.is_known(saved)):
        return "initializers", values.initializer
    if name in tables.REGULARIZERS:
        return "regularizers", values.regularizer
    if name in tables.CONSTRAINTS:
        return "constraints", values.constraint
    return ("layers", layers.upgraded) if layers.is_known(saved) else ("", _of_nobody)


def _of_nobody(context: Context, saved: dict[str, Any]) -> dict[str, Any]:
    """Writes an object that the user's class knows by itself, such as a quantizer of its library."""
    name = saved["class_name"]
    if name in serialization.layers_found_by_name():
        raise context.error(f"a {name!r} in the config of a class of yours is not known to be safe")
    written = Written(class_name=name, config=upgraded(context, saved.get("config")))
    if isinstance(saved.get("registered_name"), str):
        written["registered_name"] = saved["registered_name"]
    return written
