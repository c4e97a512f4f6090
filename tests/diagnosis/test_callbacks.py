"""Callbacks of `model.fit`, whose logs are read back."""

import sys

import numpy as np
import pytest
import tensorflow as tf
from tensorboard_logs import summaries_in

import keras_inits
from keras_inits.keras_compat import backend_tensors

layers = tf.keras.layers
BATCH = np.ones((8, 16), "float32"), np.ones((8, 4), "float32")


def model():
    first = layers.Dense(32, "relu", kernel_initializer=keras_inits.HeNormal(seed=1), name="first")
    second = layers.Dense(4, kernel_initializer=keras_inits.LecunNormal(seed=2), name="second")
    model = tf.keras.Sequential([layers.Input((16,)), first, second])
    model.compile("sgd", "mse")
    return model


def fitted(model, folder, x=None, times=1):
    callback = keras_inits.InitialWeights(folder, x)
    for _ in range(times):
        model.fit(*BATCH, verbose=0, callbacks=[callback])
    return summaries_in(folder / "initial_weights")


class TestInitialWeights:
    def test_a_histogram_of_each_weight_before_training(self, tmp_path):
        found = fitted(model(), tmp_path)
        (kernel_tag,) = [tag for tag in found if tag.endswith("first/kernel")]
        ((step, plugin, table),) = found[kernel_tag]
        counts, _ = np.histogram(backend_tensors.as_numpy(keras_inits.HeNormal(seed=1)((16, 32))), len(table))
        assert (step, plugin) == (0, "histograms")
        assert (table[:, 2] == counts).all()
        assert sum(plugin == "histograms" for ((_, plugin, _), *_) in found.values()) == 4

    def test_a_curve_over_the_layers_of_each_measure(self, tmp_path):
        untrained = model()
        expected = [row.mean_square for row in keras_inits.diagnose(untrained).layers]
        curve = fitted(untrained, tmp_path)["diagnosis/mean_square"]
        assert [(step, plugin) for step, plugin, _ in curve] == [(0, "scalars"), (1, "scalars")]
        assert [value.item() for _, _, value in curve] == pytest.approx(expected)

    def test_a_measure_that_a_layer_does_not_have(self, tmp_path):
        assert [step for step, _, _ in fitted(model(), tmp_path)["diagnosis/dead"]] == [0]

    def test_the_verdict(self, tmp_path):
        ((_, plugin, text),) = fitted(model(), tmp_path)["diagnosis/verdict"]
        assert plugin == "text"
        assert text.item().decode().startswith("Signal and gradient are held by 2 weighted layers.\n\n```\n")

    def test_the_picture(self, tmp_path):
        pytest.importorskip("matplotlib")
        ((_, plugin, (width, height, png)),) = fitted(model(), tmp_path)["diagnosis/picture"]
        assert plugin == "images"
        assert tuple(map(int, (width, height))) == tuple(
            int.from_bytes(png[i : i + 4], "big") for i in (16, 20)
        )

    def test_no_picture_without_matplotlib(self, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
        assert "diagnosis/picture" not in fitted(model(), tmp_path)

    def test_later_training_writes_nothing(self, tmp_path):
        assert len(fitted(model(), tmp_path, times=2)["diagnosis/verdict"]) == 1

    def test_a_batch_of_ones_own(self, tmp_path):
        untrained, x = model(), np.full((3, 16), 5.0, "float32")
        expected = keras_inits.diagnose(untrained, x).layers[0].mean_square
        curve = fitted(untrained, tmp_path, x)["diagnosis/mean_square"]
        assert curve[0][2].item() == pytest.approx(expected)

    def test_training_is_the_same(self, tmp_path):
        with_logs, without = model(), model()
        without.set_weights(with_logs.get_weights())
        fitted(with_logs, tmp_path)
        without.fit(*BATCH, verbose=0)
        for one, other in zip(with_logs.get_weights(), without.get_weights(), strict=True):
            assert (one == other).all()
