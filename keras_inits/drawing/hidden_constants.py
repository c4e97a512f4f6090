"""Constants of a graph that TensorFlow's optimizers do not know.

They would compute with them before the graph runs, or in another way: multiply by the reciprocal instead of
dividing, multiply matrices with other code than the graph's own. Both round differently from eager mode.
"""

from typing import Any

import tensorflow as tf


def hidden(value: Any, dtype: tf.DType | None = None) -> tf.Tensor:
    """Returns a number, an array or a tensor as a tensor whose value a graph's optimizers do not know.

    Example:

    >>> hidden(1.5, tf.float64).numpy().item()
    1.5
    """
    tensor = tf.convert_to_tensor(value, dtype)
    return tf.raw_ops.PlaceholderWithDefault(input=tensor, shape=tensor.shape)
