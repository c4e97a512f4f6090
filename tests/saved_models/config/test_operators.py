"""Operators of TensorFlow's graphs."""

import numpy as np
import pytest
import tensorflow as tf
from environments import keras_3_only, needs, reads_slices

from keras_inits.keras_compat import versions
from keras_inits.saved_models.config import context
from keras_inits.saved_models.load import load_model
from keras_inits.saved_models.upgrade import upgrade_config
from saved_models.config.written_configs import DENSE, found, layer, sequential


@keras_3_only
def test_an_operation_that_an_h5_file_names_without_its_module_is_found(tmp_path):
    needs(reads_slices)
    start = tf.keras.Input((5, 4))
    scaled = tf.keras.ops.multiply(start[:, 1:3], 2.0)
    model = tf.keras.Model(start, tf.keras.layers.Add()([scaled, tf.keras.ops.exp(start)[:, -2:]]))
    model.save(tmp_path / "model.h5")
    values = np.random.RandomState(7).normal(size=(2, 5, 4)).astype("float32")
    np.testing.assert_allclose(load_model(tmp_path / "model.h5")(values), model(values), rtol=1e-6)


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


@pytest.mark.parametrize("function", ["io.write_file", "raw_ops.WriteFile", "py_function", 3])
def test_tensorflow_functions_that_are_not_known_are_refused(function):
    config = sequential(DENSE, layer("TFOpLambda", function=function), version="2.8.0")
    with pytest.raises(context.UpgradeError, match="known to be safe"):
        upgrade_config(config)


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
