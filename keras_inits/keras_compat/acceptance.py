"""Whether Keras' own `initializers.get` takes a saved initializer; nothing that a file names is run."""

from typing import Any

import tensorflow as tf

from keras_inits.keras_compat import error_text, serialization, third_party
from keras_inits.keras_compat.own import PACKAGE


def stock_accepts(identifier: Any) -> str | None:
    """Returns why `tf.keras.initializers.get` does not take a name or a config, `None` where it does."""
    foreign = third_party.foreign_module(identifier)
    if foreign:
        # Keras 2 would import it.
        return f"ValueError: the module {foreign!r} is not one of Keras'"
    if isinstance(identifier, dict) and _is_of_this_package_alone(identifier):
        return f"ValueError: {identifier.get('class_name')!r} is no initializer of Keras but of {PACKAGE}"
    foreign = third_party.foreign_object(identifier)
    if foreign:
        # Keras would make it, whatever it is.
        return f"ValueError: an object of class {foreign!r} has no place in an initializer"
    dtype = third_party.dtype_of_no_numbers(identifier)
    if dtype is not None:
        return f"ValueError: an array of the dtype {dtype!r:.80} is not of numbers"
    try:
        found = tf.keras.initializers.get(serialization.copied(identifier))
    except Exception as error:  # Keras raises what its classes raise.
        return _reason(error)
    # Keras 2 returns an unknown name as it is.
    return None if callable(found) else f"ValueError: Unknown initializer: {identifier}"


def _is_of_this_package_alone(config: dict[str, Any]) -> bool:
    is_registered = third_party.is_registered_initializer(config.get("registered_name"))
    return third_party.is_of_this_package(config) and not is_registered


def _reason(error: Exception) -> str:
    """Returns what is wrong, which is the last line where Keras 3 wraps an error, else the first."""
    *_, last = str(error).strip().splitlines() or [""]
    _, wraps, reason = last.partition("Exception encountered: ")
    return f"{type(error).__name__}: {reason if wraps else error_text.first_line(error)}"
