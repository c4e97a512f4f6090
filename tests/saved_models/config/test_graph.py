"""The calls of a model's layers."""

import pytest

from keras_inits.keras_compat import versions
from keras_inits.saved_models.config import context, graph
from keras_inits.saved_models.config.origin import Origin
from keras_inits.saved_models.upgrade import upgrade_config
from saved_models.config.written_configs import layer


@pytest.mark.parametrize("called_on", [["dense", 0, 0, {}], ["dense", 1, 0, {}], ["input", 3, 0, {}]])
def test_calls_that_wait_for_ever_are_refused(called_on):
    start = layer("InputLayer", name="input", batch_input_shape=[None, 4])
    dense = layer("Dense", units=4)
    nodes = [{**start, "inbound_nodes": []}, {**dense, "inbound_nodes": [[called_on]]}]
    ends = {"input_layers": [["input", 0, 0]], "output_layers": [["dense", 0, 0]]}
    config = {"name": "model", "layers": nodes, **ends}
    with pytest.raises(context.UpgradeError, match="never made"):
        upgrade_config({"class_name": "Model", "config": config, "keras_version": "2.2.4"})


def parsed(*layers, **config):
    upgrade = context.Context(Origin((2, 2, 4)), versions.is_keras_3(), {}, None)
    return graph.parse(upgrade, {"class_name": "Model", "config": {"layers": [*layers], **config}})


START = {**layer("InputLayer", name="i", batch_input_shape=[None, 2]), "inbound_nodes": []}


def functional(*nodes, output="b"):
    ends = {"input_layers": [["i", 0, 0]], "output_layers": [[output, 0, 0]]}
    return parsed(
        START, *({**layer("Dense", name=name), "inbound_nodes": calls} for name, calls in nodes), **ends
    )


def test_a_sequential_has_layers_without_calls():
    model = parsed(layer("Dense", name="a"), layer("Dense", name="b"))
    assert model.sequential and [(one.name, one.calls) for one in model.layers] == [("a", []), ("b", [])]


def test_a_layer_without_a_name_has_its_class_and_place():
    assert parsed({"class_name": "Dense", "config": {}}).layers[0].name == "dense_0"


def test_a_call_of_keras_2_has_its_tensors():
    model = functional(("b", [[["i", 0, 0, {}]]]))
    assert model.layers[1].calls[0].args == [graph.Tensor("i", 0, 0)]
    assert not model.sequential


def test_layers_come_in_the_order_of_their_first_calls():
    model = functional(("b", [[["a", 0, 0, {}]]]), ("a", [[["i", 0, 0, {}]]]))
    upgrade = context.Context(Origin((2, 2, 4)), versions.is_keras_3(), {}, None)
    assert [one.name for one in graph.in_order(upgrade, model)] == ["i", "a", "b"]


def test_calls_are_written_in_either_way():
    call = graph.Call([graph.Tensor("i", 0, 0)], {"training": True})
    one = graph.Layer("b", "Dense", {}, [call])
    (keras_3,) = graph.emit_calls(one, {}, keras_3=True)
    assert keras_3["args"][0]["config"]["keras_history"] == ["i", 0, 0]
    assert keras_3["kwargs"] == {"training": True}
    assert graph.emit_calls(one, {}, keras_3=False) == [[["i", 0, 0, {"training": True}]]]


def test_tf_keras_counts_the_calls_of_a_model_inside_from_1():
    one = graph.Layer("b", "Dense", {}, [graph.Call([graph.Tensor("inner", 0, 0)], {})])
    assert graph.emit_calls(one, {"inner": 1}, keras_3=False) == [[["inner", 1, 0, {}]]]


@pytest.mark.parametrize(
    "layers, words",
    [
        ([layer("Dense", name="a"), layer("Dense", name="a")], "has two layers named 'a'"),
        ([{"config": {}}], "layer 0 of model 'model' has no class_name"),
        ([{"class_name": "Dense"}], "a 'Dense', has no config"),
    ],
    ids=["two of a name", "no class", "no config"],
)
def test_what_no_keras_writes_is_an_error(layers, words):
    with pytest.raises(context.UpgradeError, match=words):
        parsed(*layers)


@pytest.mark.parametrize(
    "node", [[[["_CONSTANT_VALUE", -1, [[1.0]], {}]]], {"args": [[[1.0]]], "kwargs": {}}, []]
)
def test_a_call_on_constants_alone_is_refused(node):
    with pytest.raises(context.UpgradeError, match="calls layer 'b' on constants alone"):
        functional(("b", [node]))


class TestIsModel:
    @pytest.mark.parametrize(
        "config",
        [
            {"layers": [], "input_layers": [], "output_layers": []},
            {"layers": [], "build_input_shape": [None, 3]},
            {"layers": [{"class_name": "InputLayer", "config": {"batch_shape": [None, 3]}}]},
            {"layers": [{"class_name": "Dense", "config": {"batch_input_shape": [None, 3]}}]},
        ],
        ids=["functional", "sequential", "with its input", "by its first layer"],
    )
    def test_of_its_authors_class(self, config):
        assert graph.is_model({"class_name": "Own", "config": config})

    @pytest.mark.parametrize("layers", [[], ["Dense"], [{"class_name": "Dense", "config": {}}], {}], ids=repr)
    def test_a_layer_that_keeps_layers_is_none(self, layers):
        assert not graph.is_model({"class_name": "Own", "config": {"name": "a", "layers": layers}})
