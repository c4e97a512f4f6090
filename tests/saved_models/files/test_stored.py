"""A tree of groups is walked by paths, and a layer's arrays are in the order of its weights."""

import numpy as np
import pytest

from keras_inits.saved_models.files import stored


def tree(content, path=""):
    """Returns a group that holds a dict's groups and numbers."""

    def open_child(name):
        inner = content[name]
        if isinstance(inner, dict):
            return tree(inner, f"{path}/{name}")
        return stored.Array(f"{path}/{name}", (), lambda: np.asarray(inner))

    return stored.Group(path, content, open_child)


LAYER = tree({
    "vars": {"1": 1, "0": 0, "10": 10, "2": 2, "other": 3},
    "value_dense": {"vars": {"0": 5}},
    "query_dense": {"vars": {"0": 4}},
    "seed_generator": {"vars": {"0": 9}},
})  # fmt: skip


def test_arrays_are_in_the_order_of_their_numbers_and_of_the_layers_inside():
    assert [int(one.read()) for one in stored.tree_arrays(LAYER)] == [0, 1, 2, 10, 4, 5]


def test_own_arrays_are_without_those_of_the_layers_inside():
    assert [one.name for one in stored.own_arrays(LAYER)] == ["/vars/0", "/vars/1", "/vars/2", "/vars/10"]


def test_paths_lead_to_groups_and_arrays():
    assert stored.subgroup(LAYER, "query_dense/vars").path == "/query_dense/vars"
    assert stored.array(LAYER, "query_dense/vars/0").read() == 4
    assert stored.has(LAYER, "query_dense/vars") and not stored.has(LAYER, "query_dense/vars/0/x")


@pytest.mark.parametrize(
    "call, path", [(stored.child, "no/way"), (stored.subgroup, "vars/0"), (stored.array, "vars")]
)
def test_what_is_not_there_or_is_another_kind_is_an_error(call, path):
    with pytest.raises(stored.StoredWeightsError):
        call(LAYER, path)
