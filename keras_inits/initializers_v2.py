"""The initializers of TensorFlow 2, by the import path that they have in Keras 2."""

from keras_inits.initializers.initializers_v2 import *  # noqa: F403
from keras_inits.initializers.scaled import *  # noqa: F403
