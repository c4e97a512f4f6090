"""A model's layers are found in a graph of objects by their places, or by the attributes that they are."""

import numpy as np
import pytest
import tensorflow as tf

from keras_inits.saved_models.files.stored import VALUE, Array, Object
from keras_inits.saved_models.weights import live_plans, object_graphs
from keras_inits.saved_models.weights.parts import WeightsError
from saved_models.recorded_checkpoints import subclassed

layers = tf.keras.layers


def graph(tree):
    """Returns the objects of a dict of dicts, in which a shape is a variable."""
    objects = []

    def add(node, name):
        place = len(objects)
        objects.append(None)
        if isinstance(node, dict):
            objects[place] = Object({key: add(inner, f"{name}/{key}") for key, inner in node.items()}, {})
        else:
            objects[place] = Object({}, {VALUE: Array(name, node, lambda: np.zeros(node))})
        return place

    add(tree, "")
    return objects


def dense(inputs, units, kernel="kernel"):
    return {kernel: (inputs, units), "bias": (units,)}


def found(model, tree):
    pairs = object_graphs.dealt(live_plans.plan_of(model), model, graph(tree))
    return [array.name for _, arrays in pairs for array in arrays]


@pytest.fixture
def model():
    return tf.keras.Sequential([layers.Input((3,)), layers.Dense(4), layers.ReLU(), layers.Dense(2)])


MODEL = {
    "layer_with_weights-0": dense(3, 4),
    "layer-0": {},
    "layer-1": {},
    "layer_with_weights-1": dense(4, 2),
}
NAMES = [f"/layer_with_weights-{number}/{name}" for number in (0, 1) for name in ("kernel", "bias")]


def test_layers_with_weights_are_found_by_their_places(model):
    assert found(model, MODEL) == NAMES


@pytest.mark.parametrize("other", [{}, {"optimizer": {"iter": ()}, "save_counter": ()}])
def test_a_model_inside_what_was_saved_is_found(model, other):
    assert found(model, {"net": MODEL, **other}) == [f"/net{name}" for name in NAMES]


def test_of_two_models_that_which_fits_is_taken(model):
    narrow = {"layer-0": {}, "layer_with_weights-0": dense(3, 4)}
    assert found(model, {"encoder": MODEL, "decoder": narrow})[0].startswith("/encoder")


def test_two_models_that_both_fit_are_refused(model):
    with pytest.raises(WeightsError, match="several models that fit: one, other"):
        found(model, {"one": MODEL, "other": MODEL})


def test_layers_of_keras_3_are_in_a_list(model):
    rows = {"0": dense(3, 4, "_kernel"), "1": {}, "2": dense(4, 2, "_kernel"), "10": {}}
    names = found(model, {"_functional": {"_operations": rows}, "layer_count": {}})
    assert names[0] == "/_functional/_operations/0/_kernel"


def test_states_and_generators_are_no_weights():
    model = tf.keras.Sequential([layers.Input((5, 3)), layers.SimpleRNN(2)])
    cell = {"bias": (2,), "recurrent_kernel": (2, 2), "kernel": (3, 2), "_random_generator": {"state": (3,)}}
    names = found(model, {"layer_with_weights-0": {"states": {"0": (1, 2)}, "cell": cell}, "layer-0": {}})
    assert [name.rpartition("/")[2] for name in names] == ["kernel", "recurrent_kernel", "bias"]


def test_attributes_and_lists_are_followed():
    saved = {"second": dense(1, 1), "rest": {"1": dense(4, 2), "0": {"gamma": (4,), "beta": (4,),
             "moving_mean": (4,), "moving_variance": (4,)}}, "first": dense(3, 4)}  # fmt: skip
    names = found(subclassed(), saved)
    assert sorted(name.rpartition("/")[0] for name in set(names)) == [
        *["/first"] * 2,
        *["/rest/0"] * 4,
        *["/rest/1"] * 2,
    ]


def test_another_number_of_layers_is_an_error(model):
    saved = {"layer-0": {}, **{f"layer_with_weights-{number}": dense(3, 4) for number in range(5)}}
    with pytest.raises(WeightsError, match="5 layers with weights for model .* which has 2"):
        found(model, saved)


def test_arrays_by_layer_are_of_models_without_weights_too():
    model = tf.keras.Sequential(
        [layers.Dense(4, name="one"), layers.ReLU(name="r"), layers.Dense(2, name="two")]
    )
    saved = {"layer-0": dense(3, 4), "layer-1": {}, "layer-2": dense(4, 2)}
    arrays = object_graphs.arrays_by_layer(model, live_plans.plan_of(model), graph(saved))
    assert {name: len(some) for name, some in arrays.items()} == {"one": 2, "r": 0, "two": 2}
