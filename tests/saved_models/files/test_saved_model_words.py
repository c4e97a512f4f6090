"""The words of a SavedModel's layers, and those that no layer of today's could have."""

import numpy as np
import pytest

from keras_inits.saved_models.files import saved_model_words
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
