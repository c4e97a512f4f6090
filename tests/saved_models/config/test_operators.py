import numpy as np
import tensorflow as tf
from environments import keras_3_only, needs, reads_slices

from keras_inits.saved_models.load import load_model


@keras_3_only
def test_an_operation_that_an_h5_file_names_without_its_module_is_found(tmp_path):
    needs(reads_slices)
    start = tf.keras.Input((5, 4))
    scaled = tf.keras.ops.multiply(start[:, 1:3], 2.0)
    model = tf.keras.Model(start, tf.keras.layers.Add()([scaled, tf.keras.ops.exp(start)[:, -2:]]))
    model.save(tmp_path / "model.h5")
    values = np.random.RandomState(7).normal(size=(2, 5, 4)).astype("float32")
    np.testing.assert_allclose(load_model(tmp_path / "model.h5")(values), model(values), rtol=1e-6)
