import copy
import json

import pytest
import tensorflow as tf

from keras_inits.legacy import context
from keras_inits.legacy.loading import load_model
from keras_inits.legacy.upgrade import upgrade_config


def layer(class_name, **config):
    return {"class_name": class_name, "config": {"name": class_name.lower(), **config}}


def sequential(*layers, version="1.2.2"):
    return {"class_name": "Sequential", "config": list(layers), "keras_version": version}


DENSE = layer("Dense", output_dim=4, batch_input_shape=[None, 3], init="he_normal")


def found(config, name):
    return next(one for one in config["config"]["layers"] if one["config"]["name"] == name)


def test_words_of_keras_1():
    conv = layer(
        "Convolution2D", nb_filter=4, nb_row=3, nb_col=2, border_mode="same", subsample=[2, 1],
        dim_ordering="th", init="glorot_uniform", batch_input_shape=[None, 3, 8, 8],
        W_regularizer={"name": "WeightRegularizer", "l1": 0.0, "l2": 0.1},
        W_constraint={"name": "MaxNorm", "m": 2, "axis": 0},
    )  # fmt: skip
    upgraded = found(upgrade_config(sequential(conv)), "convolution2d")
    assert upgraded["class_name"] == "Conv2D"
    config = upgraded["config"]
    assert config["filters"] == 4 and config["kernel_size"] == [3, 2]
    assert config["strides"] == [2, 1] and config["data_format"] == "channels_first"
    assert config["kernel_regularizer"]["config"] == {"l1": 0.0, "l2": 0.1}
    assert config["kernel_constraint"]["config"] == {"max_value": 2, "axis": 0}


def test_he_normal_of_keras_1_is_not_truncated():
    config = found(upgrade_config(sequential(DENSE)), "dense")["config"]
    assert config["kernel_initializer"]["config"]["distribution"] == "untruncated_normal"


def test_the_config_given_is_not_changed():
    given = sequential(DENSE)
    before = copy.deepcopy(given)
    upgrade_config(given)
    assert given == before


def test_every_missing_class_is_named_at_once():
    config = sequential(DENSE, layer("GarNet"), layer("QDense"))
    with pytest.raises(context.MissingClassesError, match="custom_objects") as error:
        upgrade_config(config)
    assert error.value.names == ["GarNet", "QDense"]


def test_custom_objects_are_used(tmp_path):
    class Twice(tf.keras.layers.Layer):
        def call(self, x):
            return 2 * x

    path = tmp_path / "model.json"
    config = sequential(DENSE, layer("Twice"))
    path.write_text(json.dumps(config))
    model = load_model(path, custom_objects={"Twice": Twice})
    assert isinstance(model.layers[-1], Twice)


@pytest.mark.parametrize(
    "unsafe",
    [
        layer("Lambda", function=["4wEAAAA=", None, None], function_type="lambda"),
        layer("Merge", mode=["4wEAAAA=", None, None], mode_type="lambda"),
        layer("StringLookup", vocabulary="/etc/passwd"),
    ],
    ids=lambda one: one["class_name"],
)
def test_code_and_paths_are_refused(unsafe):
    with pytest.raises(context.UnsafeModelError, match="safe_mode=False"):
        upgrade_config(sequential(DENSE, unsafe, version="2.2.4"))


@pytest.mark.parametrize("function", ["io.write_file", "raw_ops.WriteFile", "py_function", 3])
def test_tensorflow_functions_that_are_not_known_are_refused(function):
    config = sequential(DENSE, layer("TFOpLambda", function=function), version="2.8.0")
    with pytest.raises(context.UpgradeError, match="known to be safe"):
        upgrade_config(config)


@pytest.mark.parametrize("name", ["TFSMLayer", "Layer", "load_model", "os.system"])
def test_what_is_no_layer_of_keras_is_missing(name):
    with pytest.raises(context.MissingClassesError):
        upgrade_config(sequential(DENSE, layer(name), version="3.0.0"))


def test_absurd_sizes_are_refused():
    with pytest.raises(context.UpgradeError, match="units=1000000000000"):
        upgrade_config(sequential(layer("Dense", output_dim=10**12, batch_input_shape=[None, 3])))


def test_deep_nesting_is_refused():
    config = sequential(DENSE)
    for _ in range(100_000):
        config = {"class_name": "Sequential", "config": [config]}
    with pytest.raises(context.UpgradeError):
        upgrade_config(config)
