"""What in a config is neither Keras' nor this package's, and so is not read unless its user says so."""

from typing import Any

from keras_inits.keras_compat import stock_initializers
from keras_inits.keras_compat.own import PACKAGE

# A config whose module is of none of these is third-party, whatever its class is called.
KERAS_PACKAGES = frozenset({"keras", "tf_keras", "tensorflow", "keras_inits", "builtins"})
# The objects that Keras writes into an initializer's arguments.
VALUE_CLASSES = frozenset({"__numpy__", "__tensor__", "SeedGenerator"})


def is_of_keras(obj: Any) -> bool:
    """Returns whether a class or a function is one of Keras', TensorFlow's or this package's own."""
    return str(getattr(obj, "__module__", "")).split(".")[0] in KERAS_PACKAGES


def is_of_this_package(config: dict[str, Any]) -> bool:
    """Returns whether a config says that its class is one of this package's alone."""
    return str(config.get("module")).split(".")[0] == PACKAGE


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


def _foreign_object(config: Any, inside: bool) -> str | None:
    if isinstance(config, dict):
        name = str(config.get("class_name"))
        module = config.get("module")
        known = module in (None, "builtins") or "initializers" in str(module).split(".")
        if inside and "class_name" in config:
            known &= stock_initializers.stock_class(name) is not None
        if not known and name not in VALUE_CLASSES:
            return name
        config, inside = list(config.values()), True
    if isinstance(config, list):
        return next(filter(None, (_foreign_object(part, inside) for part in config)), None)
    return None
