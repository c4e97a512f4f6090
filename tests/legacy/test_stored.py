import h5py
import numpy as np
import pytest

from keras_inits.legacy import stored, weights
from keras_inits.legacy.loading import load_model
from legacy.saved_models import FOLDER

SAVED = FOLDER / "2.2.4-flatten_first.h5"


@pytest.fixture
def copied(tmp_path):
    path = tmp_path / "model.h5"
    path.write_bytes(SAVED.read_bytes())
    return path


def first_array(file):
    group = file["model_weights"]
    layer = next(name for name in group if len(group[name].attrs["weight_names"]))
    weight = group[layer].attrs["weight_names"][0]
    return group[layer], weight.decode() if isinstance(weight, bytes) else weight


def test_external_links_are_not_followed(copied, tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as other:
        other["secret"] = np.zeros((2, 2))
    with h5py.File(copied, "r+") as file:
        group, name = first_array(file)
        del group[name]
        group[name] = h5py.ExternalLink(str(tmp_path / "secret.h5"), "secret")
    with pytest.raises(stored.StoredWeightsError, match="link to elsewhere"):
        load_model(copied)


def test_arrays_larger_than_the_file_are_not_read(copied):
    with h5py.File(copied, "r+") as file:
        group, name = first_array(file)
        del group[name]
        group.create_dataset(name, (10**6, 10**6), "float32", chunks=(1000, 1000))
    with pytest.raises(stored.StoredWeightsError, match="says it has shape"):
        load_model(copied)


def test_a_shape_that_does_not_fit_names_the_layer(copied):
    with h5py.File(copied, "r+") as file:
        group, name = first_array(file)
        del group[name]
        group[name] = np.zeros((7, 7))
    with pytest.raises(weights.WeightsError, match="conv2d"):
        load_model(copied)


def test_a_missing_array_names_the_layer(copied):
    with h5py.File(copied, "r+") as file:
        group, _ = first_array(file)
        group.attrs["weight_names"] = group.attrs["weight_names"][:1]
    with pytest.raises(weights.WeightsError, match="needs 2 arrays, and the file has 1"):
        load_model(copied)
