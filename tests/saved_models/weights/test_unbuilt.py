"""A Sequential whose input's shape is nowhere gets its weights, and stays open to inputs of any size."""

import json

import numpy as np
import pytest

from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.convert import upgrade_file
from keras_inits.saved_models.load import load_model
from saved_models.config.written_configs import layer, sequential
from saved_models.files.written_files import write_layers


@pytest.fixture
def loaded(tmp_path):
    """Returns a function that loads layers, each with arrays of ones of some shapes."""

    def load(*layers, shapes):
        (tmp_path / "m.json").write_text(json.dumps(sequential(*layers, version="2.2.4-tf")))
        ones = {name: [np.ones(shape, "float32") for shape in of_layer] for name, of_layer in shapes.items()}
        write_layers(tmp_path / "w.h5", ones)
        return load_model(tmp_path / "m.json", weights=tmp_path / "w.h5")

    return load


def test_its_layers_are_built_by_the_arrays_of_each(loaded):
    model = loaded(
        layer("Flatten"), layer("Dense", units=2, name="dense"),
        shapes={"dense": [(6, 2), (2,)]},
    )  # fmt: skip
    np.testing.assert_allclose(model(np.ones((3, 2, 3), "float32")), np.full((3, 2), 7.0))


@pytest.mark.parametrize(("one", "shapes", "inputs"), [
    (layer("Dense", units=2), [(5, 2), (2,)], (1, 3, 5)),
    (layer("Embedding", input_dim=4, output_dim=2), [(4, 2)], (1, 3)),
    (layer("LSTM", units=2), [(3, 8), (2, 8), (8,)], (1, 4, 3)),
    (layer("Conv2D", filters=2, kernel_size=3), [(3, 3, 5, 2), (2,)], (1, 4, 4, 5)),
    (layer("Conv2DTranspose", filters=2, kernel_size=3), [(3, 3, 2, 5), (2,)], (1, 4, 4, 5)),
    (layer("DepthwiseConv2D", kernel_size=3), [(3, 3, 5, 1), (5,)], (1, 4, 4, 5)),
    (layer("BatchNormalization", axis=[2]), [(5,)] * 4, (1, 4, 5)),
], ids=lambda value: value["class_name"] if isinstance(value, dict) else "")  # fmt: skip
def test_each_class_of_layers_by_its_own_arrays(loaded, one, shapes, inputs):
    name = one["config"].setdefault("name", "one")
    model = loaded(one, shapes={name: shapes})
    assert [tuple(weight.shape) for weight in model.layers[-1].weights] == shapes
    assert np.isfinite(model(np.ones(inputs, "float32"))).all()


def test_masks_are_followed_through_texts_of_any_length(loaded):
    words = layer("Embedding", input_dim=4, output_dim=2, mask_zero=True, name="words")
    model = loaded(words, layer("GRU", units=1, reset_after=True, name="gru"), shapes={
        "words": [(4, 2)], "gru": [(2, 3), (1, 3), (2, 3)],
    })  # fmt: skip
    long, short = model(np.array([[1, 2, 0, 0]], "float32")), model(np.array([[1, 2]], "float32"))
    np.testing.assert_allclose(long, short, rtol=1e-6)


def test_it_is_not_upgraded_to_a_file_without_the_shape(tmp_path):
    (tmp_path / "m.json").write_text(json.dumps(sequential(layer("Dense", units=2), version="2.2.4-tf")))
    with pytest.raises(UpgradeError, match="does not say the shape of the model's input"):
        upgrade_file(tmp_path / "m.json", tmp_path / "new.keras")
