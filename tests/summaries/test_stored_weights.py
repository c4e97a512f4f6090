"""The weights of a saved model, a row each."""

import json
import pathlib

import h5py
import numpy as np
import pytest
import tensorflow as tf

from keras_inits.summaries.stored_weights import weights_of_file

DATA = pathlib.Path(__file__).parents[1] / "data" / "saved"


def test_a_row_has_what_was_asked_for_and_what_is_in_the_file(tmp_path):
    dense = tf.keras.layers.Dense(100, kernel_initializer="he_normal", name="dense")
    model = tf.keras.Sequential([tf.keras.Input((200,)), dense])
    model.set_weights([np.full((200, 100), 3.0), np.arange(100.0)])
    model.save(tmp_path / "model.h5")
    kernel, bias = weights_of_file(tmp_path / "model.h5")
    assert (kernel.layer, kernel.weight, kernel.shape, kernel.initializer) == (
        "dense",
        "kernel",
        (200, 100),
        "HeNormal",
    )
    assert kernel.deviation_asked == pytest.approx(0.1, rel=1e-5)
    assert kernel.deviation == 0.0
    assert bias.deviation == pytest.approx(np.arange(100.0).std(), rel=1e-5)


def test_an_architecture_has_no_values(tmp_path):
    model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(2)])
    (tmp_path / "model.json").write_text(model.to_json())
    assert {row.deviation for row in weights_of_file(tmp_path / "model.json")} == {None}


def test_what_is_no_model_is_an_error(tmp_path):
    (tmp_path / "model.json").write_text(json.dumps({"a": 1}))
    with pytest.raises(ValueError, match="no Keras model"):
        weights_of_file(tmp_path / "model.json")


@pytest.mark.parametrize("version", ["2.15.0", "3.15.1"])
def test_a_table_of_words_is_no_weight(version):
    rows = weights_of_file(DATA / f"{version}-vocabularies.keras")
    assert [row.weight for row in rows if "table" in row.weight] == []


def test_an_initializer_that_nothing_can_be_drawn_by_asks_for_no_deviation(tmp_path):
    dense = tf.keras.layers.Dense(3, kernel_initializer="orthogonal")
    tf.keras.Sequential([tf.keras.Input((3,)), dense]).save(tmp_path / "model.h5")
    with h5py.File(tmp_path / "model.h5", "r+") as file:
        file.attrs["model_config"] = file.attrs["model_config"].replace('"gain": 1.0', '"gain": ["b"]')
    kernel, _ = weights_of_file(tmp_path / "model.h5")
    assert (kernel.config["gain"], kernel.deviation_asked) == (["b"], None)
