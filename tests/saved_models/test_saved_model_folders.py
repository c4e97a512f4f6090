"""SavedModel folders as models of today's Keras: they predict what they did."""

import numpy as np
import pytest
import tensorflow as tf
from environments import keras_2_only, tensorflow_only

from keras_inits.keras_compat import backend
from keras_inits.saved_models.load import load_model
from saved_models.recorded_folders import FOLDER, Subclassed, recorded, unpacked
from saved_models.recorded_models import predictions

NAMES = sorted(path.stem for path in FOLDER.glob("*.zip") if "low_level" not in path.stem)


@pytest.mark.parametrize("name", NAMES)
def test_predicts_what_it_predicted(name, tmp_path):
    inputs, expected = recorded(name)
    if name == "2.8-subclassed" and not backend.is_tensorflow():
        pytest.skip("its class computes with TensorFlow")
    model = load_model(unpacked(name, tmp_path), custom_objects={"Subclassed": Subclassed})
    np.testing.assert_allclose(predictions(model, inputs)[0], expected, rtol=1e-4, atol=1e-5)


def test_is_compiled_as_it_was():
    model = load_model(FOLDER / "2.3-dense.zip", compile=True)
    assert type(model.optimizer).__name__ == "Adam"


@keras_2_only
def test_of_ones_own_class_is_compiled_as_it_was(tmp_path):
    model = Subclassed()
    model.compile(tf.keras.optimizers.RMSprop(0.01, rho=0.8), "mse")
    model.fit(np.zeros((4, 3)), np.zeros((4, 2)), verbose=0)
    model.save(tmp_path / "model", save_format="tf")
    loaded = load_model(tmp_path / "model", custom_objects={"Subclassed": Subclassed}, compile=True)
    assert float(loaded.optimizer.rho) == pytest.approx(0.8)


@tensorflow_only
def test_of_ones_own_class_that_was_not_compiled():
    own = {"Subclassed": Subclassed}
    _, notes = load_model(FOLDER / "2.8-subclassed.zip", custom_objects=own, compile=True, report=True)
    assert any("does not say how the model was compiled" in str(note) for note in notes)
