"""Builds a model of a user's own class, whose code the file does not have.

Such a model may be made of layers, as `Model(inputs, outputs)` or a `Sequential` is: then the file has them,
and the class is only what they are put into. Else the file has the class' own config, and its code makes the
layers.
"""

import inspect
from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from keras_inits.initializers import plugin
from keras_inits.keras_compat import serialization
from keras_inits.saved_models.build import bounds
from keras_inits.saved_models.config import graph, layers, tables, values
from keras_inits.saved_models.config.context import Note, UpgradeError
from keras_inits.saved_models.files import limits
from keras_inits.saved_models.files.config_trees import OwnClass
from keras_inits.saved_models.files.reading import SavedModel
from keras_inits.saved_models.files.saved_model_texts import Spec


def class_of(named: dict[str, Any], custom_objects: Mapping[str, Any]) -> Any:
    """Finds the class that a config names, `None` where the user did not give it."""
    found = values.users_name(custom_objects, named)
    given = None if found is None else custom_objects[found]
    return given if isinstance(given, type) else None


def told_by(saved: SavedModel, custom_objects: Mapping[str, Any]) -> OwnClass | None:
    """Returns what a file says of a model whose given class makes its layers, `None` of any other."""
    named = saved.config
    config = named.get("config")
    if not isinstance(named.get("class_name"), str) or not isinstance(config, dict):
        return None
    cls = class_of(named, custom_objects)
    if cls is None or named["class_name"] in tables.MODELS or layers.is_known(named):
        return None
    takes_layers = "output_layers" in config or issubclass(cls, tf.keras.Sequential)
    if takes_layers and graph.is_model(named):
        return None
    build_config = named.get("build_config")
    shapes = build_config.get("input_shape") if isinstance(build_config, dict) else None
    return OwnClass(
        str(named.get("registered_name") or named["class_name"]),
        config,
        _specs(shapes),
        saved.keras_version,
        named.get("compile_config"),
    )


def _specs(shapes: Any) -> Any:
    """Returns specs for the shapes that a `.keras` file has, which has no dtypes; `None` for what is none."""
    if isinstance(shapes, dict):
        parts: Any = {name: _specs(one) for name, one in shapes.items()}
        return None if None in parts.values() else parts
    if not isinstance(shapes, (list, tuple)) or not shapes:
        return None
    if all(size is None or isinstance(size, int) for size in shapes):
        return Spec(list(shapes), tf.keras.backend.floatx())
    parts = [_specs(one) for one in shapes]
    return None if None in parts else parts


def put_into(model: Any, saved: dict[str, Any], custom_objects: Mapping[str, Any]) -> tuple[Any, list[Note]]:
    """Puts the layers of a model into its author's own class, as Keras does, where that was given.

    Args:
        model: A functional or sequential model of Keras' own class.
        saved: The config of the file, which names the class.

    Returns:
        The model, of its own class where it has one that takes layers; and what was changed.

    Raises:
        UpgradeError: The class does not take them.
    """
    name = saved["class_name"]
    if name in tables.MODELS:
        return model, []
    if values.users_name(custom_objects, saved) is None:  # The upgrade says so.
        return model, []
    cls = class_of(saved, custom_objects)
    try:
        own = None if cls is None else _made_of(cls, model)
    except Exception as error:  # The user's own class may raise anything.
        raise UpgradeError(
            f"the class {name!r:.80} cannot be made of the model's layers: {type(error).__name__}: "
            f"{str(error)[: limits.MESSAGE]}"
        ) from error
    if own is None:
        kind = type(model).__name__
        why = "what was given for it is no class" if cls is None else "as it takes no layers"
        text = f"its class {name!r:.80} is left out, {why}: a {kind} of the layers is in its place"
        return model, [Note(model.name, text)]
    if model.trainable is False:
        own.trainable = False
    return own, []


def _made_of(cls: Any, model: Any) -> Any:
    """Returns a model of that class with another's layers, `None` if it takes none but makes its own."""
    if isinstance(model, tf.keras.Sequential):
        return _sequential(cls, model) if issubclass(cls, tf.keras.Sequential) else None
    arguments = inspect.getfullargspec(cls.__init__)
    # Keras asks the same.
    takes_any = arguments.varargs is not None and arguments.varkw is not None
    if not issubclass(cls, tf.keras.Model) or not (takes_any or arguments.args[1:3] == ["inputs", "outputs"]):
        return None
    return cls(inputs=model.input, outputs=model.output, name=model.name)


def _sequential(cls: Any, model: Any) -> Any:
    own = cls(name=model.name)
    if own.layers:
        return None
    if model.built and getattr(model, "inputs", None):
        (tensor,) = model.inputs
        own.add(tf.keras.Input(batch_shape=tensor.shape, dtype=tensor.dtype))
    for layer in model.layers:
        own.add(layer)
    return own


def build(
    own: OwnClass,
    custom_objects: Mapping[str, Any],
    safe_mode: bool,
    stored: int,
    limit: float | None = 1.0,
) -> Any:
    """Makes a model from its class and its config, and has it make its weights.

    It is called on inputs of the shapes that it had, unless it has made its layers on the way.

    Args:
        own: What the file says of it; its class is in `custom_objects`.
        stored: How many numbers the file holds.
        limit: How many times the usual bounds it may ask for, `None` for any.

    Raises:
        UpgradeError: The class cannot be made from its config, or cannot be called so.
    """
    cls = class_of({"class_name": own.class_name}, custom_objects)
    given = serialization.before_process_wide(custom_objects)
    scope = tf.keras.utils.custom_object_scope(dict(custom_objects))
    doing = "made from its config"
    within = bounds.bounded(stored, limit)
    try:
        with serialization.safe_mode_scope(safe_mode), given, scope, plugin.scope(), within:
            model = cls.from_config(dict(own.config))
            if not model.built and own.inputs is not None:
                doing = "called on inputs as the file says it had"
                model(_inputs(own.inputs))
    except UpgradeError:
        raise
    except Exception as error:  # The user's own class may raise anything.
        raise UpgradeError(
            f"the class {own.class_name!r:.80} cannot be {doing}, {own.inputs!r:.200}: "
            f"{type(error).__name__}: {str(error)[: limits.MESSAGE]}; "
            "build the model with its code and give it to load_weights"
        ) from error
    if not model.built:
        raise UpgradeError(f"the file does not say what the model {own.class_name!r:.80} was called with")
    return model


def _inputs(specs: Any) -> Any:
    """Returns symbolic inputs of shapes and dtypes, in the lists and dicts that those are in."""
    if hasattr(specs, "shape"):
        return tf.keras.Input(batch_shape=(None, *specs.shape[1:]), dtype=specs.dtype)
    if isinstance(specs, dict):
        return {key: _inputs(one) for key, one in specs.items()}
    return [_inputs(one) for one in specs]
