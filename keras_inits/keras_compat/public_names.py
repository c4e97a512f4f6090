"""The names under which Keras writes this package's classes, so that plain Keras reads what they saved.

Keras 3 writes a class under the public name that `api_export.REGISTERED_OBJS_TO_NAMES` has for it; Keras 2
under the one in the class's own `_keras_api_names`. Whoever reads that makes Keras' own class of it, which on
TensorFlow draws the same numbers. On JAX and torch it draws others: there the classes are registered with
Keras (`"keras_inits>HeNormal"`), which then makes them again. Where this package is not imported, the layers
of Keras 3.0 to 3.15 go by the class's name alone, and so read these as Keras' own too.
"""

import functools
import re
from collections.abc import Iterable
from typing import Any

import tensorflow as tf

from keras_inits.keras_compat import acceptance, backend, stock_initializers, versions
from keras_inits.keras_compat.own import public

PUBLIC_MODULE = "keras.initializers"


def to_snake_case(name: str) -> str:
    """Returns `"HeNormal"` as `"he_normal"`, by the rule of Keras' own names."""
    words = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()


def publish(cls: type, package: str) -> type:
    """Lets Keras write a class so that it reads it as its own class of the same name.

    Args:
        cls: The class.
        package: The package in whose name the class is registered, where Keras' own draws other numbers.
    """
    if not backend.is_tensorflow():
        return tf.keras.utils.register_keras_serializable(package, cls.__name__)(cls)
    public_name = f"{PUBLIC_MODULE}.{_public_name(cls.__name__)}"
    if versions.is_keras_3():
        versions.source("api_export").REGISTERED_OBJS_TO_NAMES[cls] = public_name
    else:
        cls._keras_api_names = (public_name,)  # type: ignore[attr-defined]  # Keras 2 looks there.
    return cls


def take_place_of_stock(classes: Iterable[type]) -> None:
    """Lets Keras make these classes of what was written of its own ones, where its own draw other numbers."""
    _put_in_place({stock_initializers.stock_class(cls.__name__): cls for cls in classes})


def give_place_back(classes: Iterable[type]) -> None:
    """Lets Keras make its own classes again."""
    _put_in_place({cls: stock_initializers.stock_class(cls.__name__) for cls in classes})


def _put_in_place(replacements: dict[Any, Any]) -> None:
    if backend.is_tensorflow():
        return
    found = versions.source("api_export").REGISTERED_NAMES_TO_OBJS
    found.update({name: replacements[obj] for name, obj in found.items() if obj in replacements})


def _public_name(name: str) -> str:
    """Returns the name that Keras writes for its own class of that name, unless it reads this one alone.

    Keras 3.0 to 3.6 writes `OrthogonalInitializer`, and `IdentityInitializer`, which it does not read.
    """
    written = _written_name(name)
    is_read = written == name or _is_read(written, name) or not _is_read(name, name)
    return written if is_read else name


def _written_name(name: str) -> str:
    if not versions.is_keras_3():
        return name
    names = versions.source("api_export").REGISTERED_OBJS_TO_NAMES
    return names.get(stock_initializers.stock_class(name), name).rpartition(".")[2]


def _is_read(name: str, stock_name: str) -> bool:
    config = stock_initializers.seed_of_its_own(stock_initializers.stock_class(stock_name))
    return acceptance.stock_accepts({"class_name": name, "config": config}) is None


@functools.cache
def unpublished(cls: type) -> type:
    """Returns a published class without its public name: Keras writes it as this package's own.

    Keras' own class of that name would not take what is in its config.
    """
    own = {name: getattr(cls, name) for name in ("__qualname__", "__doc__")}
    own |= {"__reduce__": _reduced, "published_class": cls}
    return public(type(cls.__name__, (cls,), own), cls.__module__)


def _reduced(instance: Any) -> tuple:
    # By its name, pickle would find the published class.
    return _unpublished_instance, (instance.published_class,), vars(instance)


def _unpublished_instance(cls: type) -> Any:
    return object.__new__(unpublished(cls))
