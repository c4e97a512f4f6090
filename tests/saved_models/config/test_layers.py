"""A layer of any Keras in the words of today's."""

import json

import pytest
import tensorflow as tf

from keras_inits.saved_models.config import context
from keras_inits.saved_models.load import load_model
from keras_inits.saved_models.upgrade import upgrade_config
from saved_models.config.written_configs import DENSE, found, layer, sequential


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


@pytest.mark.parametrize(
    "unsafe",
    [
        layer("Lambda", function=["4wEAAAA=", None, None], function_type="lambda"),
        layer("StringLookup", vocabulary="/etc/passwd"),
        layer("StringLookup", vocabulary={"class_name": "__numpy__", "config": {"value": "/etc/passwd"}}),
        layer("StringLookup", vocabulary={"class_name": "TensorShape", "items": "/etc/passwd"}),
        layer("StringLookup", vocabulary={"a": "/etc/passwd"}),
        layer("TextVectorization", idf_weights={"class_name": "__tensor__", "config": "/etc/passwd"}),
    ],
    ids=str,
)
def test_code_and_paths_are_refused(unsafe):
    with pytest.raises(context.UnsafeModelError, match="safe_mode=False"):
        upgrade_config(sequential(DENSE, unsafe, version="2.2.4"))


def test_the_path_in_a_users_lookup_is_refused():
    class Lookup(tf.keras.layers.StringLookup):
        pass

    config = sequential(DENSE, layer("Lookup", vocabulary="/etc/passwd"), version="2.8.0")
    with pytest.raises(context.UnsafeModelError, match="'/etc/passwd'"):
        upgrade_config(config, {"Lookup": Lookup})


def test_a_vocabulary_stays():
    words = layer("StringLookup", vocabulary={"class_name": "__tuple__", "items": ["a", "b"]})
    upgraded = upgrade_config(sequential(words, version="2.8.0"))
    assert found(upgraded, "stringlookup")["config"]["vocabulary"] == ["a", "b"]


@pytest.mark.parametrize("name", ["Layer", "load_model", "os.system"])
def test_what_is_no_layer_of_keras_is_missing(name):
    with pytest.raises(context.MissingClassesError):
        upgrade_config(sequential(DENSE, layer(name), version="3.0.0"))


@pytest.mark.parametrize("name", ["TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"])
def test_layers_that_run_what_a_file_names_are_refused_for_good(name):
    config = sequential(DENSE, layer(name), version="3.0.0")
    with pytest.raises(context.UpgradeError, match="runs what the file names") as error:
        upgrade_config(config, safe_mode=False)
    assert "custom_objects" not in str(error.value)


def test_absurd_sizes_are_refused():
    with pytest.raises(context.UpgradeError, match="units=1000000000000"):
        upgrade_config(sequential(layer("Dense", output_dim=10**12, batch_input_shape=[None, 3])))


def test_an_unrolled_loop_is_not_unrolled(tmp_path):
    path = tmp_path / "model.json"
    lstm = layer("LSTM", units=2, unroll=True, batch_input_shape=[None, 10**9, 3])
    path.write_text(json.dumps(sequential(lstm, version="2.2.4")))
    assert load_model(path).output_shape == (None, 2)


def test_a_null_means_what_it_meant_to_an_initializer(tmp_path):
    path = tmp_path / "model.json"
    uniform = {"class_name": "RandomUniform", "config": {"minval": 0, "maxval": None, "dtype": "float32"}}
    fourier = {"class_name": "STFT", "config": {"side": "real", "window": None, "scaling": None}}
    conv = {"filters": 2, "kernel_size": [1], "batch_input_shape": [None, 4, 1]}
    conv = layer("Conv1D", **conv, kernel_initializer=fourier, bias_initializer=uniform)
    path.write_text(json.dumps(sequential(conv, version="2.2.4-tf")))
    found = load_model(path).layers[-1]
    assert found.bias_initializer.get_config()["maxval"] == 1.0
    assert {"window": None, "scaling": None}.items() <= found.kernel_initializer.get_config().items()


def test_initializers_that_only_this_package_knows(tmp_path):
    path = tmp_path / "model.json"
    kernel = {"class_name": "glorot_uniform_initializer", "config": {"seed": 7}}
    dense = layer("Dense", units=2, kernel_initializer=kernel, batch_input_shape=[None, 3])
    path.write_text(json.dumps(sequential(dense, version="2.2.4")))
    found = load_model(path).layers[-1].kernel_initializer
    assert type(found).__name__ == "GlorotUniform"


def test_arrays_that_keras_2_wrote_in_dicts():
    scale = layer(
        "Lambda", function="scaled", function_type="function",
        arguments={"by": {"type": "ndarray", "value": [1.0, 2.0, 3.0, 4.0]}},
    )  # fmt: skip
    upgraded = upgrade_config(sequential(scale, version="2.1.0"), {"scaled": abs})
    assert found(upgraded, "lambda")["config"]["arguments"] == {"by": [1.0, 2.0, 3.0, 4.0]}


TEXT = {"batch_input_shape": [None, 2], "dtype": "int64"}
OF_TENSORFLOW_2_4 = [
    (
        layer("IntegerLookup", max_values=9, mask_value=0, oov_value=-1, **TEXT),
        {"max_tokens": 9, "mask_token": 0, "oov_token": -1},
    ),
    (layer("IntegerLookup", mask_token="0", oov_token="-1", **TEXT), {"mask_token": 0, "oov_token": -1}),
    (layer("CategoryEncoding", max_tokens=4, output_mode="binary", **TEXT), {"num_tokens": 4}),
    (layer("Discretization", bins=[1.0, float("inf")], **TEXT), {"bin_boundaries": [1.0]}),
]


@pytest.mark.parametrize(("one", "today"), OF_TENSORFLOW_2_4, ids=lambda value: value.get("class_name", ""))
def test_preprocessing_layers_in_the_words_of_tensorflow_2_4(one, today):
    upgraded = upgrade_config(sequential(one, version="2.4.0"))
    config = found(upgraded, one["config"]["name"])["config"]
    assert {key: config[key] for key in today} == today
    assert config.get("output_mode") in (None, "int", "multi_hot")


def test_tuples_that_are_objects():
    def as_tuple(*items):
        return {"class_name": "__tuple__", "items": list(items)}

    conv = layer(
        "Conv1D", filters=2, kernel_size=as_tuple(3), batch_input_shape=as_tuple(None, 5, 4)
    )  # fmt: skip
    config = found(upgrade_config(sequential(conv, version="2.4.0")), "conv1d")["config"]
    assert config["kernel_size"] == 3
