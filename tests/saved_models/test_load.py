import json

import h5py
import numpy as np
import pytest
import tensorflow as tf

import keras_inits
from keras_inits.saved_models import load
from keras_inits.saved_models.config import context
from keras_inits.saved_models.files import reading, stored
from keras_inits.saved_models.load import load_model
from keras_inits.saved_models.upgrade import upgrade_config
from keras_inits.saved_models.weights import moving
from saved_models.recorded_models import FOLDER

SAVED = FOLDER / "2.2.4-flatten_first.h5"


def layer(class_name, **config):
    return {"class_name": class_name, "config": {"name": class_name.lower(), **config}}


def sequential(*layers, version="2.2.4"):
    return {"class_name": "Sequential", "config": list(layers), "keras_version": version}


DENSE = layer("Dense", units=1, batch_input_shape=[None, 2])


@pytest.fixture
def architecture(tmp_path):
    path = tmp_path / "m.json"
    path.write_text(json.dumps(sequential(DENSE)))
    return path


@pytest.fixture
def dense_weights(tmp_path):
    """Returns a function that writes the weights of the architecture."""

    def write(kernel=((1.0,), (2.0,)), dtype="float32", **attributes):
        path = tmp_path / "w.h5"
        with h5py.File(path, "w") as file:
            file.attrs.update({"layer_names": [b"dense"], **attributes})
            file.create_group("dense").attrs["weight_names"] = [b"kernel", b"bias"]
            file["dense"].create_dataset("kernel", data=np.array(kernel, dtype))
            file["dense/bias"] = [0.0]
        return path

    return write


def loaded_kernel(architecture, weights):
    return np.asarray(load_model(architecture, weights=weights).layers[-1].kernel).ravel().tolist()


def test_weights_that_nobody_saved_are_said_to_be_drawn(architecture, dense_weights):
    model, notes = load_model(architecture, report=True)
    assert [note.layer for note in notes if load.DRAWN in note.text] == [model.name]
    _, notes = load_model(architecture, weights=dense_weights(), report=True)
    assert not any(load.DRAWN in note.text for note in notes)


def test_a_version_of_absurd_length_is_read():
    assert upgrade_config(sequential(DENSE, version="2" * 5000))


@pytest.mark.parametrize(
    "attributes",
    [
        {"keras_version": b"\xff", "backend": b"\xff"},
        {"keras_version": "2.2.4", "backend": np.array([1, 2])},
        {"keras_version": np.array([2, 2, 4])},
        {"keras_version": "2" * 5000},
    ],
    ids=["no UTF-8", "a strange backend", "numbers", "digits"],
)
def test_strange_attributes_of_weights_are_no_obstacle(architecture, dense_weights, attributes):
    assert loaded_kernel(architecture, dense_weights(**attributes)) == [1.0, 2.0]


def test_floats_that_tensorflow_lacks_are_rounded(architecture, dense_weights):
    assert loaded_kernel(architecture, dense_weights(dtype="longdouble")) == [1.0, 2.0]


@pytest.mark.parametrize("dtype", ["S2", "S4", "complex64"])
def test_arrays_of_no_numbers_are_refused(architecture, dense_weights, dtype):
    kernel = [[1], [2]] if dtype == "complex64" else [[b"a"], [b"b"]]
    with pytest.raises(stored.StoredWeightsError, match="'kernel' is not of numbers"):
        load_model(architecture, weights=dense_weights(kernel, dtype))


def test_a_file_that_ends_as_a_zip_file_does_is_read(tmp_path):
    path = tmp_path / "m.h5"
    path.write_bytes(SAVED.read_bytes() + b"PK\x05\x06" + bytes(18))
    assert load_model(path).layers


def test_missing_weights_are_an_os_error(architecture, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"typo\.h5"):
        load_model(architecture, weights=tmp_path / "typo.h5")


def test_a_folder_for_weights_is_an_os_error(architecture, tmp_path):
    with pytest.raises(IsADirectoryError, match=r"neither a checkpoint nor a saved_model\.pb"):
        load_model(architecture, weights=tmp_path)


@pytest.mark.parametrize("error", [TypeError, KeyError, RecursionError, MemoryError, NotImplementedError])
@pytest.mark.parametrize("step", [(load.moving, "move"), (load.quirks, "wrong_biases")], ids=str)
def test_any_error_on_the_way_names_the_file(step, error, monkeypatch):
    def fails(*arguments):
        raise error("unforeseen")

    monkeypatch.setattr(*step, fails)
    with pytest.raises(context.UpgradeError, match=f"flatten_first.h5: cannot be loaded: {error.__name__}"):
        load_model(SAVED)


@pytest.mark.parametrize(
    "unfit",
    [sequential(layer("GarNet")), sequential(layer("Merge", mode=["4w", None], mode_type="lambda")), {}],
    ids=["a third-party layer", "code", "no model"],
)
def test_errors_of_a_config_name_the_file(unfit, tmp_path):
    path = tmp_path / "m.json"
    path.write_text(json.dumps({"class_name": "Sequential", "config": {}} | unfit))
    with pytest.raises(ValueError, match=r"m\.json: "):
        load_model(path)


def test_errors_of_weights_name_the_file_of_the_weights(architecture, dense_weights):
    with pytest.raises(moving.WeightsError, match=r"w\.h5: layer 'dense'"):
        load_model(architecture, weights=dense_weights([[1.0]]))


def test_no_file_is_named_twice(tmp_path):
    path = tmp_path / "m.h5"
    path.write_bytes(b"no model")
    with pytest.raises(reading.NotAModelError) as error:
        load_model(path)
    assert str(error.value).count("m.h5") == 1


def test_a_file_whose_name_a_terminal_would_obey_is_named_once(tmp_path):
    path = tmp_path / "m\x1b.h5"
    path.write_bytes(SAVED.read_bytes())
    with h5py.File(path, "a") as file:
        file["model_weights"].attrs["layer_names"] = [b"typo"]
    with pytest.raises(ValueError, match="typo") as error:
        load_model(path)
    assert str(error.value).count(r"m\x1b.h5") == 1


class TestInitializersBeyondKeras:
    """A model that was saved with what Keras' own class lacks loads with all of it."""

    @pytest.mark.parametrize(
        "initializer",
        [
            keras_inits.TruncatedNormal(seed=7, lower=-1.0, upper=3.0),
            keras_inits.HeNormal(seed=7, gain=("leaky_relu", 0.2)),
            keras_inits.VarianceScaling(seed=7, batch_axes=[]),
            keras_inits.GlorotUniform(seed=7, input_axes=[0], output_axes=[1]),
            keras_inits.Sparse(seed=7),
            keras_inits.UniformUnitScaling(factor=2.0, seed=7),
        ],
        ids=lambda initializer: type(initializer).__name__,
    )
    @pytest.mark.parametrize("ending", ["keras", "h5"])
    def test_its_arguments_are_those_that_were_saved(self, initializer, ending, tmp_path):
        path = tmp_path / f"model.{ending}"
        dense = tf.keras.layers.Dense(3, kernel_initializer=initializer)
        tf.keras.Sequential([tf.keras.layers.Input((4,)), dense]).save(path)
        loaded = load_model(path).layers[-1].kernel_initializer
        assert loaded.get_config() == initializer.get_config()


@pytest.mark.parametrize("path", [["model.h5"], None, 3])
def test_what_is_no_path_is_an_error_that_says_so(path):
    with pytest.raises(
        TypeError, match="`path` must be a path, a string or an `os.PathLike`. Received: path="
    ):
        load_model(path)


@pytest.mark.parametrize("weights", [["model.h5"], 3])
def test_weights_that_are_no_path_are_an_error_that_says_so(weights):
    with pytest.raises(TypeError, match="`weights` must be a path, .*Received: weights="):
        load_model(SAVED, weights=weights)


@pytest.mark.parametrize("limit", ["a", 0])
def test_a_limit_that_is_no_positive_number_is_an_error(limit):
    with pytest.raises(ValueError, match="`limit` must be a positive number or None. Received: limit="):
        load_model(SAVED, limit=limit)


@pytest.mark.parametrize("objects", [[1], {1: 2}])
def test_custom_objects_by_no_names_are_an_error_that_says_so(objects):
    with pytest.raises(TypeError, match="`custom_objects` must be a dict of names"):
        load_model("model.h5", custom_objects=objects)
