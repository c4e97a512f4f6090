"""What a model was called with, by what its SavedModel says."""

import pytest

from keras_inits.keras_compat import versions
from keras_inits.saved_models.files.saved_model_protos import Graph, Signature, Tensor
from keras_inits.saved_models.files.saved_model_texts import Spec, call_inputs, description


def spec(*shape, dtype="float32"):
    return {"class_name": "TypeSpec", "type_spec": "tf.TensorSpec", "serialized": [list(shape), dtype, "x"]}


def graph(*inputs):
    return Graph(None, [], [Signature("serving_default", "", inputs, ())], [], memoryview(b""))


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        ({"full_save_spec": [[spec(None, 5)], {}]}, Spec([None, 5], "float32")),
        ({"save_spec": spec(2, dtype="string")}, Spec([2], "string")),
        ({"save_spec": {"a": spec(1), "b": spec(2)}}, {"a": Spec([1], "float32"), "b": Spec([2], "float32")}),
        ({"full_save_spec": [[[spec(1), spec(2)]], {}]}, [Spec([1], "float32"), Spec([2], "float32")]),
    ],
)
def test_specs_of_calls(root, expected):
    assert call_inputs(root, graph()) == expected


def test_signature_where_there_are_none():
    assert call_inputs({}, graph(Tensor("x", "int32", (None, 2)))) == Spec([None, 2], "int32")
    assert call_inputs({}, graph(Tensor("x", "int32", None))) is None


@pytest.mark.parametrize(
    ("is_keras_3", "runner"),
    [
        (True, "keras.layers.TFSMLayer('m', call_endpoint='serving_default') runs"),
        (False, "tf.saved_model.load('m').signatures['serving_default'] runs"),
    ],
)
def test_what_runs_it_is_what_the_installed_keras_has(is_keras_3, runner, monkeypatch):
    monkeypatch.setattr(versions, "is_keras_3", lambda: is_keras_3)
    assert runner in description("m", {}, graph(), [])


def test_the_files_own_words_are_safe_to_print_and_short():
    strange = "a\x1b[31m\nb" * 100
    inputs = Tensor(strange, "float32", (1,) * 10_000)
    said = Graph(strange, [], [Signature(strange, "", (inputs,), ())], [], memoryview(b""))
    text = description("m", {}, said, [])
    assert text.isprintable()
    assert len(text) < 1500
