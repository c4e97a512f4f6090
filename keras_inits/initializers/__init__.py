"""The initializers: their classes, the registry of all their names, and that registry inside Keras.

Begin with `base.py`, which says what a call and a config are, and `initializers_v2.py`. A class enters
itself into the registry with `@register`, so all of them are imported here. How numbers are drawn is
decided in `drawing/`, not here.
"""

from keras_inits.initializers import convolutions, initializers_v1, initializers_v2, others, scaled
from keras_inits.initializers.base import Initializer
from keras_inits.initializers.registry import deserialize, get, objects_of_mode, serialize

__all__ = [
    "Initializer",
    "convolutions",
    "deserialize",
    "get",
    "initializers_v1",
    "initializers_v2",
    "others",
    "scaled",
    "serialize",
]


def __getattr__(name: str) -> type[Initializer]:
    """Returns a class by any name that it has in TensorFlow 2: `HeNormal`, `he_normal`, `HeNormalV2`."""
    found = objects_of_mode(v2=True).get(name)
    if found is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return found
