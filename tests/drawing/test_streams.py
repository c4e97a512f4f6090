import itertools

import numpy as np
import pytest
import tensorflow as tf

from keras_inits.drawing import streams
from keras_inits.drawing.streams import Part, Stream, advance, draw, stateless_stream

DISTRIBUTIONS = ("uniform", "normal", "truncated_normal")
DTYPES = (tf.float16, tf.bfloat16, tf.float32, tf.float64)


@pytest.mark.parametrize(
    "counter, key, bits",
    [
        (0, 0, 0x9B00DBD8_BC57AC4C_E169C58D_6627E8D5),
        (2**128 - 1, 2**64 - 1, 0x6D5451FD_A20BC7C6_41C83B0E_408F276D),
    ],
)
def test_philox_gives_the_published_bits(counter, key, bits):
    # Known answers of philox4x32-10 in the authors' Random123 library, word 0 last.
    assert streams.philox(counter, key) == bits


@pytest.mark.parametrize("seed", [(7, 0), (0, 0), (2**31 - 1, 5), (-3, 0), (2**40, 2**33)])
def test_a_stateless_seed_is_tensorflows_key_and_counter(seed):
    key, counter = tf.raw_ops.StatelessRandomGetKeyCounter(seed=tf.constant(seed, tf.int64))
    low, high = (int(word) for word in counter)
    assert stateless_stream(seed) == Stream(int(key[0]), low | high << 64)


@pytest.mark.parametrize(
    "counter, counts, result",
    [
        (5, 3, 8),
        (2**64 - 1, 1, 2**64),
        (2**128 - 1, 2, 1),
        (7 << 64, 2**33, (7 << 64) + 2**33),
    ],
)
def test_a_counter_is_a_number_of_128_bits(counter, counts, result):
    assert advance(Stream(1, counter), counts) == Stream(1, result)


def test_a_counter_of_tensors_carries():
    moved = advance(Stream(None, tf.constant([2**64 - 1, 4], tf.uint64)), 3)
    assert moved.counter.numpy().tolist() == [2, 5]


@pytest.mark.parametrize(
    "shape, part, offset",
    [
        ((101, 37), (17, 37), (23, 0)),
        ((101, 37), (101, 5), (0, 11)),
        ((64, 48), (13, 7), (31, 9)),
        ((97,), (5,), (92,)),
        ((3, 3, 8, 16), (3, 3, 8, 5), (0, 0, 0, 7)),
        ((1000, 8), (1, 8), (999, 0)),
        ((50, 3), (0, 3), (50, 0)),
        ((0, 3), (0, 3), (0, 0)),
        ((), (), ()),
    ],
)
@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_a_part_is_that_part_of_the_whole(distribution, shape, part, offset):
    box = tuple(slice(start, start + size) for start, size in zip(offset, part))
    for dtype in DTYPES:
        whole = draw(distribution, stateless_stream((7, 0)), shape, dtype).numpy()
        alone = draw(distribution, stateless_stream((7, 0)), shape, dtype, Part(part, offset))
        assert alone.numpy().tobytes() == whole[box].tobytes(), dtype


@pytest.mark.parametrize("buffer", [1, 8, 64])
def test_a_small_buffer_draws_the_same(monkeypatch, buffer):
    stream, shape, part = stateless_stream((7, 0)), (9, 10, 11), Part((5, 3, 4), (2, 6, 7))
    want = draw("normal", stream, shape, tf.float32, part).numpy()
    monkeypatch.setattr(streams, "BUFFER", buffer)
    assert draw("normal", stream, shape, tf.float32, part).numpy().tobytes() == want.tobytes()


def test_integers_have_parts_too():
    for dtype, size in itertools.product((tf.int32, tf.int64), (1, 3, 6)):
        low, high = (np.asarray(bound, dtype.as_numpy_dtype) for bound in (-5, 100))
        stream = stateless_stream((7, 0))
        whole = streams.draw_integers(stream, (29,), dtype, low, high)
        alone = streams.draw_integers(stream, (29,), dtype, low, high, Part((size,), (11,)))
        assert alone.numpy().tolist() == whole.numpy()[11 : 11 + size].tolist()


def test_a_part_beyond_2_to_the_32_values_does_not_wrap():
    stream = stateless_stream((7, 0))
    row = Part((1, 8), (2**31, 0))
    far = draw("uniform", stream, (2**31 + 1, 8), tf.float32, row)
    moved = advance(stream, 2**31 * 8 // 4)
    assert far.numpy().tolist() == [draw("uniform", moved, (8,), tf.float32).numpy().tolist()]


def test_a_graph_draws_what_eager_draws():
    stream, shape = stateless_stream((7, 0)), (13, 7)
    part = Part((5, 3), (2, 1))
    for distribution, wanted in itertools.product(DISTRIBUTIONS, (None, part)):
        eager = draw(distribution, stream, shape, tf.float32, wanted).numpy()
        traced = tf.function(lambda d=distribution, w=wanted: draw(d, stream, shape, tf.float32, w))
        assert traced().numpy().tobytes() == eager.tobytes()


def test_an_unknown_shape_draws_the_same():
    stream, part = stateless_stream((7, 0)), Part((5, 3), (2, 1))

    @tf.function(input_signature=[tf.TensorSpec([2], tf.int32)])
    def drawn(shape):
        return draw("normal", stream, shape, tf.float32, part)

    want = draw("normal", stream, (13, 7), tf.float32, part)
    assert drawn([13, 7]).numpy().tobytes() == want.numpy().tobytes()


def test_a_seed_that_only_the_graph_knows_draws_the_same():
    @tf.function(input_signature=[tf.TensorSpec([2], tf.int32)])
    def drawn(seed):
        return draw("normal", stateless_stream(seed), (13,), tf.float32, Part((4,), (6,)))

    want = draw("normal", stateless_stream((7, 1)), (13,), tf.float32)[6:10]
    assert drawn([7, 1]).numpy().tobytes() == want.numpy().tobytes()
