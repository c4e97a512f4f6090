"""Layers that Keras dropped."""

import json

import pytest
import tensorflow as tf

from keras_inits.keras_compat import versions
from keras_inits.saved_models.config import context
from keras_inits.saved_models.load import load_model
from keras_inits.saved_models.upgrade import upgrade_config
from saved_models.config.written_configs import DENSE, layer, sequential


@pytest.mark.parametrize("safe_mode", [True, False])
def test_a_merge_by_a_function_is_refused_for_good(safe_mode):
    merge = layer("Merge", mode=["4wEAAAA=", None, None], mode_type="lambda")
    with pytest.raises(context.UpgradeError, match="mode is a Python function has no equal"):
        upgrade_config(sequential(DENSE, merge), safe_mode=safe_mode)


@pytest.mark.parametrize("size", [[10**6], [0], [-1]])
def test_absurd_patches_are_refused(size):
    config = layer("LocallyConnected1D", filters=1, kernel_size=size, batch_input_shape=[None, 9, 1])
    if versions.is_keras_3():
        with pytest.raises(context.UpgradeError, match="kernel_size"):
            upgrade_config(sequential(config, version="2.2.4"))


@pytest.mark.parametrize("name", ["RandomHeight", "RandomWidth"])
def test_what_changes_images_in_training_only_is_nothing(name, tmp_path):
    path = tmp_path / "model.json"
    random = layer(name, factor=0.2, batch_input_shape=[None, 4, 4, 3])
    path.write_text(json.dumps(sequential(random, version="2.10.0")))
    images = tf.reshape(tf.range(48.0), (1, 4, 4, 3))
    tf.debugging.assert_equal(load_model(path)(images, training=False), images)
