"""SavedModels, the folders that tf.keras wrote from TensorFlow 1.15 to tf_keras 2.21: the config in one.

None of the folder's functions is run. One of a user's own class, of a `tf.Module` or of TensorFlow 1 has no config.
"""

from typing import Any

from keras_inits.saved_models.files import config_trees, limits, saved_model_files, saved_model_protos, saved_model_texts
from keras_inits.saved_models.files.config_trees import OwnClass, WithoutConfigError, Written
from keras_inits.saved_models.files.saved_model_files import METADATA, MODEL
from keras_inits.saved_models.files.saved_model_protos import Graph

# What Keras wrote in the place of a config that a class does not give.
_WITHOUT_CONFIG = "layer was saved without config"
_KERAS = "_tf_keras_"


def recognizes(head: bytes, path: str) -> bool:
    """Returns whether a path is a SavedModel's: a folder with a `saved_model.pb`, that file, or a zip of it."""
    return saved_model_files.is_one(head, path)


def read(path: str) -> Written:
    """Reads a model's version, backend and config.

    Raises:
        WithoutConfigError: The folder holds no config of Keras' own layers; the message says what it does hold.
        ValueError: It is damaged.
    """
    with saved_model_files.folder(path) as folder:
        graph = _graph(folder)
        metadata = _metadata(folder, graph)
    root = _parsed(metadata.get(0, b"")) if graph.nodes else {}
    config = root.get("config")
    if not config_trees.is_object(root) or not _has_layers(config):
        own = _own_class(root, graph)
        raise WithoutConfigError(saved_model_texts.description(path, root, graph, _without(metadata)), own)
    model = {"class_name": root["class_name"], "config": config}
    if "build_input_shape" not in config and root.get("build_input_shape") is not None:
        config["build_input_shape"] = root["build_input_shape"]
    if isinstance(root.get("training_config"), dict):
        model["compile_config"] = root["training_config"]
    return Written(root.get("keras_version"), root.get("backend"), model)


def _has_layers(config: Any) -> bool:
    return isinstance(config, dict) and isinstance(config.get("layers"), list)


def _own_class(root: dict[str, Any], graph: Graph) -> OwnClass | None:
    """Returns what is known of a model of the user's own class; `None` where there is no such."""
    name, config = root.get("class_name"), root.get("config")
    if not isinstance(name, str):
        return None
    config = config if isinstance(config, dict) and _WITHOUT_CONFIG not in config else {}
    return OwnClass(name, config, saved_model_texts.call_inputs(root, graph), root.get("keras_version"))


def _without(metadata: dict[int, bytes]) -> list[str]:
    """Lists the classes that have no config."""
    found = (_parsed(text) for text in metadata.values() if _WITHOUT_CONFIG.encode() in text)
    return sorted({str(one.get("class_name")) for one in found if _WITHOUT_CONFIG in (one.get("config") or {})})


def _parsed(text: bytes) -> dict[str, Any]:
    found = config_trees.parse(text) if text else {}
    return found if isinstance(found, dict) else {}


def _graph(folder: str) -> Graph:
    try:
        return saved_model_protos.graph(memoryview(saved_model_files.content(folder, MODEL, limits.PROTOCOL_BUFFER_BYTES)))
    except ValueError as error:
        raise ValueError(f"a SavedModel, but {MODEL} is damaged: {error}") from error


def _metadata(folder: str, graph: Graph) -> dict[int, bytes]:
    """Returns what Keras wrote of the objects, by their places."""
    if not saved_model_files.has(folder, METADATA):
        return {place: node.metadata for place, node in enumerate(graph.nodes) if node.identifier.startswith(_KERAS)}
    try:
        return saved_model_protos.metadata(memoryview(saved_model_files.content(folder, METADATA, limits.CONFIG_BYTES)))
    except ValueError as error:
        raise ValueError(f"a SavedModel, but {METADATA} is damaged: {error}") from error


