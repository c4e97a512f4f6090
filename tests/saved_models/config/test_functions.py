"""What models need and the installed Keras has no equal of."""

import numpy as np
import tensorflow as tf
from environments import keras_3_only

from keras_inits.saved_models.config import functions


def test_the_hard_sigmoid_of_keras_3():
    x = np.array([-4.0, -3.0, 0.0, 1.5, 3.0, 4.0], "float32")
    want = np.clip(x / 6 + 0.5, 0.0, 1.0)
    assert np.allclose(functions.hard_sigmoid_of_keras_3(tf.constant(x)), want)


@keras_3_only
def test_a_layer_as_an_activation_reads_as_the_layer_itself():
    config = functions.LayerAsActivation(tf.keras.layers.ReLU(max_value=6.0)).get_config()
    assert functions.LayerAsActivation.from_config(config).get_config()["max_value"] == 6.0
