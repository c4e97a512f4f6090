"""Operators of TensorFlow's graphs."""

import json

import numpy as np
import pytest
import tensorflow as tf
from drawn_values import as_numpy
from environments import keras_3_only, needs, reads_slices, slices_backwards

from keras_inits.keras_compat import backend, versions
from keras_inits.saved_models.config import context, operator_steps, operator_tables
from keras_inits.saved_models.load import load_model
from keras_inits.saved_models.upgrade import upgrade_config
from saved_models.config.operator_examples import (
    EXAMPLES,
    TENSORS,
    expected,
    function_of_tensorflow,
    graph_of,
    input_layer,
    tensors_of,
)
from saved_models.config.written_configs import found, layer


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


@pytest.mark.parametrize(("function", "why"), [
    ("io.write_file", "reads or writes on this machine"), ("raw_ops.WriteFile", "below TensorFlow's public"),
    ("py_function", "calls a function"), ("random.normal", "draws random numbers"),
    ("no_such_function", "none that is known"), (3, "none that is known"), (["math.exp"],
        "none that is known"),
])  # fmt: skip
@pytest.mark.parametrize("safe_mode", [True, False])
def test_functions_that_do_more_than_compute_a_tensor_are_refused(function, why, safe_mode):
    config = graph_of(("f", function, "@x", {}, 1))
    with pytest.raises(context.UpgradeError, match=why):
        upgrade_config(config, safe_mode=safe_mode)


def has_operations(config):
    """Whether the installed Keras has the operations that a model becomes, and reads them."""
    try:
        upgraded = json.dumps(upgrade_config(config))
        is_backwards = '"strides": [1, -1' in json.dumps(config)
        slices = reads_slices() and (slices_backwards() or not is_backwards)
        return "GetItem" not in upgraded or slices
    except context.UpgradeError as error:
        if "no operation of the Keras that is installed" in str(error):
            return False
        raise


SIGNS = "the signs of eigenvectors are each library's own"
# What another library computes otherwise than TensorFlow.
OTHERWISE = {
    ("linalg.eigh", "jax"): SIGNS,
    ("linalg.eigh", "torch"): SIGNS,
    ("math.in_top_k", "torch"): "Keras on torch counts a class that there is not among the largest",
}


@pytest.fixture(scope="module")
def computed(tmp_path_factory):
    """What one model that has all examples computes, by their numbers, and what TensorFlow does."""
    wanted = [expected(*example) for example in EXAMPLES]
    calls = [(f"f{n}", *example, len(wanted[n])) for n, example in enumerate(EXAMPLES)]
    calls = [call for call in calls if has_operations(graph_of(call))]
    path = tmp_path_factory.mktemp("model") / "m.json"
    path.write_text(json.dumps(graph_of(*calls)))
    outputs = iter(load_model(path)([tf.constant(TENSORS[name]) for name in tensors_of(*calls)]))
    numbers = [int(call[0][1:]) for call in calls]
    return {number: [(as_numpy(next(outputs)), one) for one in wanted[number]] for number in numbers}


@pytest.mark.parametrize("number", range(len(EXAMPLES)), ids=lambda number: f"{number}-{EXAMPLES[number][0]}")
def test_a_function_in_the_graph_computes_what_tensorflow_does(computed, number):
    if number not in computed:
        pytest.skip("this Keras has no such operation")
    if (EXAMPLES[number][0], backend.name()) in OTHERWISE:
        pytest.skip(OTHERWISE[EXAMPLES[number][0], backend.name()])
    for output, wanted in computed[number]:
        np.testing.assert_allclose(output, wanted, rtol=2e-5, atol=2e-6)


def test_each_function_of_the_tables_has_an_example():
    known = {*operator_tables.OPERATIONS, *operator_steps.STEPS}
    called = {operator_tables.TENSORFLOW_1.get(name, name) for name, _, _ in EXAMPLES}
    assert called == known


def test_no_function_without_an_equal_has_one():
    assert not operator_tables.WITHOUT_EQUAL & {*operator_tables.OPERATIONS, *operator_steps.STEPS}


def test_functions_without_an_equal_are_tensorflows():
    unknown = [name for name in operator_tables.WITHOUT_EQUAL if function_of_tensorflow(name) is None]
    assert not unknown


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


def test_a_transposed_product_of_the_graph_stays_one(tmp_path):
    (tmp_path / "m.json").write_text(json.dumps(node_of_matmul(adj_y={"b": True})))
    square = TENSORS["square"]
    output = load_model(tmp_path / "m.json")(square)
    np.testing.assert_allclose(output, square @ square.transpose(0, 2, 1), rtol=1e-5)


def test_a_product_of_the_graph_that_is_not_transposed_is_upgraded():
    upgrade_config(node_of_matmul(adj_y={"b": False}))


def node(op, inputs, constants, **attributes):
    """Returns a model that has an operation of TensorFlow's graph, as TensorFlow 2.3 wrote it."""
    starts = [input_layer(name) | {"inbound_nodes": []} for name in inputs]
    config = {"name": "o", "node_def": {"name": "o", "op": op, "attr": attributes}, "constants": constants}
    called = {"class_name": "TensorFlowOpLayer", "config": config, "name": "o"}
    called["inbound_nodes"] = [[[name, 0, 0, {}] for name in inputs]]
    ends = {"input_layers": [[name, 0, 0] for name in inputs], "output_layers": [["o", 0, 0]]}
    inside = {"name": "m", "layers": [*starts, called], **ends}
    return {"class_name": "Functional", "config": inside, "keras_version": "2.4.0"}


ONES = {"list": {"i": ["1", "2", "2", "1"]}}
FILTERS = [[[[1.0], [2.0], [3.0]]]]
MASKS = {"begin_mask": {"i": "1"}, "end_mask": {"i": "1"}, "new_axis_mask": {"i": "2"}}


@pytest.mark.parametrize(("saved", "function"), [
    (
        node(
            "Conv2D", ["image"], {"1": FILTERS}, strides=ONES, padding={"s": "U0FNRQ=="},
            data_format={"s": "TkhXQw=="}, explicit_paddings={"list": {}}, use_cudnn_on_gpu={"b": True},
        ),
        lambda x: tf.nn.conv2d(x, FILTERS, 2, "SAME"),
    ),
    (
        node("MaxPool", ["image"], {}, ksize=ONES, strides=ONES, padding={"s": "VkFMSUQ="}),
        lambda x: tf.nn.max_pool2d(x, 2, 2, "VALID"),
    ),
    (node("Split", ["x"], {"0": 1}, num_split={"i": "4"}), lambda x: tf.split(x, 4, 1)[0]),
    (node("Pack", ["x", "y"], {}, axis={"i": "1"}), lambda x, y: tf.stack([x, y], 1)),
    (node("ConcatV2", ["x", "y"], {"2": 1}), lambda x, y: tf.concat([x, y], 1)),
    (node("Sub", ["x"], {"0": 1.0}), lambda x: 1 - x),
    (node("Cast", ["signed"], {}, DstT={"type": "DT_INT32"}), lambda x: tf.cast(x, tf.int32)),
    (
        node("GatherV2", ["ids"], {"0": [[1.0], [2.0], [3.0]], "2": 0}),
        lambda x: tf.cast(x[..., None] + 1, tf.float32),
    ),
    (node("Squeeze", ["grey"], {}, squeeze_dims={"list": {"i": ["3"]}}), lambda x: x[..., 0]),
    (node("Squeeze", ["grey"], {}, squeeze_dims={"list": {}}), tf.squeeze),
    (node("StridedSlice", ["x"], {"1": [0, 0], "2": [0, 0], "3": [1, 1]}, **MASKS), lambda x: x[:, None]),
    (
        node("ResizeBilinear", ["image"], {"1": [3, 9]}, half_pixel_centers={"b": True}),
        lambda x: tf.image.resize(x, (3, 9)),
    ),
])  # fmt: skip
def test_an_operation_of_a_tensorflow_graph_computes_what_it_did(tmp_path, saved, function):
    if not has_operations(saved):
        pytest.skip("this Keras has no such operation")
    (tmp_path / "m.json").write_text(json.dumps(saved))
    inputs = [tf.constant(TENSORS[one["name"]]) for one in saved["config"]["layers"][:-1]]
    output = load_model(tmp_path / "m.json")(inputs)
    np.testing.assert_allclose(tf.nest.flatten(output)[0], function(*inputs), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("saved", "why"), [
    (node("RandomStandardNormal", ["lengths"], {}), "draws random numbers"),
    (node("PyFunc", ["x"], {}), "calls a function"),
    (node("Unheard", ["x"], {}), "none that is known"),
    (node("ResizeBilinear", ["image"], {"1": [3, 9]}, align_corners={"b": True}), "has no equal"),
    (node("Conv2D", ["image"], {"1": FILTERS}, padding={"s": "####"}), "cannot be read"),
])  # fmt: skip
def test_an_operation_of_a_tensorflow_graph_that_has_no_equal_is_named(saved, why):
    with pytest.raises(context.UpgradeError, match=why):
        upgrade_config(saved)


@keras_3_only
def test_a_function_that_keras_3_has_not_is_said_to_be_tf_keras():
    with pytest.raises(context.UpgradeError, match="TF_USE_LEGACY_KERAS=1"):
        upgrade_config(graph_of(("f", "compat.v1.shape", "@x", {"out_type": "int32"}, 1)))


def test_a_function_on_no_tensor_is_never_run():
    with pytest.raises(context.UpgradeError, match="calls layer 'f' on constants alone"):
        upgrade_config(
            graph_of(("f", "tile", [1.0], {"multiples": [10**9]}, 1), ("g", "math.exp", "@x", {}, 1))
        )


@pytest.mark.parametrize("splits", [10**7, [1] * 10**4], ids=["number", "sizes"])
def test_a_function_that_gives_too_many_tensors_is_refused(splits):
    with pytest.raises(context.UpgradeError, match="more than the 8192"):
        upgrade_config(graph_of(("f", "split", "@x", {"num_or_size_splits": splits}, 1)))


def test_a_function_written_out_may_be_called_twice(tmp_path):
    saved = graph_of(("f", "math.l2_normalize", "@x", {"axis": -1}, 1))
    saved["config"]["layers"].insert(1, input_layer("y"))
    saved["config"]["layers"][-1]["inbound_nodes"].append(["y", 0, 0, {"axis": -1}])
    saved["config"] |= {
        "input_layers": [["x", 0, 0], ["y", 0, 0]],
        "output_layers": [["f", 0, 0], ["f", 1, 0]],
    }
    (tmp_path / "m.json").write_text(json.dumps(saved))
    inputs = [tf.constant(TENSORS[name]) for name in ("x", "y")]
    for output, one in zip(load_model(tmp_path / "m.json")(inputs), inputs, strict=True):
        np.testing.assert_allclose(output, tf.math.l2_normalize(one, -1), rtol=1e-5)


def operation_of_keras_3(class_name, *args, **config):
    """Returns a model of Keras 3 that calls an operation, as it stands in an `.h5` file."""
    one = {"class_name": "__keras_tensor__", "config": {"shape": [None, 2], "dtype": "float32"}}
    one["config"]["keras_history"] = ["i", 0, 0]
    start = layer("InputLayer", name="i", batch_shape=[None, 2]) | {"name": "i", "inbound_nodes": []}
    called = layer(class_name, name="o", **config) | {"name": "o"}
    called["inbound_nodes"] = [{"args": [one, *args], "kwargs": {}}]
    ends = {"input_layers": [["i", 0, 0]], "output_layers": [["o", 0, 0]]}
    inside = {"name": "m", "layers": [start, called], **ends}
    return {"class_name": "Functional", "config": inside, "keras_version": "3.7.0"}


@pytest.mark.parametrize(("name", "number", "expected"), [
    ("NotEqual", 0, [[True, False]]), ("Multiply", 2.0, [[4.0, 0.0]]), ("Maximum", 1.0, [[2.0, 1.0]]),
])  # fmt: skip
def test_an_operation_of_keras_3_of_tensors_alone_is_a_function_of_tensorflow(
    tmp_path, name, number, expected
):
    (tmp_path / "m.json").write_text(json.dumps(operation_of_keras_3(name, number)))
    np.testing.assert_array_equal(
        load_model(tmp_path / "m.json")(np.array([[2.0, 0.0]], "float32")), expected
    )


@pytest.mark.skipif(versions.is_keras_3(), reason="it has them")
def test_an_operation_of_keras_3_that_tf_keras_has_not_is_named():
    with pytest.raises(
        context.UpgradeError, match="the operation 'Mean' of Keras 3 has no equal in tf.keras 2"
    ):
        upgrade_config(operation_of_keras_3("Mean", axis=1, keepdims=False))


@keras_3_only
@pytest.mark.parametrize(
    "name, config",
    [
        ("Split", {"indices_or_sections": 10**7}),
        ("Split", {"indices_or_sections": [*range(10**4)]}),
        ("Unstack", {"num": 10**7}),
        ("Diff", {"n": 101}),
    ],
    ids=["sections", "indices", "parts", "differences"],
)
def test_an_operation_of_keras_3_that_gives_too_many_tensors_is_refused(name, config):
    with pytest.raises(context.UpgradeError, match="tensors are more than the"):
        upgrade_config(operation_of_keras_3(name, axis=1, **config))


def test_a_constant_of_a_function_may_be_a_list_of_integers(tmp_path):
    start = layer("InputLayer", name="i", batch_input_shape=[None, 2]) | {"name": "i", "inbound_nodes": []}
    add = layer("TFOpLambda", name="o", function="__operators__.add") | {"name": "o"}
    add["inbound_nodes"] = [["i", 0, 0, {"y": [[1, 2]], "name": None}]]
    ends = {"input_layers": [["i", 0, 0]], "output_layers": [["o", 0, 0]]}
    config = {"class_name": "Functional", "config": {"name": "m", "layers": [start, add], **ends}}
    (tmp_path / "m.json").write_text(json.dumps(config | {"keras_version": "2.8.0"}))
    output = load_model(tmp_path / "m.json")(np.array([[0.5, 0.5]], "float32"))
    np.testing.assert_array_equal(output, [[1.5, 2.5]])


def test_a_constant_of_an_operation_of_keras_3_may_be_a_tensor(tmp_path):
    tensor = {"class_name": "__tensor__", "config": {"value": [1.0, 2.0], "dtype": "float32"}}
    (tmp_path / "m.json").write_text(json.dumps(operation_of_keras_3("Add", tensor)))
    output = load_model(tmp_path / "m.json")(np.array([[0.5, 0.5]], "float32"))
    np.testing.assert_array_equal(output, [[1.5, 2.5]])
