import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Without oneDNN, TensorFlow has no convolution of channels first on a CPU; by itself it uses it on some CPUs.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

if os.environ.get("KERAS_BACKEND") == "torch":
    # With torch, Keras imports Triton, which aborts the process if TensorFlow was imported before it.
    import keras as keras

import pytest
import tensorflow as tf

from keras_inits.initializers import plugin

# TF 1 mode holds for a whole process, so tests/test_v1_mode.py starts one for these.
collect_ignore = [] if os.environ.get("KERAS_INITS_TEST_MODE") == "v1" else ["v1_mode"]
# Its scripts are for real old Keras.
collect_ignore += ["data"]


@pytest.fixture(autouse=True)
def nothing_left_behind():
    """Leaves Keras' process-wide custom objects as they were, and TensorFlow without a global seed."""
    objects = tf.keras.utils.get_custom_objects()
    before = dict(objects)
    yield
    plugin.uninstall()
    objects.clear()
    objects.update(before)
    tf.compat.v1.set_random_seed(None)
