"""Weights next to the model.json of TensorFlow.js: what they stand for, and what is refused of a manifest."""

import json
import os
import pathlib

import numpy as np
import pytest
import tensorflow as tf

from keras_inits.saved_models.files import tensorflowjs_weights
from keras_inits.saved_models.files.stored import StoredWeightsError
from keras_inits.saved_models.load import load_model
from saved_models.files.written_files import model, write_json

RECORDED = pathlib.Path(__file__).parents[2] / "data" / "tensorflowjs"


@pytest.mark.parametrize("name", ["nested", "normalized", "recurrent"])
def test_a_model_predicts_what_tensorflow_js_did(name):
    recorded = json.loads((RECORDED / name / "io.json").read_text())
    loaded = load_model(RECORDED / name / "model.json")
    output = loaded(tf.constant(np.asarray(recorded["x"], "float32")), training=False)
    np.testing.assert_allclose(output, recorded["y"], rtol=1e-5, atol=1e-6)


@pytest.fixture
def arrays(tmp_path):
    """Returns a function that writes files and a manifest, and returns the arrays by layer."""

    def read(*weights, paths=("a.bin",), **files):
        for name, data in files.items():
            (tmp_path / f"{name}.bin").write_bytes(data)
        manifest = [{"paths": list(paths), "weights": list(weights)}]
        dense = model({"class_name": "Dense", "config": {"name": "block/dense"}})
        path = write_json(tmp_path / "model.json", {"modelTopology": dense, "weightsManifest": manifest})
        with tensorflowjs_weights.opened(str(path)) as found:
            return {name: [one.read() for one in of_layer] for name, of_layer in found.layers}

    return read


def weight(name, shape, dtype, quantization=None):
    return {"name": name, "shape": shape, "dtype": dtype, "quantization": quantization}


def test_arrays_are_found_by_the_layer_in_their_names(arrays):
    kernel, bias = np.arange(6, dtype="float32"), np.array([7.0], "float32")
    found = arrays(
        weight("block/dense/kernel", [2, 3], "float32"),
        weight("sequential/block/dense/bias", [1], "float32"),
        a=kernel.tobytes() + bias.tobytes(),
    )  # fmt: skip
    assert list(found) == ["block/dense"]
    np.testing.assert_array_equal(found["block/dense"][0], kernel.reshape(2, 3))


def test_files_are_cut_anywhere(arrays):
    data = np.arange(4, dtype="int32").tobytes()
    found = arrays(weight("x/v", [4], "int32"), paths=["a.bin", "b.bin"], a=data[:5], b=data[5:])
    assert found["x"][0].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(("dtype", "quantization", "data", "expected"), [
    ("float32", {"dtype": "uint8", "scale": 0.5, "min": -1.0}, bytes([0, 3]), [-1.0, 0.5]),
    ("float32", {"dtype": "uint16", "scale": 0.1, "min": 0.0}, bytes([0, 1, 2, 0]), [25.6, 0.2]),
    ("float32", {"dtype": "float16"}, np.array([1.5, -2], "float16").tobytes(), [1.5, -2.0]),
    ("int32", {"dtype": "uint8", "scale": 1.0, "min": -0.5}, bytes([0, 3]), [0, 3]),
    ("bool", None, bytes([0, 1]), [False, True]),
])  # fmt: skip
def test_what_is_stored_in_fewer_bytes_stands_for(arrays, dtype, quantization, data, expected):
    (found,) = arrays(weight("x/v", [2], dtype, quantization), a=data)["x"]
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, np.asarray(expected, dtype))


def test_a_missing_file_is_named(arrays):
    with pytest.raises(StoredWeightsError, match="'c.bin' is not there: it belongs next to the model.json"):
        arrays(weight("x/v", [1], "float32"), paths=["c.bin"])


def test_a_short_file_is_an_error(arrays):
    with pytest.raises(StoredWeightsError, match="end before 8 bytes of 'x/v'"):
        arrays(weight("x/v", [2], "float32"), a=b"1234")


@pytest.mark.parametrize("path", ["../a.bin", "/etc/hostname", "sub/../../a.bin", "C:\\a.bin", "..", "", 3])
def test_files_elsewhere_are_not_read(arrays, path):
    with pytest.raises(StoredWeightsError, match="is not read|damaged"):
        arrays(weight("x/v", [1], "float32"), paths=[path], a=b"1234")


def test_links_to_elsewhere_are_not_followed(arrays, tmp_path):
    (tmp_path.parent / "outside.bin").write_bytes(b"1234")
    os.symlink(tmp_path.parent / "outside.bin", tmp_path / "link.bin")
    with pytest.raises(StoredWeightsError, match="leads out of the folder"):
        arrays(weight("x/v", [1], "float32"), paths=["link.bin"])


@pytest.mark.parametrize("one", [
    weight("x/v", [-1], "float32"), weight("x/v", [2**50], "float32"), weight("x/v", "2", "float32"),
    weight("x/v", [1], "string"), weight("x/v", [1], "float32", {"dtype": "uint8"}), {"name": "x"}, None,
    weight("x/v", [1], ["float32"]),
    weight("x/v", [1], "float32", {"dtype": "uint8", "scale": "a", "min": 0}),
])  # fmt: skip
def test_a_damaged_manifest_is_an_error(arrays, one):
    with pytest.raises(StoredWeightsError):
        arrays(one, a=b"1234")


@pytest.mark.parametrize("paths", [["a.bin"] * 2, ["a.bin", "link.bin"]])
def test_a_file_counts_once(arrays, tmp_path, paths):
    os.symlink("a.bin", tmp_path / "link.bin")
    with pytest.raises(StoredWeightsError, match="listed twice"):
        arrays(weight("x/v", [2], "float32"), paths=paths, a=bytes(4))


def test_a_file_counts_once_over_all_groups(tmp_path):
    (tmp_path / "a.bin").write_bytes(bytes(4))
    groups = [{"paths": ["a.bin"], "weights": [weight(name, [1], "float32")]} for name in ("x/v", "y/v")]
    path = write_json(tmp_path / "model.json", {"modelTopology": model(), "weightsManifest": groups})
    with pytest.raises(StoredWeightsError, match="listed twice"), tensorflowjs_weights.opened(str(path)):
        pass


@pytest.mark.parametrize("scale", [float("nan"), float("inf"), "nan", 1e400])
@pytest.mark.parametrize("of", ["scale", "min"])
def test_a_scale_that_is_no_finite_number_is_an_error(arrays, scale, of):
    said = {"dtype": "uint8", "scale": 1.0, "min": 0.0, of: scale}
    with pytest.raises(StoredWeightsError, match="is scaled by"):
        arrays(weight("x/v", [1], "float32", said), a=bytes(1))


def test_a_name_of_many_parts_is_an_error(arrays):
    with pytest.raises(StoredWeightsError, match="has more than"):
        arrays(weight("a/" * 5000 + "v", [1], "float32"), a=bytes(4))


def test_names_of_files_are_safe_to_print(arrays, tmp_path):
    (tmp_path / "a\x1b[31m.bin").write_bytes(bytes(2))
    with pytest.raises(StoredWeightsError, match="end before 4 bytes") as error:
        arrays(weight("x/v", [1], "float32"), paths=["a\x1b[31m.bin"])
    assert str(error.value).isprintable()


def test_an_empty_array_of_absurd_shape_is_an_error(arrays):
    with pytest.raises(StoredWeightsError, match="is damaged"):
        arrays(weight("x/v", [0, 2**39, 2**39], "float32"), a=b"x")
