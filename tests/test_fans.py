import pytest
import tensorflow as tf

from keras_inits.fans import compute_fans


@pytest.mark.parametrize(
    "shape, fans",
    [
        ((), (1, 1)),
        ((5,), (5, 5)),
        ((3, 4), (3, 4)),
        ((7, 3, 4), (21, 28)),
        ((3, 3, 16, 32), (144, 288)),
        ((2, 3, 4, 5, 6), (120, 144)),
        ([0, 4], (0, 4)),
        (tf.TensorShape([3, 4]), (3, 4)),
    ],
)
def test_fans_of_a_shape(shape, fans):
    assert compute_fans(shape) == fans


def test_axes_say_what_is_input_and_output():
    assert compute_fans((4, 8, 64), input_axes=[0], output_axes=[1, 2]) == (4, 512)


def test_one_kind_of_axes_alone_is_not_used():
    assert compute_fans((4, 8), input_axes=[1]) == (4, 8)


def test_axes_outside_the_shape_are_an_error():
    with pytest.raises(ValueError, match=r"from -2 to 1.*\[2\]"):
        compute_fans((4, 8), input_axes=[2], output_axes=[1])


def test_an_unknown_dimension_is_an_error():
    with pytest.raises(ValueError, match="known"):
        compute_fans((None, 8))


def test_fans_of_a_tensor_are_the_same():
    assert [float(fan) for fan in compute_fans(tf.constant([3, 3, 16, 32]))] == [144.0, 288.0]
