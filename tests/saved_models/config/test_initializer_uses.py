"""The initializers in configs of any Keras."""

import json
import pathlib

import h5py
import pytest

from keras_inits.saved_models.config import initializer_uses
from keras_inits.saved_models.files import limits, reading
from saved_models.files.written_files import DENSE, HE_NORMAL, MODEL, ZEROS, keras_1_model, layer, model

RECORDED = pathlib.Path(__file__).parents[4] / "shared" / "oracle" / "recorded"


def uses(config):
    return [(use.layer, use.argument) for use in initializer_uses.initializers_of(config)]


def weights(config):
    return [use.weights for use in initializer_uses.initializers_of(config)]


def arrays_in(path):
    names = []
    with h5py.File(path, "r") as file:
        file["model_weights"].visit(names.append)
        return sum(isinstance(file["model_weights"][name], h5py.Dataset) for name in names)


class TestInitializersOf:
    def test_a_use(self):
        first, _ = initializer_uses.initializers_of(MODEL)
        assert first == initializer_uses.InitializerUse("dense_1", "kernel_initializer", HE_NORMAL, 1)

    def test_a_layers_config_alone(self):
        assert uses(DENSE["config"]) == [("", "kernel_initializer"), ("", "bias_initializer")]

    def test_a_layer_alone(self):
        assert uses(DENSE)[0] == ("dense_1", "kernel_initializer")

    def test_names_and_null(self):
        config = model(layer("Dense", "d", kernel_initializer="zeros", bias_initializer=None))
        assert [use.saved for use in initializer_uses.initializers_of(config)] == ["zeros"]

    def test_a_bare_initializer_argument(self):
        assert uses(model(layer("Scale", "s", initializer=ZEROS))) == [("s", "initializer")]

    def test_an_initializer_inside_another_is_part_of_it(self):
        outer = {"class_name": "QInitializer", "config": {"initializer": HE_NORMAL}}
        found = list(initializer_uses.initializers_of(model(layer("QDense", "q", kernel_initializer=outer))))
        assert [use.saved for use in found] == [outer]

    def test_a_quantizer_is_not_an_initializer(self):
        quantizer = {"class_name": "quantized_bits", "config": {"bits": 6}}
        assert uses(model(layer("QDense", "q", kernel_quantizer=quantizer))) == []

    @pytest.mark.parametrize("argument", ["init", "inner_init", "forget_bias_init", "t_left_init"])
    def test_keras_1(self, argument):
        config = keras_1_model(layer("Any", "a", **{argument: "uniform"}))
        assert uses(config) == [("a", argument)]

    def test_first_values_of_keras_1_are_not_initializers(self):
        assert uses(keras_1_model(layer("ParametricSoftplus", "p", alpha_init=0.2))) == []

    def test_a_model_in_a_model(self):
        assert uses(model(model(DENSE, name="encoder")))[0][0] == "encoder/dense_1"

    def test_a_keras_1_sequential_in_a_model(self):
        inner = {"name": "branch", **keras_1_model(layer("Dense", "d", init="uniform"))}
        assert uses(model(inner)) == [("branch/d", "init")]

    def test_a_wrapper(self):
        config = model(layer("TimeDistributed", "each", layer=DENSE))
        assert uses(config)[0] == ("each/dense_1", "kernel_initializer")

    def test_cells_without_names(self):
        cell = {"class_name": "LSTMCell", "config": {"recurrent_initializer": "zeros"}}
        stack = {"class_name": "StackedRNNCells", "config": {"cells": [cell, cell]}}
        names = [name for name, _ in uses(model(layer("RNN", "rnn", cell=stack)))]
        prefix = "rnn/StackedRNNCells/LSTMCell"
        assert names == [f"{prefix}[0]", f"{prefix}[1]"]

    def test_bidirectional_makes_two_layers_of_one(self):
        inner = layer("LSTM", "lstm_1", kernel_initializer="zeros")
        names = [name for name, _ in uses(model(layer("Bidirectional", "b", layer=inner)))]
        assert names == ["b/forward_lstm_1", "b/backward_lstm_1"]

    def test_bidirectional_with_both_layers(self):
        ways = {
            "layer": layer("LSTM", "forward", kernel_initializer="zeros"),
            "backward_layer": layer("LSTM", "backward", kernel_initializer="ones"),
        }
        names = [name for name, _ in uses(model(layer("Bidirectional", "b", **ways)))]
        assert names == ["b/forward", "b/backward"]

    def test_bidirectional_around_something_strange(self):
        inner = keras_1_model(layer("Dense", "d", init="uniform"))
        assert uses(model(layer("Bidirectional", "b", layer=inner))) == [("b/d", "init")]

    def test_a_bidirectional_in_a_bidirectional_makes_no_two_of_it(self):
        inner = layer("LSTM", "lstm", kernel_initializer="zeros")
        for _ in range(60):
            inner = layer("Bidirectional", "b", layer=inner)
        assert len(uses(model(inner))) == 2

    def test_a_layer_that_is_named_twice_counts_once(self):
        shared = keras_1_model(layer("Dense", "shared", init="uniform"))
        merge = layer("Merge", "merge_1", layers=[shared, shared])
        assert uses(keras_1_model(merge)) == [("merge_1/shared", "init")]

    @pytest.mark.parametrize("number", [0, 7])
    def test_a_shared_object_counts_once(self, number):
        shared = {**DENSE, "shared_object_id": number}
        assert len(uses(model(shared, model(shared, name="encoder")))) == 2

    def test_a_name_that_is_far_too_long_is_cut(self):
        ((name, _),) = uses(model(layer("Any", "a" * 10_000, init="uniform")))
        assert name == "a" * limits.TEXT + "..."

    def test_an_argument_that_is_far_too_long_is_cut(self):
        ((_, argument),) = uses(model(layer("Any", "a", **{"b" * 999 + "_init": "zero"})))
        assert argument == "b" * limits.TEXT + "..."

    def test_names_that_are_cut_to_the_same_are_two(self):
        layers = [layer("Any", "a" * 1000 + end, init="uniform") for end in "bc"]
        assert len(uses(model(*layers))) == 2

    def test_a_path_through_very_many_models_is_cut(self):
        inner = layer("Any", "a", init="uniform")
        for _ in range(40):
            inner = model(inner, name="b" * 100)
        ((name, _),) = uses(inner)
        assert len(name) == limits.MESSAGE + len("...")

    def test_an_id_that_is_no_number_shares_nothing(self):
        layers = [{**layer("Any", name, init="uniform"), "shared_object_id": "x"} for name in "ab"]
        assert len(uses(model(*layers))) == 2

    def test_layers_of_one_name_in_two_models_are_two(self):
        config = model(model(DENSE, name="encoder"), model(DENSE, name="decoder"))
        assert len(uses(config)) == 4

    def test_the_config_is_left_as_it_was(self):
        text = json.dumps(MODEL)
        list(initializer_uses.initializers_of(MODEL))
        assert json.dumps(MODEL) == text

    @pytest.mark.parametrize("config", [None, 1, "text", [], {}, [[1]], {"class_name": "A"}])
    def test_nothing_in_what_is_no_config(self, config):
        assert uses(config) == []


class TestWeights:
    @pytest.mark.parametrize(
        ("argument", "switch"),
        [
            ("bias_initializer", {"use_bias": False}),
            ("bias_initializer", {"bias_axes": None}),
            ("gamma_initializer", {"scale": False}),
            ("beta_initializer", {"center": False}),
        ],
    )
    def test_none_where_the_layer_has_it_switched_off(self, argument, switch):
        assert weights(model(layer("Any", "a", **{argument: ZEROS}, **switch))) == [0]

    def test_attention_has_four_kernels(self):
        config = model(layer("MultiHeadAttention", "a", kernel_initializer=HE_NORMAL))
        assert weights(config) == [4]

    def test_each_gate_of_keras_1_has_a_kernel(self):
        lstm = layer("LSTM", "l", init="uniform", inner_init="uniform", forget_bias_init="one")
        assert weights(keras_1_model(lstm)) == [4, 4, 1]

    def test_one_kernel_for_all_gates_of_keras_1_on_a_gpu(self):
        config = keras_1_model(layer("LSTM", "l", init="uniform", consume_less="gpu"))
        assert weights(config) == [1]

    @pytest.mark.skipif(not RECORDED.exists(), reason="needs the recorded models")
    def test_all_weights_of_recorded_models(self):
        # Keras 1 saved no initializer for its biases.
        paths = [path for path in RECORDED.glob("model-*.h5") if "-1.2.2-" not in path.name]
        counted = {path.name: sum(weights(reading.read(path).config)) for path in paths}
        assert counted == {path.name: arrays_in(path) for path in paths}
