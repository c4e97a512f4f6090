"""Keras' own serialization, and the custom objects that it looks up.

Keras 3 keeps a thread's custom objects in `global_state`, Keras 2 in `object_registration`.
"""

import contextlib
import functools
import importlib
import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import tensorflow as tf

from keras_inits.keras_compat import third_party, versions

SCOPE = "custom_objects_scope_dict"


def operation(module: str, name: str) -> type | None:
    """Imports a module of Keras 3, and returns the operation of that name that it defines, `None` if none."""
    try:
        found = getattr(importlib.import_module(module), name, None)
    except ModuleNotFoundError:
        return None
    is_operation = isinstance(found, type) and issubclass(found, tf.keras.Operation)
    return found if is_operation and found.__module__ == module else None


@functools.cache
def arguments(cls: type) -> frozenset[str]:
    """Returns the arguments that a class of Keras names, its own and those that it hands on to its bases."""
    found: set[str] = set()
    for base in cls.__mro__:
        if "__init__" not in vars(base):
            continue
        parameters = inspect.signature(vars(base)["__init__"]).parameters.values()
        found.update(parameter.name for parameter in parameters)
        if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
            break
    return frozenset(found)


def layers_found_by_name() -> Collection[str]:
    """Returns the names of which Keras 2 makes a layer without a module's name; Keras 3 makes none."""
    if versions.is_keras_3():
        return ()
    serialization = versions.source("layers.serialization")
    serialization.populate_deserializable_objects()
    return serialization.LOCAL.ALL_OBJECTS


def safe_mode_scope(safe_mode: bool) -> Any:
    """Returns a block in which Keras refuses Python code in configs, or runs it: Keras 2.13 and later."""
    return versions.source("saving.serialization_lib").SafeModeScope(safe_mode)


def scope_objects() -> dict[str, Any]:
    """Returns the custom objects of this thread's `custom_object_scope`."""
    if versions.is_keras_3():
        return versions.source("backend.common.global_state").get_global_attribute(SCOPE, {})
    return versions.source("saving.object_registration")._THREAD_LOCAL_CUSTOM_OBJECTS.__dict__


def registered_objects() -> dict[str, Any]:
    """Returns the custom objects that Keras finds by itself: the scope's, then process-wide ones."""
    return {**tf.keras.utils.get_custom_objects(), **scope_objects()}


@contextlib.contextmanager
def before_process_wide(custom_objects: Mapping[str, Any]) -> Iterator[None]:
    """Opens a block in which process-wide custom objects that have one of these names are set aside.

    Keras 3 looks at process-wide ones first where it reads what is inside of an object.
    """
    objects = tf.keras.utils.get_custom_objects()
    aside = {k: v for k, v in objects.items() if custom_objects.get(k, v) is not v}
    for name in aside:
        del objects[name]
    try:
        yield
    finally:
        objects.update(aside)


def custom_object(name: str | None, custom_objects: dict[str, Any]) -> Any:
    """Returns the object that a user gave a name: in `custom_objects`, a scope, or process-wide."""
    if name in custom_objects:
        return custom_objects[name]
    return _registered_object()(name)


@functools.cache
def _registered_object() -> Callable[[str | None], Any]:
    # `tf.keras` is slow to look into.
    return tf.keras.utils.get_registered_object


def serialize(value: Any) -> Any:
    """Returns what Keras writes for an object or a value."""
    return tf.keras.utils.serialize_keras_object(value)


def deserialize_value(value: Any) -> Any:
    """Returns an argument as Keras wrote it: an array or a `SeedGenerator` from its config, others as is.

    Raises:
        ValueError: If it is the config of something else, which might run third-party code.
    """
    if not isinstance(value, dict):
        return value
    if value.get("class_name") not in third_party.VALUE_CLASSES or third_party.foreign_module(value):
        raise ValueError(
            "An initializer's argument may be a plain value or one of "
            f"{', '.join(sorted(third_party.VALUE_CLASSES))}. Received: {value}"
        )
    return tf.keras.utils.deserialize_keras_object(value)


def deserialize(config: dict[str, Any], objects: dict[str, Any]) -> Any:
    """Returns the object of a config with `class_name` and `config`, by Keras' own deserialization.

    Args:
        config: A dict, which is left as it is.
        objects: The classes and functions that names in it stand for, before any other.
    """
    config = copied(config)
    with tf.keras.utils.custom_object_scope({**scope_objects(), **objects}):
        if versions.is_keras_3() or "module" in config:
            return tf.keras.utils.deserialize_keras_object(config)
        return tf.keras.utils.legacy.deserialize_keras_object(config, module_objects={})


def copied(config: Any) -> Any:
    """Returns a config's own dicts and lists as copies; what they contain may be arrays, and is kept."""
    if isinstance(config, dict):
        return {key: copied(value) for key, value in config.items()}
    return [copied(value) for value in config] if isinstance(config, list) else config
