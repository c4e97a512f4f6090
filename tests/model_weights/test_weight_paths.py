import numpy as np
import pytest
import tensorflow as tf

from keras_inits.model_weights import weight_paths
from keras_inits.model_weights.weight_paths import checked_seed, derived_seed, lasting_name, layer_paths

K, L = tf.keras, tf.keras.layers

# Version 1 of the formula gives these for ever. Recorded on 2026-11-22 by
# digest = hashlib.sha256(f"keras_inits seed 1: {seed} {path}".encode()).digest()
# print(1 + int.from_bytes(digest[:8], "big") % (2**31 - 3))
RECORDED = {
    (0, "kernel"): 1601741604,
    (7, "conv1/kernel"): 429310113,
    (-1, "block/attention/query/kernel"): 817600940,
    (2**70, "dense#1/bias"): 1092916295,
}


@pytest.mark.parametrize(("seed", "path"), RECORDED)
def test_a_derived_seed_is_the_recorded_one(seed, path):
    assert derived_seed(seed, path) == RECORDED[seed, path]


def test_derived_seeds_are_within_what_every_keras_takes():
    seeds = {derived_seed(seed, path) for seed in range(100) for path in ("a/kernel", "b/kernel")}
    assert len(seeds) == 200 and min(seeds) >= 1 and max(seeds) < weight_paths.SEEDS_BELOW


@pytest.mark.parametrize("seed", [1.5, "7", None, [7]])
def test_a_seed_is_an_integer(seed):
    with pytest.raises(TypeError, match="`seed` must be an integer. Received: seed="):
        checked_seed(seed)


def test_an_integer_of_numpy_is_a_seed():
    assert checked_seed(np.int64(7)) == 7 and type(checked_seed(np.int64(7))) is int


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        (lambda: L.Dense(1), "dense"),
        (lambda: L.Dense(1, name="dense_12"), "dense"),
        (lambda: L.Dense(1, name="dense_a"), "dense_a"),
        (lambda: L.Dense(1, name="conv_2"), "conv_2"),
        (lambda: L.BatchNormalization(name="batch_normalization_3"), "batch_normalization"),
        (lambda: L.Conv2DTranspose(1, 1), "conv2d_transpose"),
        (lambda: L.LSTM(1, name="forward_lstm_3"), "forward_lstm"),
    ],
)
def test_a_name_lasts_without_the_number_that_keras_gave(layer, name):
    assert lasting_name(layer()) == name


def test_layers_of_the_same_name_are_numbered_in_the_models_order():
    model = K.Sequential([K.Input((4,)), L.Dense(3), L.Dense(2), L.Dense(1, name="last"), L.Dense(1)])
    paths = layer_paths(model)
    assert [paths[id(layer)] for layer in model.layers] == ["dense", "dense#1", "last", "dense#2"]


def test_models_add_nothing_to_a_path():
    inner = K.Sequential([K.Input((4,)), L.Dense(4, name="a")], name="inner")
    model = K.Sequential([K.Input((4,)), inner, L.Dense(1, name="b")], name="outer")
    paths = layer_paths(model)
    assert [paths[id(layer)] for layer in (model, inner, inner.layers[0], model.layers[1])] == [
        "",
        "",
        "a",
        "b",
    ]


def test_layers_in_a_layer_have_its_path_before_theirs():
    layer = L.Bidirectional(L.LSTM(2), name="both")
    layer(tf.zeros((1, 2, 3)))
    paths = layer_paths(layer)
    assert paths[id(layer)] == "both"
    assert paths[id(layer.forward_layer)] == "both/forward_lstm"
    assert paths[id(layer.forward_layer.cell)] == "both/forward_lstm/lstm_cell"


def test_a_shared_layer_has_one_path():
    shared, inputs = L.Dense(4, name="shared"), K.Input((4,))
    model = K.Model(inputs, K.Sequential([shared, L.Dense(2, name="end")])(shared(inputs)))
    assert layer_paths(model)[id(shared)] == "shared"


def test_the_path_of_a_weight_without_a_name():
    assert weight_paths.weight_path("layer", None) == "layer/variable"
