"""A model that code built has the plan that it would have if it had been saved."""

import pytest
import tensorflow as tf

from keras_inits.saved_models.weights import live_plans
from keras_inits.saved_models.weights.parts import WeightsError
from saved_models.recorded_checkpoints import functional, subclassed

layers = tf.keras.layers


def test_layers_are_children_by_their_names():
    model = functional()
    plan = live_plans.plan_of(model)
    assert [child.saved_name for child in plan.children] == [layer.name for layer in model.layers]
    assert not plan.by_attributes


def test_a_model_of_ones_own_class_is_told_by_its_attributes():
    plan = live_plans.plan_of(subclassed())
    assert plan.by_attributes and len(plan.children) == 3


def test_sizes_along_one_axis_are_numbers_as_in_keras_1():
    layer = layers.Conv1D(2, 3)
    assert live_plans.plan_of(layer).config["kernel_size"] == 3


def test_cells_are_children():
    layer = layers.RNN([layers.LSTMCell(2), layers.GRUCell(2)])
    (stack,) = live_plans.plan_of(layer).children
    assert [cell.class_name for cell in stack.children] == ["LSTMCell", "GRUCell"]


def test_a_class_of_ones_own_is_none_of_keras():
    class Dense(layers.Dense):
        pass

    assert live_plans.plan_of(Dense(2)).class_name == ""


def test_two_layers_of_one_name_are_refused():
    class Twins(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.one, self.other = layers.Dense(1, name="twin"), layers.Dense(1, name="twin")

    with pytest.raises(WeightsError, match="several layers named 'twin'"):
        live_plans.plan_of(Twins())
