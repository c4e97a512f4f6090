"""What a small config may not make Keras do; each of these took for ever, or all memory there is."""

import json

import pytest
import tensorflow as tf
from environments import keras_2_only

from keras_inits.keras_compat import versions
from keras_inits.saved_models.build import bounds
from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.files import config_trees, limits
from keras_inits.saved_models.load import load_model

LSTM = {"units": 4000, "stateful": True, "batch_input_shape": [5_000_000, 1, 1]}
CONVOLUTION = {
    "filters": 100, "kernel_size": [1, 1], "padding": "same", "stateful": True,
    "batch_input_shape": [1000, 1, 1000, 1000, 1],
}  # fmt: skip


def layer(class_name, **config):
    return {"class_name": class_name, "config": {"name": class_name.lower(), **config}}


def load(tmp_path, config):
    path = tmp_path / "model.json"
    path.write_text(json.dumps(config))
    return load_model(path)


def sequential(*layers):
    return {"class_name": "Sequential", "config": list(layers), "keras_version": "2.2.4"}


@pytest.mark.parametrize("one", [layer("LSTM", **LSTM), layer("ConvLSTM2D", **CONVOLUTION)])
def test_states_count_as_weights_do(tmp_path, one):
    with pytest.raises(UpgradeError, match=f"layer '{one['config']['name']}', states of"):
        load(tmp_path, sequential(one))


def test_the_states_of_a_layer_inside_another_one(tmp_path):
    inner = layer("LSTM", **{k: v for k, v in LSTM.items() if k != "batch_input_shape"})
    outer = layer("Bidirectional", layer=inner, batch_input_shape=LSTM["batch_input_shape"])
    with pytest.raises(UpgradeError, match="states of 5000000 examples"):
        load(tmp_path, sequential(outer))


@pytest.mark.skipif(not versions.is_keras_3(), reason="tf.keras 2 calls the layer once for all steps")
def test_a_layer_is_not_called_for_each_of_far_too_many_steps(tmp_path):
    dense = layer("TimeDistributed", layer=layer("Dense", units=1), batch_input_shape=[None, 10**9, 3])
    with pytest.raises(UpgradeError, match="on each of 1000000000 steps"):
        load(tmp_path, sequential(dense))


@keras_2_only
@pytest.mark.parametrize("kind, size", [("UpSampling1D", 10**9), ("UpSampling3D", [1, 10**9, 1])])
def test_far_too_many_places_are_not_put_together(tmp_path, kind, size):
    one = layer(kind, size=size, batch_input_shape=[None, 2, 1, *([2, 2] if kind.endswith("3D") else [])])
    with pytest.raises(UpgradeError, match="repeats each of up to"):
        load(tmp_path, sequential(one))


@pytest.mark.parametrize("implementation, words", [(1, "cuts 1e.05 patches"), (3, "a patch for each place")])
def test_far_too_many_patches(tmp_path, implementation, words):
    config = {"filters": 1, "kernel_size": [1], "implementation": implementation}
    places = 10**5
    if versions.is_keras_3():
        places, words = 2 * 10**8, "a weight of shape"
    one = layer("LocallyConnected1D", batch_input_shape=[None, places, 1], **config)
    with pytest.raises(UpgradeError, match=words):
        load(tmp_path, sequential(one))


@keras_2_only
def test_patches_are_cut_at_each_call(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "CALLS", 50)
    start = layer("InputLayer", name="i", batch_input_shape=[None, 5, 5, 3])
    one = layer("LocallyConnected2D", name="l", filters=3, kernel_size=[1, 1])
    once, thrice = ([[], [[["i", 0, 0, {}]]] * times] for times in (1, 3))
    assert load(tmp_path, functional(zip([start, one], once, strict=True), "l")).count_params() == 25 * 12
    with pytest.raises(UpgradeError, match="cuts 25 patches out of its input"):
        load(tmp_path, functional(zip([start, one], thrice, strict=True), "l"))


@pytest.mark.parametrize(
    "one",
    [
        layer("StringLookup", num_oov_indices=10**11, vocabulary=["a"]),
        layer("TextVectorization", ngrams=10**10),
    ],
    ids=lambda one: one["class_name"],
)
def test_arguments_that_keras_counts_through(tmp_path, one):
    one["config"] |= {"batch_input_shape": [None, 1], "dtype": "string"}
    with pytest.raises(UpgradeError, match="is more than the .* that can be made"):
        load(tmp_path, sequential(one))


def functional(layers, output):
    nodes = [{**one, "name": one["config"]["name"], "inbound_nodes": calls} for one, calls in layers]
    ends = {"input_layers": [["i", 0, 0]], "output_layers": [[output, 0, 0]]}
    config = {"name": "m", "layers": nodes, **ends}
    return {"class_name": "Model", "config": config, "keras_version": "2.2.4"}


def test_a_call_that_waits_for_an_output_that_is_not_there(tmp_path):
    start = layer("InputLayer", name="i", batch_input_shape=[None, 3, 2])
    lstm = [layer("LSTM", name=name, units=2) for name in "ab"]
    calls = [[], [[["i", 0, 0, {}]]], [[["i", 0, 0, {"initial_state": ["a", 0, 99]}]]]]
    with pytest.raises(UpgradeError):
        load(tmp_path, functional(zip([start, *lstm], calls, strict=True), "b"))


def test_layers_in_the_wrong_order_are_made_in_few_passes():
    layers = bounds.in_few_passes(
        {"class_name": "Functional", "config": {"layers": [{"inbound_nodes": [1]}] * 5000}}
    )["config"]["layers"]
    with pytest.raises(UpgradeError, match="in the wrong order"):
        for _ in range(1000):
            list(iter(layers))


def test_nothing_stands_in_for_a_method_afterwards(tmp_path):
    methods = (tf.keras.layers.Layer.add_weight, tf.keras.layers.RNN.build)
    load(tmp_path, sequential(layer("LSTM", units=2, batch_input_shape=[None, 3, 2])))
    assert methods == (tf.keras.layers.Layer.add_weight, tf.keras.layers.RNN.build)


def nested(levels):
    """A model inside a model, each of which calls the one inside it twice."""
    start = {"class_name": "InputLayer", "config": {"name": "i", "batch_input_shape": [None, 4]}}
    start = {**start, "name": "i", "inbound_nodes": []}
    inner = {**layer("Activation", activation="relu"), "name": "activation"}
    for level in range(levels):
        inner["inbound_nodes"] = [[["i", 0, 0, {}]], [[inner["name"], 0 if level == 0 else 1, 0, {}]]]
        ends = {"input_layers": [["i", 0, 0]], "output_layers": [[inner["name"], 1 if level == 0 else 2, 0]]}
        config = {"name": f"m{level}", "layers": [start, inner], **ends}
        inner = {"class_name": "Functional", "config": config, "name": f"m{level}"}
    return {"class_name": "Functional", "config": config, "keras_version": "2.15.0"}


def test_calls_that_double_with_each_level_are_counted(tmp_path):
    assert load(tmp_path, nested(3)).output_shape == (None, 4)
    with pytest.raises(bounds.TooLargeError, match="layers are called .* limit=None"):
        load(tmp_path, nested(40))


@pytest.mark.parametrize("number, shown", [(12345, "1.23e+04"), (10**400, "more than 1e+18")])
def test_a_number_of_any_size_is_said(number, shown):
    assert bounds.rounded(number) == shown


def test_each_layer_of_a_model_is_a_call():
    layers = [layer("Activation", name=str(number), activation="relu") for number in range(100)]
    bounds.check_calls({"class_name": "Model", "config": {"layers": layers}}, limit=0.03)
    with pytest.raises(bounds.TooLargeError):
        bounds.check_calls({"class_name": "Model", "config": {"layers": layers}}, limit=0.01)


def test_a_layer_without_a_name_in_its_config_is_a_call():
    inner = nested(40)
    for part in config_trees.nested(inner):
        if isinstance(part, dict) and "input_layers" in part:
            del part["name"]
    with pytest.raises(bounds.TooLargeError, match="layers are called"):
        bounds.check_calls(inner)


def test_calls_are_counted_of_what_is_built(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "CALLS", 50)
    nameless = [{"class_name": "Activation", "config": {"activation": "relu"}}] * 60
    start = layer("InputLayer", name="i", batch_input_shape=[None, 2])
    with pytest.raises(bounds.TooLargeError, match="layers are called"):
        load(tmp_path, sequential(start, *nameless))


def test_initializers_are_no_calls():
    dense = layer("Dense", kernel_initializer={"class_name": "Zeros", "config": {}})
    bounds.check_calls({"class_name": "Model", "config": {"layers": [dense] * 10}}, limit=0.002)


@pytest.mark.parametrize("limit", [2.0, None])
def test_more_calls_are_allowed_by_who_trusts_the_file(limit):
    layers = [layer("Activation", name=str(number)) for number in range(6000)]
    bounds.check_calls({"class_name": "Model", "config": {"layers": layers}}, limit)


@pytest.mark.parametrize(
    "initializer", [{"class_name": "ICNR", "config": {"initializer": "orthogonal", "scale": 1}}, "orthogonal"]
)
def test_drawing_large_orthogonal_matrices_is_counted(tmp_path, initializer):
    shape = [None, 12_000]
    dense = layer("Dense", units=12_000, kernel_initializer=initializer, batch_input_shape=shape)
    with pytest.raises(UpgradeError, match="takes far too long to draw"):
        load(tmp_path, sequential(dense))


def test_the_states_of_all_metrics_are_bounded_together():
    too_large = pytest.raises(bounds.TooLargeError, match="metric 'b', a weight of shape")
    with too_large, bounds.bounded_metrics():
        for name in "ab":
            tf.keras.metrics.MeanIoU(num_classes=3000, name=name)
