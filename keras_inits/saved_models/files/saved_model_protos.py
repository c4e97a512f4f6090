"""What stands in `saved_model.pb` and `keras_metadata.pb`: objects, signatures and Keras' configs.

Functions and graphs, most of a file, are passed over.
"""

import dataclasses
import functools
import itertools
from collections.abc import Mapping
from typing import Any

from google.protobuf.message import DecodeError
from tensorflow.core.framework import types_pb2
from tensorflow.core.protobuf import meta_graph_pb2

from keras_inits.saved_models.files import limits, wire_format
from keras_inits.saved_models.files.wire_format import message, messages, number, raw, text

# The numbers of fields, of the messages `SavedModel`, `MetaGraphDef`, `SavedObjectGraph` and so on.
_META_GRAPHS = 2
_META_INFO, _SIGNATURES, _ASSETS = 1, 5, 6
GRAPH, OBJECT_GRAPH = 2, 7
_TAGS, _TENSORFLOW_VERSION = 4, 5
_NODES = 1
_CHILDREN, _USER_OBJECT, _ASSET, _FUNCTION, _CONSTANT = 1, 4, 5, 6, 9
_NODE_ID, _LOCAL_NAME = 1, 2
_IDENTIFIER, _METADATA = 1, 3
_ASSET_NUMBER = _OPERATION = _FUNCTION_NAMES = 1
_FILE_NAME = 2
# Of `SavedMetadata` and its nodes.
_KERAS_NODES, _KERAS_ID, _KERAS_METADATA = 1, 2, 5
# Of an entry of a map.
_KEY, _VALUE = 1, 2
_SERVED = "serve"
_NOTHING = memoryview(b"")


@dataclasses.dataclass(frozen=True)
class Node:
    """An object of the graph of objects.

    Attributes:
        children: The objects that are its attributes: their places in the list of all, by name.
        identifier: What kind of object it is, such as `"_tf_keras_layer"`; empty for functions and variables.
        metadata: What Keras wrote of it, as JSON; empty where there is nothing, or in another file.
        asset: The number of its file in the list of assets, `None` of what is no file.
        function: The name of the graph's function that it is, empty of what is no function.
        constant: The name of the graph's operation that it is, empty of what is no constant.
    """

    children: Mapping[str, int]
    identifier: str = ""
    metadata: bytes = b""
    asset: int | None = None
    function: str = ""
    constant: str = ""


@dataclasses.dataclass(frozen=True)
class Tensor:
    """An input or output of a signature; its shape is `None` where its rank is unknown."""

    name: str
    dtype: str
    shape: tuple[int | None, ...] | None


@dataclasses.dataclass(frozen=True)
class Signature:
    """A function that the model can be called by."""

    name: str
    method: str
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]


@dataclasses.dataclass(frozen=True)
class Graph:
    """What one model of a SavedModel has.

    Attributes:
        tensorflow_version: The TensorFlow that wrote it, `None` where it does not say.
        nodes: The objects, the first of which is what was saved; none of a model of TensorFlow 1.
        signatures: The signatures by which it can be called.
        assets: The names of its files, by the numbers that nodes have.
        data: All of it, as it was written.
    """

    tensorflow_version: str | None
    nodes: list[Node]
    signatures: list[Signature]
    assets: list[str]
    data: memoryview


def graph(data: memoryview) -> Graph:
    """Reads a `saved_model.pb`.

    Raises:
        ValueError: It is damaged, larger than a model is, or none.
    """
    graphs = _some(data, _META_GRAPHS, "models")
    if not graphs:
        raise ValueError("a saved_model.pb without a model in it")
    # One with the tag of what is served, where there are several.
    served = [one for one in graphs if _SERVED in _info(one)[1]] if len(graphs) > 1 else graphs
    return _graph((served or graphs)[0])


def metadata(data: memoryview) -> dict[int, bytes]:
    """Reads a `keras_metadata.pb`: what Keras wrote of each object, as JSON, by the object's place."""
    found = {}
    for node in messages(data, _KERAS_NODES):
        values = message(node)
        found[number(values.get(_KERAS_ID, 0))] = raw(values.get(_KERAS_METADATA, _NOTHING))
        if len(found) > limits.OBJECTS:
            raise ValueError(f"more than {limits.OBJECTS} objects")
    return found


def _info(graph: memoryview) -> tuple[str | None, list[str]]:
    """Reads which TensorFlow wrote a model, and its tags."""
    version, tags = None, []
    for info in messages(graph, _META_INFO):
        for key, value in wire_format.fields(info):
            if key == _TENSORFLOW_VERSION:
                version = text(value)
            elif key == _TAGS:
                tags.append(text(value))
    return version, tags


def _graph(data: memoryview) -> Graph:
    objects: list[Node] = []
    edges = 0
    for graph in messages(data, OBJECT_GRAPH):
        for one in messages(graph, _NODES):
            node, named = _node(one)
            objects.append(node)
            edges += named
            if len(objects) > limits.OBJECTS or edges > limits.OBJECT_EDGES:
                raise ValueError(f"more than {limits.OBJECTS} objects, or {limits.OBJECT_EDGES} edges")
    if any(not 0 <= place < len(objects) for node in objects for place in node.children.values()):
        raise ValueError("an edge of its objects leads to none")
    signatures = [_signature(one) for one in _entries(data)]
    return Graph(_info(data)[0], objects, [one for one in signatures if one], _asset_names(data), data)


def _node(data: memoryview) -> tuple[Node, int]:
    """Reads an object; returns also how many edges it has."""
    children, edges = {}, 0
    found: dict[str, Any] = {}
    for key, value in wire_format.fields(data):
        if key == _CHILDREN:
            edges += 1
            child = message(value)
            children[text(child.get(_LOCAL_NAME, _NOTHING))] = number(child.get(_NODE_ID, 0))
            if edges > limits.OBJECT_EDGES:
                raise ValueError(f"an object with more than {limits.OBJECT_EDGES} edges")
        elif key == _USER_OBJECT:
            user = message(value)
            found["identifier"] = text(user.get(_IDENTIFIER, _NOTHING))
            found["metadata"] = raw(user.get(_METADATA, _NOTHING))
        elif key == _ASSET:
            found["asset"] = number(message(value).get(_ASSET_NUMBER, 0))
        elif key == _FUNCTION:
            found["function"] = text(message(value).get(_FUNCTION_NAMES, _NOTHING))
        elif key == _CONSTANT:
            found["constant"] = text(message(value).get(_OPERATION, _NOTHING))
    return Node(children, **found), edges


def _asset_names(data: memoryview) -> list[str]:
    names = []
    for one in messages(data, _ASSETS):
        names.append(text(message(one).get(_FILE_NAME, _NOTHING)))
        if len(names) > limits.STORED_NAMES:
            raise ValueError(f"more than {limits.STORED_NAMES} assets")
    return names


def _entries(data: memoryview) -> list[memoryview]:
    """Lists the signatures, of which there are a few."""
    found = _some(data, _SIGNATURES, "signatures")
    if sum(map(len, found)) > limits.SIGNATURE_BYTES:
        raise ValueError(f"signatures of more than {limits.SIGNATURE_BYTES} bytes")
    return found


def _some(data: memoryview, field: int, what: str) -> list[memoryview]:
    """Lists what there is a few of; an empty one has two bytes in the file, and a hundred times that here."""
    found = list(itertools.islice(messages(data, field), limits.STORED_NAMES + 1))
    if len(found) > limits.STORED_NAMES:
        raise ValueError(f"more than {limits.STORED_NAMES} {what}")
    return found


def _signature(entry: memoryview) -> Signature | None:
    """Reads a signature; `None` for one that only starts the model."""
    values = message(entry)
    try:
        found = meta_graph_pb2.SignatureDef.FromString(raw(values.get(_VALUE, _NOTHING)))
    except DecodeError as error:
        raise ValueError("a signature is damaged") from error
    name = text(values.get(_KEY, _NOTHING))
    if name == "__saved_model_init_op":
        return None
    return Signature(name, found.method_name, _tensors(found.inputs), _tensors(found.outputs))


def _tensors(saved: Mapping[str, Any]) -> tuple[Tensor, ...]:
    return tuple(
        Tensor(name, dtype_name(one.dtype), _shape(one.tensor_shape)) for name, one in sorted(saved.items())
    )


def _shape(saved: Any) -> tuple[int | None, ...] | None:
    return None if saved.unknown_rank else tuple(None if axis.size < 0 else axis.size for axis in saved.dim)


@functools.cache
def dtype_name(kind: int) -> str:
    """Returns the name of a dtype of TensorFlow's by its number."""
    names = {"DT_FLOAT": "float32", "DT_DOUBLE": "float64", "DT_HALF": "float16"}
    found = types_pb2.DataType.Name(kind) if kind in types_pb2.DataType.values() else f"type {kind}"
    return names.get(found, found.removeprefix("DT_").lower())
