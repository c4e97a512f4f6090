"""SavedModels, the folders that tf.keras wrote from TensorFlow 1.15 to tf_keras 2.21: the config in one.

None of the folder's functions is run. One of a user's own class, of a `tf.Module` or of TensorFlow 1 has no
config.
"""

import functools
import re
from collections.abc import Iterator
from typing import Any, TypeGuard

from keras_inits.saved_models.files import (
    checkpoints,
    config_trees,
    limits,
    saved_model_files,
    saved_model_protos,
    saved_model_texts,
    saved_model_words,
)
from keras_inits.saved_models.files.config_trees import OwnClass, WithoutConfigError, Written
from keras_inits.saved_models.files.saved_model_files import METADATA, MODEL, VARIABLES
from keras_inits.saved_models.files.saved_model_protos import Graph
from keras_inits.saved_models.files.stored import Object

# What Keras wrote in the place of a config that a class does not give.
_WITHOUT_CONFIG = "layer was saved without config"
_KERAS = "_tf_keras_"
# What Keras wrote there for a tuple or a shape.
_LISTS = ("__tuple__", "TensorShape")
_LAYER = re.compile("layer-[0-9]{1,6}\\Z")


def recognizes(head: bytes, path: str) -> bool:
    """Returns whether a path is a SavedModel's: a folder with a `saved_model.pb`, that file, a zip of it."""
    return saved_model_files.is_one(head, path)


def read(path: str) -> Written:
    """Reads a model's version, backend and config.

    Raises:
        WithoutConfigError: The folder holds no config of Keras' own layers; the message says what it has.
        ValueError: It is damaged.
    """
    with saved_model_files.folder(path) as folder:
        graph = _graph(folder)
        metadata = _metadata(folder, graph)
        root = _parsed(metadata.get(0, b"")) if graph.nodes else {}
        config = root.get("config")
        if not config_trees.is_object(root) or not _has_layers(config):
            own = _own_class(root, graph)
            raise WithoutConfigError(
                saved_model_texts.description(path, root, graph, _without(metadata)), own
            )
        _give_words(folder, graph, metadata, config)
    model = {"class_name": root["class_name"], "config": config}
    inputs = saved_model_texts.call_inputs(root, graph)
    if isinstance(inputs, saved_model_texts.Spec):
        # A Sequential may have been built by the first batch that it got.
        config["build_input_shape"] = [None, *inputs.shape[1:]]
    if isinstance(root.get("training_config"), dict):
        model["compile_config"] = root["training_config"]
    return Written(root.get("keras_version"), root.get("backend"), model)


def _has_layers(config: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(config, dict) and isinstance(config.get("layers"), list)


def _own_class(root: dict[str, Any], graph: Graph) -> OwnClass | None:
    """Returns what is known of a model of the user's own class; `None` where there is no such."""
    name, config = root.get("class_name"), root.get("config")
    if not isinstance(name, str):
        return None
    config = config if isinstance(config, dict) and _WITHOUT_CONFIG not in config else {}
    inputs = saved_model_texts.call_inputs(root, graph)
    return OwnClass(name, config, inputs, root.get("keras_version"), root.get("training_config"))


def _without(metadata: dict[int, bytes]) -> list[str]:
    """Lists the classes that have no config."""
    found = (_parsed(text) for text in metadata.values() if _WITHOUT_CONFIG.encode() in text)
    configs = ((one.get("class_name"), one.get("config")) for one in found)
    return sorted(
        {str(name) for name, config in configs if isinstance(config, dict) and _WITHOUT_CONFIG in config}
    )


def _parsed(text: bytes) -> dict[str, Any]:
    found = _plain(config_trees.parse(text)) if text else {}
    return found if isinstance(found, dict) else {}


def _plain(value: Any) -> Any:
    """Returns a config with lists for tuples and shapes, as all other formats have them."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.get("class_name") in _LISTS and isinstance(value.get("items"), list):
        return _plain(value["items"])
    return {key: _plain(one) for key, one in value.items()}


def _give_words(folder: str, graph: Graph, metadata: dict[int, bytes], config: dict[str, Any]) -> None:
    """Puts the words that layers have learnt into their configs."""
    lookups = list(_Lookups(graph, metadata).inside(config, 0))
    if not lookups:
        return
    known = saved_model_words.Words(folder, graph, _objects(folder))
    for place, layer in lookups:
        try:
            given = known.of(place, layer["config"])
            if layer["class_name"] == "IntegerLookup" and "vocabulary" in given:
                given["vocabulary"] = [int(word) for word in given["vocabulary"]]
        except (ArithmeticError, TypeError) as error:  # Such as a table whose places are texts, or infinite.
            raise ValueError(f"the words of a {layer['class_name']} are damaged: {error}") from error
        layer["config"] |= given


def _objects(folder: str) -> list[Object]:
    """Reads the graph of objects of the checkpoint; nothing where it is missing."""
    if not saved_model_files.has(folder, f"{VARIABLES}/{VARIABLES}.index"):
        return []
    return checkpoints.objects(checkpoints.arrays(f"{folder}/{VARIABLES}/{VARIABLES}"))


class _Lookups:
    """Finds the layers that look up words which are not in their config, and where their objects are."""

    def __init__(self, graph: Graph, metadata: dict[int, bytes]):
        self._graph, self._metadata = graph, metadata
        # Any number of models in the config may be at one place: what is there is read once.
        self._layers_at = functools.cache(self._layers)
        self._name_at = functools.cache(self._name)

    def inside(self, config: dict[str, Any], place: int) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yields the place and the config of each such layer of a model, and of the models in it."""
        layers: dict[str, int] = {}
        if any(map(_looks_up, config_trees.nested(config))):
            layers = self._layers_at(place)
        for layer in config["layers"] if layers else ():
            if not config_trees.is_object(layer):
                continue
            name = layer["config"].get("name") if isinstance(layer["config"], dict) else None
            name = layer.get("name") or name
            at = layers.get(name) if isinstance(name, str) else None
            if at is None:
                continue
            if _looks_up(layer):
                yield at, layer
            elif _has_layers(layer["config"]):
                yield from self.inside(layer["config"], at)

    def _layers(self, place: int) -> dict[str, int]:
        """Returns the places of a model's layers, by the layers' names."""
        inner = [at for name, at in self._graph.nodes[place].children.items() if _LAYER.match(name)]
        named = {self._name_at(at): at for at in inner}
        return {name: at for name, at in named.items() if isinstance(name, str)}

    def _name(self, place: int) -> str | None:
        return config_trees.text_or_none(_parsed(self._metadata.get(place, b"")).get("name"))


def _looks_up(value: Any) -> bool:
    """Returns whether a part of a config is of a layer that looks up words, without them."""
    if not config_trees.is_object(value) or value["class_name"] not in saved_model_words.CLASSES:
        return False
    return isinstance(value["config"], dict) and not isinstance(value["config"].get("vocabulary"), list)


def _graph(folder: str) -> Graph:
    try:
        return saved_model_protos.graph(
            memoryview(saved_model_files.content(folder, MODEL, limits.PROTOCOL_BUFFER_BYTES))
        )
    except ValueError as error:
        raise ValueError(f"a SavedModel, but {MODEL} is damaged: {error}") from error


def _metadata(folder: str, graph: Graph) -> dict[int, bytes]:
    """Returns what Keras wrote of the objects, by their places."""
    if not saved_model_files.has(folder, METADATA):
        return {
            place: node.metadata
            for place, node in enumerate(graph.nodes)
            if node.identifier.startswith(_KERAS)
        }
    try:
        return saved_model_protos.metadata(
            memoryview(saved_model_files.content(folder, METADATA, limits.CONFIG_BYTES))
        )
    except ValueError as error:
        raise ValueError(f"a SavedModel, but {METADATA} is damaged: {error}") from error
