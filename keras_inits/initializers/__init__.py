"""The initializers: their classes, the registry of all their names, and that registry inside Keras.

Begin with `base.py`, which says what a call and a config are, and `initializers_v2.py`. A class enters
itself into the registry with `@register`, so all of them are imported here. How numbers are drawn is
decided in `drawing/`, not here.
"""

from keras_inits.initializers import convolutions, initializers_v1, initializers_v2, others, scaled

__all__ = ["convolutions", "initializers_v1", "initializers_v2", "others", "scaled"]
