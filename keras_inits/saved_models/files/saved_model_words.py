"""The words that layers of a SavedModel know: in its checkpoint, in constants of its graph, or in a file.

Before TensorFlow 2.6 a layer had its words in a table, which the checkpoint has. Since then a function fills
the table when the model is loaded, by constants or from a file; here the function is read, and not run.
"""

import functools
import os
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from keras_inits.saved_models.files import limits, saved_model_files, wire_format
from keras_inits.saved_models.files.saved_model_files import ASSETS
from keras_inits.saved_models.files.saved_model_protos import GRAPH, OBJECT_GRAPH, Graph
from keras_inits.saved_models.files.stored import VALUE, Object
from keras_inits.saved_models.files.wire_format import message, messages, raw, text

# Layers that look up words, and the attribute in which one of them has another.
CLASSES = frozenset({"IntegerLookup", "StringLookup", "TextVectorization"})
_INNER = ("_lookup_layer", "_index_lookup_layer")
_TABLES = ("lookup_table", "_table")
_FREQUENCIES = ("idf_weights", "idf")
_FILLS, _FILE, _STARTS = "_initialize", "_filename", "_initializer"
# The numbers of fields, of the messages `SavedObjectGraph`, `GraphDef`, `FunctionDef`, `NodeDef` and so on.
_FUNCTIONS, _BOUND = 2, 2
_GRAPH_NODES, _LIBRARY, _LIBRARY_FUNCTIONS = 1, 2, 1
_SIGNATURE, _FUNCTION_NODES, _NAME, _ARGUMENTS = 1, 3, 1, 2
_NODE_NAME, _OPERATION, _INPUTS, _ATTRIBUTES = 1, 2, 3, 5
_TENSOR = 8
_DTYPE, _CONTENT, _INT_VALUES, _STRING_VALUES, _INT64_VALUES = 1, 4, 7, 8, 10
_KEY, _VALUE = 1, 2
_IMPORT = "LookupTableImportV2"
_NOTHING = memoryview(b"")
_STRING, _INT32, _INT64 = 7, 3, 9
_INDEX_DTYPES = {_INT32: "<i4", _INT64: "<i8"}


class Words:
    """What the layers of a SavedModel have learnt: found for a layer by its place in the graph of objects."""

    def __init__(self, folder: str, graph: Graph, objects: list[Object]):
        self._folder, self._graph, self._objects = folder, graph, objects

    @functools.cached_property
    def _bound(self) -> dict[str, memoryview]:
        return _bound(self._graph.data)

    @functools.cached_property
    def _functions(self) -> dict[str, memoryview]:
        return _functions(self._graph.data)

    @functools.cached_property
    def _constants(self) -> dict[str, memoryview]:
        return _nodes(self._graph.data)

    def of(self, place: int, config: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the arguments that give a layer its words.

        Args:
            place: Where its object is.
            config: Its config, as it was saved.

        Raises:
            ValueError: They are damaged, or cannot be given to a layer of today's.
        """
        inner = self._child(place, _INNER)
        at = place if inner is None else inner
        table = self._child(at, _TABLES)
        if table is None:
            return {}
        name = self._file(table)
        if name is not None:
            return {"vocabulary": self._lines(name)}
        found = self._in_checkpoint(table) or self._in_graph(table)
        if not found:
            return {}
        keys, places = (list(one) for one in zip(*sorted(found, key=lambda pair: pair[1]), strict=True))
        start = _first_word(config)
        words = [key for key, index in zip(keys, places, strict=True) if index >= start]
        given = {"vocabulary": words}
        frequencies = self._frequencies(place, at)
        if frequencies is not None and words:
            given["idf_weights"] = _of_words(frequencies, start, len(words))
        return given

    def _child(self, place: int, names: tuple[str, ...]) -> int | None:
        children = self._graph.nodes[place].children
        return next((children[name] for name in names if name in children), None)

    def _file(self, table: int) -> str | None:
        """Finds the file that fills a table."""
        starts = self._child(table, (_STARTS,))
        named = None if starts is None else self._child(starts, (_FILE,))
        asset = None if named is None else self._graph.nodes[named].asset
        if asset is None:
            return None
        if not 0 <= asset < len(self._graph.assets):
            raise ValueError(f"a table is filled from the file {asset} of {len(self._graph.assets)}")
        return self._graph.assets[asset]

    def _lines(self, name: str) -> list[str]:
        if os.path.basename(name) != name or name in ("", ".", ".."):
            raise ValueError(f"the words are in {name!r:.200}, which is not in the folder")
        content = saved_model_files.content(self._folder, os.path.join(ASSETS, name), limits.VOCABULARY_BYTES)
        lines = content.decode().split("\n")
        return lines[:-1] if lines[-1] == "" else lines

    def _in_checkpoint(self, table: int) -> list[tuple[Any, int]]:
        if table >= len(self._objects):
            return []
        found = {name.rpartition("-")[2]: one for name, one in self._objects[table].arrays.items()}
        if not {"keys", "values"} <= set(found):
            return []
        keys, values = found["keys"].read().ravel(), found["values"].read().ravel()
        return [(_word(key), int(value)) for key, value in zip(keys.tolist(), values.tolist(), strict=True)]

    def _frequencies(self, outer: int, inner: int) -> np.ndarray | None:
        """Finds how much a layer makes of each word."""
        weighs = self._child(outer, ("_vectorize_layer",))
        for at in (inner, outer if weighs is None else weighs):
            variable = self._child(at, _FREQUENCIES)
            if variable is not None and variable < len(self._objects):
                array = self._objects[variable].arrays.get(VALUE)
                if array is not None:
                    return array.read().ravel()
        return None

    def _in_graph(self, table: int) -> list[tuple[Any, int]]:
        """Reads the constants by which a function fills a table: the keys, and their places."""
        fills = self._child(table, (_FILLS,))
        name = "" if fills is None else self._graph.nodes[fills].function
        bound = list(_numbers(self._bound.get(name, _NOTHING), _BOUND))
        inputs = _inputs_of_import(self._functions.get(name, _NOTHING))
        operations = [
            self._graph.nodes[bound[one]].constant
            for one in inputs
            if one < len(bound) and 0 <= bound[one] < len(self._graph.nodes)
        ]
        if len(operations) != 2 or not all(operations):
            return []
        keys, places = (_constant(self._constants.get(one, _NOTHING)) for one in operations)
        if len(keys) != len(places):
            raise ValueError("a table has other numbers of words and of places")
        if keys and isinstance(places[0], str):  # Of a layer that turns places into words.
            keys, places = places, keys
        return list(zip(keys, places, strict=True))


def _first_word(config: Mapping[str, Any]) -> int:
    """Returns where words begin, behind what stands for no word and for unknown ones."""
    vectorizes = "ngrams" in config
    unknown = config.get("num_oov_indices", 1)
    masks = vectorizes or config.get("mask_token", config.get("mask_value")) is not None
    of_places = config.get("output_mode", "int") == "int"
    if not isinstance(unknown, int):
        raise ValueError(f"num_oov_indices={unknown!r:.80}")
    return unknown + int(masks and of_places)


def _of_words(frequencies: np.ndarray, start: int, count: int) -> list[float]:
    """Returns what a layer makes of its words, of which today's Keras takes the mean for unknown ones.

    Raises:
        ValueError: It made something else of unknown ones.
    """
    of_words = frequencies[start : start + count].astype(float)
    if len(of_words) != count or not np.allclose(frequencies[:start], of_words.mean(), rtol=1e-3):
        raise ValueError(
            "a TextVectorization of output mode 'tf_idf' weighed unknown words as no Keras does today"
        )
    return of_words.tolist()


def _word(key: Any) -> Any:
    return key.decode() if isinstance(key, bytes) else key


def _bound(data: memoryview) -> dict[str, memoryview]:
    """Finds the functions as objects, by their names."""
    found = {}
    for graph in messages(data, OBJECT_GRAPH):
        for entry in messages(graph, _FUNCTIONS):
            values = message(entry)
            found[text(values.get(_KEY, _NOTHING))] = _message(values.get(_VALUE, _NOTHING))
            _check_count(found)
    return found


def _check_count(found: Mapping[str, memoryview]) -> None:
    """Sees that there are no more things of a graph, a few bytes each in the file, than a model has."""
    if len(found) > limits.OBJECTS:
        raise ValueError(f"more than {limits.OBJECTS} functions or operations")


def _message(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise ValueError("a number in the place of a message")
    return value


def _numbers(data: memoryview, field: int) -> Iterator[int]:
    """Yields the numbers of a field that are written one by one or all together."""
    for key, value in wire_format.fields(data):
        if key == field:
            yield from [value] if isinstance(value, int) else wire_format.packed(value)


def _functions(data: memoryview) -> dict[str, memoryview]:
    """Finds the graph's functions by their names."""
    found = {}
    for graph in messages(data, GRAPH):
        for library in messages(graph, _LIBRARY):
            for function in messages(library, _LIBRARY_FUNCTIONS):
                signature = next(messages(function, _SIGNATURE), _NOTHING)
                found[text(next(messages(signature, _NAME), _NOTHING))] = function
                _check_count(found)
    return found


def _inputs_of_import(function: memoryview) -> list[int]:
    """Finds which of a function's arguments are the keys and the values of a table."""
    signature = next(messages(function, _SIGNATURE), _NOTHING)
    arguments = [text(message(one).get(_NAME, _NOTHING)) for one in messages(signature, _ARGUMENTS)]
    for node in messages(function, _FUNCTION_NODES):
        if text(next(messages(node, _OPERATION), _NOTHING)) == _IMPORT:
            inputs = [text(one).partition(":")[0] for one in messages(node, _INPUTS)]
            return [arguments.index(one) for one in inputs[1:3] if one in arguments]
    return []


def _nodes(data: memoryview) -> dict[str, memoryview]:
    """Finds the graph's operations by their names."""
    found = {}
    for graph in messages(data, GRAPH):
        for node in messages(graph, _GRAPH_NODES):
            found[text(next(messages(node, _NODE_NAME), _NOTHING))] = node
            _check_count(found)
    return found


def _constant(node: memoryview) -> list[Any]:
    """Reads a constant of the graph: words, or whole numbers."""
    for entry in messages(node, _ATTRIBUTES):
        values = message(entry)
        if text(values.get(_KEY, _NOTHING)) == "value":
            return _values(_message(message(values.get(_VALUE, _NOTHING)).get(_TENSOR, _NOTHING)))
    return []


def _values(data: memoryview) -> list[Any]:
    """Reads a `TensorProto` by its fields: empty messages would make any size of the generated class."""
    if len(data) > limits.VOCABULARY_BYTES:
        raise ValueError(f"a vocabulary of more than {limits.VOCABULARY_BYTES} bytes")
    said = message(data)
    kind = wire_format.number(said.get(_DTYPE, 0))
    if kind == _STRING:
        return [text(one) for one in messages(data, _STRING_VALUES)]
    if kind not in _INDEX_DTYPES:
        raise ValueError(f"a table of TensorFlow's type {kind}, which is neither words nor whole numbers")
    if content := raw(said.get(_CONTENT, _NOTHING)):
        return np.frombuffer(content, _INDEX_DTYPES[kind]).tolist()
    field = _INT64_VALUES if _INT64_VALUES in said else _INT_VALUES
    return [one - 2**64 if one >= 2**63 else one for one in _numbers(data, field)]
