"""Layers of keras-contrib and tensorflow-addons compute what the sources of those say."""

import json

import h5py
import numpy as np
import pytest

from keras_inits.saved_models.config.context import MissingClassesError, UpgradeError
from keras_inits.saved_models.load import load_model
from saved_models.config.written_configs import layer, sequential

OURS = {
    "epsilon": 0.1, "center": True, "scale": True, "beta_initializer": "zeros", "gamma_initializer": "ones",
}  # fmt: skip
X = np.random.RandomState(3).normal(1.0, 2.0, (2, 3, 4, 6)).astype("float32")


@pytest.fixture
def output(tmp_path):
    """Returns a function that loads one layer over an image with arrays, and calls it."""

    def call(class_name, *arrays, version="2.3.0-tf", **config):
        one = layer(class_name, **{**OURS, **config}, batch_input_shape=[None, *X.shape[1:]])
        one["config"]["name"] = "one"
        (tmp_path / "m.json").write_text(json.dumps(sequential(one, version=version)))
        with h5py.File(tmp_path / "w.h5", "w") as file:
            file.attrs["layer_names"] = [b"one"]
            group = file.create_group("one")
            group.attrs["weight_names"] = [f"{number}".encode() for number in range(len(arrays))]
            for number, array in enumerate(arrays):
                group[f"{number}"] = np.asarray(array, "float32")
        return np.asarray(load_model(tmp_path / "m.json", weights=tmp_path / "w.h5")(X))

    return call


def normalized(axes):
    return (X - X.mean(axes, keepdims=True)) / (X.std(axes, keepdims=True) + 0.1)


GAMMA, BETA = np.arange(1.0, 7.0), np.arange(6.0)


def test_instance_normalization_of_contrib(output):
    found = output("InstanceNormalization", GAMMA, BETA, axis=-1)
    np.testing.assert_allclose(found, normalized((1, 2)) * GAMMA + BETA, rtol=1e-4, atol=1e-4)


def test_along_the_first_axis_after_the_batch(output):
    found = output("InstanceNormalization", GAMMA[:3], BETA[:3], axis=1)
    expected = normalized((2, 3)) * GAMMA[:3, None, None] + BETA[:3, None, None]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_over_all_of_an_example(output):
    found = output("InstanceNormalization", [3.0], [2.0], axis=None)
    np.testing.assert_allclose(found, normalized((1, 2, 3)) * 3 + 2, rtol=1e-4, atol=1e-4)


def test_without_gamma_or_beta(output):
    centred = output("InstanceNormalization", BETA, axis=-1, scale=False)
    np.testing.assert_allclose(centred, normalized((1, 2)) + BETA, rtol=1e-4, atol=1e-4)
    scaled = output("InstanceNormalization", GAMMA, axis=-1, center=False)
    np.testing.assert_allclose(scaled, normalized((1, 2)) * GAMMA, rtol=1e-4, atol=1e-4)
    plain = output("InstanceNormalization", axis=-1, center=False, scale=False)
    np.testing.assert_allclose(plain, normalized((1, 2)), rtol=1e-4, atol=1e-4)


def grouped(groups):
    parts = X.reshape(*X.shape[:3], groups, -1)
    axes = (1, 2, 4)
    values = (parts - parts.mean(axes, keepdims=True)) / np.sqrt(parts.var(axes, keepdims=True) + 0.1)
    return values.reshape(X.shape) * GAMMA + BETA


@pytest.mark.parametrize(("name", "groups"), [("Group", 2), ("Instance", 6)])
def test_normalizations_of_addons_are_those_of_keras(output, name, groups):
    given = {"groups": groups} if name == "Group" else {"groups": -1}
    found = output(f"Addons>{name}Normalization", GAMMA, BETA, axis=-1, **given)
    np.testing.assert_allclose(found, grouped(groups), rtol=1e-4, atol=1e-4)


def test_an_instance_normalization_of_other_arguments_is_its_authors(output):
    with pytest.raises(MissingClassesError, match="InstanceNormalization"):
        output("InstanceNormalization", GAMMA, BETA, axis=-1, groups=6)


def test_groups_along_the_second_axis_are_refused(output):
    with pytest.raises(UpgradeError, match="before Keras had one"):
        output("GroupNormalization", GAMMA, BETA, groups=2, axis=-1)
    with pytest.raises(UpgradeError, match="has no equal"):
        output("Addons>GroupNormalization", GAMMA, BETA, groups=2, axis=-2)
