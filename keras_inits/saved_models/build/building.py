"""Builds a model from its upgraded config, with whichever Keras is installed."""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from keras_inits.initializers import plugin
from keras_inits.keras_compat import capabilities, serialization, versions
from keras_inits.saved_models.build import bounds
from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.config.written import released
from keras_inits.saved_models.files import config_trees, limits

# Layers of tf.keras 2 that its own list of layers lacks.
_UNLISTED = ("SpectralNormalization",)
_ACTIVATIONS = ("Activation", "ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax")
# The name by which Keras 3 finds `_Sequential`.
_AT_ONCE = "keras_inits>sequential_made_at_once"
_MODELS = {"Sequential": tf.keras.Sequential, "Functional": tf.keras.Model}


def build(config: dict[str, Any], custom_objects: Mapping[str, Any], safe_mode: bool = True) -> Any:
    """Builds a model or a layer from an upgraded config."""
    # A copy, too: Keras takes configs apart as it reads them.
    config = bounds.in_few_passes(released(config))
    custom_objects = _unlisted() | _read_as_activations() | {_AT_ONCE: _Sequential} | dict(custom_objects)
    try:
        # Keras heeds this scope alone, where there is one: not its arguments, nor a process-wide setting.
        safety = serialization.safe_mode_scope(safe_mode)
        given = serialization.before_process_wide(custom_objects)
        # The plugin's scope keeps the user's names; in Keras 3 an inner one of Keras' own would hide it.
        with safety, given, tf.keras.utils.custom_object_scope(custom_objects), plugin.scope():
            if versions.is_keras_3():
                import keras  # Keras 3 does not show `saving` under `tf.keras`.

                _keep_names_free(keras, config)
                return keras.saving.deserialize_keras_object(_at_once(config), safe_mode=safe_mode)
            if config["class_name"] in _MODELS:
                return _MODELS[config["class_name"]].from_config(config["config"])
            return tf.keras.layers.deserialize(config)
    except Exception as error:  # Keras and TensorFlow raise errors of every class here.
        raise UpgradeError(f"Keras cannot build the upgraded model: {_cause(error)}") from error


class _Sequential:
    """Makes a Sequential of Keras 3 of all its layers: Keras would make it anew with each one it adds."""

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        import keras

        layers = [keras.saving.deserialize_keras_object(one) for one in config["layers"]]
        return tf.keras.Sequential(layers, name=config["name"])


def _at_once(config: Any) -> Any:
    """Has each Sequential in a config made by `_Sequential`."""
    for node in config_trees.nested(config):
        if (
            isinstance(node, dict)
            and node.get("class_name") == "Sequential"
            and node.get("module") == "keras"
        ):
            node |= {"class_name": _AT_ONCE, "registered_name": _AT_ONCE, "module": None}
    return config


def _keep_names_free(keras: Any, config: dict[str, Any]) -> None:
    """Sees that Keras 3 gives none of a model's names to the operations that it makes masks of."""
    rest = [config]
    named: dict[str, int] = {}
    while rest:
        part = rest.pop()
        layers = (part.get("config") or {}).get("layers") if isinstance(part.get("config"), dict) else None
        rest += [layer for layer in layers or () if isinstance(layer, dict)]
        name, _, number = str(part.get("name")).rpartition("_")
        if number.isdecimal() and int(number) <= limits.LAYER_NUMBER:
            named[name] = max(int(number), named.get(name, 0))
        else:
            named.setdefault(str(part.get("name")), 0)
    if sum(named.values()) > limits.LAYER_NUMBERS:
        raise UpgradeError(
            f"the numbers behind the layers' names are more than {limits.LAYER_NUMBERS} together"
        )
    for name, last in named.items():
        while keras.backend.get_uid(name) <= last:
            pass


def _cause(error: BaseException) -> str:
    """Finds what went wrong: Keras 3 wraps it in the config of every model around it."""
    while within := error.__cause__ or error.__context__:
        error = within
    return str(error)[: limits.MESSAGE]


def _read_as_activations() -> dict[str, Any]:
    """Returns the classes that an activation may have, which Keras 3 before 3.10 finds here alone."""
    if not versions.is_keras_3() or capabilities.reads_layers_as_activations():
        return {}
    return {name: getattr(tf.keras.layers, name) for name in _ACTIVATIONS} | {
        "Sequential": tf.keras.Sequential
    }


def _unlisted() -> dict[str, Any]:
    if versions.is_keras_3():
        return {}
    return {name: getattr(tf.keras.layers, name) for name in _UNLISTED if hasattr(tf.keras.layers, name)}
