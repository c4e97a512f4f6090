"""The one place that draws: a stream is a key and a counter, and any part of it can be drawn alone.

TensorFlow's stateless kernels are counter-based (Philox, Salmon et al., "Parallel random numbers: as
easy as 1, 2, 3", SC 2011). A kernel fills its output in groups, the values that 128 random bits give:
4 of up to 32 bits, 2 of 64 bits. A group is drawn from counts of its own, so the values from the n-th
group on are the values drawn from the counter advanced by n groups. All that this package knows of
parts of a weight follows from that one fact.
"""

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

PHILOX = 1
_MASK_32, _MASK_64, _MASK_128 = (1 << 32) - 1, (1 << 64) - 1, (1 << 128) - 1

# How many values are drawn at a time for a part that is not one run of the whole.
BUFFER = 1 << 18
# From so many values on, a temporary takes longer than a call of a traced function.
LARGE = 1 << 22
# Types of no tensor, which are checked faster than TensorFlow does.
_PLAIN = (int, float, tuple, list, str, np.generic, np.ndarray, type(None))


def is_tensor(value: Any) -> bool:
    """Returns whether a value is a tensor of TensorFlow's."""
    return not isinstance(value, _PLAIN) and tf.is_tensor(value)


class Stream(NamedTuple):
    """Where a sequence of random numbers starts.

    Args:
        key: The Philox key, an integer of 64 bits, or a uint64 tensor of shape `(1,)`.
        counter: The Philox counter, an integer of 128 bits, or a uint64 tensor of shape `(2,)`, low
            word first.
    """

    key: Any
    counter: Any


class Part(NamedTuple):
    """A box of a weight: its shape, and where in the weight it begins."""

    shape: tuple[int, ...]
    offset: tuple[int, ...]


class Distribution(NamedTuple):
    """How one kernel draws: its operation, and how many counts of the stream a group of values has."""

    operation: Callable[..., tf.Tensor]
    counts_per_group: Callable[[int], int]


def _one_count(group: int) -> int:
    return 1


def _counts_of_rejection(group: int) -> int:
    # The kernel sets aside 256 numbers of 32 bits for each value, as it rejects some.
    return 256 * group // 4


DISTRIBUTIONS = {
    "uniform": Distribution(tf.raw_ops.StatelessRandomUniformV2, _one_count),
    "normal": Distribution(tf.raw_ops.StatelessRandomNormalV2, _one_count),
    "truncated_normal": Distribution(tf.raw_ops.StatelessTruncatedNormalV2, _counts_of_rejection),
}


# By a scale, and then a shift.
_SCALING = (tf.raw_ops.Mul, tf.raw_ops.AddV2)


def philox(counter: int, key: int) -> int:
    """Returns the 128 random bits of Philox4x32-10 at a counter of 128 bits, for a key of 64 bits."""
    c0, c1, c2, c3 = (counter >> shift & _MASK_32 for shift in (0, 32, 64, 96))
    k0, k1 = key & _MASK_32, key >> 32
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = p1 >> 32 ^ c1 ^ k0, p1 & _MASK_32, p0 >> 32 ^ c3 ^ k1, p0 & _MASK_32
        k0, k1 = k0 + 0x9E3779B9 & _MASK_32, k1 + 0xBB67AE85 & _MASK_32
    return c0 | c1 << 32 | c2 << 64 | c3 << 96


def stateless_stream(seed: Sequence[int]) -> Stream:
    """Returns the stream of a stateless seed, as `tf.random.stateless_*` make it (TensorFlow 2.4 and later).

    Args:
        seed: Two integers, or an integer tensor of shape `(2,)`; of a symbolic one, the stream's fields are
            tensors.
    """
    if type(seed) is not tuple and is_tensor(seed):
        if not hasattr(seed, "numpy"):
            return Stream(*tf.raw_ops.StatelessRandomGetKeyCounter(seed=seed))
        seed = seed.numpy()
    low, high = seed
    return _scrambled(int(low) & _MASK_64, int(high) & _MASK_64)


@functools.lru_cache(maxsize=1024)
def _scrambled(low: int, high: int) -> Stream:
    mixed = philox(low | high << 64, 0x02461E293EC8F720)
    return Stream(key=mixed & _MASK_64, counter=mixed >> 64 << 64)


def graph_stream(graph_seed: int, op_seed: int) -> Stream:
    """Returns the stream of a graph's and an operation's seed, as TensorFlow 1's stateful kernels do."""
    return Stream(key=graph_seed & _MASK_64, counter=(op_seed & _MASK_64) << 64)


def advance(stream: Stream, counts: int) -> Stream:
    """Returns the stream some counts further on; the counter is a number of 128 bits and wraps as such.

    Where the stream's fields are tensors, `counts` is less than 2^64.
    """
    if counts == 0:
        return stream
    if isinstance(stream.counter, int):
        return stream._replace(counter=stream.counter + counts & _MASK_128)
    counts = tf.constant(np.uint64(counts))
    low = stream.counter[0] + counts
    carry = tf.cast(low < counts, tf.uint64)
    return stream._replace(counter=tf.stack([low, stream.counter[1] + carry]))


def group_size(dtype: tf.DType) -> int:
    """Returns how many values of a dtype one group has: 4, or 2 where a value takes 64 bits."""
    return 2 if dtype.size == 8 else 4


def draw(
    distribution: str,
    stream: Stream,
    shape: Any,
    dtype: tf.DType,
    part: Part | None = None,
    scale: Any = None,
    shift: Any = None,
) -> tf.Tensor:
    """Returns standard random numbers of a stream, or `x * scale + shift` of such, each step rounded.

    Args:
        distribution: `"uniform"` on [0, 1), `"normal"`, or `"truncated_normal"` (a standard normal
            redrawn beyond two deviations).
        stream: The `Stream` to draw from.
        shape: The whole weight's shape, a tuple of integers or an integer tensor of one axis.
        dtype: A floating `tf.DType`.
        part: The `Part` to return, or `None` for the whole.
        scale: A scalar of the dtype, NumPy's or a tensor, if any. No buffer is needed besides the result's.
        shift: Another; both are given, or none.

    Returns:
        A tensor of `part.shape` or `shape`, bit for bit that part of the whole.

    Example:

    >>> stream = stateless_stream([7, 0])
    >>> whole = draw("normal", stream, (5, 3), tf.float32)
    >>> rows = draw("normal", stream, (5, 3), tf.float32, Part((2, 3), (1, 0)))
    >>> bool(tf.reduce_all(rows == whole[1:3]))
    True
    """
    factors = _factors(distribution, dtype, scale, shift)
    if part is None:
        return _run(distribution, stream, shape, dtype, factors)

    def values(run: Stream, shape: Any) -> tf.Tensor:
        return _run(distribution, run, shape, dtype, factors)

    return _part_of(values, DISTRIBUTIONS[distribution].counts_per_group, stream, shape, dtype, part)


def _factors(distribution: str, dtype: tf.DType, scale: Any, shift: Any) -> tuple:
    """Returns the scale and the shift, without the shift where adding it changes no bit.

    Zero would change -0.0, which a normal kernel never draws in float32: the only angle with a sine or cosine
    of 0 is 0, whose sine is +0.0, and the radius is at least 4.9e-4, so that no product with a scale of
    ordinary size underflows.
    """
    if scale is None:
        return ()
    if distribution == "uniform" or dtype is not tf.float32 or is_tensor(shift) or is_tensor(scale):
        return scale, shift
    return (scale,) if float(shift) == 0.0 and float(scale) > 1e-20 else (scale, shift)


def _run(distribution: str, stream: Stream, shape: Any, dtype: tf.DType, factors: tuple) -> tf.Tensor:
    """Returns the first values of a stream."""
    if tf.executing_eagerly() and type(stream.key) is int and type(shape) is tuple:
        inputs = _inputs_of_kernel(stream, shape)
        tensors = [factor_tensor(factor) for factor in factors]
        if tensors and math.prod(shape) >= LARGE:
            return call_traced(_in_one_buffer, (distribution, dtype, len(tensors)), *inputs[:3], *tensors)
        return _scaled(distribution, dtype, *inputs, *tensors)
    return _scaled(distribution, dtype, shape, *_stream_tensors(stream), PHILOX, *factors)


def _scaled(
    distribution: str, dtype: tf.DType, shape: Any, key: Any, counter: Any, alg: Any, *factors: Any
) -> tf.Tensor:
    kernel = DISTRIBUTIONS[distribution].operation
    values = kernel(shape=shape, key=key, counter=counter, alg=alg, dtype=dtype)
    for operation, factor in zip(_SCALING, factors):
        values = operation(x=values, y=factor)
    return values


@functools.cache
def _in_one_buffer(distribution: str, dtype: tf.DType, factors: int) -> Callable:
    """Returns `_scaled` as a traced function of any shape, which works in the buffer that the kernel filled.

    All of its arguments are tensors, as TensorFlow would compute with constants when it is traced.
    """

    def scaled(shape: Any, key: Any, counter: Any, *factors: Any) -> tf.Tensor:
        return _scaled(distribution, dtype, shape, key, counter, PHILOX, *factors)

    words = [tf.TensorSpec([None], tf.int32), tf.TensorSpec([1], tf.uint64), tf.TensorSpec([2], tf.uint64)]
    with tf.init_scope():
        function = tf.function(scaled, autograph=False)
        return function.get_concrete_function(*words, *[tf.TensorSpec([], dtype)] * factors)


def call_traced(trace: Any, arguments: tuple, *inputs: Any) -> Any:
    """Calls the traced function that `trace`, a function with a cache, gives for its arguments.

    Args:
        trace: A function as `functools.cache` makes it; it gives the traced function.
        arguments: Its arguments.
        *inputs: The arguments of the traced function.
    """
    try:
        return trace(*arguments)(*inputs)
    except tf.errors.NotFoundError:
        # No parameter server knows what was traced before the cluster was joined.
        trace.cache_clear()
        return trace(*arguments)(*inputs)


def _kept(make: Callable) -> Callable:
    """Caches the tensors that a function makes, as making one takes as long as drawing a small weight.

    They are on no device in particular: what lies on a parameter server is lost with it.
    """

    @functools.lru_cache(maxsize=1024)
    def kept(*arguments: Any) -> Any:
        with tf.device(None):
            return make(*arguments)

    return kept


@_kept
def _inputs_of_kernel(stream: Stream, shape: tuple[int, ...]) -> tuple[tf.Tensor, ...]:
    """Returns the shape, key, counter and algorithm that a kernel is given."""
    dims = tf.constant(shape, tf.int32 if max(shape, default=0) < 2**31 else tf.int64)
    return dims, *_stream_tensors(stream), tf.constant(PHILOX)


def factor_tensor(factor: Any) -> tf.Tensor:
    """Returns a scalar of NumPy's as a cached tensor, or a tensor as it is."""
    if is_tensor(factor):
        return factor
    value = float(factor)
    # Minus zero equals zero.
    return _kept_factor_tensor(type(factor), value, math.copysign(1.0, value))


@_kept
def _kept_factor_tensor(scalar: type, value: float, sign: float) -> tf.Tensor:
    return tf.constant(scalar(value))


def _stream_tensors(stream: Stream) -> tuple[tf.Tensor, tf.Tensor]:
    key, counter = stream
    if not isinstance(key, int):
        return key, counter
    # A list of words may pass through float64 on its way into a graph and lose its low bits.
    words = np.array([counter & _MASK_64, counter >> 64], np.uint64)
    return tf.constant(np.array([key], np.uint64)), tf.constant(words)


def draw_integers(
    stream: Stream, shape: Any, dtype: tf.DType, minval: Any, maxval: Any, part: Part | None = None
) -> tf.Tensor:
    """Returns uniform integers from `minval` up to and without `maxval`; the rest as in `draw`."""

    def values(run: Stream, shape: Any) -> tf.Tensor:
        key, counter = _stream_tensors(run)
        return tf.raw_ops.StatelessRandomUniformIntV2(
            shape=shape, key=key, counter=counter, alg=PHILOX, minval=minval, maxval=maxval
        )

    if part is None:
        return values(stream, shape)
    return _part_of(values, _one_count, stream, shape, dtype, part)


def _part_of(
    values: Callable[[Stream, Any], tf.Tensor],
    counts_per_group: Callable[[int], int],
    stream: Stream,
    shape: Any,
    dtype: tf.DType,
    part: Part,
) -> tf.Tensor:
    if not isinstance(shape, tuple):
        # Without the whole's static shape it is unknown where its rows begin.
        return tf.slice(values(stream, shape), part.offset, part.shape)
    if 0 in part.shape:
        return tf.zeros(part.shape, dtype)
    group = group_size(dtype)

    def run(start: int, stop: int) -> tf.Tensor:
        """Returns the values from `start` to `stop` of the flat whole."""
        first_group, skipped = divmod(start, group)
        moved = advance(stream, first_group * counts_per_group(group))
        return values(moved, (stop - first_group * group,))[skipped:]

    return tf.reshape(_box(run, 0, shape, part), part.shape)


def _box(run: Callable, start: int, shape: tuple[int, ...], part: Part) -> tf.Tensor:
    """Returns a box of the row-major array that begins at `start` of the flat whole, flattened itself."""
    if part.shape[1:] == shape[1:]:
        row = math.prod(shape[1:])
        first = start + sum(part.offset[:1]) * row
        return run(first, first + math.prod(part.shape))
    row, inner = math.prod(shape[1:]), Part(part.shape[1:], part.offset[1:])
    first = start + part.offset[0] * row
    rows_at_once = max(1, BUFFER // row)

    def rows(begin: int, end: int) -> tf.Tensor:
        if row > BUFFER:
            return _box(run, first + begin * row, shape[1:], inner)
        drawn = tf.reshape(run(first + begin * row, first + end * row), (-1, *shape[1:]))
        return tf.slice(drawn, (0, *inner.offset), (end - begin, *inner.shape))

    return joined_rows(rows, part.shape[0], rows_at_once, math.prod(inner.shape))


def joined_rows(rows: Callable[[int, int], tf.Tensor], count: int, at_once: int, width: int) -> tf.Tensor:
    """Returns `count` rows of `width` values, made `at_once` at a time, as one flat tensor.

    Args:
        rows: Returns the rows from `begin` up to and without `end`.
    """
    spans = [(begin, min(begin + at_once, count)) for begin in range(0, count, at_once)]
    if len(spans) == 1 or not tf.executing_eagerly():
        return tf.concat([tf.reshape(rows(*span), (-1,)) for span in spans], axis=0)
    # A concatenation would keep every piece as well. The lines are wide, as each is copied by itself.
    lines, joined = math.gcd(count, at_once), None
    for begin, end in spans:
        piece = tf.reshape(rows(begin, end), (-1, width * lines))
        if joined is None:
            joined = tf.raw_ops.Empty(shape=(count // lines, width * lines), dtype=piece.dtype)
        joined = tf.raw_ops.InplaceUpdate(x=joined, i=tf.range(begin // lines, end // lines), v=piece)
    return tf.reshape(joined, (-1,))
