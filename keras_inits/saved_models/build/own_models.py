"""Builds a model of a user's own class, whose code the file does not have."""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from keras_inits.initializers import plugin
from keras_inits.keras_compat import serialization
from keras_inits.saved_models.build import bounds
from keras_inits.saved_models.config import values
from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.files import limits
from keras_inits.saved_models.files.config_trees import OwnClass


def class_of(own: OwnClass, custom_objects: Mapping[str, Any]) -> Any:
    """Finds a model's class, `None` where the user did not give it."""
    found = values.users_name(custom_objects, {"class_name": own.class_name})
    given = None if found is None else custom_objects[found]
    return given if isinstance(given, type) else None


def build(
    own: OwnClass,
    custom_objects: Mapping[str, Any],
    safe_mode: bool,
    stored: int,
    limit: float | None = 1.0,
) -> Any:
    """Makes a model from its class and its config, and calls it on inputs of the shapes that it had.

    Args:
        own: What the file says of it; its class is in `custom_objects`.
        stored: How many numbers the file holds.
        limit: How many times the usual bounds it may ask for, `None` for any.

    Raises:
        UpgradeError: The class cannot be made from its config, or cannot be called so.
    """
    cls = class_of(own, custom_objects)
    if own.inputs is None:
        raise UpgradeError(f"the file does not say what the model {own.class_name!r:.80} was called with")
    given = serialization.before_process_wide(custom_objects)
    scope = tf.keras.utils.custom_object_scope(dict(custom_objects))
    doing = "made from its config"
    within = bounds.bounded(stored, limit)
    try:
        with serialization.safe_mode_scope(safe_mode), given, scope, plugin.scope(), within:
            model = cls.from_config(dict(own.config))
            doing = "called on inputs as the file says it had"
            model(_inputs(own.inputs))
    except Exception as error:  # The user's own class may raise anything.
        raise UpgradeError(
            f"the class {own.class_name!r:.80} cannot be {doing}, {own.inputs!r:.200}: "
            f"{type(error).__name__}: {str(error)[: limits.MESSAGE]}; "
            "build the model with its code and give it to load_weights"
        ) from error
    return model


def _inputs(specs: Any) -> Any:
    """Returns symbolic inputs of shapes and dtypes, in the lists and dicts that those are in."""
    if hasattr(specs, "shape"):
        return tf.keras.Input(batch_shape=(None, *specs.shape[1:]), dtype=specs.dtype)
    if isinstance(specs, dict):
        return {key: _inputs(one) for key, one in specs.items()}
    return [_inputs(one) for one in specs]
