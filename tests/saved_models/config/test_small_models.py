"""Parts of the small models that stand for layers."""

import pytest

from keras_inits.saved_models.config import small_models


@pytest.mark.parametrize("value, sizes", [(2, [2, 2]), ((2, 3), [2, 3]), ([2.0, 3], [2, 3])])
def test_a_size_is_one_for_all_axes_or_one_for_each(value, sizes):
    assert small_models.listed(value, 2) == sizes


def test_words_are_kept_by_their_keys():
    assert small_models.kept({"units": 3, "name": "a"}, "units", "use_bias") == {"units": 3}


def test_a_graph_has_an_input_and_the_calls_of_each_layer():
    dense = small_models.layer("Dense", name="dense", units=2)
    add = small_models.layer("Add", name="add")
    nodes = [(dense, ["input"]), (add, ["input", "dense"])]
    config = small_models.graph_of({"name": "small"}, [None, 2], nodes)["config"]
    assert [one["name"] for one in config["layers"]] == ["input", "dense", "add"]
    assert config["layers"][2]["inbound_nodes"] == [[["input", 0, 0, {}], ["dense", 0, 0, {}]]]
    assert (config["input_layers"], config["output_layers"]) == ([["input", 0, 0]], [["add", 0, 0]])
