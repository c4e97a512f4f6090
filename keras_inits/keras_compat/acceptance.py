"""Whether Keras' own `initializers.get` takes a saved initializer; nothing that a file names is run."""

from typing import Any

import tensorflow as tf

from keras_inits.keras_compat import serialization, third_party
from keras_inits.keras_compat.own import PACKAGE


def stock_accepts(identifier: Any) -> str | None:
    """Returns whether `tf.keras.initializers.get` takes a saved initializer.

    Args:
        identifier: A name or a config.

    Returns:
        `None` where it does, else why not, in a line.
    """
    foreign = third_party.foreign_module(identifier)
    if foreign:
        # Keras 2 would import it.
        return f"ValueError: the module {foreign!r} is not one of Keras'"
    if isinstance(identifier, dict) and third_party.is_of_this_package(identifier):
        return f"ValueError: {identifier.get('class_name')!r} is no initializer of Keras but of {PACKAGE}"
    foreign = third_party.foreign_object(identifier)
    if foreign:
        # Keras would make it, whatever it is.
        return f"ValueError: an object of class {foreign!r} has no place in an initializer"
    try:
        found = tf.keras.initializers.get(serialization.copied(identifier))
    except Exception as error:  # Keras raises what its classes raise.
        return _reason(error)
    # Keras 2 returns an unknown name as it is.
    return None if callable(found) else f"ValueError: Unknown initializer: {identifier}"


def _reason(error: Exception) -> str:
    """Returns what is wrong, which is the last line where Keras 3 wraps an error, else the first."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [""]
    wrapped = lines[-1].startswith("Exception encountered: ")
    reason = lines[-1].removeprefix("Exception encountered: ") if wrapped else lines[0]
    return f"{type(error).__name__}: {reason}"
