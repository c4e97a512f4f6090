"""Nothing of a file reaches Keras' own deserializer unless it was rewritten."""

import contextlib
import copy
import json

import pytest
import tensorflow as tf

from keras_inits.saved_models.config import written
from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.load import load_model
from keras_inits.saved_models.upgrade import upgrade_config

FUNCTION = {
    "class_name": "function", "module": "keras.datasets.mnist", "config": "load_data",
    "registered_name": "load_data",
}  # fmt: skip
LOOKUP = {
    "class_name": "StringLookup", "module": "keras.layers", "registered_name": None,
    "config": {"vocabulary": ["a"]},
}  # fmt: skip
CONSTANT = "_CONSTANT_VALUE"
START = {
    "class_name": "InputLayer", "name": "i", "inbound_nodes": [],
    "config": {"name": "i", "batch_shape": [None, 2], "dtype": "float32"},
}  # fmt: skip


def functional(class_name, arguments, config=None, **more):
    """Returns a model of one layer, called on the input and `arguments`."""
    layer = {
        "class_name": class_name, "name": "c", "config": {"name": "c", **(config or {})},
        "inbound_nodes": [[["i", 0, 0, arguments]]], **more,
    }  # fmt: skip
    ends = {"input_layers": [["i", 0, 0]], "output_layers": [["c", 0, 0]]}
    config = {"name": "m", "layers": [START, layer], **ends}
    return {"class_name": "Functional", "keras_version": "3.0.0", "config": config}


def sequential(class_name, **config):
    layer = {"class_name": class_name, "config": {"name": "c", "batch_input_shape": [None, 2], **config}}
    return {"class_name": "Sequential", "keras_version": "2.13.0", "config": {"name": "m", "layers": [layer]}}


def wrapped(value, kind="__numpy__"):
    return {"class_name": kind, "config": {"value": value, "dtype": "float32"}}


def constant(value):
    return {"class_name": "Constant", "config": {"value": value}}


class Shift(tf.keras.layers.Layer):
    def __init__(self, shift=None, **kwargs):
        super().__init__(**kwargs)
        self.shift = shift

    def call(self, x):
        return x


def identity(x):
    return x


OPERATION = {"module": "keras.src.ops.core"}
USERS = {"Shift": Shift, "identity": identity}
HOSTILE = {
    "a constant of a call": functional("Dropout", {"training": [CONSTANT, -1, FUNCTION]}, {"rate": 0.1}),
    "an object in the arguments of a call": functional("Dropout", {"training": FUNCTION}, {"rate": 0.1}),
    "an object made of harmless constants": functional(
        "Dropout", {}, {"rate": 0.1},
        inbound_nodes=[{k: [CONSTANT, -1, v] for k, v in FUNCTION.items()}],
    ),
    "a constant that is called on": functional(
        "Dropout", {}, {"rate": 0.1}, inbound_nodes=[[["i", 0, 0, {}], [CONSTANT, -1, FUNCTION, {}]]]
    ),
    "functions that an operation calls": functional(
        "Cond", {name: [CONSTANT, -1, FUNCTION] for name in ("true_fn", "false_fn")}, **OPERATION
    ),
    "the config of an operation": functional("VectorizedMap", {}, {"function": FUNCTION}, **OPERATION),
    "an operation's setting": functional("Cast", {}, {"dtype": LOOKUP}, **OPERATION),
    "another module's operation": functional("Model", {}, module="keras.opsfoo"),
    "no operation": functional("any_symbolic_tensors", {}, module="keras.src.ops.core"),
    "an array": sequential("Dense", units=2, kernel_initializer=constant(wrapped(LOOKUP))),
    "a tensor": sequential("Dense", units=2, kernel_initializer=constant(wrapped(LOOKUP, "__tensor__"))),
    "a number of an initializer": sequential(
        "Dense", units=2,
        kernel_initializer={"class_name": "RandomNormal", "config": {"mean": LOOKUP, "stddev": FUNCTION}},
    ),
    "a shape": sequential("Reshape", target_shape={"class_name": "TensorShape", "items": [LOOKUP]}),
    "a slice": sequential("Reshape", target_shape={"class_name": "slice", "config": {"start": LOOKUP}}),
    "the arguments of a Lambda": sequential(
        "Lambda", function="identity", function_type="function", arguments={"x": FUNCTION}
    ),
    "the dtype of a Lambda": sequential(
        "Lambda", function="identity", function_type="function", dtype={**LOOKUP, "name": "a"}
    ),
    "the config of a user's layer": sequential("Shift", shift=FUNCTION),
    "the config of a user's initializer": sequential(
        "Dense", units=2, kernel_initializer={"class_name": "Shift", "config": {"shift": [FUNCTION]}}
    ),
}  # fmt: skip


def foreign_objects(value):
    """Lists the objects in a config that no upgrade writes."""
    found = []
    if isinstance(value, dict):
        foreign = (
            "keras.datasets.mnist",
            "keras.opsfoo",
            "StringLookup",
            "any_symbolic_tensors",
            "load_data",
        )
        if any(value.get(key) in foreign for key in ("module", "class_name") if value.get(key)):
            found.append(value)
        value = list(value.values())
    if isinstance(value, list):
        found += [one for part in value for one in foreign_objects(part)]
    return found


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_no_object_of_a_file_is_kept(hostile):
    try:
        upgraded = upgrade_config(copy.deepcopy(hostile), USERS)
    except UpgradeError:
        return
    assert foreign_objects(upgraded) == []


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_no_function_that_a_file_names_is_called(hostile, tmp_path, monkeypatch):
    called = []
    monkeypatch.setattr(tf.keras.datasets.mnist, "load_data", lambda *_: called.append("load_data"))
    path = tmp_path / "m.json"
    path.write_text(json.dumps(hostile))
    with contextlib.suppress(UpgradeError):
        load_model(path, USERS)
    assert called == []


def test_an_object_of_a_file_is_not_released():
    with pytest.raises(UpgradeError, match="'Lambda'"):
        written.released({"layers": [{"class_name": "Lambda", "config": {}}]})


def test_what_is_released_is_plain():
    released = written.released(written.Written(class_name="Dense", config={"units": 2}) | {"name": "d"})
    assert type(released) is dict
    assert released == {"class_name": "Dense", "config": {"units": 2}, "name": "d"}
