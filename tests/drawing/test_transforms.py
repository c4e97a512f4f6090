import math

import numpy as np
import pytest
import tensorflow as tf

from keras_inits.drawing import streams, truncated_normals
from keras_inits.drawing.complex_values import COMPLEX_DISTRIBUTIONS
from keras_inits.drawing.streams import Part, Stream
from keras_inits.drawing.transforms import REGISTER, Transform, draw_transformed

STREAM = Stream(key=7, counter=11)
BOUNDS = [(-1.0, 3.0), (3.0, math.inf), (-math.inf, -3.0), (40.0, 41.0), (-60.0, -50.0), (1.0, 1.0 + 1e-9)]
ONE, NONE = np.float64(1.0), np.float64(0.0)


def transforms():
    for bounds in BOUNDS:
        yield Transform("uniform", tf.float64, *truncated_normals.between(*bounds)), tf.float64
    for kernel, function, _ in COMPLEX_DISTRIBUTIONS.values():
        for dtype in (tf.complex64, tf.complex128):
            yield Transform(kernel, dtype.real_dtype, function, axes=(2,)), dtype


def drawn(transform, dtype, shape, part=None):
    factors = (factor.astype(dtype.real_dtype.as_numpy_dtype) for factor in (ONE, NONE))
    return draw_transformed(transform, STREAM, shape, dtype, part, *factors)


@pytest.mark.parametrize("transform, dtype", list(transforms()))
class TestAnyTransform:
    @pytest.mark.parametrize("count", [1, 7, REGISTER - 1, REGISTER + 1])
    def test_a_value_does_not_depend_on_how_many_there_are(self, transform, dtype, count):
        """TensorFlow rounds the last values of a tensor otherwise, whose place that is here in turn."""
        whole = drawn(transform, dtype, (5 * REGISTER,)).numpy()
        for begin in range(0, REGISTER, 5):
            part = drawn(transform, dtype, whole.shape, Part((count,), (begin,))).numpy()
            assert part.tobytes() == whole[begin : begin + count].tobytes()

    def test_a_graph_and_a_function_give_what_eager_gives(self, transform, dtype):
        want = drawn(transform, dtype, (33, 7)).numpy()
        in_function = tf.function(lambda: drawn(transform, dtype, (33, 7)), autograph=False)
        assert in_function().numpy().tobytes() == want.tobytes()
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            assert session.run(drawn(transform, dtype, (33, 7))).tobytes() == want.tobytes()

    def test_so_does_one_that_learns_the_shape_later(self, transform, dtype):
        want = drawn(transform, dtype, (33, 7)).numpy()
        signature = [tf.TensorSpec([2], tf.int32)]
        function = tf.function(lambda shape: drawn(transform, dtype, shape), signature, autograph=False)
        assert function(tf.constant([33, 7])).numpy().tobytes() == want.tobytes()

    def test_a_large_one_that_is_made_in_blocks_has_the_same_values(self, transform, dtype, monkeypatch):
        want = drawn(transform, dtype, (33, 7)).numpy()
        monkeypatch.setattr(streams, "BUFFER", 20)
        assert drawn(transform, dtype, (33, 7)).numpy().tobytes() == want.tobytes()


def test_values_are_scaled_and_shifted_in_the_weights_dtype():
    transform = Transform("uniform", tf.float64, *truncated_normals.between(-1.0, 3.0))
    factors = np.float32(0.1), np.float32(7.0)
    got = draw_transformed(transform, STREAM, (33, 7), tf.float32, None, *factors)
    standard = drawn(transform, tf.float64, (33, 7)).numpy().astype(np.float32)
    assert np.array_equal(got, standard * factors[0] + factors[1])


def test_a_truncated_normal_is_the_quantile_of_the_streams_own_uniform_number():
    transform = Transform("uniform", tf.float64, *truncated_normals.between(-1.0, 3.0))
    uniforms = streams.draw("uniform", STREAM, (33, 7), tf.float64)
    want = transform.function(uniforms, *transform.numbers).numpy()
    assert np.allclose(drawn(transform, tf.float64, (33, 7)), want, rtol=1e-13, atol=1e-15)
