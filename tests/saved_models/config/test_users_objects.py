"""What stands in the config of a user's own layer is upgraded, as far as it is known."""

import json

import numpy as np
import pytest
import tensorflow as tf
from environments import keras_2_only

from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.load import load_model
from keras_inits.saved_models.upgrade import upgrade_config


class Mine(tf.keras.layers.Wrapper):
    def call(self, x):
        return self.layer(x)


def ones_like_mine(shape, dtype=None, **settings):
    return tf.ones(shape, dtype)


USERS = {"Mine": Mine, "ones_like_mine": ones_like_mine}


def model(layer, version="1.2.2"):
    dense = {"class_name": "Dense", "config": {"name": "d", "output_dim": 2, "batch_input_shape": [None, 2]}}
    return {"class_name": "Sequential", "config": [dense, layer], "keras_version": version}


def upgraded(**config):
    mine = {"class_name": "Mine", "config": {"name": "m", **config}}
    return upgrade_config(model(mine), USERS)["config"]["layers"][-1]["config"]


def test_a_layer_of_keras_1():
    inner = {"class_name": "Dense", "config": {"name": "i", "output_dim": 3, "init": "he_normal"}}
    layer = upgraded(layer=inner)["layer"]
    assert layer["config"]["units"] == 3
    assert layer["config"]["kernel_initializer"]["config"]["distribution"] == "untruncated_normal"


def test_it_loads(tmp_path):
    inner = {"class_name": "Dense", "config": {"name": "i", "output_dim": 3, "batch_input_shape": [None, 2]}}
    path = tmp_path / "m.json"
    path.write_text(json.dumps(model({"class_name": "Mine", "config": {"name": "m", "layer": inner}})))
    assert load_model(path, USERS)(np.ones((1, 2), "float32")).shape == (1, 3)


def test_a_layer_is_in_keras_own_module_where_the_file_says_one():
    inner = {"class_name": "Dense", "module": "os", "registered_name": "x", "config": {"units": 3}}
    layer = upgraded(inner=[inner])["inner"][0]
    assert (layer["module"], layer["registered_name"]) == ("keras.layers", None)


@pytest.mark.parametrize(
    ("key", "kind"), [("kernel_initializer", "keras.initializers"), ("shortcut", "keras.layers")]
)
def test_an_identity_is_what_its_argument_says(key, kind):
    saved = {"class_name": "Identity", "module": "keras.layers", "config": {}}
    assert upgraded(**{key: saved})[key]["module"] == kind


@pytest.mark.parametrize("name", ["L2", "MaxNorm", "HeNormal"])
def test_other_objects_of_keras(name):
    config = {"l2": 0.5} if name == "L2" else {"max_value": 1} if name == "MaxNorm" else {"seed": 1}
    assert upgraded(other={"class_name": name, "config": config})["other"]["class_name"] == name


def test_plain_values_stay():
    plain = {"a": [1, None, "x"], "b": {"c": True}}
    assert upgraded(plain=plain)["plain"] == plain


def test_arrays_stay():
    array = {"class_name": "__numpy__", "config": {"value": [1.0, 2.0], "dtype": "float32"}}
    assert upgraded(array=array)["array"] == array


def test_an_object_of_the_users_own_library_has_no_module():
    saved = {"class_name": "quantized_bits", "module": "os", "config": {"bits": 4}}
    quantizer = upgraded(quantizer=saved)["quantizer"]
    assert quantizer["class_name"] == "quantized_bits" and quantizer["config"] == {"bits": 4}
    assert quantizer["module"] is None


@keras_2_only
@pytest.mark.parametrize("name", ["TensorFlowOpLayer", "ClassMethod", "InstanceMethod"])
def test_what_keras_2_would_run_by_its_name_is_refused(name):
    with pytest.raises(UpgradeError, match="not known to be safe"):
        upgraded(inner={"class_name": name, "config": {}})


@pytest.mark.parametrize(
    ("function", "why"),
    [("io.write_file", "reads or writes on this machine"), ("math.of_mine", "none that is known here")],
)
def test_a_tensorflow_function_that_is_not_known_is_refused(function, why):
    with pytest.raises(UpgradeError, match=why):
        upgraded(inner={"class_name": "TFOpLambda", "config": {"function": function}})


def test_a_class_that_is_no_name_is_refused():
    with pytest.raises(UpgradeError, match="an object of class"):
        upgraded(inner={"class_name": ["Lambda"], "config": {}})


def test_a_function_of_the_users_is_an_initializer(tmp_path):
    kernel = {"class_name": "function", "config": "ones_like_mine", "registered_name": "ones_like_mine"}
    config = {"name": "k", "units": 1, "kernel_initializer": kernel}
    path = tmp_path / "m.json"
    path.write_text(json.dumps(model({"class_name": "Dense", "config": config}, "2.13.0")))
    assert np.asarray(load_model(path, USERS).layers[-1].kernel).tolist() == [[1.0], [1.0]]
