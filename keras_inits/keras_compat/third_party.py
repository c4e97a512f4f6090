"""What in a config is neither Keras' nor this package's, and so is not read unless its user says so."""

from typing import Any

import tensorflow as tf

from keras_inits.keras_compat import stock_initializers
from keras_inits.keras_compat.own import PACKAGE

# A config whose module is of none of these is third-party, whatever its class is called.
KERAS_PACKAGES = frozenset({"keras", "tf_keras", "tensorflow", "keras_inits", "builtins"})
_ARRAYS = frozenset({"__numpy__", "__tensor__"})
# The objects that Keras writes into an initializer's arguments.
VALUE_CLASSES = _ARRAYS | {"SeedGenerator"}


def is_of_keras(obj: Any) -> bool:
    """Returns whether a class or a function is one of Keras', TensorFlow's or this package's own."""
    return str(getattr(obj, "__module__", "")).split(".")[0] in KERAS_PACKAGES


def is_of_this_package(config: dict[str, Any]) -> bool:
    """Returns whether a config says that its class is one of this package's alone."""
    return str(config.get("module")).split(".")[0] == PACKAGE


def is_registered_initializer(name: Any) -> bool:
    """Returns whether this package registers an initializer under a name with Keras, on some backend.

    Keras has a class of that name, too (see `public_names`).
    """
    package, _, class_name = str(name).rpartition(">")
    return package.split(".")[0] == PACKAGE and stock_initializers.stock_class(class_name) is not None


def foreign_module(config: Any) -> str | None:
    """Returns the first module in a config, however deep, that is not one of Keras' or this package's."""
    if isinstance(config, dict):
        module = config.get("module")
        if module is not None and str(module).split(".")[0] not in KERAS_PACKAGES:
            return str(module)
        config = list(config.values())
    if isinstance(config, list):
        return next(filter(None, map(foreign_module, config)), None)
    return None


def foreign_object(config: Any) -> str | None:
    """Returns the first class in a config, however deep, that has no place in an initializer's.

    That is a class of a module of no initializers, and in an argument any but initializers and plain values.
    """
    return _foreign_object(config, inside=False)


def dtype_of_no_numbers(config: Any) -> Any:
    """Returns the first dtype of an array in a config, however deep, that numbers do not have; else `None`.

    NumPy makes an array of texts as large as its dtype says, whatever stands in it.
    """
    if isinstance(config, dict):
        inner = config.get("config")
        dtype = inner.get("dtype") if isinstance(inner, dict) else None
        if str(config.get("class_name")) in _ARRAYS and not _is_of_numbers(dtype):
            return dtype
        config = list(config.values())
    if isinstance(config, list):
        return next((one for one in map(dtype_of_no_numbers, config) if one is not None), None)
    return None


def _is_of_numbers(name: Any) -> bool:
    if name is None:
        return True
    try:
        dtype = tf.as_dtype(name)
    except TypeError:
        return False
    return dtype.is_floating or dtype.is_integer or dtype.is_complex or dtype.is_bool


def _foreign_object(config: Any, inside: bool) -> str | None:
    if isinstance(config, dict):
        name = str(config.get("class_name"))
        module = config.get("module")
        known = module in (None, "builtins") or "initializers" in str(module).split(".")
        known |= is_registered_initializer(config.get("registered_name"))
        if inside and "class_name" in config:
            known &= stock_initializers.stock_class(name) is not None
        if not known and name not in VALUE_CLASSES:
            return name
        config, inside = list(config.values()), True
    if isinstance(config, list):
        return next(filter(None, (_foreign_object(part, inside) for part in config)), None)
    return None
