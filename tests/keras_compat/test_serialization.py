"""Keras' own serialization, and the custom objects that it looks up."""

import numpy as np
import pytest
import tensorflow as tf

from keras_inits.keras_compat import serialization


def test_the_arguments_of_a_class_are_its_bases_too():
    assert {"units", "name", "dtype"} <= serialization.arguments(tf.keras.layers.Dense)


def test_a_copied_config_keeps_its_arrays():
    array = np.zeros(3)
    config = {"a": [{"b": array}]}
    copied = serialization.copied(config)
    assert copied["a"] is not config["a"] and copied["a"][0]["b"] is array


def test_process_wide_objects_of_the_same_name_are_set_aside_for_a_block():
    objects = tf.keras.utils.get_custom_objects()
    objects.update(mine=1, others=2)
    try:
        with serialization.before_process_wide({"mine": 3}):
            assert "mine" not in objects and objects["others"] == 2
        assert objects["mine"] == 1
    finally:
        del objects["mine"], objects["others"]


@pytest.mark.parametrize("value", [0.5, [1, 2], None])
def test_a_plain_value_is_itself(value):
    assert serialization.deserialize_value(value) is value


@pytest.mark.parametrize(
    "config",
    [
        {"class_name": "Dense", "config": {"units": 1}},
        {"class_name": "__numpy__", "config": {}, "module": "elsewhere"},
    ],
    ids=str,
)
def test_no_argument_is_an_object_of_another_class(config):
    with pytest.raises(ValueError, match="may be a plain value or one of"):
        serialization.deserialize_value(config)
