"""How much work is in a graph of TensorFlow, by the shapes in it."""

import pytest
import tensorflow as tf

from keras_inits.saved_models.build import graph_work
from keras_inits.saved_models.files import limits

A, B = tf.TensorSpec((2, 50, 8)), tf.TensorSpec((2, 8, 300))


def work_of(function, *specs):
    traced = tf.function(function, autograph=False).get_concrete_function(*specs)
    return graph_work.of(traced.graph.as_graph_def(add_shapes=True))


@pytest.fixture(autouse=True)
def operations_cost_nothing(monkeypatch):
    monkeypatch.setattr(limits, "TRIED_OPERATION", 0)


IMAGE = tf.TensorSpec((2, 10, 10, 3))


@pytest.mark.parametrize(
    "function, specs, multiplications",
    [
        (tf.matmul, (A, B), 2 * 50 * 300 * 8),
        (lambda a: tf.matmul(a, a, transpose_a=True), (A,), 2 * 8 * 8 * 50),
        (lambda a, b: tf.einsum("bij,bjk->bik", a, b), (A, B), 2 * 50 * 300 * 8),
        (lambda a, b: tf.einsum("...ij,...jk->...ik", a, b), (A, B), 2 * 50 * 300 * 8),
        (lambda x: tf.nn.conv2d(x, tf.ones((3, 3, 3, 7)), 1, "VALID"), (IMAGE,), 2 * 8 * 8 * 7 * 27),
        (lambda x: tf.nn.depthwise_conv2d(x, tf.ones((3, 3, 3, 2)), [1, 1, 1, 1], "VALID"),
         (IMAGE,), 2 * 8 * 8 * 6 * 9),
        (lambda x: tf.nn.conv2d_transpose(x, tf.ones((2, 2, 5, 3)), (2, 20, 20, 5), 2),
         (IMAGE,), 2 * 10 * 10 * 3 * 4 * 5),
        (lambda x: tf.nn.max_pool2d(x, 5, 5, "VALID"), (IMAGE,), 2 * 2 * 2 * 3 * 25),
    ],
    ids=["matmul", "transposed", "einsum", "einsum_of_any_rank", "convolution", "depthwise", "upwards",
         "pooling"],
)  # fmt: skip
def test_products_are_counted(function, specs, multiplications):
    # What else is in the graph, such as ones to convolve with, is far less.
    assert multiplications <= work_of(function, *specs).multiplications <= 1.5 * multiplications


def test_the_largest_tensor_may_be_inside():
    work = work_of(lambda a: tf.reduce_sum(tf.tile(a, [1, 1, 1000])), A)
    assert (work.largest, work.kept) == (800_000, 800_001)


def test_what_weights_and_constants_hold_is_not_made():
    weight = tf.Variable(tf.ones((100, 100)))
    assert work_of(lambda: tf.reduce_sum(weight) + 1.0).largest == 1


def test_a_loop_takes_its_steps():
    def summed(steps):
        def loop(values):
            body = lambda total, one: total + tf.linalg.matvec(tf.ones((8, 8)), one)  # noqa: E731
            return tf.scan(body, values, tf.zeros(8))

        return work_of(loop, tf.TensorSpec((steps, 8))).multiplications

    assert 9 < summed(1000) / summed(100) < 11


def test_functions_that_call_functions_are_followed():
    inner = tf.function(lambda a, b: tf.matmul(a, b), autograph=False)
    outer = tf.function(lambda a, b: inner(a, b) + inner(2 * a, b), autograph=False)
    assert work_of(outer, A, B).multiplications > 2 * (2 * 50 * 300 * 8)


def test_an_operation_takes_some_time_however_small(monkeypatch):
    monkeypatch.setattr(limits, "TRIED_OPERATION", 10**5)
    assert work_of(lambda: tf.constant(1.0) + 1.0).multiplications == 10**5


def test_a_size_that_depends_on_values_is_no_larger_than_they_are():
    assert work_of(lambda a: tf.boolean_mask(a, a > 0), A).largest >= 800


def test_what_takes_most_is_named():
    assert "the_product" in work_of(lambda a, b: tf.matmul(a, b, name="the_product"), A, B).where
