"""Lambdas of arithmetic, as models of Keras' own operations."""

import base64
import json

import numpy as np
import pytest
import tensorflow as tf
from environments import needs, reads_models_in_models, reads_slices

import keras_inits
from saved_models.config.written_configs import layer
from saved_models.lambda_codes import text_of, written

X = np.random.RandomState(0).uniform(-2, 2, (3, 4, 4, 2)).astype("float32")
# The lambdas of one input, each with what it is.
ARITHMETIC = {
    "scaled": lambda x: x / np.float32(127.5) - np.float32(1),
    "of whole numbers": lambda x: 3 * x**2 - x % 2 // 1,
    "negative": lambda x: -x,
    "from a number": lambda x: 1 - x,
    "called": np.abs,
    "by keyword": lambda x: x[..., None],
    "of a module": lambda x: x.mean((1, 2), keepdims=True),
    "a column": lambda x: x[:, 0],
    "a part": lambda x: x[:, 1:3],
    "with a default": lambda x: x * 2,
    "with a shape": lambda x: x.reshape(-1, 2),
}


def lambda_layer(name="scaled", python="3.6", defaults=None, closure=None, **settings):
    function = [text_of(name, python), defaults, closure]
    return {
        "class_name": "Lambda",
        "config": {"name": "lambda_1", "function": function, "function_type": "lambda", **settings},
    }


def saved(tmp_path, *layers, shape=(None, 4, 4, 2)):
    first = {**layers[0], "config": {**layers[0]["config"], "batch_input_shape": list(shape)}}
    path = tmp_path / "m.json"
    config = {"name": "m", "layers": [first, *layers[1:]]}
    path.write_text(json.dumps({"class_name": "Sequential", "config": config, "keras_version": "2.2.4"}))
    return path


def values(model, *inputs):
    return model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0)


@pytest.mark.parametrize("name", ARITHMETIC)
def test_it_computes_what_python_does(name, tmp_path):
    if name in ("a column", "a part"):
        needs(reads_slices)
    model = keras_inits.load_model(saved(tmp_path, lambda_layer(name, defaults=[2])))
    want = ARITHMETIC[name](X)
    assert np.allclose(values(model, X), want, rtol=1e-6, atol=1e-6)
    assert values(model, X).shape == want.shape


def test_the_report_has_the_expression(tmp_path):
    _, notes = keras_inits.load_model(saved(tmp_path, lambda_layer()), report=True)
    assert "its code was read, not run: it computes (x / 127.5) - 1.0" in [note.text for note in notes]


def test_python_2(tmp_path):
    model = keras_inits.load_model(saved(tmp_path, lambda_layer(python="2.7")))
    assert np.allclose(values(model, X), ARITHMETIC["scaled"](X), atol=1e-6)


def test_code_of_keras_1_whose_bytes_were_characters(tmp_path):
    one = lambda_layer()
    text = base64.b64decode(one["config"]["function"][0]).decode("raw_unicode_escape")
    one["config"]["function"][0] = text
    assert np.allclose(values(keras_inits.load_model(saved(tmp_path, one)), X), X / 127.5 - 1, atol=1e-6)


def test_code_as_keras_3_writes_it(tmp_path):
    one = lambda_layer()
    code = {"code": text_of("scaled", "3.11"), "defaults": None, "closure": None}
    one["config"] = {"name": "lambda_1", "function": {"class_name": "__lambda__", "config": code}}
    assert np.allclose(values(keras_inits.load_model(saved(tmp_path, one)), X), X / 127.5 - 1, atol=1e-6)


def test_arguments_of_the_layer_go_before_defaults(tmp_path):
    one = lambda_layer("with a default", defaults=[2], arguments={"y": 3})
    assert np.allclose(values(keras_inits.load_model(saved(tmp_path, one)), X), 3 * X)


def test_two_inputs(tmp_path):
    ends = [
        {"class_name": "InputLayer", "config": {"name": name, "batch_input_shape": [None, 3]}}
        for name in "ab"
    ]
    layers = [one | {"name": one["config"]["name"], "inbound_nodes": []} for one in ends]
    layers.append(
        lambda_layer("of two inputs")
        | {"name": "lambda_1", "inbound_nodes": [[["a", 0, 0, {}], ["b", 0, 0, {}]]]}
    )
    config = {
        "name": "m",
        "layers": layers,
        "input_layers": [["a", 0, 0], ["b", 0, 0]],
        "output_layers": [["lambda_1", 0, 0]],
    }
    path = tmp_path / "m.json"
    path.write_text(json.dumps({"class_name": "Model", "config": config, "keras_version": "2.2.4"}))
    model = keras_inits.load_model(path)
    assert np.allclose(values(model, np.full((2, 3), 5.0), np.ones((2, 3))), 4)


def test_a_new_file_needs_no_code(tmp_path):
    keras_inits.load_model(saved(tmp_path, lambda_layer())).save(tmp_path / "new.keras")
    alone = tf.keras.models.load_model(tmp_path / "new.keras")
    assert np.allclose(values(alone, X), ARITHMETIC["scaled"](X), atol=1e-6)


@pytest.mark.parametrize("name", sorted(written().keys() - ARITHMETIC.keys() - {"of two inputs"}))
def test_more_than_arithmetic_is_refused(name, tmp_path):
    with pytest.raises(keras_inits.UnsafeModelError, match=r"a Python lambda \(in lambda_1\)"):
        keras_inits.load_model(saved(tmp_path, lambda_layer(name)))


def test_a_value_that_is_not_in_the_file(tmp_path):
    with pytest.raises(keras_inits.UnsafeModelError):
        keras_inits.load_model(saved(tmp_path, lambda_layer("with a default")))


@pytest.mark.parametrize("given", ["layer", "function"])
@pytest.mark.parametrize("name", ["scaled", "a condition"])
def test_something_else_in_its_place(name, given, tmp_path):
    objects = {"layer": tf.keras.layers.Rescaling(3.0), "function": lambda x: 3.0 * x}
    path = saved(tmp_path, lambda_layer(name))
    model, notes = keras_inits.load_model(path, {"lambda_1": objects[given]}, report=True)
    assert np.allclose(values(model, X), 3 * X)
    assert any("in custom_objects" in note.text for note in notes)


def test_code_of_another_python(tmp_path):
    path = saved(tmp_path, lambda_layer("a condition", python="2.7"))
    with pytest.raises(keras_inits.UpgradeError) as caught:
        keras_inits.load_model(path, safe_mode=False)
    assert "layer 'lambda_1': its code was compiled by another Python (2.7) than this one" in str(
        caught.value
    )
    assert "custom_objects={'lambda_1': ...}" in str(caught.value)


def test_a_mask_of_code(tmp_path):
    one = lambda_layer(mask=[text_of("scaled"), None, None], mask_type="lambda")
    with pytest.raises(keras_inits.UnsafeModelError):
        keras_inits.load_model(saved(tmp_path, one))


def test_a_mask_ends_at_it(tmp_path):
    needs(reads_models_in_models)
    embedding = layer("Embedding", name="embedding", input_dim=5, output_dim=2, mask_zero=True)
    one = lambda_layer("negative")
    rest = layer("LSTM", name="lstm", units=2)
    path = saved(tmp_path, embedding, one, rest, shape=(None, 3))
    model = keras_inits.load_model(path)
    x = np.array([[1, 2, 0]])
    inner = tf.keras.Sequential([tf.keras.Input((3, 2)), model.layers[-1]])
    assert np.allclose(values(model, x), values(inner, -np.asarray(model.layers[0](x))), atol=1e-6)
