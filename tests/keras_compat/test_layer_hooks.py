"""How the layers of `tf.keras` are watched while they are built."""

import threading

import pytest
import tensorflow as tf
from environments import keras_3_only

from keras_inits.keras_compat import layer_internals
from keras_inits.keras_compat.layer_hooks import Watcher, layers_being_built, watched_layers

K, L = tf.keras, tf.keras.layers


class Seen:
    """What a watcher saw: the weights by name, and the calls of layers."""

    def __init__(self):
        self.weights, self.calls, self.outer = [], [], []
        self.watcher = Watcher(
            self.add_weight,
            lambda kind: 7,
            lambda layer: self.calls.append(("before", layer.name)),
            lambda layer: self.calls.append(("after", layer.name)),
        )

    def add_weight(self, layer, arguments, make):
        self.weights.append(arguments["name"])
        self.outer.append([outer.name for outer in layers_being_built()])
        return make({**arguments, "initializer": "ones"})


def test_a_watcher_may_change_what_a_layer_asks_for():
    seen = Seen()
    with watched_layers(seen.watcher):
        layer = L.Dense(2)
        layer.build((None, 3))
    assert seen.weights == ["kernel", "bias"]
    assert all((weight == 1).all() for weight in layer.get_weights())


def test_a_call_of_a_layer_in_another_one_is_part_of_its_call():
    seen = Seen()
    with watched_layers(seen.watcher):
        L.Bidirectional(L.LSTM(2, name="inner"), name="outer")(K.Input((3, 4)))
    assert seen.calls == [("before", "outer"), ("after", "outer")]


def test_a_layer_knows_those_that_it_is_built_in():
    seen = Seen()
    with watched_layers(seen.watcher):
        L.TimeDistributed(L.Dense(2, name="inner"), name="outer")(K.Input((3, 4)))
    assert all(names[0] == "outer" for names in seen.outer)


def test_a_call_with_values_is_none_that_builds():
    seen = Seen()
    with watched_layers(seen.watcher):
        L.Dense(2)(tf.ones((1, 3)))
    assert seen.weights == ["kernel", "bias"] and not seen.calls


def test_each_layer_of_a_growing_sequential_is_called_once():
    seen = Seen()
    with watched_layers(seen.watcher):
        model = K.Sequential([K.Input((3,))])
        for name in "abc":
            model.add(L.Dense(2, name=name))
    assert [name for what, name in seen.calls if what == "before" and name in "abc"] == ["a", "b", "c"]


def test_the_innermost_of_two_blocks_applies():
    outer, inner = Seen(), Seen()
    with watched_layers(outer.watcher):
        with watched_layers(inner.watcher):
            L.Dense(2).build((None, 3))
        L.Dense(2, use_bias=False).build((None, 3))
    assert inner.weights == ["kernel", "bias"] and outer.weights == ["kernel"]


def test_another_thread_is_not_watched():
    seen = Seen()
    with watched_layers(seen.watcher):
        thread = threading.Thread(target=lambda: L.Dense(2).build((None, 3)))
        thread.start()
        thread.join()
    assert not seen.weights


def test_the_methods_are_keras_own_again_after_the_block():
    methods = L.Layer.add_weight, L.Layer.__call__, K.Sequential.build
    with pytest.raises(KeyError), watched_layers(Seen().watcher):
        assert L.Layer.add_weight is not methods[0]
        raise KeyError
    assert (L.Layer.add_weight, L.Layer.__call__, K.Sequential.build) == methods


def test_keras_says_itself_what_is_wrong_with_arguments():
    first = layer_internals.weight_arguments()[0]
    with watched_layers(Seen().watcher), pytest.raises((TypeError, ValueError), match=first):
        L.Layer().add_weight((2,), **{first: (2,)})


@keras_3_only
def test_what_is_unseeded_takes_its_seed_from_the_watcher():
    with watched_layers(Seen().watcher):
        assert K.initializers.HeNormal().seed == 7
        assert int(K.random.SeedGenerator().state[0]) == 7
