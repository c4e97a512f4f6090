import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest
import tensorflow as tf

from keras_inits import plugin

# These need a process of their own, tests/test_v1_mode.py starts it.
collect_ignore = ["v1_mode"] if tf.__internal__.tf2.enabled() else []


@pytest.fixture(autouse=True)
def nothing_installed():
    """Leaves Keras' process-wide custom objects as they were."""
    objects = tf.keras.utils.get_custom_objects()
    before = dict(objects)
    yield
    plugin.uninstall()
    objects.clear()
    objects.update(before)
