"""A model's parts are the layers that have weights of their own."""

import tensorflow as tf

from keras_inits.saved_models.weights import live_plans, parts
from saved_models.recorded_checkpoints import functional

layers = tf.keras.layers


def test_layers_inside_models_and_wrappers_are_parts():
    model = functional()
    found = [
        plan.class_name for plan, layer in parts.parts(live_plans.plan_of(model), model) if layer.weights
    ]
    assert found == ["Dense", "BatchNormalization", "LSTM", "LSTM", "Dense"]


def test_weights_that_are_trained_come_first():
    layer = layers.BatchNormalization()
    layer.build((None, 3))
    first = parts.variables(layer)[0]
    layer.trainable = False
    assert parts.variables(layer)[0] is first and len(parts.variables(layer)) == 4


def test_every_layer_counts_models_too():
    model = functional()
    found = [plan.class_name for plan, _ in parts.every(live_plans.plan_of(model), model)]
    assert found.count("Model") == 1 and "TimeDistributed" in found
