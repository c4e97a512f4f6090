"""Random numbers that no kernel draws: functions of those that one does, each of its own place alone.

So they have a stream's parts: a part of them is the function of that part of the kernel's numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow as tf

from keras_inits import random_streams
from keras_inits.layouts import in_blocks
from keras_inits.random_streams import Part, Stream, is_tensor

# TensorFlow makes a tensor's values some at a time, and the last ones, which are too few for a register of
# the processor, one by one: by other code, which rounds otherwise. A register holds no more than this.
REGISTER = 64


class Transform(NamedTuple):
    """What becomes of a kernel's numbers.

    Args:
        dtype: The `tf.DType` that the kernel draws in.
        function: Gives standard random numbers, of a tensor of the kernel's.
        axes: Those of one value's own numbers, which the kernel draws behind the weight's: `(2,)` where a
            value is complex, of which `function` then gives the real and the imaginary part.
    """

    dtype: tf.DType
    function: Callable[[tf.Tensor], tf.Tensor]
    axes: tuple[int, ...] = ()

    def drawn_shape(self, shape: Any) -> Any:
        """The shape of what the kernel draws for a weight's."""
        if not is_tensor(shape):
            return shape + self.axes
        return tf.concat([shape, tf.constant(self.axes, shape.dtype)], axis=0)


def draw_transformed(
    transform: Transform,
    distribution: str,
    stream: Stream,
    shape: Any,
    dtype: tf.DType,
    part: Part | None,
    scale: Any,
    shift: Any,
) -> tf.Tensor:
    """`x * scale + shift` of transformed random numbers x.

    Args:
        transform: The `Transform`.
        distribution: What the kernel draws, as in `random_streams.draw`.
        stream: The `Stream` to draw from.
        shape: The whole weight's shape, a tuple of integers or an integer tensor.
        dtype: The weight's `tf.DType`.
        part: The `Part` to return, or `None` for the whole.
        scale: A scalar of the dtype, of a complex one's real dtype.
        shift: Another.

    Returns:
        A tensor of `part.shape` or `shape`, equal to the bit to that part of the whole. In eager mode no
        more memory is needed than for it and a few blocks.
    """

    def values(part: Part | None) -> tf.Tensor:
        drawn = random_streams.draw(
            distribution, stream, transform.drawn_shape(shape), transform.dtype, _drawn_part(transform, part)
        )
        standard = tf.cast(_alike(transform, drawn), dtype.real_dtype)
        scaled = standard * scale + shift
        return tf.bitcast(scaled, dtype) if transform.axes else scaled

    if is_tensor(shape):
        return values(part)
    whole = Part(shape, (0,) * len(shape))
    return in_blocks(values, part or whole, dtype, block=random_streams.BUFFER)


def _drawn_part(transform: Transform, part: Part | None) -> Part | None:
    if part is None:
        return None
    return Part(part.shape + transform.axes, part.offset + (0,) * len(transform.axes))


def _alike(transform: Transform, drawn: tf.Tensor) -> tf.Tensor:
    """A transform's function of a tensor, whose values do not depend on how many there are."""
    flat = tf.reshape(drawn, (-1, *transform.axes))
    count = tf.shape(flat)[0] if flat.shape[0] is None else flat.shape[0]
    behind = [[0, -count % REGISTER]] + [[0, 0]] * len(transform.axes)
    return tf.reshape(transform.function(tf.pad(flat, behind))[:count], tf.shape(drawn))
