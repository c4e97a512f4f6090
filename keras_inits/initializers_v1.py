"""The initializers of TensorFlow 1, by the import path that they have in Keras 2; also `keras_inits.v1`."""

from keras_inits.initializers.initializers_v1 import *  # noqa: F403
