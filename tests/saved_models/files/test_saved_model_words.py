"""The words of a SavedModel's layers, and those that no layer of today's could have."""

import numpy as np
import pytest
from tensorflow.core.framework import node_def_pb2, tensor_pb2
from tensorflow.core.protobuf import meta_graph_pb2

from keras_inits.saved_models.files import limits, saved_model_words
from keras_inits.saved_models.files.saved_model_protos import Graph, Node
from keras_inits.saved_models.files.stored import VALUE, Array, Object

TABLE = [Node({"_table": 1, "idf": 2}), Node({}), Node({})]


def array(values):
    return Array("a", np.shape(values), lambda: np.array(values))


def words(keys, places, frequencies=None):
    """Returns the words of a layer with this table in its checkpoint."""
    graph = Graph("2.4.0", TABLE, [], [], memoryview(b""))
    table = Object({}, {"table-keys": array(keys), "table-values": array(places)})
    weighs = Object({}, {} if frequencies is None else {VALUE: array(frequencies)})
    return saved_model_words.Words("", graph, [Object({}, {}), table, weighs])


def test_words_are_in_the_order_of_their_places():
    found = words([b"[UNK]", b"", b"y", b"x"], [1, 0, 3, 2]).of(0, {"mask_token": "", "num_oov_indices": 1})
    assert found == {"vocabulary": ["x", "y"]}


def test_frequencies_of_words():
    found = words([b"[UNK]", b"a", b"b"], [0, 1, 2], [1.5, 1.0, 2.0]).of(0, {"output_mode": "tf-idf"})
    assert found == {"vocabulary": ["a", "b"], "idf_weights": [1.0, 2.0]}


def test_unknown_words_that_weigh_otherwise_than_today():
    with pytest.raises(ValueError, match="weighed unknown words"):
        words([b"[UNK]", b"a", b"b"], [0, 1, 2], [9.0, 1.0, 2.0]).of(0, {"output_mode": "tf-idf"})


def test_a_layer_without_a_table():
    graph = Graph(None, [Node({})], [], [], memoryview(b""))
    assert saved_model_words.Words("", graph, []).of(0, {}) == {}


def constant(**values):
    """Returns a node of a graph that has a constant."""
    node = node_def_pb2.NodeDef()
    node.attr["value"].tensor.CopyFrom(tensor_pb2.TensorProto(**values))
    return memoryview(node.SerializeToString())


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"dtype": 7, "string_val": [b"a", b"\xc2\xb2", b""]}, ["a", "²", ""]),
        ({"dtype": 9, "int64_val": [1, -1, 2**62]}, [1, -1, 2**62]),
        ({"dtype": 3, "int_val": [5, -7]}, [5, -7]),
        ({"dtype": 9, "tensor_content": np.array([3, -4], "<i8").tobytes()}, [3, -4]),
        ({"dtype": 9}, []),
    ],
)
def test_constants_of_a_graph(values, expected):
    assert saved_model_words._constant(constant(**values)) == expected


def test_a_constant_of_another_type():
    with pytest.raises(ValueError, match="type 1, which is neither"):
        saved_model_words._constant(constant(dtype=1, float_val=[1.0]))


def test_too_many_operations(monkeypatch):
    monkeypatch.setattr(limits, "OBJECTS", 3)
    graph = meta_graph_pb2.MetaGraphDef()
    for number in range(5):
        graph.graph_def.node.add(name=str(number))
    with pytest.raises(ValueError, match="more than 3 functions or operations"):
        saved_model_words._nodes(memoryview(graph.SerializeToString()))
