"""What one call of an initializer asks for."""

from typing import Any, NamedTuple

import tensorflow as tf

from keras_inits.drawing.eras import Era
from keras_inits.drawing.streams import Part


class Call(NamedTuple):
    """What one call of an initializer asks for.

    Args:
        era: The `Era` to draw by.
        shape: The whole weight's shape, a tuple of integers or an integer tensor.
        dtype: The weight's `tf.DType`.
        part: The `Part` to return, or `None` for the whole.
        stream: A function that gives the `Stream` to draw from, of a distribution, a dtype and the shape of
            all values; `None` where nothing is drawn.
        numpy: A function that gives the NumPy generator that the values are drawn from, where they were.
        in_layer: Whether a layer of Keras asks.
        shape_of_fans: The shape whose fans count, where that is not the weight's own.
    """

    era: Era
    shape: Any
    dtype: tf.DType
    part: Part | None = None
    stream: Any = None
    numpy: Any = None
    in_layer: bool = False
    shape_of_fans: Any = None


def part_of(whole: tf.Tensor, part: Part | None) -> tf.Tensor:
    """Returns a part of a weight that was made as a whole; the whole for `None`."""
    return whole if part is None else tf.slice(whole, part.offset, part.shape)
