import pytest

from keras_inits.legacy.context import UpgradeError
from keras_inits.legacy.origin import Origin
from keras_inits.legacy.upgrade import upgrade_config, upgraded


def model(class_name, version="2.2.4", backend="theano", **config):
    config = {"name": "layer", **config}
    layers = [{"class_name": class_name, "config": config}]
    return {"class_name": "Sequential", "config": layers, "keras_version": version, "backend": backend}


IMAGE = {"batch_input_shape": [None, 8, 8, 3], "data_format": "channels_last"}
CONV = {**IMAGE, "filters": 4, "padding": "same"}


@pytest.mark.parametrize(
    "layer",
    [
        ("Conv2D", {**CONV, "kernel_size": [2, 2]}),
        ("Conv2D", {**CONV, "kernel_size": [3, 3], "strides": [2, 2]}),
        ("Conv2DTranspose", {**CONV, "kernel_size": [3, 3], "strides": [1, 2]}),
        ("MaxPooling2D", {**IMAGE, "pool_size": [2, 2], "padding": "same"}),
        ("AveragePooling2D", {**IMAGE, "pool_size": [5, 5], "strides": [1, 1], "padding": "same"}),
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
        ("MaxPooling2D", {**IMAGE, "pool_size": [3, 3], "strides": [1, 1], "padding": "same"}),
    ],
    ids=str,
)
def test_what_theano_padded_alike_is_upgraded(layer):
    upgrade_config(model(layer[0], **layer[1]))


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
