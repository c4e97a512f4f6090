import numpy as np
import pytest
import tensorflow as tf
from environments import needs, reads_models_in_models, reads_slices, returns_states_both_ways, wraps_models

from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.load import load_model
from saved_models.recorded_models import FILES, FOLDER, REFUSED, predictions, recorded

# What Keras itself cannot do in some of its first versions with layers of today.
NEEDED = {
    "1.1.2-highway.h5": reads_models_in_models,
    "1.2.2-maxout_highway.h5": reads_models_in_models,
    "2.2.4-initial_state.h5": returns_states_both_ways,
    "2.6.0-time_distributed_model.h5": wraps_models,
    "2.8.0-slice_of_examples.h5": reads_slices,
    "2.10.0-slicing.h5": reads_slices,
    "2.12.0-twice_counted.keras": wraps_models,
    "tf1-slicing.h5": reads_slices,
}


@pytest.fixture(autouse=True)
def skips_what_keras_cannot(request):
    path = getattr(request.node, "callspec", None) and request.node.callspec.params.get("path")
    needed = NEEDED.get(path.name) if path else None
    if needed:
        needs(needed)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_predicts_what_the_old_keras_predicted(path):
    inputs, expected = recorded(path)
    found = predictions(load_model(path), inputs)
    assert len(found) == len(expected)
    for one, other in zip(found, expected):
        if other.dtype.kind == "U":
            np.testing.assert_array_equal(one, other)
        else:
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_equal_is_refused(name):
    with pytest.raises(UpgradeError, match=REFUSED[name]):
        load_model(FOLDER / name)


@pytest.mark.parametrize("path", FILES[::4], ids=lambda path: path.name)
def test_is_made_of_keras_own_layers(path):
    def own(layer):
        return type(layer).__module__.split(".")[0] in ("keras", "tf_keras", "tensorflow")

    assert all(own(layer) for layer in load_model(path).layers)


def test_kernels_of_keras_1_are_those_of_the_backend_that_is_given():
    path = FOLDER / "1.2.2-time_distributed_cnn.h5"
    kernel, other = (load_model(path, backend=backend).get_weights()[0] for backend in (None, "theano"))
    np.testing.assert_array_equal(other, kernel[::-1, ::-1])


def test_backends_that_no_keras_had_are_refused():
    with pytest.raises(ValueError, match="backend='teano' is none of"):
        load_model(FOLDER / "1.2.2-srelu.h5", backend="teano")


def test_report_says_what_was_changed():
    needs(reads_models_in_models)
    model, notes = load_model(FOLDER / "1.2.2-maxout_highway.h5", report=True)
    assert isinstance(model, tf.keras.Model)
    assert any("MaxoutDense rebuilt as Dense, Reshape, GlobalMaxPooling1D" in str(n) for n in notes)


@pytest.mark.usefixtures("gradients")
def test_compile_as_saved(tmp_path):
    model = tf.keras.Sequential([tf.keras.Input((3,)), tf.keras.layers.Dense(2)])
    model.compile(tf.keras.optimizers.RMSprop(0.01, rho=0.8), "mse", metrics=["mae"])
    path = tmp_path / "model.h5"
    model.save(path)
    loaded, notes = load_model(path, compile=True, report=True)
    assert float(loaded.optimizer.rho) == pytest.approx(0.8)
    assert any("new RMSprop" in str(note) for note in notes)
    loaded.fit(np.zeros((4, 3)), np.zeros((4, 2)), verbose=0)
