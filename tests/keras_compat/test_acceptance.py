"""Whether Keras' own `initializers.get` takes what is saved."""

import pytest

from keras_inits.keras_compat import acceptance


def test_stock_takes_its_own():
    assert acceptance.stock_accepts("glorot_uniform") is None


@pytest.mark.parametrize(
    "identifier",
    [
        "he_norml",
        {"class_name": "HeNormal", "config": {"sed": 7}},
        {"class_name": "QInitializer", "config": {}, "module": None, "registered_name": "QInitializer"},
    ],
    ids=str,
)
def test_what_stock_refuses_has_a_reason(identifier):
    assert "Error: " in acceptance.stock_accepts(identifier)


@pytest.mark.parametrize(
    "config",
    [
        {"class_name": "Constant", "config": {"value": {"class_name": "Dense", "config": {"units": 1}}}},
        {"class_name": "Constant", "config": {"value": [{"class_name": "function", "config": "relu"}]}},
        {"class_name": "Dense", "module": "keras.layers", "config": {"units": 1}, "registered_name": None},
        {"class_name": "function", "module": "keras.utils", "config": "get_file", "registered_name": None},
    ],
    ids=str,
)
def test_stock_is_asked_for_initializers_alone(config):
    assert acceptance.stock_accepts(config).startswith("ValueError: an object of class")


def test_asking_stock_leaves_the_config_as_it_is():
    config = {"class_name": "HeNormal", "config": {"seed": 7, "dtype": "float32"}}
    acceptance.stock_accepts(config)
    assert config == {"class_name": "HeNormal", "config": {"seed": 7, "dtype": "float32"}}


@pytest.mark.parametrize("depth", [0, 1])
def test_a_third_party_module_is_never_imported(depth, tmp_path, monkeypatch):
    (tmp_path / "third_party_module.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    config = {"class_name": "X", "config": {}, "module": "third_party_module", "registered_name": None}
    if depth:
        config = {"class_name": "Constant", "config": {"value": config}}
    assert "third_party_module" in acceptance.stock_accepts(config)


def test_stock_makes_no_array_of_texts():
    array = {"class_name": "__numpy__", "config": {"value": ["a"], "dtype": "U100000000"}}
    config = {"class_name": "Constant", "config": {"value": array}}
    assert (
        acceptance.stock_accepts(config) == "ValueError: an array of the dtype 'U100000000' is not of numbers"
    )
