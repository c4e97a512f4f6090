"""The weight initializers of every Keras, and models that any Keras saved, on the `tf.keras` that you have.

    import keras_inits

    keras_inits.HeNormal(seed=7)                 an initializer: call it with a shape, or give it to a layer
    keras_inits.get("he_normal")                 one by any name or config that any Keras gave it
    with keras_inits.scope(): ...                all those names and configs inside Keras' own look-ups
    keras_inits.load_model("old.h5")             a model that any Keras saved, from 1.0 on
    keras_inits.load_weights(model, "old.h5")    its weights, into a model that your code builds
    with keras_inits.seeded(7): ...              models built with the same initial weights each time
    with keras_inits.replay("2.2.4", numpy=7):   models built with the initial weights of an older Keras
    keras_inits.reinitialize(model, seed=7)      a model's weights drawn again, in place
    keras_inits.diagnose(model)                  how signal and gradient pass through a model
    keras_inits.sample("1.2.2")                  an old model to try it on

`help(keras_inits.load_model)`, and that of any other name, has its arguments and an example. In a terminal,
`keras-inits --help` has the commands.
"""

# Which names there are and where they are from is in `__init__.pyi`. Each is looked up when it is first used,
# so that the `keras-inits` command answers what needs no TensorFlow without it.

import importlib.util
import os

import lazy_loader

if os.environ.get("KERAS_BACKEND") == "torch" and importlib.util.find_spec("torch"):
    # With torch, Keras imports Triton, which aborts the process if TensorFlow was imported before it.
    import keras as keras

# The same is in `setup.cfg` and `CITATION.cff`, see `tests/test_contributing.py`.
__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
