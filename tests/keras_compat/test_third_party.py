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
