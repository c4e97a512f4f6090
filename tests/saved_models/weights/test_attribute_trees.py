"""Layers of a class of one's own are found by the attributes that a tree's groups are named by."""

import numpy as np
import tensorflow as tf

from keras_inits.saved_models.files import stored
from keras_inits.saved_models.weights import attribute_trees, live_plans
from saved_models.files.test_stored import tree

layers = tf.keras.layers


class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Dense(1)
        self.many = [layers.Dense(1), layers.ReLU(), layers.Dense(1)]
        self.both = layers.Bidirectional(layers.SimpleRNN(1))

    def call(self, x):
        for layer in self.many:
            x = layer(x)
        return self.both(self.first(x)[:, None])


def found(content):
    model = Model()
    model(np.zeros((1, 1), "float32"))
    pairs = attribute_trees.dealt(
        live_plans.plan_of(model),
        model,
        tree(content),
        lambda *_: [],
        lambda _, group: stored.tree_arrays(group),
    )
    return {plan.saved_class: [array.name for array in arrays] for (plan, _), arrays in pairs}


DENSE = {"vars": {"0": 0, "1": 1}}


def test_attributes_lead_to_layers():
    assert found({"first": DENSE, "vars": {}}) == {"Dense": ["/first/vars/0", "/first/vars/1"]}


def test_layers_in_a_list_are_named_by_their_classes():
    assert found({"many": {"dense_1": DENSE}}) == {"Dense": ["/many/dense_1/vars/0", "/many/dense_1/vars/1"]}


def test_wrappers_are_followed():
    inside = {"forward_layer": {"cell": DENSE}, "backward_layer": {"cell": {"vars": {"0": 0}}}}
    assert found({"both": inside}) == {"SimpleRNN": ["/both/backward_layer/cell/vars/0"]}


def test_what_the_model_has_not_is_left():
    assert found({"third": DENSE}) == {}
