"""Loading takes the memory of the weights and of a buffer, whatever the format."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np
import pytest
import tensorflow as tf
from environments import keras_2_only

from keras_inits.keras_compat import backend, versions

K, L = tf.keras, tf.keras.layers
SIDE, LAYERS = 4096, 4
BYTES = LAYERS * 4 * SIDE * SIDE
# torch copies what is read into its weights: one of four is there twice.
MOST = 1.35 if backend.name() == "torch" else 1.25
# Prints how much more memory was in use at most than before.
LOADING = """
import sys
import tensorflow as tf
import keras_inits

def status(name):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name + ":")) * 1024

small, large, weights = sys.argv[1:]
keras_inits.load_model(small)
before = status("VmRSS")
with open("/proc/self/clear_refs", "w") as file:
    file.write("5")  # The peak starts again.
model = keras_inits.load_model(large, weights=weights or None)
kernels = [weight for weight in model.weights if len(weight.shape) == 2]
found = [float(kernel[number, number]) for number, kernel in enumerate(kernels)]
print(status("VmHWM") - before, found)
"""


def model_of(side, layers):
    """A model whose n-th kernel has n + 1 at its n-th place of the diagonal, and what does not compress."""
    model = K.Sequential([K.Input((side,)), *(L.Dense(side, use_bias=False) for _ in range(layers))])
    kernels = [np.random.RandomState(number).random_sample((side, side)) for number in range(layers)]
    for number, kernel in enumerate(kernels):
        kernel[number, number] = number + 1.0
    model.set_weights(kernels)
    return model


def save_h5(model, folder):
    model.save(folder / "m.h5")
    return folder / "m.h5", ""


def save_keras(model, folder):
    model.save(folder / "m.keras")
    return folder / "m.keras", ""


def save_chunked(model, folder):
    save_h5(model, folder)
    with h5py.File(folder / "m.h5") as source, h5py.File(folder / "chunked.h5", "w") as target:

        def copy(name, found):
            if isinstance(found, h5py.Dataset):
                copied = target.create_dataset(name, data=found[()], chunks=True, compression="lzf")
            else:
                copied = target.require_group(name)
            copied.attrs.update(found.attrs)

        target.attrs.update(source.attrs)
        source.visititems(copy)
    return folder / "chunked.h5", ""


def save_saved_model(model, folder):
    model.save(folder / "saved", save_format="tf")
    return folder / "saved", ""


def save_checkpoint(model, folder):
    (folder / "m.json").write_text(model.to_json())
    model.save_weights(folder / "checkpoint", save_format="tf")
    return folder / "m.json", folder / "checkpoint"


def save_tensorflowjs(model, folder):
    weights, paths = [], []
    for layer in model.layers:
        for weight in layer.get_weights():
            name = f"{layer.name}/kernel"
            weights.append({"name": name, "shape": list(weight.shape), "dtype": "float32"})
            paths.append(f"{layer.name}.bin")
            weight.tofile(folder / paths[-1])
    manifest = [{"paths": paths, "weights": weights}]
    topology = {
        "keras_version": versions.keras_version(),
        "backend": "tensorflow",
        "model_config": json.loads(model.to_json()),
    }
    text = {"format": "layers-model", "modelTopology": topology, "weightsManifest": manifest}
    (folder / "model.json").write_text(json.dumps(text))
    return folder / "model.json", ""


FORMATS = {
    "HDF5": save_h5,
    "HDF5, compressed": save_chunked,
    ".keras": save_keras,
    "SavedModel": pytest.param(save_saved_model, marks=keras_2_only),
    "checkpoint": pytest.param(save_checkpoint, marks=keras_2_only),
    "TensorFlow.js": save_tensorflowjs,
}


@pytest.fixture
def folder():
    """A folder that does not stay, as pytest's own do."""
    with tempfile.TemporaryDirectory() as name:
        yield pathlib.Path(name)


@pytest.mark.slow
@pytest.mark.skipif(not os.access("/proc/self/clear_refs", os.W_OK), reason="the system does not tell peaks")
@pytest.mark.parametrize("save", FORMATS.values(), ids=list(FORMATS))
def test_little_more_than_the_weights(save, folder):
    (folder / "small").mkdir()
    small, _ = save_h5(model_of(2, 1), folder / "small")
    large, weights = save(model_of(SIDE, LAYERS), folder)
    done = subprocess.run(
        [sys.executable, "-c", LOADING, str(small), str(large), str(weights)],
        capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(pathlib.Path(__file__).parents[2])},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    more, _, found = done.stdout.splitlines()[-1].partition(" ")
    assert json.loads(found) == [number + 1.0 for number in range(LAYERS)]
    assert int(more) <= MOST * BYTES, f"{int(more) / BYTES:.2f} times the weights"
