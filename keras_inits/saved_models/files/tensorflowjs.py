"""Layers models of TensorFlow.js: a `model.json` with the config, and a list of the files of weights.

Its converter writes the config of the Keras that made the model; its `model.save`, in the words of Keras 2.
"""

import json
import os
from typing import Any

from keras_inits.saved_models.files import config_trees, limits
from keras_inits.saved_models.files.config_trees import Written

# The config, and the list of the weights.
TOPOLOGY, MANIFEST = "modelTopology", "weightsManifest"


def recognizes(head: bytes, path: str) -> bool:
    """Returns whether a file is the JSON of a model of TensorFlow.js that lists weights."""
    text = head.decode(json.detect_encoding(head), errors="ignore").lstrip("\ufeff \t\r\n")
    if not text.startswith("{") or os.path.getsize(path) > limits.CONFIG_BYTES:
        return False
    with open(path, "rb") as file:
        data = file.read(limits.CONFIG_BYTES)
    # Read twice only where there are such words in it.
    if MANIFEST.encode() not in data:
        return False
    try:
        value = config_trees.parse(data)
    except ValueError:
        return False
    return is_model(value) and bool(value.get(MANIFEST))


def is_model(value: Any) -> bool:
    """Returns whether parsed JSON is a model of TensorFlow.js, with its weights or without."""
    return isinstance(value, dict) and isinstance(value.get(TOPOLOGY), dict)


def parsed(path: str) -> dict[str, Any]:
    """Reads a `model.json`.

    Raises:
        ValueError: It is too large, or no JSON of TensorFlow.js.
    """
    config_trees.check_size(os.path.getsize(path), "the JSON")
    with open(path, "rb") as file:
        value = config_trees.parse(file.read(limits.CONFIG_BYTES))
    if not is_model(value):
        raise ValueError("JSON, but no model of TensorFlow.js")
    return value


def read(path: str) -> Written:
    """Reads a model's version, backend and config out of a `model.json`."""
    return written(parsed(path))


def written(value: dict[str, Any]) -> Written:
    """Returns the version, backend and config of a model, from its parsed JSON.

    Raises:
        ValueError: It is not made of layers.
    """
    topology = value[TOPOLOGY]
    if value.get("format") == "graph-model" or "node" in topology:
        raise ValueError(
            "a graph model of TensorFlow.js, made of TensorFlow's operations: it holds no layers of Keras"
        )
    if isinstance(topology.get("model_config"), dict):
        said = {key: topology.get(key) for key in ("keras_version", "backend")}
        topology = said | topology["model_config"]
    return config_trees.architecture(topology, "JSON")
