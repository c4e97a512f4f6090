"""What in a config is neither Keras' nor this package's."""

import pytest

from keras_inits.keras_compat import third_party


@pytest.mark.parametrize(
    "config, module",
    [
        ({"module": "keras.initializers"}, None),
        ({"module": None}, None),
        ({"config": {"value": [{"module": "os.path"}]}}, "os.path"),
        ("name", None),
    ],
)
def test_a_foreign_module_is_found_at_any_depth(config, module):
    assert third_party.foreign_module(config) == module


@pytest.mark.parametrize(
    "dtype, found", [("float32", None), ("bool", None), ("U100000000", "U100000000"), (7, 7)]
)
def test_an_array_of_no_numbers_is_found_at_any_depth(dtype, found):
    array = {"class_name": "__numpy__", "config": {"value": [1], "dtype": dtype}}
    config = {"class_name": "Constant", "config": {"value": [array]}}
    assert third_party.dtype_of_no_numbers(config) == found


def test_a_class_that_is_no_name_is_no_array():
    assert third_party.dtype_of_no_numbers({"class_name": ["__numpy__"], "config": {"dtype": "U9"}}) is None
