"""The weight initializers of every Keras, as a plugin on `tf.keras`.

`__init__.pyi` says which names there are and where they are from. Each is looked up when it is first used,
so that the `keras-inits` command answers what needs no TensorFlow without it.
"""

import os

import lazy_loader

if os.environ.get("KERAS_BACKEND") == "torch":
    # With torch, Keras imports Triton, which aborts the process if TensorFlow was imported before it.
    import keras as keras

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
