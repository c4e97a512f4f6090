"""The initializers of TensorFlow 1, those of `tf.compat.v1.keras.initializers`."""

from keras_inits.initializers.initializers_v1 import *  # noqa: F403
