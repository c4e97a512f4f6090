"""Upgrades what stands in a layer's config: initializers, regularizers, activations, dtypes.

Each function takes a value as any Keras wrote it and returns it as today's Keras reads it. An
object becomes `{"module": ..., "class_name": ..., "config": ...}` for Keras 3, whose module is a
public one of Keras chosen here, never the file's.
"""

from collections.abc import Mapping
from typing import Any, TypeGuard

import tensorflow as tf

from keras_inits.initializers import registry
from keras_inits.initializers.base import NULL_ARGUMENTS
from keras_inits.keras_compat import capabilities, serialization, stock_initializers, third_party
from keras_inits.saved_models.config import functions, tables
from keras_inits.saved_models.config.context import Context
from keras_inits.saved_models.config.written import Written


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Returns whether a value is what Keras saves for an object: its class and its config."""
    return isinstance(value, dict) and isinstance(value.get("class_name"), str)


def stock(context: Context, module: str, class_name: str, config: dict[str, Any]) -> dict:
    """Writes an object of Keras' own.

    Args:
        module: The public module of Keras, such as `"layers"`; `""` for Keras itself.
    """
    written = Written(class_name=class_name, config=config)
    if context.keras_3:
        written["module"] = f"keras.{module}" if module else "keras"
        written["registered_name"] = None
    return written


def without_later(context: Context, cls: type, config: dict[str, Any]) -> dict[str, Any]:
    """Leaves out what a newer Keras writes and the class that is installed does not take.

    Raises:
        UpgradeError: Such an argument changes what the class computes.
    """
    kept = {}
    for key, value in config.items():
        if key in serialization.arguments(cls):
            kept[key] = value
        elif value is not None and key not in tables.LATER_MEANINGLESS:
            if key not in tables.LATER:
                kept[key] = value  # Keras may know it by another way, or says itself that it does not.
            elif value not in tables.LATER[key]:
                raise context.error(
                    f"{cls.__name__} with {key}={value!r:.80} has no equal in the Keras that is installed"
                )
    return kept


def custom(context: Context, name: str, config: Any) -> dict[str, Any]:
    """Writes an object of the user's, to be found in `custom_objects` by its name."""
    if isinstance(config, str):
        return function(name)
    written = Written(class_name=name, config=context.upgraders.users_object(context, config))
    if context.keras_3:
        written |= {"module": None, "registered_name": name}
    return written


def function(name: str) -> dict[str, Any]:
    """Writes a function, the user's or one of Keras' own, by its name."""
    return Written(module="builtins", class_name="function", config=name, registered_name=name)


def custom_name(context: Context, value: dict[str, Any]) -> str | None:
    """Finds the name under which the user gave an object's class, or a function, if they did."""
    return users_name(context.custom_objects, value)


def users_name(objects: Mapping[str, Any], value: dict[str, Any]) -> str | None:
    """Finds the name in a user's objects of a class or a function that Keras saved, if it has one."""
    names = (value.get("registered_name"), value["class_name"])
    if value["class_name"] == "function":
        return users_function(objects, value.get("config")) or users_function(objects, names[0])
    known = [n for n in names if isinstance(n, str)]
    short = [n.rpartition(">")[2] for n in known]
    return next((n for n in (*known, *short) if n in objects), None)


def users_function(objects: Mapping[str, Any], name: Any) -> str | None:
    """Finds the name in a user's objects of a function that Keras saved by a name, if it has one.

    Keras 3.0 to 3.6 left out the package that a function was registered under.
    """
    if not isinstance(name, str):
        return None
    packaged = (n for n in objects if ">" not in name and n.endswith(f">{name}"))
    return next((n for n in (name, name.rpartition(">")[2], *packaged) if n in objects), None)


def initializer(context: Context, value: Any) -> Any:
    """Upgrades an initializer."""
    if value is None:
        return None
    config: Any = {}
    if isinstance(value, str):
        name = value
        if context.origin.major == 1 and value in tables.KERAS_1_INITIALIZERS:
            name, config = "VarianceScaling", dict(tables.KERAS_1_INITIALIZERS[value])
    elif is_object(value):
        name, config = value["class_name"], value.get("config")
        if users := custom_name(context, value):
            return custom(context, users, config)
        if name == "__tensor__" or not isinstance(config, (dict, type(None))):
            raise context.error(f"an initializer of class {name!r} cannot be read")
    else:
        raise context.error(f"{value!r:.80} is not an initializer")
    if isinstance(value, str) and (users := users_function(context.custom_objects, value)):
        return function(users)
    if name in context.custom_objects:
        return custom(context, name, config)
    plain = name.removesuffix("V2").removesuffix("V1")
    plain = tables.INITIALIZERS.get(plain, plain)
    is_own = isinstance(value, dict) and third_party.is_of_this_package(value)
    if is_own or _has_unknown_axes(plain, config) or plain not in tables.INITIALIZER_ARGUMENTS:
        if name in registry.all_objects():
            return _own(context, name, config or {})
        context.need(name)
        return None
    if name == "UniformUnitScaling":
        config = dict(config or {}, **tables.UNIFORM_UNIT_SCALING)
        config["scale"] = config.get("factor", 1.0) ** 2
    return stock(context, "initializers", plain, _initializer_config(context, plain, config or {}))


def _own(context: Context, name: str, config: dict[str, Any]) -> dict[str, Any]:
    """Writes an initializer that only this package knows here."""
    written = Written(
        class_name=name,
        config={
            k: initializer(context, v) if k == tables.INITIALIZER_ARGUMENT else plain_value(context, v)
            for k, v in config.items()
        },
    )
    return written | {"module": None, "registered_name": name} if context.keras_3 else written


def _has_unknown_axes(name: str, config: dict[str, Any] | None) -> bool:
    """Returns whether an initializer has axes that Keras' own class here does not take: before Keras 3.15."""
    has_axes = any((config or {}).get(axes) is not None for axes in tables.INITIALIZER_AXES)
    known = stock_initializers.stock_arguments(name) or frozenset()
    return has_axes and not set(tables.INITIALIZER_AXES) <= known


def _initializer_config(context: Context, name: str, config: dict[str, Any]) -> dict[str, Any]:
    arguments = tables.INITIALIZER_ARGUMENTS[name]
    axes = [k for k in tables.INITIALIZER_AXES if config.get(k) is not None]
    known: dict[str, Any] = {
        k: NULL_ARGUMENTS.get(k) if v is None else plain_value(context, v)
        for k, v in config.items()
        if k in (*arguments, *axes)
    }
    if "distribution" in known:
        known["distribution"] = tables.DISTRIBUTIONS.get(known["distribution"], known["distribution"])
    return known


def regularizer(context: Context, value: Any) -> Any:
    """Upgrades a regularizer; one that today's Keras lacks is left out, and reported."""
    return _named(context, value, "regularizers", tables.REGULARIZERS, {})


def constraint(context: Context, value: Any) -> Any:
    """Upgrades a constraint."""
    return _named(context, value, "constraints", tables.CONSTRAINTS, tables.CONSTRAINT_ARGUMENTS)


def _named(
    context: Context,
    value: Any,
    module: str,
    classes: dict[str, str],
    renamed: dict[str, str],
) -> Any:
    """Upgrades an object that Keras 1 wrote flat, with its class under `name`."""
    if value is None:
        return None
    if isinstance(value, str):
        value = {"class_name": value, "config": {}}
    if not is_object(value) and isinstance(value, dict) and isinstance(value.get("name"), str):
        config = {k: v for k, v in value.items() if k != "name"}
        value = {"class_name": value["name"], "config": config}
    if not is_object(value):
        raise context.error(f"{value!r:.80} is not one of keras.{module}")
    name, config = value["class_name"], value.get("config") or {}
    if users := custom_name(context, value):
        return custom(context, users, config)
    if name == "EigenvalueRegularizer":
        context.note("EigenvalueRegularizer is gone from Keras: the regularizer was left out")
        return None
    if name not in classes or not isinstance(config, dict):
        context.need(name)
        return None
    config = {renamed.get(k, k): plain_value(context, v) for k, v in config.items()}
    config.pop("rate", None) if name == "MaxNorm" else None
    if module == "regularizers" and not any(config.get(k) for k in ("l1", "l2", "factor")):
        return None
    return stock(context, module, classes[name], config)


def activation(context: Context, value: Any, dtype: Any = None) -> Any:
    """Upgrades an activation: a name, a function's config or a layer's."""
    if value is None:
        return None
    if is_object(value) and value["class_name"] == "function":
        value = custom_name(context, value) or value.get("config")
    elif is_object(value):
        name = custom_name(context, value)
        if name:
            return custom(context, name, value.get("config"))
        return _layer_as_activation(context, context.upgraders.layer(context, value)[0])
    if not isinstance(value, str):
        raise context.error(f"{value!r:.80} is not an activation")
    name = tables.ACTIVATIONS.get(value, value)
    users = users_function(context.custom_objects, name)
    if users:
        # Keras 3 finds no function of a user's by its name alone.
        return function(users) if context.keras_3 else users
    if name == "hard_sigmoid" and context.keras_3 and context.origin.major < 3:
        return _hard_sigmoid_of_keras_2(context, dtype)
    if name == "hard_sigmoid" and not context.keras_3 and context.origin.major == 3:
        context.note("hard_sigmoid is another function in tf.keras 2: keras_inits has Keras 3's")
        return functions.HARD_SIGMOID_OF_KERAS_3
    if not _is_activation(name):
        context.need(name)
        return None
    return name


def _is_activation(name: str) -> bool:
    if name.startswith("_") or name in ("get", "serialize", "deserialize"):
        return False
    # tf.keras 2 finds TensorFlow's own by name too: "relu6", "leaky_relu", "crelu".
    return callable(getattr(tf.keras.activations, name, None)) or name in (
        "swish", "leaky_relu", "relu6",
    )  # fmt: skip


def _hard_sigmoid_of_keras_2(context: Context, dtype: Any) -> dict[str, Any]:
    """Builds clip(0.2 x + 0.5, 0, 1), which Keras 3 calls by no name, out of its own layers."""
    context.note("hard_sigmoid is another function in Keras 3: rebuilt as clip(0.2 x + 0.5, 0, 1)")
    kind = {"dtype": dtype} if isinstance(dtype, str) else {}
    parts = [
        ("Rescaling", {"name": "rescaling", "scale": 0.2, "offset": 0.5, **kind}),
        ("ReLU", {"name": "re_lu", "max_value": 1.0, **kind}),
    ]
    layers = [stock(context, "layers", name, config) for name, config in parts]
    rebuilt = stock(context, "", "Sequential", {"name": "hard_sigmoid_of_keras_2", "layers": layers})
    return _layer_as_activation(context, rebuilt)


def _layer_as_activation(context: Context, layer: dict[str, Any]) -> dict[str, Any]:
    """Writes a layer so that the installed Keras reads it as an activation."""
    if not context.keras_3 or capabilities.reads_layers_as_activations():
        return layer
    return custom(context, functions.LAYER_AS_ACTIVATION, {}) | {"config": {"layer": layer}}


def dtype(context: Context, value: Any, weights: bool = True) -> Any:
    """Upgrades a dtype or a dtype policy to the policy's name; `None` where there is none.

    Args:
        weights: Whether the layer computes with floats, so that an integer can only be its input's.
    """
    if is_object(value):
        config = value.get("config")
        value = config.get("name") if isinstance(config, dict) else None
    if not isinstance(value, str) or value in ("_infer", "infer"):
        return None
    value = tables.DTYPES.get(value, value)
    if weights and "float" not in value:
        return None
    return value


def plain_value(context: Context, value: Any) -> Any:
    """Upgrades what is neither of the above: numbers, lists, and the few objects Keras wraps."""
    if isinstance(value, list):
        return [plain_value(context, v) for v in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"type", "value"} and value["type"] == "ndarray":  # So Keras 2.0.9 to 2.2.0 wrote.
        return plain_value(context, value["value"])
    if not is_object(value):
        return {k: plain_value(context, v) for k, v in value.items()}
    kind = value["class_name"]
    if kind in ("__tuple__", "ListWrapper", "TensorShape"):
        return plain_value(context, value.get("items", value.get("config", [])))
    if kind in ("__numpy__", "__tensor__"):
        config = value.get("config", {})
        return plain_value(context, config.get("value") if isinstance(config, dict) else config)
    if kind == "SeedGenerator":
        return None
    if users := custom_name(context, value):
        return custom(context, users, value.get("config"))
    context.need(kind)
    return None
