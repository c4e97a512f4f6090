"""Upgrades one layer: its class, its arguments, and the layers inside it."""

import math
from typing import Any

import tensorflow as tf

from keras_inits.saved_models.config import (
    changed_layers,
    differences,
    graph,
    lambdas,
    operators,
    rebuilt,
    tables,
    values,
)
from keras_inits.saved_models.config.context import Context
from keras_inits.saved_models.config.plans import Plan
from keras_inits.saved_models.config.written import Written
from keras_inits.saved_models.files import config_trees, limits

# A layer's config and its plan.
Upgraded = tuple[dict[str, Any], Plan]

# Layers of Keras that run what a file names: a SavedModel, a pickled function, a module.
REFUSED = frozenset({"TFSMLayer", "JaxLayer", "FlaxLayer", "TorchModuleWrapper"})
# Arguments that are read from the disk where they are a path.
PATHS = frozenset({"vocabulary", "idf_weights"})
# Arguments that say how large a layer's weights are.
_SIZES = frozenset({"units", "filters", "output_dim", "input_dim", "depth_multiplier"})


def upgraded(context: Context, saved: dict[str, Any]) -> dict[str, Any]:
    """Upgrades a layer that stands inside another one's config, and drops its plan."""
    return upgrade(context, saved)[0]


def upgrade(context: Context, saved: dict[str, Any]) -> Upgraded:
    """Upgrades a layer.

    Raises:
        UpgradeError: The layer has no equal today, or its config is not what a Keras writes.
    """
    name = values.custom_name(context, saved)
    config = saved.get("config")
    if not isinstance(config, dict):
        raise context.error(f"a {saved['class_name']!r} whose config is not a dict")
    if name:
        layer = values.custom(context, name, config)
        # A `.keras` file has its weights under the class' own name, without the package it is registered in.
        saved_class = saved["class_name"].rpartition(">")[2]
        return layer, Plan(str(config.get("name", name)), saved_class, name, config)
    if operators.is_operator(saved):
        return operators.upgrade(context, saved), Plan(context.layer, "", "", {})
    class_name, words = keras_2_words(context, saved["class_name"], config)
    differences.check_saved(context, saved["class_name"], words)
    differences.check(context, class_name, words)
    differences.note(context, class_name, words)
    plan = _plan(context, saved["class_name"], class_name, words)
    plan.saved_config = config
    if class_name == "Conv2DTranspose" and "output_shape" in words:
        changed_layers.pad_output(context, words)
    if class_name == "InputLayer":
        return input_layer(context, words), plan
    if class_name == "Lambda" and (replacement := lambdas.replacement(context)):
        return replacement, plan
    if rebuilt.applies(context, class_name, words):
        plan.rebuilt = True
        small = rebuilt.rebuild(context, class_name, words)
        plan.places = rebuilt.places(small)
        return _inner(context, small)[0], plan
    if class_name == "Lambda":
        return _lambda(context, words), plan
    if class_name in REFUSED:
        raise context.error(f"a {class_name} runs what the file names, and is not loaded: build it yourself")
    if not is_layer(class_name):
        context.need(saved["class_name"])
        return {}, plan
    return values.stock(context, "layers", class_name, _today(context, class_name, words, plan)), plan


def is_layer(class_name: str) -> bool:
    """Returns whether today's Keras has a layer of this name."""
    if class_name in REFUSED or class_name == "Layer":
        return False
    found = getattr(tf.keras.layers, class_name, None)
    return isinstance(found, type) and issubclass(found, tf.keras.layers.Layer)


def is_known(saved: dict[str, Any]) -> bool:
    """Returns whether an object is a layer, of any Keras, that `upgrade` knows or refuses."""
    name = saved["class_name"]
    is_old = name in tables.CLASSES or name in tables.CLASSES_WITH_ARGUMENTS
    return is_old or is_layer(name) or name in REFUSED or operators.is_operator(saved)


def keras_2_words(context: Context, class_name: str, config: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Writes a layer's class and config as Keras 2 would have."""
    given: dict[str, Any] = {}
    if class_name in tables.CLASSES_WITH_ARGUMENTS:
        today, given = tables.CLASSES_WITH_ARGUMENTS[class_name]
    else:
        today = tables.CLASSES.get(class_name, class_name)
    if today != class_name:
        context.note(f"{class_name} is now {today}")
    names = tables.ARGUMENTS | tables.CLASS_ARGUMENTS.get(today, {})
    if "input_dtype" in config and "batch_input_shape" not in config:
        config = {k: v for k, v in config.items() if k != "input_dtype"}
    words: dict[str, Any] = {}
    for key, value in config.items():
        words[names.get(key, key)] = graph.without_tuples(value)
    for new, old in tables.KERAS_3_ARGUMENTS.get(today, {}).items():
        if new in words:
            words[old] = words.pop(new)
    for joined, ways in tables.JOINED.items():
        for way in ways:
            if all(part in words for part in way):
                words[joined] = [words.pop(part) for part in way]
    for key in (*tables.MEANINGLESS["*"], *tables.MEANINGLESS.get(today, ())):
        words.pop(key, None)
    renamed = sorted(k for k in config if names.get(k, k) != k)
    if renamed:
        era = "of Keras 1" if context.origin.major == 1 else "under older names"
        context.note(f"arguments {era}: " + ", ".join(f"{k} → {names[k]}" for k in renamed))
    for key, table in tables.VALUES.items():
        if isinstance(words.get(key), str):
            words[key] = table.get(words[key], words[key])
    _keras_1_words(context, today, words)
    if "forget_bias_init" in words:
        words["unit_forget_bias"] = words.pop("forget_bias_init") in ("one", "ones")
    if today in tables.FORGOT_DATA_FORMAT and not words.get("data_format"):
        if context.data_format is None:
            raise context.error("the file does not say its data format, and the other layers do not agree")
        words["data_format"] = context.data_format
        if not context.data_format_said:
            context.note("the file does not say its data format: taken for channels_last")
        elif context.data_format != "channels_last":
            context.note("the file does not say its data format: taken from the layers around it")
    defaults = tables.DEFAULTS.get(today, {}) if context.origin.major < 3 else {}
    for key, value in defaults.items():
        if words.get(key) is None:
            words[key] = value
    return today, words | given


def _keras_1_words(context: Context, class_name: str, words: dict[str, Any]) -> None:
    """Brings values into Keras 2's form where the name alone does not say how."""
    if "dtype" in words and words["dtype"] is None:
        del words["dtype"]
    if class_name == "Dense":
        words.pop("input_dim", None)
    if class_name == "IntegerLookup":  # TensorFlow 2.5 and 2.6 wrote them as text.
        words |= {k: int(words[k]) for k in ("mask_token", "oov_token") if isinstance(words.get(k), str)}
    if isinstance(words.get("bin_boundaries"), list) and words["bin_boundaries"][-1:] == [math.inf]:
        words["bin_boundaries"] = words["bin_boundaries"][:-1]  # TensorFlow 2.3 and 2.4 added the last end.
    if words.get("bin_boundaries") is not None:
        words.pop("num_bins", None)  # Keras 3 writes both, and tf.keras 2 takes one.
    if words.get("unroll"):
        # Building it takes as long as the input says it is, which may be for ever.
        words["unroll"] = False
        context.note("unroll=True is now False, which computes the same in a loop")
    for key in ("padding", "cropping"):
        if key in words and isinstance(words[key], dict):
            sides = words[key]
            across = [sides.get("left_pad", 0), sides.get("right_pad", 0)]
            down = [sides.get("top_pad", 0), sides.get("bottom_pad", 0)]
            words[key] = across if class_name.endswith("1D") else [down, across]
    padding = words.get("padding")
    if class_name == "ZeroPadding2D" and isinstance(padding, list) and len(padding) == 4:
        words["padding"] = [padding[:2], padding[2:]]
    for key in ("kernel_size", "strides", "pool_size"):
        if class_name.endswith("1D") and isinstance(words.get(key), list) and words[key]:
            words[key] = words[key][0]


def _plan(context: Context, saved_class: str, class_name: str, words: dict[str, Any]) -> Plan:
    name = str(words.get("name", context.layer))
    return Plan(name, saved_class, class_name, words, words.get("trainable") is not False)


def _today(context: Context, class_name: str, words: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """Writes a config in Keras 2's words as today's Keras reads it; the plan gets its children."""
    table = tables.TO_KERAS_3 if context.keras_3 else tables.TO_KERAS_2
    renamed = table.get("renamed", {}).get(class_name, {})
    config = {renamed.get(k, k): v for k, v in words.items()}
    for key in (*table["dropped"]["*"], *table["dropped"].get(class_name, ())):
        value = config.pop(key, None)
        allowed = tables.NEUTRAL.get(key)
        if allowed and value not in allowed:
            raise context.error(
                f"{class_name} with {key}={value!r} has no equal in the Keras that is installed"
            )
    config |= {k: v for k, v in table.get("added", {}).get(class_name, {}).items() if k not in config}
    if context.keras_3:
        config = values.without_later(context, getattr(tf.keras.layers, class_name), config)
    own_dtype = values.dtype(context, config.get("dtype"))
    return {
        key: _value(context, class_name, key, value, own_dtype, plan)
        for key, value in config.items()
        if not (key == "dtype" and own_dtype is None)
        and not (key == "activity_regularizer" and value is None)
    }


def _value(context: Context, class_name: str, key: str, value: Any, own_dtype: Any, plan: Plan) -> Any:
    """Upgrades one argument by what its name says it is."""
    if key == "dtype":
        return own_dtype
    if key in _SIZES and isinstance(value, int) and value > context.largest:
        raise context.error(f"{key}={value} is more than the {context.largest:.0f} the file can hold")
    if isinstance(value, int) and value > limits.COUNTS.get(key, value):
        raise context.error(f"{key}={value} is more than the {limits.COUNTS[key]} that can be made")
    if key == "vocabulary" and isinstance(value, list):
        try:
            config_trees.check_words(value)
        except config_trees.TooLargeError as error:
            raise context.error(str(error)) from None
    if key in PATHS:
        return no_path(context, values.plain_value(context, value))
    if key in tables.ACTIVATION_ARGUMENTS:
        return values.activation(context, value, own_dtype)
    if key.endswith(tables.INITIALIZER_ARGUMENT):
        return values.initializer(context, value)
    if key.endswith(tables.REGULARIZER_ARGUMENT):
        return values.regularizer(context, value)
    if key.endswith(tables.CONSTRAINT_ARGUMENT):
        return values.constraint(context, value)
    if key in tables.LAYER_ARGUMENTS and isinstance(value, dict):
        return _child(context, value, plan)
    if key in tables.LAYERS_ARGUMENTS and isinstance(value, list):
        return [_child(context, v, plan) for v in value]
    if key == "axis" and class_name == "BatchNormalization":
        value = values.plain_value(context, value)
        return value[0] if isinstance(value, list) and len(value) == 1 else value
    return values.plain_value(context, value)


def no_path(context: Context, value: Any) -> Any:
    """Refuses the path of a file in the place of what the file would hold."""
    if context.safe_mode and not isinstance(value, (list, type(None))):
        context.refuse(f"the path of a file to read, {value!r:.200}")
        return None
    return value


def _child(context: Context, value: Any, plan: Plan) -> dict[str, Any]:
    """Upgrades a layer inside a wrapper or a recurrent layer."""
    if not values.is_object(value):
        raise context.error("a layer inside it has no class_name")
    layer, child = _inner(context, value)
    plan.children.append(child)
    return layer


def _inner(context: Context, saved: dict[str, Any]) -> Upgraded:
    """Upgrades what may be a layer or a model."""
    if graph.is_model(saved) and not values.custom_name(context, saved):
        return context.upgraders.model(context, saved)
    return upgrade(context, saved)


def input_layer(context: Context, words: dict[str, Any]) -> dict[str, Any]:
    """Upgrades an input.

    Args:
        words: The input's config; its shape, its dtype and whether it is sparse or ragged matter.

    Raises:
        UpgradeError: It says no shape, or is ragged where Keras 3 is installed.
    """
    shape = words.get("batch_input_shape", words.get("batch_shape"))
    shape = values.plain_value(context, shape)
    if not isinstance(shape, list):
        raise context.error(f"an input whose shape is {shape!r}")
    config = {"name": words.get("name", context.layer)}
    config["batch_shape" if context.keras_3 else "batch_input_shape"] = shape
    config["dtype"] = values.dtype(context, words.get("dtype"), weights=False) or "float32"
    config["sparse"] = bool(words.get("sparse"))
    if not context.keras_3:
        config["ragged"] = bool(words.get("ragged"))
    elif words.get("ragged"):
        raise context.error("ragged inputs have no equal in Keras 3")
    elif words.get("optional"):
        config["optional"] = True
    if context.keras_3:
        config = values.without_later(context, tf.keras.layers.InputLayer, config)
    return values.stock(context, "layers", "InputLayer", config)


def _lambda(context: Context, words: dict[str, Any]) -> dict[str, Any]:
    """Upgrades a Lambda: a function that the user gives by name, or the file's own code."""
    config = {k: words[k] for k in ("name", "trainable") if words.get(k) is not None}
    own_dtype = values.dtype(context, words.get("dtype"), weights=False)
    if own_dtype is not None:
        config["dtype"] = own_dtype
    config["arguments"] = values.plain_value(context, words.get("arguments") or {})
    for key in ("function", "mask", "output_shape"):
        value, kind = words.get(key), words.get(f"{key}_type")
        if key == "output_shape" and (kind == "raw" or _is_shape(value)):
            continue  # Today's Keras finds it by itself.
        given = lambdas.given_function(context) if key == "function" else None
        if value is not None:
            config[key] = given or _function(context, value, kind)
    if not context.keras_3:
        for key in ("function", "output_shape", "mask"):
            kind = "lambda" if isinstance(config.setdefault(key, None), list) else "function"
            config[f"{key}_type"] = kind if config[key] is not None else "raw"
    return values.stock(context, "layers", "Lambda", config)


def _is_shape(value: Any) -> bool:
    """Tells the shape that a Lambda puts out, which Keras 3 writes as it is, from a function."""
    if values.is_object(value) and value["class_name"] == "__tuple__":
        value = value.get("items")
    return isinstance(value, list) and all(size is None or isinstance(size, int) for size in value)


def _function(context: Context, value: Any, kind: Any) -> Any:
    """Upgrades a function of a Lambda."""
    if values.is_object(value) and value["class_name"] == "function":
        value = values.custom_name(context, value) or value.get("config")
    if isinstance(value, str) and kind != "lambda":
        name = values.users_function(context.custom_objects, value)
        if not name:
            context.need(value)
            return None
        return values.function(name)
    if context.safe_mode:
        context.refuse("a Python lambda")
        return None
    lambdas.check_runs_here(context, value)
    code = value.get("config") if isinstance(value, dict) else value
    if isinstance(code, dict):
        code = [code.get("code"), code.get("defaults"), code.get("closure")]
    if not isinstance(code, list):
        code = [code, None, None]
    if not context.keras_3:
        return code
    parts = dict(zip(("code", "defaults", "closure"), code, strict=False))
    return Written(class_name="__lambda__", config=values.plain_value(context, parts))
