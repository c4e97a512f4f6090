"""Random numbers that no kernel draws: functions of those that one does, each of its own place alone.

So they have a stream's parts: a part of them is the function of that part of the kernel's numbers.
"""

import functools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow as tf

from keras_inits.drawing import streams
from keras_inits.drawing.hidden_constants import hidden
from keras_inits.drawing.layouts import in_blocks
from keras_inits.drawing.streams import Part, Stream, call_traced, factor_tensor, is_tensor

# TensorFlow computes with as many values at a time as fit into a register of the processor, at most so many,
# and with the remaining ones one by one: by other code, which rounds otherwise.
REGISTER = 64


class Transform(NamedTuple):
    """What becomes of a kernel's numbers.

    Args:
        kernel: What is drawn, as in `streams.draw`.
        dtype: The `tf.DType` that the kernel draws in.
        function: Gives standard random numbers for a tensor of the kernel's; a function that is made once.
        numbers: Floats, the function's further arguments.
        axes: Axes after the weight's own, of the numbers that one value is made of: `(2,)` where a value is
            complex, of which `function` then gives the real and the imaginary part.
    """

    kernel: str
    dtype: tf.DType
    function: Callable[..., tf.Tensor]
    numbers: tuple[float, ...] = ()
    axes: tuple[int, ...] = ()

    def drawn_shape(self, shape: Any) -> Any:
        """Returns the shape of what the kernel draws for a weight of a shape."""
        if not is_tensor(shape):
            return shape + self.axes
        return tf.concat([shape, tf.constant(self.axes, shape.dtype)], axis=0)

    def drawn_part(self, part: Part | None) -> Part | None:
        """Returns the part of that for a part of the weight."""
        return part and Part(part.shape + self.axes, part.offset + (0,) * len(self.axes))


def draw_transformed(
    transform: Transform,
    stream: Stream,
    shape: Any,
    dtype: tf.DType,
    part: Part | None,
    scale: Any,
    shift: Any,
) -> tf.Tensor:
    """Returns `x * scale + shift` of transformed random numbers x; the other arguments are `streams.draw`'s.

    In eager mode no more memory is needed than for the result and a few blocks. The scale and the shift are
    scalars of the dtype, of a complex one's real dtype.
    """
    numbers = (scale, shift, *map(transform.dtype.as_numpy_dtype, transform.numbers))

    def values(part: Part | None) -> tf.Tensor:
        whole = transform.drawn_shape(shape)
        drawn = streams.draw(transform.kernel, stream, whole, transform.dtype, transform.drawn_part(part))
        if tf.executing_eagerly():
            kind = (transform._replace(numbers=()), len(transform.numbers), dtype)
            return call_traced(_traced, kind, drawn, *map(factor_tensor, numbers))
        return _transformed(transform, dtype, drawn, *map(hidden, numbers))

    if is_tensor(shape) or (part is None and math.prod(shape) <= streams.BUFFER):
        return values(part)
    whole = Part(shape, (0,) * len(shape))
    return in_blocks(values, part or whole, block=streams.BUFFER)


def _transformed(
    transform: Transform, dtype: tf.DType, drawn: tf.Tensor, scale: Any, shift: Any, *numbers: Any
) -> tf.Tensor:
    """Returns what becomes of a tensor of the kernel's numbers; each value is the same anywhere in it."""
    flat = tf.reshape(drawn, (-1, *transform.axes))
    count = tf.shape(flat)[0]
    behind = [[0, -count % REGISTER]] + [[0, 0]] * len(transform.axes)
    standard = transform.function(tf.pad(flat, behind), *numbers)[:count]
    values = tf.reshape(tf.cast(standard, dtype.real_dtype) * scale + shift, tf.shape(drawn))
    return tf.bitcast(values, dtype) if transform.axes else values


@functools.cache
def _traced(transform: Transform, numbers: int, dtype: tf.DType) -> Callable:
    """Returns `_transformed` as a traced function, which takes less time than its operations one by one."""
    factors = [tf.TensorSpec([], dtype.real_dtype)] * 2
    scalars = [tf.TensorSpec([], transform.dtype)] * numbers
    with tf.init_scope():
        function = tf.function(functools.partial(_transformed, transform, dtype), autograph=False)
        return function.get_concrete_function(tf.TensorSpec(None, transform.dtype), *factors, *scalars)
