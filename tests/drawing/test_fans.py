import pytest
import tensorflow as tf

from keras_inits.drawing.fans import compute_fans


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


@pytest.mark.parametrize("shape", [(3, 3, -1), [-1]])
def test_a_negative_dimension_is_an_error(shape):
    with pytest.raises(ValueError, match="not negative.*Received: shape="):
        compute_fans(shape)


@pytest.mark.parametrize("shape", ["a", 3, (2.5, 3), ("a",), {}.values])
def test_what_is_no_shape_is_an_error(shape):
    with pytest.raises(TypeError, match="`shape` must be a tuple, list or TensorShape of integers"):
        compute_fans(shape)


def test_fans_of_a_tensor_are_the_same():
    assert [float(fan) for fan in compute_fans(tf.constant([3, 3, 16, 32]))] == [144.0, 288.0]


class TestBatchAxes:
    """With them, every axis that is not listed is the window, as in JAX."""

    @pytest.mark.parametrize(
        "shape, axes, fans",
        [
            ((3, 3, 16, 32), {"batch_axes": []}, (144, 288)),
            ((5, 3, 4), {"batch_axes": [0]}, (3, 4)),
            ((5, 3, 4), {"batch_axes": [-3]}, (3, 4)),
            ((7, 5, 3, 4), {"batch_axes": [1]}, (21, 28)),
            ((2, 3, 4, 5), {"input_axes": [0, 1], "batch_axes": []}, (2 * 3 * 4, 4 * 5)),
            ((2, 3, 4, 5), {"output_axes": [0], "batch_axes": [1]}, (4 * 5, 2 * 5)),
            ((2, 3, 4), {"input_axes": [], "output_axes": [], "batch_axes": []}, (24, 24)),
            ((3, 0, 4), {"batch_axes": [0]}, (0, 4)),
        ],
    )
    def test_fans_of_a_shape(self, shape, axes, fans):
        assert compute_fans(shape, **axes) == fans

    def test_fans_of_a_tensor_are_the_same(self):
        fans = compute_fans(tf.constant([7, 5, 3, 4]), batch_axes=[1])
        assert [float(fan) for fan in fans] == [21.0, 28.0]

    def test_one_of_the_outputs_may_be_among_them_as_einsum_dense_lists_it(self):
        assert compute_fans((8, 3, 4), input_axes=[1], output_axes=[0, 2], batch_axes=[0]) == (3, 4)

    @pytest.mark.parametrize(
        "axes",
        [
            {"input_axes": [0], "output_axes": [1], "batch_axes": [0]},
            {"input_axes": [0], "output_axes": [-3], "batch_axes": []},
            {"input_axes": [0, 0], "batch_axes": []},
            {"output_axes": [2, -1], "batch_axes": []},
            {"batch_axes": [0, 0]},
            {"batch_axes": [1]},
        ],
        ids=str,
    )
    def test_an_axis_that_is_listed_twice_is_an_error(self, axes):
        with pytest.raises(ValueError, match="listed once.*Received: input_axes="):
            compute_fans((2, 3, 4), **axes)

    @pytest.mark.parametrize("shape, axes", [((2, 3), [2]), ((2, 3), [-3]), ((5,), []), ((), [])])
    def test_axes_outside_the_shape_are_an_error(self, shape, axes):
        with pytest.raises(ValueError, match=f"in a shape of {len(shape)} axes"):
            compute_fans(shape, batch_axes=axes)


@pytest.mark.parametrize("axes", [0, [0.5], "ab", ["0"]])
@pytest.mark.parametrize("kinds", [("batch_axes",), ("input_axes", "output_axes")])
def test_what_are_no_axes_are_an_error(axes, kinds):
    with pytest.raises(TypeError, match="Axes are a list or tuple of integers"):
        compute_fans((2, 3, 4), **dict.fromkeys(kinds, axes))


def test_keras_formula_takes_an_axis_on_both_sides_and_twice():
    assert compute_fans((2, 3, 4), input_axes=[0, 1, 1], output_axes=[1, 2]) == (18, 12)


def connections(layer, inputs, kernel):
    """The inputs of the output in the middle and the outputs of the input in the middle, counted.

    Where all of a linear layer's weights are 1, an output of ones is the number of its inputs, and the
    gradient of the outputs' sum by an input the number of its outputs. The middle is out of the reach of
    the padding.
    """
    ones = tf.ones(inputs)
    with tf.GradientTape() as tape:
        tape.watch(ones)
        outputs = layer(ones, tf.ones(kernel))
        total = tf.reduce_sum(outputs)
    return int(middle(outputs)), int(middle(tape.gradient(total, ones)))


def middle(tensor):
    return tensor.numpy()[tuple(dim // 2 for dim in tensor.shape)]


def grouped(x, kernel):
    parts = zip(tf.split(x, 4, axis=-1), tf.split(kernel, 4, axis=-1))
    return tf.concat([tf.nn.conv2d(*part, 1, "SAME") for part in parts], axis=-1)


class TestRecipes:
    """The axes that the docstrings name for a kernel are right by a count of its connections."""

    @pytest.mark.parametrize(
        "layer, inputs, kernel, axes",
        [
            (lambda x, k: tf.nn.conv2d(x, k, 1, "SAME"), (1, 9, 9, 4), (3, 3, 4, 6), {}),
            (
                lambda x, k: tf.nn.depthwise_conv2d(x, k, (1, 1, 1, 1), "SAME"),
                *((1, 9, 9, 4), (3, 3, 4, 2)),
                {"input_axes": [], "batch_axes": [-2]},
            ),
            (
                lambda x, k: tf.nn.conv2d_transpose(x, k, (1, 9, 9, 6), 1, "SAME"),
                *((1, 9, 9, 4), (3, 3, 6, 4)),
                {"input_axes": [-1], "output_axes": [-2], "batch_axes": []},
            ),
            (
                lambda x, k: tf.einsum("bte,ehd->bthd", x, k),
                *((2, 5, 6), (6, 3, 4)),
                {"input_axes": [0], "output_axes": [1, 2]},
            ),
            (
                lambda x, k: tf.einsum("bthd,hde->bte", x, k),
                *((2, 5, 3, 4), (3, 4, 6)),
                {"input_axes": [0, 1], "output_axes": [2]},
            ),
            (lambda x, k: tf.einsum("nbi,nio->nbo", x, k), (3, 5, 4), (3, 4, 6), {"batch_axes": [0]}),
        ],
        ids=["convolution", "depthwise", "transposed", "query", "output of attention", "experts"],
    )
    def test_fans_are_the_connections(self, layer, inputs, kernel, axes):
        assert compute_fans(kernel, **axes) == connections(layer, inputs, kernel)

    def test_of_a_grouped_convolution_the_fan_out_is_as_many_times_too_large_as_it_has_groups(self):
        fan_in, fan_out = connections(grouped, (1, 9, 9, 8), (3, 3, 2, 12))
        assert compute_fans((3, 3, 2, 12)) == (fan_in, 4 * fan_out)
