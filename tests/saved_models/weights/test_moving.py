"""The arrays of a file find their layers, or an error says which does not."""

import json

import h5py
import numpy as np
import pytest

from keras_inits.saved_models.config.origin import origin_of
from keras_inits.saved_models.config.plans import Plan
from keras_inits.saved_models.files import stored
from keras_inits.saved_models.load import load_model
from keras_inits.saved_models.weights import moving
from saved_models.config.written_configs import layer, sequential
from saved_models.files.written_files import write_layers

DENSE = layer("Dense", units=1, batch_input_shape=[None, 2])


@pytest.fixture
def loaded(tmp_path):
    """Returns a function that loads the architecture of some layers with the arrays of some groups."""

    def load(layers, groups):
        (tmp_path / "m.json").write_text(json.dumps(sequential(*layers, version="2.2.4")))
        write_layers(tmp_path / "w.h5", groups)
        return load_model(tmp_path / "m.json", weights=tmp_path / "w.h5")

    return load


FIRST, SECOND = ([[1.0], [2.0]], [3.0]), ([[4.0]], [5.0])
LAYERS = [DENSE, layer("Dense", units=1, name="last")]


def values(model):
    return [np.asarray(value).ravel().tolist() for value in model.get_weights()]


def test_arrays_are_found_by_the_names_of_layers(loaded):
    model = loaded(LAYERS, {"last": SECOND, "dense": FIRST})
    assert values(model) == [[1.0, 2.0], [3.0], [4.0], [5.0]]


def test_where_no_name_is_right_they_are_found_by_place(loaded):
    model = loaded(LAYERS, {"dense_7": FIRST, "dense_8": SECOND})
    assert values(model) == [[1.0, 2.0], [3.0], [4.0], [5.0]]


def test_another_number_of_layers_is_an_error_that_names_some(loaded):
    with pytest.raises(moving.WeightsError, match=r"of 1 layers, among them \['dense_7'\]"):
        loaded(LAYERS, {"dense_7": FIRST})


def test_another_shape_names_the_layer(loaded):
    with pytest.raises(moving.WeightsError, match="layer 'dense'"):
        loaded(LAYERS, {"dense": ([[1.0]], [3.0]), "last": SECOND})


def test_a_missing_array_names_the_layer(loaded):
    with pytest.raises(moving.WeightsError, match="'dense' .Dense. needs 2 arrays, and the file has 1"):
        loaded(LAYERS, {"dense": FIRST[:1], "last": SECOND})


def test_a_missing_layer_is_an_error(loaded):
    with pytest.raises(moving.WeightsError, match="no weights for layer 'last'"):
        loaded(LAYERS, {"dense": FIRST})


def test_weights_of_layers_that_the_model_lacks_are_refused(tmp_path):
    path = tmp_path / "w.weights.h5"
    with h5py.File(path, "w") as file:
        for name in ("dense", "dense_1"):
            file[f"layers/{name}/vars/0"], file[f"layers/{name}/vars/1"] = [[1.0], [2.0]], [0.0]
    architecture = tmp_path / "m.json"
    architecture.write_text(json.dumps(sequential(DENSE, version="3.0.0")))
    with pytest.raises(moving.WeightsError, match=r"does not have, among them \['dense_1'\]"):
        load_model(architecture, weights=path)


def test_a_shape_that_no_array_has_is_a_misfit(loaded):
    model = loaded(LAYERS, {"dense": FIRST, "last": SECOND})
    part = Plan("dense", "Dense", "Dense", {}, saved_name="dense"), model.layers[0]
    arrays = [stored.Array("kernel", (0, 2**40, 2**40), None), stored.Array("bias", (1,), None)]
    with pytest.raises(moving.WeightsError, match="1099511627776"):
        moving.check(part, origin_of({}, "2.2.4"), arrays)
