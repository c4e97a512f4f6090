"""Architectures in JSON, as `to_json` wrote them, or as TensorFlow.js does."""

import json
import os

from keras_inits.saved_models.files import config_trees, limits, tensorflowjs
from keras_inits.saved_models.files.config_trees import Written


def recognizes(head: bytes, path: str) -> bool:
    """Returns whether a file's first bytes could begin a JSON object, array or string."""
    text = head.decode(json.detect_encoding(head), errors="ignore").lstrip("\ufeff \t\r\n")
    return text.startswith(("{", "[", '"'))


def read(path: str) -> Written:
    """Reads a model's version, backend and config out of what `to_json` wrote."""
    config_trees.check_size(os.path.getsize(path), "the JSON")
    with open(path, "rb") as file:
        value = config_trees.parse(file.read(limits.CONFIG_BYTES))
    # `json.dump(model.to_json(), file)` is a common slip: the text, once more as JSON.
    if isinstance(value, str):
        value = config_trees.parse(value.encode("utf-8", errors="surrogatepass"))
    if tensorflowjs.is_model(value):
        return tensorflowjs.written(value)
    return config_trees.architecture(value, "JSON")
