"""Constants of a graph that no optimizer of TensorFlow's sees through.

It would compute with them beforehand, or otherwise: a product by the reciprocal for a quotient, a product of
matrices by other code than the graph's own. Both round otherwise than eager mode does.
"""

from typing import Any

import tensorflow as tf


def hidden(value: Any, dtype: tf.DType | None = None) -> tf.Tensor:
    """Returns a tensor of which a graph's optimizers do not know the value.

    Args:
        value: A number, an array or a tensor.
        dtype: The tensor's `tf.DType`, if not the value's own.

    Example:

    >>> hidden(1.5, tf.float64).numpy().item()
    1.5
    """
    tensor = tf.convert_to_tensor(value, dtype)
    return tf.raw_ops.PlaceholderWithDefault(input=tensor, shape=tensor.shape)
