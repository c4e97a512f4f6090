"""Where Keras takes the seed of an unseeded initializer from."""

import random

import tensorflow as tf
from environments import keras_2_only

from keras_inits.keras_compat import seed_sources


@keras_2_only
def test_the_default_seed_is_drawn_from_keras_2s_generator():
    tf.keras.utils.set_random_seed(7)
    assert seed_sources.default_seed() == random.Random(7).randint(1, int(1e9))
