"""How many saved models load, with Keras' own `load_model` and with the package, and predict what they did.

    python benchmarks/load_rate.py                 those in tests/data/saved, which real old Keras versions saved
    python benchmarks/load_rate.py FOLDER...       those in other folders
    TF_USE_LEGACY_KERAS=1 python benchmarks/load_rate.py     with tf_keras in the place of Keras 3

Whole models in HDF5 and `.keras`, and architectures in JSON. A model predicts what it did if it gives for the inputs in the
`.npz` next to it the outputs there, up to rounding; a file without one is loaded only.
"""

from __future__ import annotations

import collections
import json
import os
import pathlib
import sys
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Without oneDNN, TensorFlow has no convolution of channels first on a CPU.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

import h5py
import numpy as np
import tensorflow as tf

import keras_inits

SAVED = pathlib.Path(__file__).parents[1] / "tests" / "data" / "saved"
NO_MODELS = ("Tokenizer", "TimeseriesGenerator")  # Keras writes them as JSON, too.


def is_model(path: pathlib.Path) -> bool:
    if path.suffix == ".json":
        try:
            config = json.loads(path.read_text())
            config = json.loads(config) if isinstance(config, str) else config
        except ValueError:
            return False
        return isinstance(config, dict) and config.get("class_name", NO_MODELS[0]) not in NO_MODELS
    if path.suffix in (".h5", ".hdf5"):
        with h5py.File(path, "r") as file:
            return "model_config" in file.attrs
    return path.suffix == ".keras"


def with_keras(path: pathlib.Path):
    if path.suffix == ".json":
        config = json.loads(path.read_text())
        return tf.keras.models.model_from_json(config if isinstance(config, str) else json.dumps(config))
    return tf.keras.models.load_model(str(path), compile=False)


def predicts_what_it_did(model, recorded) -> bool:
    inputs = [tf.constant(recorded[name]) for name in recorded if name.startswith("x")]
    outputs = [recorded[name] for name in recorded if name.startswith("y")]
    predicted = tf.nest.flatten(model(inputs if len(inputs) > 1 else inputs[0], training=False))
    predicted = [np.asarray(a).astype(b.dtype) for a, b in zip(predicted, outputs)]
    return len(predicted) == len(outputs) and all(
        np.array_equal(a, b) if b.dtype.kind == "U" else np.allclose(a, b, rtol=1e-4, atol=1e-5)
        for a, b in zip(predicted, outputs)
    )


def what_comes_of(load, path: pathlib.Path) -> str:
    try:
        model = load(path)
    except Exception:
        return "refused"
    if not path.with_suffix(".npz").exists():
        return "loaded"
    try:
        return "right" if predicts_what_it_did(model, np.load(path.with_suffix(".npz"))) else "wrong"
    except Exception:
        return "wrong"


def main() -> None:
    warnings.filterwarnings("ignore")
    folders = [pathlib.Path(name) for name in sys.argv[1:]] or [SAVED]
    paths = sorted(path for folder in folders for path in folder.iterdir() if is_model(path))
    print("| with | models | load | load and predict the same |\n| --- | ---: | ---: | ---: |")
    for name, load in {"tf.keras": with_keras, "keras_inits": keras_inits.load_model}.items():
        count = collections.Counter(what_comes_of(load, path) for path in paths)
        loaded = count["right"] + count["wrong"] + count["loaded"]
        right = count["right"] if loaded > count["loaded"] else "-"
        print(f"| {name} | {len(paths)} | {loaded} | {right} |", flush=True)


if __name__ == "__main__":
    main()
