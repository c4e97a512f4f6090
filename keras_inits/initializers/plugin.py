"""The registry inside Keras' own look-ups: process-wide, for a block, or as a dict.

Keras looks a class up among the custom objects of a thread's scope, then among the process-wide ones,
before its own (Keras 2.15, tf_keras 2.21, Keras 3.15). A name that a user has taken there stays the user's.
"""

import contextlib
import functools
import threading
import types
from collections.abc import Iterator, Mapping
from typing import Any

import tensorflow as tf

from keras_inits.initializers import registry
from keras_inits.initializers.base import Initializer
from keras_inits.keras_compat import own, public_names, serialization, third_party
from keras_inits.keras_compat.own import public

_LOCK = threading.Lock()
# What `install` put into Keras' process-wide custom objects, and nothing else.
_INSTALLED: dict[str, Any] = {}


@public
def custom_objects() -> dict[str, Any]:
    """Returns the registry as a dict for the `custom_objects` argument of Keras' loading functions.

    Returns:
        A new dict of classes by name, of the current TF mode. Changing it changes nothing else.

    Example:

    >>> import keras_inits
    >>> import tensorflow as tf
    >>> config = tf.keras.Sequential([tf.keras.layers.Dense(3)]).to_json()
    >>> known = keras_inits.custom_objects()
    >>> model = tf.keras.models.model_from_json(config, custom_objects=known)

    Source: the `custom_objects` of Keras 2 and 3.
    """
    # No config names the base class.
    objects = {name: cls for name, cls in registry.all_objects().items() if cls is not Initializer}
    shared = {name: getattr(tf.keras.layers, name, None) for name in objects}
    return {
        name: _initializer_or_layer(cls, shared[name]) if shared[name] else cls
        for name, cls in objects.items()
    }


@functools.cache
def _initializer_or_layer(initializer: type[Any], layer: type[Any]) -> type:
    """Returns a class for a name that an initializer and a layer have (`Identity`).

    Keras has one namespace of custom objects for all kinds; a layer's config always has a name.
    """

    def from_config(config: dict[str, Any]) -> Any:
        return (layer if "name" in config else initializer).from_config(config)

    found_by_both = type(initializer.__name__, (initializer,), {"from_config": staticmethod(from_config)})
    return own.public(found_by_both, initializer.__module__)


@public
def install() -> None:
    """Puts the registry into Keras' process-wide custom objects.

    From then on every name of the registry is found by Keras' layers, `from_config`, `load_model` and
    `model_from_json`, in all threads. A name that is taken already stays its owner's. Installing
    again, as after a change of the TF mode, starts over.

    On JAX and torch, where Keras' own initializers draw other numbers, what Keras wrote of its own classes
    is also made of the package's from then on.

    Example:

    >>> import keras_inits
    >>> import tensorflow as tf
    >>> keras_inits.install()
    >>> layer = tf.keras.layers.Dense(3, kernel_initializer="he_normalV2")
    >>> keras_inits.uninstall()

    Source: `keras.utils.get_custom_objects` of Keras 2 and 3, which it fills.
    """
    uninstall()
    with _LOCK:
        taken = tf.keras.utils.get_custom_objects()
        _INSTALLED.update({k: v for k, v in custom_objects().items() if k not in taken})
        taken.update(_INSTALLED)
        public_names.take_place_of_stock(_classes_of_keras())


@public
def uninstall() -> None:
    """Takes out what `install` put in, except what its user has replaced since.

    Without an `install` before, it does nothing.

    Example:

    >>> import keras_inits
    >>> import tensorflow as tf
    >>> keras_inits.install()
    >>> keras_inits.uninstall()
    >>> "he_normalV2" in tf.keras.utils.get_custom_objects()
    False

    Source: `keras.utils.get_custom_objects` of Keras 2 and 3, which it empties of the package's names.
    """
    with _LOCK:
        objects = tf.keras.utils.get_custom_objects()
        for name, obj in _INSTALLED.items():
            if objects.get(name) is obj:
                del objects[name]
        _INSTALLED.clear()
        public_names.give_place_back(_classes_of_keras())


def _classes_of_keras() -> list[type]:
    return [cls for name, cls in registry.CLASSES.items() if name not in registry.NOT_IN_KERAS]


@public
@contextlib.contextmanager
def scope() -> Iterator[None]:
    """Does what `install` does, for a `with` block and its thread.

    Names in a `custom_object_scope` around the block stay their owner's. Blocks nest. What Keras wrote of
    its own classes stays theirs: on JAX and torch `install` alone makes it the package's.

    Returns:
        A context manager, which gives nothing.

    Example:

    >>> import keras_inits
    >>> import tensorflow as tf
    >>> with keras_inits.scope():
    ...     layer = tf.keras.layers.Dense(3, kernel_initializer="he_normalV2")
    >>> type(layer.kernel_initializer).__name__
    'HeNormal'

    Source: `keras.utils.custom_object_scope` of Keras 2 and 3, which it opens.
    """
    taken = serialization.registered_objects()
    free = {name: obj for name, obj in custom_objects().items() if name not in taken}
    with tf.keras.utils.custom_object_scope({**serialization.scope_objects(), **free}):
        yield


def with_users_objects(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Returns what a user gave by name, and after it what they registered with Keras in this process.

    Args:
        given: The user's own objects by name. `Package>Name` is not taken where `Name` is given.

    Returns:
        A new dict, without what Keras and this package registered themselves.

    Raises:
        TypeError: If `given` is not a dict of names.
    """
    if not isinstance(given, (Mapping, types.NoneType)) or not all(
        isinstance(name, str) for name in given or ()
    ):
        raise TypeError(
            "`custom_objects` must be a dict of names to classes and functions. "
            f"Received: custom_objects={given!r}"
        )
    given = dict(given or {})
    names = {*registry.objects_of_mode(v2=True), *registry.objects_of_mode(v2=False)}
    registered = {
        name: obj
        for name, obj in serialization.registered_objects().items()
        if not given.keys() & {name, name.rpartition(">")[2]}
        and not (third_party.is_of_keras(obj) and (name in names or ">" in name))
    }
    return {**registered, **given}
