"""Layers that today's Keras computes otherwise."""

import json

import numpy as np
import pytest

from keras_inits.keras_compat import capabilities
from keras_inits.saved_models.config import context
from keras_inits.saved_models.load import load_model
from keras_inits.saved_models.upgrade import upgrade_config
from saved_models.config.written_configs import found, layer, sequential


def deconvolution(size, kernel=3):
    return layer(
        "Deconvolution2D", nb_filter=2, nb_row=kernel, nb_col=kernel, subsample=[2, 2], dim_ordering="tf",
        border_mode="same", output_shape=[None, *size, 2], batch_input_shape=[None, 4, 4, 3],
    )  # fmt: skip


@pytest.mark.skipif(
    not capabilities.takes_output_padding_of_zero(), reason="this Keras takes no such padding"
)
def test_the_size_that_a_deconvolution_was_told_becomes_padding():
    config = found(upgrade_config(sequential(deconvolution([7, 8]))), "deconvolution2d")["config"]
    assert config["output_padding"] == [0, 1]


@pytest.mark.skipif(
    not capabilities.takes_output_padding_of_zero(), reason="there is nothing to compare with"
)
@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(
    "arguments",
    [([3, 3], [2, 2], [0, 1]), ([5, 3], [2, 3], [0, 2]), ([5, 1], [2, 3], [0, 0]), ([7, 5], [4, 4], [0, 3])],
    ids=str,
)
def test_a_keras_that_takes_no_output_padding_of_zero_crops_the_output(
    arguments, padding, monkeypatch, tmp_path
):
    told = dict(zip(("kernel_size", "strides", "output_padding"), arguments))
    one = layer("Conv2DTranspose", filters=3, padding=padding, batch_input_shape=[None, 4, 3, 2], **told)
    (tmp_path / "model.json").write_text(json.dumps(sequential(one, version="2.15.0")))
    padded = load_model(tmp_path / "model.json")
    monkeypatch.setattr(capabilities, "takes_output_padding_of_zero", lambda: False)
    cropped = load_model(tmp_path / "model.json")
    cropped.set_weights(padded.get_weights())
    images = np.random.RandomState(7).normal(size=(2, 4, 3, 2)).astype("float32")
    np.testing.assert_allclose(cropped(images), padded(images), atol=1e-6)


def test_a_size_that_no_padding_gives_is_an_error():
    with pytest.raises(context.UpgradeError, match="no output_padding gives"):
        upgrade_config(sequential(deconvolution([7, 8], kernel=2)))
