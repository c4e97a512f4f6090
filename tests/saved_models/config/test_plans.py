"""Plans of layers."""

import types

from keras_inits.saved_models.config.plans import Plan, with_layers


def model_of(*names):
    return types.SimpleNamespace(layers=[types.SimpleNamespace(name=name) for name in names])


def layer_of(model, plan):
    ((found, layer),) = with_layers(Plan("m", "Model", "Model", {}, children=(plan,)), model)
    assert found is plan
    return layer


def test_a_layer_is_found_by_its_name():
    model = model_of("a", "b")
    assert layer_of(model, Plan("b", "Dense", "Dense", {})) is model.layers[1]


def test_keras_3_writes_a_name_without_its_slashes():
    model = model_of("a_b")
    assert layer_of(model, Plan("a/b", "Dense", "Dense", {})) is model.layers[0]


def test_an_input_that_keras_does_not_count_is_no_layer():
    assert layer_of(model_of("a"), Plan("input", "InputLayer", "InputLayer", {})) is None


def test_two_places_of_one_layer_have_the_same_identity():
    plans = [Plan(name, "Dense", "Dense", {}, saved_name="dense") for name in ("a", "b")]
    assert plans[0].identity == plans[1].identity == ("Dense", "dense")
