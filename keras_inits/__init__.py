"""The weight initializers of every Keras, as a plugin on `tf.keras`.

`__init__.pyi` says which names there are and where they are from. Each is looked up when it is first used,
so that the `keras-inits` command answers what needs no TensorFlow without it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
