"""Layouts, as TensorFlow's; what they do on a mesh is in tests/distributed."""

import pytest

from keras_inits.keras_compat import dtensor_layouts


@pytest.mark.parametrize("layout", ["x", 3, ["x", None]], ids=repr)
def test_what_is_no_layout_is_a_type_error(layout):
    with pytest.raises(TypeError, match="must be a `tf.experimental.dtensor.Layout`"):
        dtensor_layouts.dtensor_layout(layout)


def test_outside_a_layout_map_there_is_none():
    assert dtensor_layouts.layout_of_layout_map() is None
