import json

import numpy as np
import pytest

from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.config.origin import Origin
from keras_inits.saved_models.load import load_model
from keras_inits.saved_models.upgrade import upgrade_config, upgraded


def model(class_name, version="2.2.4", backend="theano", **config):
    config = {"name": "layer", **config}
    layers = [{"class_name": class_name, "config": config}]
    return {"class_name": "Sequential", "config": layers, "keras_version": version, "backend": backend}


IMAGE = {"batch_input_shape": [None, 8, 8, 3], "data_format": "channels_last"}
STEPS = {"batch_input_shape": [None, 3, 8, 8, 3], "data_format": "channels_last"}
CONV = {**IMAGE, "filters": 4, "padding": "same"}


@pytest.mark.parametrize(
    "layer",
    [
        ("Conv2DTranspose", {**CONV, "kernel_size": [3, 3], "strides": [1, 2]}),
        ("MaxPooling2D", {**IMAGE, "pool_size": [2, 2], "padding": "same"}),
        ("AveragePooling2D", {**IMAGE, "pool_size": [5, 5], "strides": [1, 1], "padding": "same"}),
        ("ConvLSTM2D", {**STEPS, "filters": 4, "kernel_size": [2, 3], "padding": "valid"}),
        ("UpSampling2D", {**IMAGE, "size": [2, 2], "interpolation": "bilinear"}),
    ],
    ids=str,
)
def test_what_theano_padded_otherwise_is_refused(layer):
    with pytest.raises(UpgradeError, match="layer 'layer': .* of Theano"):
        upgrade_config(model(layer[0], **layer[1]))


@pytest.mark.parametrize(
    "layer",
    [
        ("Conv2D", {**CONV, "kernel_size": [3, 5]}),
        ("Conv2D", {**CONV, "kernel_size": [1, 1], "strides": [2, 2]}),
        ("Conv2D", {**CONV, "kernel_size": [2, 2], "padding": "valid"}),
        ("ConvLSTM2D", {**STEPS, "filters": 4, "kernel_size": [3, 3], "strides": [2, 2], "padding": "valid"}),
        ("MaxPooling2D", {**IMAGE, "pool_size": [3, 3], "strides": [1, 1], "padding": "same"}),
    ],
    ids=str,
)
def test_what_theano_padded_alike_is_upgraded(layer):
    upgraded = upgrade_config(model(layer[0], **layer[1]))
    assert upgraded["config"]["layers"][-1]["class_name"] == layer[0]


@pytest.mark.parametrize("order", ["channels_first", "channels_last"])
@pytest.mark.parametrize(("size", "stride"), [(2, 1), (3, 2), (4, 3), (5, 1)])
def test_convolutions_are_padded_as_theano_padded_them(size, stride, order, tmp_path):
    first = order == "channels_first"
    conv = model(
        "Conv2D", filters=1, kernel_size=[size, 1], strides=[stride, 1], padding="same", use_bias=False,
        data_format=order, batch_input_shape=[None, 1, 7, 1] if first else [None, 7, 1, 1],
    )  # fmt: skip
    path = tmp_path / "model.json"
    path.write_text(json.dumps(conv))
    loaded = load_model(path)
    loaded.set_weights([np.ones((size, 1, 1, 1), "float32")])
    image = np.arange(1.0, 8.0, dtype="float32")
    padded = np.pad(image, size // 2)  # At both sides alike, and then as many as at strides over 7 places.
    sums = [padded[start : start + size].sum() for start in range(0, 7, stride)]
    shape = (1, 1, 7, 1) if first else (1, 7, 1, 1)
    np.testing.assert_allclose(np.ravel(loaded(image.reshape(shape))), sums)


def notes(config, origin):
    return [str(note) for note in upgraded(config, origin, {}, True)[2]]


def test_kernels_of_keras_1_that_may_be_flipped_are_noted():
    config = model(
        "Convolution2D", "1.2.2", None, nb_filter=4, nb_row=3, nb_col=3, dim_ordering="th",
        batch_input_shape=[None, 3, 8, 8],
    )  # fmt: skip
    assert any("or Theano" in note for note in notes(config, Origin((1, 2, 2))))


def test_bilinear_of_a_version_that_two_tensorflows_wrote_is_noted():
    config = model("UpSampling2D", "2.2.4-tf", None, **IMAGE, interpolation="bilinear")
    assert any("1.13 wrote the same version" in n for n in notes(config, Origin((2, 2, 4), None, True)))
