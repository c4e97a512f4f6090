import copy
import json

import h5py
import numpy as np
import pytest
import tensorflow as tf

from keras_inits.keras_compat import capabilities, versions
from keras_inits.saved_models.config import context
from keras_inits.saved_models.config.origin import Origin
from keras_inits.saved_models.load import load_model
from keras_inits.saved_models.upgrade import upgrade_config, upgraded


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


def test_a_function_in_the_graph_may_have_a_policy():
    start = {**layer("InputLayer", name="i", batch_input_shape=[None, 2]), "inbound_nodes": []}
    policy = {"class_name": "Policy", "config": {"name": "mixed_float16"}}
    exp = {
        **layer("TFOpLambda", name="e", function="math.exp", dtype=policy),
        "inbound_nodes": [["i", 0, 0, {}]],
    }
    config = {
        "name": "m",
        "layers": [start, exp],
        "input_layers": [["i", 0, 0]],
        "output_layers": [["e", 0, 0]],
    }
    upgraded = upgrade_config({"class_name": "Functional", "config": config, "keras_version": "2.8.0"})
    assert found(upgraded, "e")["config"].get("dtype", "mixed_float16") == "mixed_float16"


def test_a_vocabulary_stays():
    words = layer("StringLookup", vocabulary={"class_name": "__tuple__", "items": ["a", "b"]})
    upgraded = upgrade_config(sequential(words, version="2.8.0"))
    assert found(upgraded, "stringlookup")["config"]["vocabulary"] == ["a", "b"]


@pytest.mark.parametrize("function", ["io.write_file", "raw_ops.WriteFile", "py_function", 3])
def test_tensorflow_functions_that_are_not_known_are_refused(function):
    config = sequential(DENSE, layer("TFOpLambda", function=function), version="2.8.0")
    with pytest.raises(context.UpgradeError, match="known to be safe"):
        upgrade_config(config)


@pytest.mark.parametrize("name", ["Layer", "load_model", "os.system"])
def test_what_is_no_layer_of_keras_is_missing(name):
    with pytest.raises(context.MissingClassesError):
        upgrade_config(sequential(DENSE, layer(name), version="3.0.0"))


@pytest.mark.parametrize("safe_mode", [True, False])
def test_a_merge_by_a_function_is_refused_for_good(safe_mode):
    merge = layer("Merge", mode=["4wEAAAA=", None, None], mode_type="lambda")
    with pytest.raises(context.UpgradeError, match="mode is a Python function has no equal"):
        upgrade_config(sequential(DENSE, merge), safe_mode=safe_mode)


@pytest.mark.parametrize("name", ["TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"])
def test_layers_that_run_what_a_file_names_are_refused_for_good(name):
    config = sequential(DENSE, layer(name), version="3.0.0")
    with pytest.raises(context.UpgradeError, match="runs what the file names") as error:
        upgrade_config(config, safe_mode=False)
    assert "custom_objects" not in str(error.value)


def test_absurd_sizes_are_refused():
    with pytest.raises(context.UpgradeError, match="units=1000000000000"):
        upgrade_config(sequential(layer("Dense", output_dim=10**12, batch_input_shape=[None, 3])))


def test_sizes_that_are_absurd_together_are_refused(tmp_path):
    shape = {"batch_input_shape": [None, 3]}
    layers = [layer("Dense", units=200_000, name="a", **shape), layer("Dense", units=200_000, name="b")]
    path = tmp_path / "model.json"
    path.write_text(json.dumps(sequential(*layers, version="2.2.4")))
    with pytest.raises(context.UpgradeError, match="layer 'b', a weight of shape .* model is larger"):
        load_model(path)


def test_weights_that_the_file_does_not_hold_are_refused(tmp_path):
    path = tmp_path / "model.h5"
    layers = [layer("Dense", units=3000, name=n, batch_input_shape=[None, 3000]) for n in "ab"]
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(sequential(*layers, version="2.2.4"))
        file["model_weights/a/kernel"] = [[0.0] * 3000]
    with pytest.raises(context.UpgradeError, match="the 3000 numbers in the file of its weights"):
        load_model(path)


@pytest.mark.parametrize("called_on", [["dense", 0, 0, {}], ["dense", 1, 0, {}], ["input", 3, 0, {}]])
def test_calls_that_wait_for_ever_are_refused(called_on):
    start = layer("InputLayer", name="input", batch_input_shape=[None, 4])
    dense = layer("Dense", units=4)
    nodes = [{**start, "inbound_nodes": []}, {**dense, "inbound_nodes": [[called_on]]}]
    ends = {"input_layers": [["input", 0, 0]], "output_layers": [["dense", 0, 0]]}
    config = {"name": "model", "layers": nodes, **ends}
    with pytest.raises(context.UpgradeError, match="never made"):
        upgrade_config({"class_name": "Model", "config": config, "keras_version": "2.2.4"})


def test_an_unrolled_loop_is_not_unrolled(tmp_path):
    path = tmp_path / "model.json"
    lstm = layer("LSTM", units=2, unroll=True, batch_input_shape=[None, 10**9, 3])
    path.write_text(json.dumps(sequential(lstm, version="2.2.4")))
    assert load_model(path).output_shape == (None, 2)


@pytest.mark.parametrize("size", [[10**6], [0], [-1]])
def test_absurd_patches_are_refused(size):
    config = layer("LocallyConnected1D", filters=1, kernel_size=size, batch_input_shape=[None, 9, 1])
    if versions.is_keras_3():
        with pytest.raises(context.UpgradeError, match="kernel_size"):
            upgrade_config(sequential(config, version="2.2.4"))


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


UPSAMPLING = layer("UpSampling2D", size=[2, 2])


def convolution(order, **config):
    return layer("Convolution2D", nb_filter=2, nb_row=1, nb_col=1, dim_ordering=order, **config)


def test_a_data_format_that_the_layers_disagree_on_is_an_error():
    first = convolution("th", batch_input_shape=[None, 4, 4, 4])
    with pytest.raises(context.UpgradeError, match="the other layers do not agree"):
        upgrade_config(sequential(first, UPSAMPLING, convolution("tf", name="last")))


def test_a_data_format_that_no_layer_says_is_noted():
    config = sequential(
        {**UPSAMPLING, "config": {**UPSAMPLING["config"], "batch_input_shape": [None, 4, 4, 4]}}
    )
    notes = upgraded(config, Origin((1, 2)), {}, True)[2]
    assert any("taken for channels_last" in str(note) for note in notes)


def test_layers_over_steps_do_not_ask_the_settings_of_the_user():
    conv = layer("Conv1D", filters=2, kernel_size=[1], batch_input_shape=[None, 4, 3])
    config = upgrade_config(sequential(conv, layer("MaxPooling1D"), version="2.0.9"))
    formats = {found(config, name)["config"]["data_format"] for name in ("conv1d", "maxpooling1d")}
    assert formats == {"channels_last"}


def test_steps_in_another_data_format_are_refused_where_keras_has_one():
    padding = layer("ZeroPadding1D", data_format="channels_first", batch_input_shape=[None, 4, 3])
    if not versions.is_keras_3():
        with pytest.raises(context.UpgradeError, match="data_format='channels_first'"):
            upgrade_config(sequential(padding, version="3.0.0"))


def deconvolution(size, kernel=3):
    return layer(
        "Deconvolution2D", nb_filter=2, nb_row=kernel, nb_col=kernel, subsample=[2, 2], dim_ordering="tf",
        border_mode="same", output_shape=[None, *size, 2], batch_input_shape=[None, 4, 4, 3],
    )  # fmt: skip


@pytest.mark.skipif(
    not capabilities.takes_output_padding_of_zero(), reason="this Keras takes no such padding"
)
def test_the_size_that_a_deconvolution_was_told_becomes_padding():
    config = found(upgrade_config(sequential(deconvolution([7, 8]))), "deconvolution2d")["config"]
    assert config["output_padding"] == [0, 1]


@pytest.mark.skipif(
    not capabilities.takes_output_padding_of_zero(), reason="there is nothing to compare with"
)
@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(
    "arguments",
    [([3, 3], [2, 2], [0, 1]), ([5, 3], [2, 3], [0, 2]), ([5, 1], [2, 3], [0, 0]), ([7, 5], [4, 4], [0, 3])],
    ids=str,
)
def test_a_keras_that_takes_no_output_padding_of_zero_crops_the_output(
    arguments, padding, monkeypatch, tmp_path
):
    told = dict(zip(("kernel_size", "strides", "output_padding"), arguments))
    one = layer("Conv2DTranspose", filters=3, padding=padding, batch_input_shape=[None, 4, 3, 2], **told)
    (tmp_path / "model.json").write_text(json.dumps(sequential(one, version="2.15.0")))
    padded = load_model(tmp_path / "model.json")
    monkeypatch.setattr(capabilities, "takes_output_padding_of_zero", lambda: False)
    cropped = load_model(tmp_path / "model.json")
    cropped.set_weights(padded.get_weights())
    images = np.random.RandomState(7).normal(size=(2, 4, 3, 2)).astype("float32")
    np.testing.assert_allclose(cropped(images), padded(images), atol=1e-6)


def test_a_size_that_no_padding_gives_is_an_error():
    with pytest.raises(context.UpgradeError, match="no output_padding gives"):
        upgrade_config(sequential(deconvolution([7, 8], kernel=2)))


def node_of_matmul(**attributes):
    start = layer("InputLayer", name="input", batch_input_shape=[None, 3, 3])
    node = {"op": "BatchMatMulV2", "attr": attributes}
    op = layer("TensorFlowOpLayer", name="product", node_def=node, constants={})
    nodes = [
        {**start, "name": "input", "inbound_nodes": []},
        {**op, "name": "product", "inbound_nodes": [[["input", 0, 0, {}], ["input", 0, 0, {}]]]},
    ]
    ends = {"input_layers": [["input", 0, 0]], "output_layers": [["product", 0, 0]]}
    config = {"name": "model", "layers": nodes, **ends}
    return {"class_name": "Model", "config": config, "keras_version": "2.3.0-tf"}


def test_a_transposed_product_of_the_graph_stays_one():
    config = node_of_matmul(adj_y={"b": True})
    if versions.is_keras_3():
        with pytest.raises(context.UpgradeError, match="adjoint_b, which its equal in Keras 3 does not take"):
            upgrade_config(config)
    else:
        assert "'adjoint_b': True" in str(upgrade_config(config))


def test_a_product_of_the_graph_that_is_not_transposed_is_upgraded():
    upgrade_config(node_of_matmul(adj_y={"b": False}))


def test_arrays_that_keras_2_wrote_in_dicts():
    scale = layer(
        "Lambda", function="scaled", function_type="function",
        arguments={"by": {"type": "ndarray", "value": [1.0, 2.0, 3.0, 4.0]}},
    )  # fmt: skip
    upgraded = upgrade_config(sequential(scale, version="2.1.0"), {"scaled": abs})
    assert found(upgraded, "lambda")["config"]["arguments"] == {"by": [1.0, 2.0, 3.0, 4.0]}


@pytest.mark.parametrize("name", ["RandomHeight", "RandomWidth"])
def test_what_changes_images_in_training_only_is_nothing(name, tmp_path):
    path = tmp_path / "model.json"
    random = layer(name, factor=0.2, batch_input_shape=[None, 4, 4, 3])
    path.write_text(json.dumps(sequential(random, version="2.10.0")))
    images = tf.reshape(tf.range(48.0), (1, 4, 4, 3))
    tf.debugging.assert_equal(load_model(path)(images, training=False), images)


def test_deep_nesting_is_refused():
    config = sequential(DENSE)
    for _ in range(100_000):
        config = {"class_name": "Sequential", "config": [config]}
    with pytest.raises(context.UpgradeError):
        upgrade_config(config)


def test_what_is_no_dict_is_refused():
    with pytest.raises(context.UpgradeError, match="a model's config is a dict, not None"):
        upgrade_config(None)


def test_a_config_inside_itself_is_refused():
    config = {"class_name": "Sequential", "config": {"layers": []}}
    config["config"]["layers"].append(config)
    with pytest.raises(context.UpgradeError, match="nested deeper than 200"):
        upgrade_config(config)


def test_a_config_that_doubles_with_each_level_is_refused():
    config = sequential(DENSE)
    for _ in range(60):
        config = {"class_name": "Sequential", "config": [config, config]}
    with pytest.raises(context.UpgradeError, match="more than 5000000 values"):
        upgrade_config(config)


def test_far_too_many_layers_are_refused():
    with pytest.raises(context.UpgradeError, match="more than 100000 layers"):
        upgrade_config(sequential(*[layer("Dropout", p=0.5)] * 100_001))
